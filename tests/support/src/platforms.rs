//! Both stand-ins: who shops there, what they hold, and what merchants and faults do to them.

use serde_json::{Value, json};
use voucherbridge_stand_in::{StandIn, StandInOptions, shopper::Shopper};

use crate::connected::{ACCESS_TOKEN, STORE, VOUCHERIFY_APP_ID, VOUCHERIFY_SECRET_KEY};

/// A customer of the shop.
pub const ALICE: i64 = 11;
/// Another one.
pub const BOB: i64 = 12;

/// Both running stand-ins.
pub struct Platforms {
    /// The listeners.
    pub stand_in: StandIn,
    /// For whoever asks something.
    pub client: reqwest::Client,
}

impl Platforms {
    /// Starts both on free ports.
    #[must_use]
    pub fn start() -> Self {
        Self {
            stand_in: StandIn::start(StandInOptions::default()).unwrap(),
            client: reqwest::Client::new(),
        }
    }

    /// A guest with a 799.00 phone, everything filled in.
    pub async fn shopper(&self) -> Shopper {
        self.shopper_with(&[(111, 211, 1)]).await
    }

    /// A guest with these items: product, variant and how many of each.
    pub async fn shopper_with(&self, items: &[(i64, i64, i64)]) -> Shopper {
        let mut shopper = Shopper::enter(&self.stand_in.shop_url);
        shopper.fill_cart(items).await.unwrap();
        shopper.fill_in("shopper@example.com").await.unwrap();
        shopper
    }

    /// The same, of a customer who signed in.
    pub async fn customer(&self, id: i64, items: &[(i64, i64, i64)]) -> Shopper {
        let shopper = self.shopper_with(items).await;
        self.sign_in(&shopper, id).await;
        shopper
    }

    /// As a customer, or as a guest again: 0.
    pub async fn sign_in(&self, shopper: &Shopper, id: i64) {
        let cart = self.management_url(&format!("v3/carts/{}", shopper.checkout));
        let body = json!({ "customer_id": id });
        self.manage("PUT", &cart, &body).await;
    }

    /// Everything that BigCommerce holds.
    pub async fn shop_state(&self) -> Value {
        self.shop_control("GET", "state", &Value::Null).await
    }

    /// Everything that Voucherify holds.
    pub async fn voucherify_state(&self) -> Value {
        self.voucherify_control("GET", "state", &Value::Null).await
    }

