//! The server at the limit of a file's size, as a process of its own: it says so, stays alive, and works
//! again when the limit is lifted.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    fn start(folder: &Path, port: u16) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_voucherbridge"))
            .arg("serve")
            .current_dir(folder)
            .env_clear()
            .env("VOUCHERBRIDGE_LISTEN", format!("127.0.0.1:{port}"))
            .env(
                "VOUCHERBRIDGE_PUBLIC_URL",
                format!("http://localhost:{port}"),
            )
            .env(
                "VOUCHERBRIDGE_DATABASE_URL",
                "sqlite://voucherbridge.sqlite",
            )
            .env(
                "VOUCHERBRIDGE_MASTER_KEY",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Limits the size of the files that the process may write, in bytes.
    fn limit(&self, bytes: &str) {
        let done = Command::new("prlimit")
            .arg(format!("--fsize={bytes}:unlimited"))
            .args(["--pid", &self.0.id().to_string()])
            .status();
        assert!(done.unwrap().success());
    }

    fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

#[allow(clippy::disallowed_methods)] // a process is waited for in real time
async fn until(url: &str, wanted: u16) {
    let client = reqwest::Client::new();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = client.get(format!("{url}/readyz")).send().await;
        if answer.is_ok_and(|answer| answer.status() == wanted) {
            return;
        }
        assert!(Instant::now() < deadline, "/readyz never answered {wanted}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
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
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let mut server = Server::start(folder.path(), address.port());
    let url = format!("http://{address}");
    until(&url, 200).await;
    for _ in 0..2 {
        server.limit("4096");
        until(&url, 503).await;
        assert!(server.is_alive());
        server.limit("unlimited");
        until(&url, 200).await;
    }
}
