//! Both platforms, a connected store, and a backend that is killed and started again.

use std::{
    ops::Deref,
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;
use voucherbridge_test_support::{
    connected,
    database::{Kept, TestDatabase},
    money::cents,
    platforms::Platforms,
    process::free_port,
    waiting::until,
};

use crate::bridge::{Bridge, Recipe};

/// Longer than any lease. Where other processes may work on the database, a dead one's leases end by
/// their time, and the next start of a walk comes so much later.
const AFTER_A_LEASE: Duration = Duration::from_secs(90);

/// The platforms and a database in which the demo store is connected.
pub struct World {
    platforms: Platforms,
    recipe: Recipe,
    /// Whether no backend was started since the last reset.
    is_fresh: AtomicBool,
    /// How far time was moved on since then.
    ahead_seconds: AtomicU64,
    connected: Kept,
    database: TestDatabase,
    _folder: TempDir,
}

impl Deref for World {
    type Target = Platforms;

    fn deref(&self) -> &Platforms {
        &self.platforms
    }
}

impl World {
    /// Starts the stand-ins and connects the demo store by the command line.
    pub fn new() -> Self {
        Self::connected(Platforms::start(), &[])
    }

    /// One in which orders that differ are flagged.
    pub async fn that_flags() -> Self {
        let platforms = Platforms::start();
        platforms.may_change_orders().await;
        Self::connected(platforms, &["--on-difference", "flag"])
    }

    fn connected(platforms: Platforms, choices: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::fresh();
        let recipe = Recipe {
            folder: folder.path().to_owned(),
            port: free_port(),
            database_url: database.url().to_owned(),
            shop_url: platforms.stand_in.shop_url.clone(),
            voucherify_url: platforms.stand_in.voucherify_url.clone(),
        };
        connect(&recipe, choices);
        Self {
            platforms,
            recipe,
            is_fresh: AtomicBool::new(true),
            ahead_seconds: AtomicU64::new(0),
            connected: database.keep(),
            database,
            _folder: folder,
        }
    }

    /// Back to the demo's first minute: both platforms and the database.
    pub async fn reset(&self, switches: &Value) {
        self.shop_control("POST", "reset", &json!({})).await;
        self.voucherify_control("POST", "reset", &json!({})).await;
        self.switch_shop(switches).await;
        self.database.restore(&self.connected);
        self.is_fresh.store(true, Ordering::Relaxed);
        self.ahead_seconds.store(0, Ordering::Relaxed);
    }

    /// Starts the backend, to be killed at its `kill_at`-th point if given.
    pub async fn start(&self, kill_at: Option<u64>) -> Bridge {
        let is_first = self.is_fresh.swap(false, Ordering::Relaxed);
        if self.database.file().is_none() && !is_first {
            self.later(AFTER_A_LEASE);
        }
        self.recipe.start(kill_at, self.ahead()).await
    }

    /// Starts the backend after this time.
    pub async fn start_after(&self, time: Duration) -> Bridge {
        self.later(time);
        self.recipe.start(None, self.ahead()).await
    }

    /// Moves both platforms' clock on, and that of backends that are started from now on.
    fn later(&self, time: Duration) {
        let seconds = time.as_secs();
        self.move_time(seconds.cast_signed());
        self.ahead_seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    fn ahead(&self) -> Duration {
        Duration::from_secs(self.ahead_seconds.load(Ordering::Relaxed))
    }

    /// Delivers what webhooks are due, again and again while a check fails.
    pub async fn until(&self, what: &str, mut check: impl AsyncFnMut() -> bool) {
        until(what, async || {
            let is_so = check().await;
            if !is_so {
                let path = "webhooks/deliver";
                self.shop_control("POST", path, &json!({})).await;
            }
            is_so
        })
        .await;
    }

    /// Gives money of an order back to its gift certificates.
    pub async fn refund_to_certificates(&self, order: i64, amount: &str) {
        let path = format!("orders/{order}/refunds");
        let body = json!({ "amount": amount, "provider_id": "giftcertificate" });
        self.shop_control("POST", &path, &body).await;
    }

    /// The codes sessions hold at Voucherify.
    pub async fn held(&self) -> usize {
        let state = self.voucherify_state().await;
        state["sessions"].as_array().map_or(0, Vec::len)
    }

    /// The redemptions of a code that succeeded and were not rolled back, and those that were.
    pub async fn redemptions(&self, code: &str) -> (u64, usize) {
        let (used, _) = self.usage(code).await;
        let state = self.voucherify_state().await;
        (used, state["rollbacks"].as_array().map_or(0, Vec::len))
    }

    /// Whether a redemption's order stays what it was sent as.
    pub async fn keep_order_status(&self, keeps: bool) {
        let switches = json!({ "redemption_keeps_order_status": keeps });
        self.voucherify_control("PUT", "switches", &switches).await;
    }

    /// What the orders at Voucherify are, in the order of the alphabet.
    pub async fn orders(&self) -> Vec<String> {
        let state = self.voucherify_state().await;
        let orders = state["orders"].as_array().cloned().unwrap_or_default();
        let status = |order: &Value| order["status"].as_str().map(str::to_owned);
        let mut all: Vec<_> = orders.iter().filter_map(status).collect();
        all.sort();
        all
    }

    /// What all gift certificates can pay, in hundredths.
    pub async fn worth(&self) -> i64 {
        let state = self.shop_state().await;
        let all = state["certificates"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let active = all.iter().filter(|one| one["status"] == "active");
        active.map(|one| cents(&one["balance"])).sum()
    }

    /// No certificate is worth more than what is locked of the cards, and no more is locked than
    /// is on them.
    pub async fn check_cards(&self, codes: &[&str], point: u64) {
        let mut locked = 0;
        for code in codes {
            let (balance, held) = self.card(code).await;
            assert!(
                held <= balance,
                "point {point}: {code}: {held} of {balance}"
            );
            locked += held;
        }
        let worth = self.worth().await;
        assert!(worth <= locked, "point {point}: {worth} of {locked}");
    }
}

fn connect(recipe: &Recipe, choices: &[&str]) {
    let mut command = recipe.command(&[
        "connect",
        "--store",
        connected::STORE,
        "--client-id",
        connected::CLIENT_ID,
        "--voucherify-app-id",
        connected::VOUCHERIFY_APP_ID,
        "--currency",
        "USD",
    ]);
    command.args(choices);
    for (name, secret) in [
        ("ACCESS_TOKEN", connected::ACCESS_TOKEN),
        ("CLIENT_SECRET", connected::CLIENT_SECRET),
        ("VOUCHERIFY_SECRET_KEY", connected::VOUCHERIFY_SECRET_KEY),
    ] {
        command.env(format!("VOUCHERBRIDGE_CONNECT_{name}"), secret);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "connect: {said}");
}