    /// The promotions of ours at BigCommerce.
    pub async fn promotions(&self) -> Vec<Value> {
        let state = self.shop_state().await;
        let all = state["promotions"].as_array().cloned().unwrap_or_default();
        let ours = |one: &Value| {
            one["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("Voucherbridge "))
        };
        all.into_iter().filter(ours).collect()
    }

    /// A code as Voucherify keeps it.
    pub async fn voucher(&self, code: &str) -> Value {
        let state = self.voucherify_state().await;
        let mut vouchers = state["vouchers"].as_array().unwrap().iter();
        vouchers.find(|one| one["code"] == code).unwrap().clone()
    }

    /// Adds a code to the project.
    pub async fn make_voucher(&self, voucher: &Value) {
        self.voucherify_control("POST", "vouchers", voucher).await;
    }

    /// How often a code counts as used, and how often it is held.
    pub async fn usage(&self, code: &str) -> (u64, u64) {
        let voucher = self.voucher(code).await;
        let number = |key: &str| voucher[key].as_u64().unwrap();
        (number("redeemed_quantity"), number("held_quantity"))
    }

    /// What is on a gift card and what is locked of it, in hundredths.
    pub async fn card(&self, code: &str) -> (i64, i64) {
        let card = self.voucher(code).await;
        let balance = card["gift"]["balance"].as_i64().unwrap();
        (balance, card["held_credits"].as_i64().unwrap_or(0))
    }

    /// Moves both platforms' clock on.
    pub fn move_time(&self, seconds: i64) {
        self.stand_in.shop_kit.clock.advance(seconds);
    }

    /// Marks an order in the shop's control panel.
    pub async fn mark_order(&self, order: i64, what: &str) {
        let path = format!("orders/{order}/{what}");
        self.shop_control("POST", &path, &json!({})).await;
    }

    /// The token may change orders, too.
    pub async fn may_change_orders(&self) {
        let scopes = self.shop_control("GET", "scopes", &Value::Null).await;
        let mut granted = scopes["granted"].as_array().unwrap().clone();
        granted.push(json!("store_v2_orders"));
        let body = json!({ "granted": granted });
        self.shop_control("PUT", "scopes", &body).await;
    }

    /// Switches of the BigCommerce stand-in.
    pub async fn switch_shop(&self, switches: &Value) {
        self.shop_control("PUT", "switches", switches).await;
    }

    /// The merchant switches a code off.
    pub async fn disable(&self, code: &str) {
        let path = format!("vouchers/{code}/disable");
        self.ask_voucherify(&path, &Value::Null).await;
    }

    /// The merchant changes what is on a card, in hundredths.
    pub async fn change_balance(&self, code: &str, by: i64) {
        let path = format!("vouchers/{code}/balance");
        self.ask_voucherify(&path, &json!({ "amount": by })).await;
    }

    /// A call of the store's management API, such as `PUT` to `v3/promotions/settings`.
    pub async fn manage(&self, method: &str, url: &str, body: &Value) {
        let request = self.client.request(method.parse().unwrap(), url);
        let request = request.header("X-Auth-Token", ACCESS_TOKEN);
        answer_to(request.json(body)).await;
    }

    /// The merchant deletes a promotion, with its codes, as the store may want it.
    pub async fn merchant_deletes(&self, promotion: i64) {
        let url = self.management_url(&format!("v3/promotions/{promotion}"));
        let codes = self.client.get(format!("{url}/codes"));
        let answer = answer_to(codes.header("X-Auth-Token", ACCESS_TOKEN)).await;
        for code in answer["data"].as_array().unwrap() {
            let own = format!("{url}/codes?id:in={}", code["id"]);
            self.manage("DELETE", &own, &json!({})).await;
        }
        self.manage("DELETE", &url, &json!({})).await;
    }

    /// The address of something in the store's management API.
    #[must_use]
    pub fn management_url(&self, path: &str) -> String {
        format!("{}/stores/{STORE}/{path}", self.stand_in.shop_url)
    }

    /// Adds a fault to the stand-in with this address.
    pub async fn fault(&self, url: &str, rule: &Value) {
        self.control(url, "POST", "faults", rule).await;
    }

    /// A control call of the BigCommerce stand-in.
    pub async fn shop_control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.control(&self.stand_in.shop_url, method, path, body)
            .await
    }

    /// A control call of the Voucherify stand-in.
    pub async fn voucherify_control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.control(&self.stand_in.voucherify_url, method, path, body)
            .await
    }

    async fn control(&self, url: &str, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{url}/control/{path}");
        let request = self.client.request(method.parse().unwrap(), url);
        answer_to(with_body(request, body)).await
    }

    async fn ask_voucherify(&self, path: &str, body: &Value) {
        let url = format!("{}/v1/{path}", self.stand_in.voucherify_url);
        let request = self.client.post(url).header("X-App-Id", VOUCHERIFY_APP_ID);
        let request = request.header("X-App-Token", VOUCHERIFY_SECRET_KEY);
        answer_to(with_body(request, body)).await;
    }
}

fn with_body(request: reqwest::RequestBuilder, body: &Value) -> reqwest::RequestBuilder {
    if body.is_null() {
        return request;
    }
    request.json(body)
}

/// Sends what must succeed; answers its JSON, or nothing where there is none.
async fn answer_to(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    let (url, status) = (answer.url().clone(), answer.status());
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}
