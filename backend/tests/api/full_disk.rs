//! The server on a file system of 12 MB that fills up and is freed again, as a process of its own.
//!
//! The file system is really mounted, where only that process sees it. Not every machine allows that:
//! `npm test` runs this where it does, and says so where it does not.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use voucherbridge_stand_in::{StandIn, shopper::Shopper};

use super::{
    helpers::{CONFIG, STORE, TestApp, error_of},
    own_process::{Server, until, until_it_answers},
};

/// Mounts, takes the database there, and becomes the server.
const BEGIN: &str =
    r#"mount -t tmpfs -o size=12m tmpfs "$1" && cp "$2" "$1" && shift 2 && exec "$@""#;

struct SmallDisk {
    server: Server,
    /// The mounted folder, as we reach it from outside.
    folder: PathBuf,
    log: PathBuf,
    url: String,
    client: reqwest::Client,
    stand_in: StandIn,
    /// Deleted at the end.
    _own: TempDir,
}

impl SmallDisk {
    /// The server with the demo store connected.
    async fn start() -> Self {
        let app = TestApp::connected().await;
        let TestApp {
            running,
            stand_in,
            url,
            client,
            folder: own,
        } = app;
        running.stop().await;
        let file = |name: &str| own.path().join(name);
        let (config, database) = (file(CONFIG), file("test.sqlite"));
        let (mount, log) = (file("small"), file("server.log"));
        fs::create_dir(&mount).unwrap();
        let mut command = Command::new("unshare");
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let as_root = ["--user", "--map-root-user"];
        command.args(as_root.iter().filter(|_| !is_root));
        command.args(["--mount", "sh", "-c", BEGIN, "sh"]);
        command.args([&mount, &database]);
        command.arg(env!("CARGO_BIN_EXE_voucherbridge"));
        command.arg("--config").arg(config).arg("serve");
        let at = format!("sqlite://{}", mount.join("test.sqlite").display());
        command.env("VOUCHERBRIDGE_DATABASE_URL", at);
        command.stderr(File::create(&log).unwrap());
        let mut server = Server::start(&mut command);
        until("the server answers, or is gone", async || {
            let answer = client.get(format!("{url}/readyz")).send().await;
            answer.is_ok() || !server.is_alive()
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
            client,
            stand_in,
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
        let answer = self.client.get(format!("{}/readyz", self.url)).send().await;
        answer.unwrap().status().as_u16()
    }

    async fn shopper(&self) -> Shopper {
        let mut shopper = Shopper::enter(&self.stand_in.shop_url);
        shopper.fill_cart(&[(111, 211, 1)]).await.unwrap();
        shopper.fill_in("shopper@example.com").await.unwrap();
        shopper
    }

    async fn type_code(&self, shopper: &Shopper, code: &str) -> reqwest::Response {
        let (url, checkout) = (&self.url, &shopper.checkout);
        let url = format!("{url}/{STORE}/checkouts/{checkout}/codes");
        let body = json!({ "code": code, "locale": "en" });
        let request = self.client.post(url).json(&body);
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

    /// How often the code was redeemed.
    async fn redeemed(&self, code: &str) -> i64 {
        let url = format!("{}/control/state", self.stand_in.voucherify_url);
        let state: Value = self
            .client
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let mut vouchers = state["vouchers"].as_array().unwrap().iter();
        let voucher = vouchers.find(|one| one["code"] == code).unwrap();
        voucher["redeemed_quantity"].as_i64().unwrap()
    }
}

#[tokio::test]
#[ignore = "mounts a file system; `npm test` runs it where that is allowed"]
async fn a_full_disk_that_is_freed_again_is_survived() {
    let mut disk = SmallDisk::start().await;
    until_it_answers(&disk.url, 200).await;
    // A second time is no worse than the first.
    for paid_with in ["ONCE15", "ONCE50"] {
        let mut paying = disk.shopper().await;
        let native = disk.applies(&paying, paid_with).await;
        paying.apply_coupon(&native).await.unwrap();
        until("the server is not ready", async || {
            disk.fill();
            disk.is_ready().await == 503
        })
        .await;
        let other = disk.shopper().await;
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
        disk.stand_in.shop_kit.clock.advance(60 * 60);
        until("the paid order is redeemed", async || {
            disk.redeemed(paid_with).await == 1
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
