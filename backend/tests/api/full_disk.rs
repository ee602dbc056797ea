//! The server on a file system of 12 MB that fills up and is freed again, as a process of its own.
//!
//! The file system is really mounted, where only that process sees it. Not every machine allows that:
//! `npm test` runs this where it does, and says so where it does not.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::{
    platforms::Platforms,
    process::{Process, readiness, until_it_answers},
    waiting::until,
};

use super::helpers::{CONFIG, STORE, TestApp, error_of};

/// Mounts, takes the database there, and becomes the server.
const BEGIN: &str =
    r#"mount -t tmpfs -o size=12m tmpfs "$1" && cp "$2" "$1" && shift 2 && exec "$@""#;

struct SmallDisk {
    server: Process,
    /// The mounted folder, as we reach it from outside.
    folder: PathBuf,
    log: PathBuf,
    url: String,
    platforms: Platforms,
    /// Deleted at the end.
    _own: TempDir,
}

impl SmallDisk {
    /// The server with the demo store connected.
    async fn start() -> Self {
        let app = TestApp::connected().await;
        let TestApp {
            running,
            platforms,
            url,
            database,
            folder: own,
        } = app;
        running.stop().await;
        let file = |name: &str| own.path().join(name);
        let config = file(CONFIG);
        let (mount, log) = (file("small"), file("server.log"));
        fs::create_dir(&mount).unwrap();
        let mut command = Command::new("unshare");
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let as_root = ["--user", "--map-root-user"];
        command.args(as_root.iter().filter(|_| !is_root));
        command.args(["--mount", "sh", "-c", BEGIN, "sh"]);
        command.args([&mount, &database.file().unwrap()]);
        command.arg(env!("CARGO_BIN_EXE_voucherbridge"));
        command.arg("--config").arg(config).arg("serve");
        let at = format!("sqlite://{}", mount.join("test.sqlite").display());
        command.env("VOUCHERBRIDGE_DATABASE_URL", at);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(File::create(&log).unwrap());
        let mut server = Process::start(&mut command);
        until("the server answers, or is gone", async || {
            readiness(&platforms.client, &url).await.is_some() || !server.is_alive()
        })
        .await;
        let said = fs::read_to_string(&log).unwrap();
        assert!(server.is_alive(), "not run, for want of a mount: {said}");
        let outside = PathBuf::from(format!("/proc/{}/root", server.id()));
        Self {
            folder: outside.join(mount.strip_prefix("/").unwrap()),
            server,
            log,
            url,
            platforms,
            _own: own,
        }
    }

    /// Takes all the room there is. SQLite may make some again: a connection that failed is closed, and
    /// what waited in its log is moved into the database.
    fn fill(&self) {
        let filler = self.folder.join("filler");
        let mut filler = File::options()
            .create(true)
            .append(true)
            .open(filler)
            .unwrap();
        let mut part = vec![1; 65_536];
        while !part.is_empty() {
            if filler.write_all(&part).is_err() {
                part.truncate(part.len() / 2);
            }
        }
    }

    fn free(&self) {
        fs::remove_file(self.folder.join("filler")).unwrap();
    }

    async fn is_ready(&self) -> u16 {
        let ready = readiness(&self.platforms.client, &self.url).await;
        ready.unwrap()
    }

    async fn type_code(&self, shopper: &Shopper, code: &str) -> reqwest::Response {
        let (url, checkout) = (&self.url, &shopper.checkout);
        let url = format!("{url}/{STORE}/checkouts/{checkout}/codes");
        let body = json!({ "code": code, "locale": "en" });
        let request = self.platforms.client.post(url).json(&body);
        request.send().await.unwrap()
    }

    /// A code that is taken; answers its native one.
    async fn applies(&self, shopper: &Shopper, code: &str) -> String {
        let answer: Value = self.type_code(shopper, code).await.json().await.unwrap();
        let native = answer["native_codes"][0].as_str();
        native
            .unwrap_or_else(|| panic!("{code}: {answer}"))
            .to_owned()
    }
}

#[tokio::test]
#[ignore = "mounts a file system; `npm test` runs it where that is allowed"]
async fn a_full_disk_that_is_freed_again_is_survived() {
    let mut disk = SmallDisk::start().await;
    until_it_answers(&disk.url, 200).await;
    // A second time is no worse than the first.
    for paid_with in ["ONCE15", "ONCE50"] {
        let mut paying = disk.platforms.shopper().await;
        let native = disk.applies(&paying, paid_with).await;
        paying.apply_coupon(&native).await.unwrap();
        until("the server is not ready", async || {
            disk.fill();
            disk.is_ready().await == 503
        })
        .await;
        let other = disk.platforms.shopper().await;
        for code in ["SAVE10", "TAKE20", "GIFT50", "NOSUCHCODE"] {
            until("the code is refused for want of room", async || {
                disk.fill();
                let began = Instant::now();
                let answer = disk.type_code(&other, code).await;
                assert!(began.elapsed() < Duration::from_secs(5), "a shopper waits");
                if answer.status() == 200 {
                    return false;
                }
                assert_eq!(answer.status(), 503, "{code}");
                assert_eq!(error_of(answer, code).await.0, "unavailable", "{code}");
                true
            })
            .await;
        }
        disk.fill();
        paying.place_order("cod").await.unwrap();
        assert!(disk.server.is_alive());

        disk.free();
        until_it_answers(&disk.url, 200).await;
        for code in ["SAVE10", "TAKE20"] {
            disk.applies(&other, code).await;
        }
        // BigCommerce tells again of what it could not tell.
        disk.platforms.move_time(60 * 60);
        until("the paid order is redeemed", async || {
            disk.platforms.usage(paid_with).await.0 == 1
        })
        .await;
    }
    let said = fs::read_to_string(&disk.log).unwrap();
    assert!(
        said.contains("small/test.sqlite"),
        "the database is named: {said}"
    );
    assert!(!said.contains("begin_with"), "{said}");
}
