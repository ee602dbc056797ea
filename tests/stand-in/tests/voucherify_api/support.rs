//! A running stand-in and short ways to ask it.

use reqwest::Method;
use serde_json::{Value, json};
use voucherbridge_stand_in::{StandIn, StandInOptions};

/// A stand-in with a client.
pub struct Voucherify {
    pub stand_in: StandIn,
    client: reqwest::Client,
}

impl Voucherify {
    pub fn start() -> Self {
        let stand_in = StandIn::start(StandInOptions::default()).unwrap();
        Self {
            stand_in,
            client: reqwest::Client::new(),
        }
    }

    /// A request with the right credentials. Gives status and body.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self
            .client
            .request(method, format!("{}{path}", self.stand_in.voucherify_url))
            .header("X-App-Id", "demo-app-id")
            .header("X-App-Token", "demo-secret-key");
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    /// A POST that has to succeed.
    pub async fn ok(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer:#}");
        answer
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None).await
    }

    pub async fn validate(&self, body: Value) -> Value {
        self.ok("/v1/validations", body).await
    }

    pub async fn redeem(&self, body: Value) -> Value {
        self.ok("/v1/redemptions", body).await
    }

    pub async fn switch(&self, body: Value) {
        let (status, answer) = self
            .send(Method::PUT, "/control/switches", Some(body))
            .await;
        assert_eq!(status, 200, "{answer}");
    }

    /// `redeemed_quantity` and `held_quantity` of a code.
    pub async fn used_and_held(&self, code: &str) -> (u64, u64) {
        let (_, state) = self.get("/control/state").await;
        let vouchers = state["vouchers"].as_array().unwrap();
        let voucher = vouchers
            .iter()
            .find(|voucher| voucher["code"] == code)
            .unwrap();
        let number = |field: &str| voucher[field].as_u64().unwrap();
        (number("redeemed_quantity"), number("held_quantity"))
    }
}

/// A request for these codes on an order of this amount.
pub fn codes(codes: &[&str], amount: i64) -> Value {
    let redeemables: Vec<_> = codes
        .iter()
        .map(|code| json!({"object": "voucher", "id": code}))
        .collect();
    json!({"redeemables": redeemables, "order": {"amount": amount}})
}

/// A line of a demo product by the SKU that stands for it, as a shop sends it.
pub fn line(sku: &str, quantity: i64, price: i64) -> Value {
    let product = match sku {
        "211" => ("111", "iPhone 8", 1),
        "212" | "213" | "214" => ("112", "T-shirt", 2),
        "215" => ("113", "Phone case", 3),
        "217" => ("115", "Socks", 2),
        _ => ("116", "Headphones", 3),
    };
    json!({
        "source_id": sku,
        "related_object": "sku",
        "quantity": quantity,
        "amount": price * quantity,
        "price": price,
        "product": {
            "source_id": product.0,
            "name": product.1,
            "metadata": {"bigcommerce_product_categories": [product.2]},
        },
        "sku": {"source_id": sku},
    })
}

/// A request for these codes on an order of these lines.
pub fn cart(list: &[&str], lines: &[Value]) -> Value {
    let mut body = codes(list, 0);
    body["order"] = json!({"items": lines});
    body
}

/// A field of each item of an order; 0 where it is left out.
pub fn of_items(order: &Value, field: &str) -> Vec<i64> {
    let items = order["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item[field].as_i64().unwrap_or(0))
        .collect()
}

/// The same under a session key, for two hours.
pub fn locked(list: &[&str], amount: i64, key: &str) -> Value {
    let mut body = codes(list, amount);
    body["session"] = json!({"type": "LOCK", "key": key, "ttl": 2, "ttl_unit": "HOURS"});
    body
}

/// Error key of the first inapplicable redeemable.
pub fn reason(answer: &Value) -> &str {
    answer["inapplicable_redeemables"][0]["result"]["error"]["key"]
        .as_str()
        .unwrap_or_default()
}
