//! Both platforms, a connected store, and what can be read of them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use voucherbridge_stand_in::{StandIn, StandInOptions, shopper::Shopper};

use super::bridge::{Bridge, Recipe, free_port};

/// The platforms and a database in which the demo store is connected.
pub struct World {
    pub stand_in: StandIn,
    pub recipe: Recipe,
    client: reqwest::Client,
    connected: Vec<(PathBuf, Vec<u8>)>,
    _folder: TempDir,
}

impl World {
    /// Starts the stand-ins and connects the demo store by the command line.
    pub fn new() -> Self {
        Self::connected(StandIn::start(StandInOptions::default()).unwrap(), &[])
    }

    /// One in which orders that differ are flagged.
    pub async fn that_flags() -> Self {
        let stand_in = StandIn::start(StandInOptions::default()).unwrap();
        may_change_orders(&reqwest::Client::new(), &stand_in.shop_url).await;
        Self::connected(stand_in, &["--on-difference", "flag"])
    }

    fn connected(stand_in: StandIn, choices: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recipe = Recipe {
            folder: folder.path().to_owned(),
            port: free_port(),
            shop_url: stand_in.shop_url.clone(),
            voucherify_url: stand_in.voucherify_url.clone(),
        };
        let client = reqwest::Client::new();
        connect(&recipe, choices);
        let connected = database_files(&recipe.database_file())
            .into_iter()
            .filter_map(|file| Some((file.clone(), fs::read(file).ok()?)))
            .collect();
        Self {
            stand_in,
            recipe,
            client,
            connected,
            _folder: folder,
        }
    }

    /// Back to the demo's first minute: both platforms and the database.
    pub async fn reset(&self, switches: &Value) {
        for url in [&self.stand_in.shop_url, &self.stand_in.voucherify_url] {
            self.control(url, "POST", "reset", &json!({})).await;
        }
        self.control(&self.stand_in.shop_url, "PUT", "switches", switches)
            .await;
        for file in database_files(&self.recipe.database_file()) {
            let _ = fs::remove_file(file);
        }
        for (file, bytes) in &self.connected {
            fs::write(file, bytes).unwrap();
        }
    }

    /// The token may change orders; forgotten at each reset.
    pub async fn may_change_orders(&self) {
        may_change_orders(&self.client, &self.stand_in.shop_url).await;
    }

    pub async fn start(&self, kill_at: Option<u64>) -> Bridge {
        self.recipe.start(kill_at, Duration::ZERO).await
    }

    /// A guest with a 799.00 phone in the cart and everything filled in.
    pub async fn shopper(&self) -> Shopper {
        let mut shopper = Shopper::enter(&self.stand_in.shop_url);
        shopper.fill_cart(&[(111, 211, 1)]).await.unwrap();
        shopper.fill_in("shopper@example.com").await.unwrap();
        shopper
    }

    /// Moves both platforms' clocks on.
    pub async fn move_time(&self, by: Duration) {
        let body = json!({ "advance_seconds": by.as_secs() });
        for url in [&self.stand_in.shop_url, &self.stand_in.voucherify_url] {
            self.control(url, "PUT", "clock", &body).await;
        }
    }

    /// Marks an order in the shop's control panel.
    pub async fn mark_order(&self, order: i64, what: &str) {
        let path = format!("orders/{order}/{what}");
        self.control(&self.stand_in.shop_url, "POST", &path, &json!({}))
            .await;
    }

    /// Gives money of an order back to its gift certificates.
    pub async fn refund_to_certificates(&self, order: i64, amount: &str) {
        let path = format!("orders/{order}/refunds");
        let body = json!({ "amount": amount, "provider_id": "giftcertificate" });
        self.control(&self.stand_in.shop_url, "POST", &path, &body)
            .await;
    }

