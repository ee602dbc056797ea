//! What the tests of the stand-in share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "tests; each file uses a part of it"
)]

use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use voucherbridge_stand_in::{StandIn, StandInOptions};

/// A running stand-in and a client for it.
pub struct Shop {
    pub stand_in: StandIn,
    pub client: Client,
}

impl Shop {
    pub fn start() -> Self {
        let stand_in = StandIn::start(StandInOptions::default()).unwrap();
        Self {
            stand_in,
            client: Client::new(),
        }
    }

    /// A management call with the right token; the path is what comes after the store's hash.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> Response {
        let url = format!("{}/stores/demo1store{path}", self.stand_in.shop_url);
        let mut request = self
            .client
            .request(method, url)
            .header("X-Auth-Token", "demo-access-token")
            .header("Content-Type", "application/json");
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        request.send().await.unwrap()
    }

    /// A management call that gives status and body.
    pub async fn json(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let response = self.call(method, path, body).await;
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.json(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.json(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.json(Method::PUT, path, body).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        self.json(Method::DELETE, path, Value::Null).await
    }

    /// A call of the shop's control API.
    pub async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/control{path}", self.stand_in.shop_url);
        let mut request = self.client.request(method, url);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        assert!(
            response.status().is_success(),
            "{path}: {}",
            response.status()
        );
        response.json().await.unwrap_or(Value::Null)
    }

    /// Makes a coupon promotion of a fixed amount with one code and gives its number.
    pub async fn coupon(&self, code: &str, amount: &str) -> u64 {
        let (status, body) = self.post("/v3/promotions", coupon_promotion(amount)).await;
        assert_eq!(status, 201, "{body}");
        let id = body["data"]["id"].as_u64().unwrap();
        let path = format!("/v3/promotions/{id}/codes");
        let (status, body) = self.post(&path, json!({"code": code, "max_uses": 1})).await;
        assert_eq!(status, 201, "{body}");
        id
    }
}

/// The promotion that Voucherbridge makes for an amount.
pub fn coupon_promotion(amount: &str) -> Value {
    json!({
        "name": "Voucherbridge",
        "redemption_type": "COUPON",
        "currency_code": "USD",
        "max_uses": 1,
        "rules": [{
            "action": {"cart_value": {"discount": {"fixed_amount": amount}}},
            "apply_once": true,
            "stop": false,
        }],
    })
}

/// Asks until the answer is there, or fails after ten seconds.
pub async fn eventually<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "it did not happen within ten seconds"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
