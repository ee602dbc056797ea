//! The server at the limit of a file's size, as a process of its own: it says so, stays alive, and works
//! again when the limit is lifted.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use voucherbridge_test_support::process::{Process, free_port, until_it_answers};

fn server(folder: &Path, port: u16) -> Process {
    let url = format!("http://localhost:{port}");
    let database = "sqlite://voucherbridge.sqlite";
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    Process::start(
        Command::new(env!("CARGO_BIN_EXE_voucherbridge"))
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .env("VOUCHERBRIDGE_LISTEN", format!("127.0.0.1:{port}"))
            .env("VOUCHERBRIDGE_PUBLIC_URL", url)
            .env("VOUCHERBRIDGE_DATABASE_URL", database)
            .env("VOUCHERBRIDGE_MASTER_KEY", key)
            .stdin(Stdio::null())
            .stdout(Stdio::null()),
    )
}

/// Limits the size of the files that the process may write, in bytes.
fn limit(server: &Process, bytes: &str) {
    let done = Command::new("prlimit")
        .arg(format!("--fsize={bytes}:unlimited"))
        .args(["--pid", &server.id().to_string()])
        .status();
    assert!(done.unwrap().success());
}

#[tokio::test]
async fn a_file_size_limit_is_survived() {
    if Command::new("prlimit")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        eprintln!("prlimit is not there: not tested");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut server = server(folder.path(), port);
    let url = format!("http://127.0.0.1:{port}");
    until_it_answers(&url, 200).await;
    for _ in 0..2 {
        limit(&server, "4096");
        until_it_answers(&url, 503).await;
        assert!(server.is_alive());
        limit(&server, "unlimited");
        until_it_answers(&url, 200).await;
    }
}
