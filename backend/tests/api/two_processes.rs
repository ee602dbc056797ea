//! Two processes on one SQLite file, and the command line beside them.

use std::process::{Command, Stdio};

use serde_json::json;
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use voucherbridge_test_support::{
    database::TestDatabase,
    platforms::Platforms,
    process::{Process, free_port, until_it_answers},
    waiting::until,
};

use super::helpers::{CONFIG, STORE, TestApp};

/// Where a store was connected.
struct Place {
    platforms: Platforms,
    database: TestDatabase,
    folder: TempDir,
}

impl Place {
    /// A server on a port of its own, which waits long for the platforms.
    async fn server(&self) -> (Process, String) {
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = self.program("serve");
        command
            .env("VOUCHERBRIDGE_LISTEN", &address)
            .env("VOUCHERBRIDGE_UPSTREAM_TIMEOUT_MS", "8000");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let server = Process::start(&mut command);
        let url = format!("http://{address}");
        until_it_answers(&url, 200).await;
        (server, url)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_voucherbridge"));
        let file = self.folder.path().join(CONFIG);
        command.arg("--config").arg(file).arg(name);
        command
    }

    /// Who works on a checkout.
    async fn owners(&self) -> Vec<String> {
        let url = format!("sqlite://{}", self.database.file().unwrap().display());
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        let query =
            sqlx::query_scalar("SELECT lease_owner FROM checkouts WHERE lease_owner IS NOT NULL");
        let owners = query.fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        owners
    }
}

#[tokio::test]
async fn a_start_frees_what_a_dead_process_held_and_not_what_a_living_one_holds() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    app.running.stop().await;
    let place = Place {
        platforms: app.platforms,
        database: app.database,
        folder: app.folder,
    };
    let (first, url) = place.server().await;
    let action = json!({ "kind": "delay", "ms": 20_000 });
    let rule = json!({ "path": "/v1/validations", "action": action });
    let faults = format!("{}/control/faults", place.platforms.stand_in.voucherify_url);
    place
        .platforms
        .client
        .post(faults)
        .json(&rule)
        .send()
        .await
        .unwrap();
    let typed = format!("{url}/{STORE}/checkouts/{checkout}/codes");
    let request = place
        .platforms
        .client
        .post(typed)
        .json(&json!({ "code": "SAVE10" }));
    let typing = tokio::spawn(request.send());
    until("the first works on the checkout", async || {
        place.owners().await.len() == 1
    })
    .await;

    let owners = place.owners().await;

    let (second, _) = place.server().await;
    assert_eq!(place.owners().await, owners, "the first one lives");

    // Another one lives: what the dead one held ends by its time.
    drop(first);
    let mut status = place.program("status");
    let output = spawn_blocking(move || status.output().unwrap()).await;
    assert!(output.unwrap().status.success());
    assert_eq!(place.owners().await, owners);
    let (third, _) = place.server().await;
    assert_eq!(place.owners().await, owners);
    drop((second, third));
    let (_fourth, _) = place.server().await;
    // It may be working on that checkout by now.
    assert!(!place.owners().await.contains(&owners[0]), "nobody lives");
    typing.abort();
}

#[tokio::test]
async fn parked_jobs_are_listed_and_asked_for_again() {
    let app = TestApp::connected().await;
    let (_, none) = app.command(&["jobs"]).await;
    assert!(none.contains("No job is parked."), "{none}");
    let sql = "INSERT INTO jobs (id, store, kind, subject, revision, state, run_at_ms, attempts, \
               lease_until_ms, last_error, created_at_ms, class) VALUES \
               ('job-1', 'demo1store', 'mystery', 'x', 1, 'parked', 0, 1, 0, 'no such job', 0, 'bulk'), \
               ('job-2', 'demo1store', 'process_order', 'y', 1, 'parked', 0, 1, 0, 'bad', 0, 'orders')";
    let pool = app.running.app.context.database.pool();
    sqlx::query(sql).execute(pool).await.unwrap();
    let (_, listed) = app.command(&["jobs"]).await;
    for text in ["job-1", "mystery", "no such job", "job-2"] {
        assert!(listed.contains(text), "{listed}");
    }
    let (well, one) = app.command(&["jobs", "--again", "job-1"]).await;
    assert!(well && one.contains("Asked for 1 job"), "{one}");
    let (well, again) = app.command(&["jobs", "--again", "job-1"]).await;
    assert!(!well && again.contains("no job job-1 is parked"), "{again}");
    let (_, all) = app.command(&["jobs", "--all"]).await;
    assert!(all.contains("Asked for 1 job"), "{all}");
    let (_, none) = app.command(&["jobs"]).await;
    assert!(none.contains("No job is parked."), "{none}");
}