    /// Delivers what webhooks are due, again and again while a check fails.
    pub async fn until(&self, what: &str, mut check: impl AsyncFnMut() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !check().await {
            assert!(Instant::now() < deadline, "never came: {what}");
            self.control(
                &self.stand_in.shop_url,
                "POST",
                "webhooks/deliver",
                &json!({}),
            )
            .await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The promotions of ours that exist.
    pub async fn promotions(&self) -> Vec<Value> {
        let state = self.bigcommerce().await;
        let all = state["promotions"].as_array().cloned().unwrap_or_default();
        let ours = |promotion: &Value| {
            promotion["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("Voucherbridge "))
        };
        all.into_iter().filter(ours).collect()
    }

    /// The codes sessions hold at Voucherify.
    pub async fn held(&self) -> usize {
        let state = self.voucherify().await;
        state["sessions"].as_array().map_or(0, Vec::len)
    }

    /// The redemptions of a code that succeeded and were not rolled back, and those that were.
    pub async fn redemptions(&self, code: &str) -> (usize, usize) {
        let state = self.voucherify().await;
        let vouchers = state["vouchers"].as_array().cloned().unwrap_or_default();
        let voucher = vouchers
            .iter()
            .find(|voucher| voucher["code"] == code)
            .cloned();
        let used = voucher.and_then(|voucher| voucher["redeemed_quantity"].as_u64());
        let rolled_back = state["rollbacks"].as_array().map_or(0, Vec::len);
        (usize::try_from(used.unwrap_or(0)).unwrap(), rolled_back)
    }

    /// Whether a redemption's order stays what it was sent as.
    pub async fn keep_order_status(&self, keeps: bool) {
        let switches = json!({ "redemption_keeps_order_status": keeps });
        self.control(&self.stand_in.voucherify_url, "PUT", "switches", &switches)
            .await;
    }

    /// What the orders at Voucherify are, in the order of the alphabet.
    pub async fn orders(&self) -> Vec<String> {
        let state = self.voucherify().await;
        let orders = state["orders"].as_array().cloned().unwrap_or_default();
        let status = |order: &Value| order["status"].as_str().map(str::to_owned);
        let mut all: Vec<_> = orders.iter().filter_map(status).collect();
        all.sort();
        all
    }

    /// How often a code counts as used, and how often it is held.
    pub async fn usage(&self, code: &str) -> (u64, u64) {
        let state = self.voucherify().await;
        let vouchers = state["vouchers"].as_array().unwrap();
        let voucher = vouchers.iter().find(|one| one["code"] == code).unwrap();
        let number = |key: &str| voucher[key].as_u64().unwrap();
        (number("redeemed_quantity"), number("held_quantity"))
    }

    /// What is on a gift card and what is locked of it, in hundredths.
    pub async fn card(&self, code: &str) -> (i64, i64) {
        let state = self.voucherify().await;
        let vouchers = state["vouchers"].as_array().unwrap();
        let card = vouchers.iter().find(|one| one["code"] == code).unwrap();
        let held = card["held_credits"].as_i64().unwrap_or(0);
        (card["gift"]["balance"].as_i64().unwrap(), held)
    }

    /// What all gift certificates can pay, in hundredths.
    pub async fn worth(&self) -> i64 {
        let state = self.bigcommerce().await;
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

    /// What the BigCommerce stand-in holds.
    pub async fn bigcommerce(&self) -> Value {
        self.control(&self.stand_in.shop_url, "GET", "state", &Value::Null)
            .await
    }

    async fn voucherify(&self) -> Value {
        self.control(&self.stand_in.voucherify_url, "GET", "state", &Value::Null)
            .await
    }

    async fn control(&self, url: &str, method: &str, path: &str, body: &Value) -> Value {
        let mut request = self
            .client
            .request(method.parse().unwrap(), format!("{url}/control/{path}"));
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or(Value::Null)
    }
}

/// A platform's decimal in hundredths.
#[allow(clippy::cast_possible_truncation)]
pub fn cents(value: &Value) -> i64 {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    (text.parse::<f64>().unwrap() * 100.0).round() as i64
}

/// What SQLite keeps a database in. What was written last may be in the write-ahead log alone.
fn database_files(database: &Path) -> Vec<PathBuf> {
    ["", "-wal", "-shm"]
        .map(|suffix| PathBuf::from(format!("{}{suffix}", database.display())))
        .to_vec()
}

async fn may_change_orders(client: &reqwest::Client, shop_url: &str) {
    let url = format!("{shop_url}/control/scopes");
    let scopes: Value = client.get(&url).send().await.unwrap().json().await.unwrap();
    let mut granted = scopes["granted"].as_array().unwrap().clone();
    granted.push(json!("store_v2_orders"));
    let body = json!({ "granted": granted });
    let answer = client.put(&url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success());
}

fn connect(recipe: &Recipe, choices: &[&str]) {
    let mut command = recipe.command(&[
        "connect",
        "--store",
        "demo1store",
        "--client-id",
        "demo-client-id",
        "--voucherify-app-id",
        "demo-app-id",
        "--currency",
        "USD",
    ]);
    command
        .args(choices)
        .env("VOUCHERBRIDGE_CONNECT_ACCESS_TOKEN", "demo-access-token")
        .env("VOUCHERBRIDGE_CONNECT_CLIENT_SECRET", "demo-client-secret")
        .env(
            "VOUCHERBRIDGE_CONNECT_VOUCHERIFY_SECRET_KEY",
            "demo-secret-key",
        )
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "connect: {said}");
}
