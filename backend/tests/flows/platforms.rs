//! What the platforms hold, what they were asked, and what merchants and faults do to them.

use std::time::Duration;

use serde_json::{Value, json};
use voucherbridge_stand_in::kit;

use super::world::World;

impl World {
    /// The promotions of ours at BigCommerce.
    pub async fn promotions(&self) -> Vec<Value> {
        let state = self.shop_control("GET", "state", &Value::Null).await;
        let all = state["promotions"].as_array().cloned().unwrap_or_default();
        let ours = |one: &Value| {
            one["name"]
                .as_str()
                .is_some_and(|name| name.starts_with("Voucherbridge "))
        };
        all.into_iter().filter(ours).collect()
    }

    /// How often a code counts as used, and how often it is held.
    pub async fn usage(&self, code: &str) -> (u64, u64) {
        let state = self.voucherify_state().await;
        let vouchers = state["vouchers"].as_array().cloned().unwrap_or_default();
        let voucher = vouchers
            .into_iter()
            .find(|voucher| voucher["code"] == code)
            .unwrap();
        let number = |key: &str| voucher[key].as_u64().unwrap();
        (number("redeemed_quantity"), number("held_quantity"))
    }

    pub async fn voucherify_state(&self) -> Value {
        let url = format!("{}/control/state", self.stand_in.voucherify_url);
        self.client
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub async fn shop_control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.control(&self.stand_in.shop_url, method, path, body)
            .await
    }

    pub async fn voucherify_control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.control(&self.stand_in.voucherify_url, method, path, body)
            .await
    }

    pub async fn mark_order(&self, order: i64, what: &str) {
        self.shop_control("POST", &format!("orders/{order}/{what}"), &json!({}))
            .await;
    }

    /// The address of `shop` or `voucherify`.
    pub fn url_of(&self, platform: &str) -> &str {
        match platform {
            "shop" => &self.stand_in.shop_url,
            _ => &self.stand_in.voucherify_url,
        }
    }

    /// The merchant switches a code off.
    pub async fn disable(&self, code: &str) {
        let url = format!(
            "{}/v1/vouchers/{code}/disable",
            self.stand_in.voucherify_url
        );
        let request = self.client.post(url).header("X-App-Id", "demo-app-id");
        let answer = request
            .header("X-App-Token", "demo-secret-key")
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// A call of the store's management API.
    pub async fn manage(&self, method: &str, url: &str, body: &Value) {
        let request = self.client.request(method.parse().unwrap(), url).json(body);
        let request = request.header("X-Auth-Token", "demo-access-token");
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{url}: {status} {text}");
    }

    /// The merchant deletes a promotion, with its codes, as the store may want it.
    pub async fn merchant_deletes(&self, promotion: i64) {
        let shop = self.url_of("shop");
        let url = format!("{shop}/stores/demo1store/v3/promotions/{promotion}");
        let codes = self.client.get(format!("{url}/codes"));
        let answer = codes.header("X-Auth-Token", "demo-access-token");
        let answer: Value = answer.send().await.unwrap().json().await.unwrap();
        for code in answer["data"].as_array().unwrap() {
            let own = format!("{url}/codes?id:in={}", code["id"]);
            self.manage("DELETE", &own, &json!({})).await;
        }
        self.manage("DELETE", &url, &json!({})).await;
    }

    /// Adds a fault to one of the stand-ins.
    pub async fn fault(&self, url: &str, rule: &Value) {
        self.control(url, "POST", "faults", rule).await;
    }

    async fn control(&self, url: &str, method: &str, path: &str, body: &Value) -> Value {
        let mut request = self
            .client
            .request(method.parse().unwrap(), format!("{url}/control/{path}"));
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Waits until the platform has ended the call a fault rule hit: one the backend gave up.
    #[allow(clippy::disallowed_methods)] // a real call of a real server
    pub async fn faulty_call_ends(&self, platform: &str) {
        let kit = match platform {
            "shop" => &self.stand_in.shop_kit,
            _ => &self.stand_in.voucherify_kit,
        };
        for _ in 0..500 {
            if kit
                .calls
                .list(0, "")
                .iter()
                .any(|call| call.fault.is_some())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no call was hit by the fault");
    }

    /// The calls of one platform since `since`.
    pub fn calls(&self, area: &str, since: u64) -> Vec<kit::call_log::Call> {
        let kit = if area == "voucherify" {
            &self.stand_in.voucherify_kit
        } else {
            &self.stand_in.shop_kit
        };
        let all = kit.calls.list(since, "");
        all.into_iter().filter(|call| call.area == area).collect()
    }
}
