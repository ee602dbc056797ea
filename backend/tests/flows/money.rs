//! What cards and certificates are worth, read from the platforms.

use serde_json::{Value, json};
use voucherbridge::domain::NativeCode;

use super::world::World;

/// What a platform's decimal is in hundredths.
#[allow(clippy::cast_possible_truncation)]
pub fn cents(value: &Value) -> i64 {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    (text.parse::<f64>().unwrap() * 100.0).round() as i64
}

impl World {
    /// What is on a card and what is locked of it.
    pub async fn card(&self, code: &str) -> (i64, i64) {
        let state = self.voucherify_state().await;
        let vouchers = state["vouchers"].as_array().unwrap();
        let card = vouchers.iter().find(|one| one["code"] == code).unwrap();
        let balance = card["gift"]["balance"].as_i64().unwrap();
        (balance, card["held_credits"].as_i64().unwrap_or(0))
    }

    /// What the certificate can pay at BigCommerce.
    pub async fn worth(&self, native: &NativeCode) -> i64 {
        let state = self.shop_control("GET", "state", &Value::Null).await;
        let all = state["certificates"].as_array().unwrap();
        let found = all
            .iter()
            .find(|one| native.is(one["code"].as_str().unwrap()));
        found.map_or(0, |one| {
            if one["status"] == "active" {
                cents(&one["balance"])
            } else {
                0
            }
        })
    }

    /// What certificates paid of an order.
    pub async fn order_certificates(&self, order: i64) -> i64 {
        let state = self.shop_control("GET", "state", &Value::Null).await;
        let orders = state["orders"].as_array().unwrap();
        let found = orders.iter().find(|one| one["id"] == order).unwrap();
        cents(&found["certificate_amount"])
    }

    pub async fn certificates(&self) -> usize {
        let state = self.shop_control("GET", "state", &Value::Null).await;
        state["certificates"].as_array().map_or(0, Vec::len)
    }

    /// What all certificates can pay at BigCommerce.
    pub async fn all_worth(&self) -> i64 {
        let state = self.shop_control("GET", "state", &Value::Null).await;
        let all = state["certificates"].as_array().unwrap();
        let active = all
            .iter()
            .filter(|one| one["status"] == "active" && !is_over(self, one));
        active.map(|one| cents(&one["balance"])).sum()
    }

    /// The merchant changes what is on a card.
    pub async fn change_balance(&self, code: &str, by: i64) {
        let url = format!(
            "{}/v1/vouchers/{code}/balance",
            self.stand_in.voucherify_url
        );
        let request = reqwest::Client::new()
            .post(url)
            .header("X-App-Id", "demo-app-id");
        let request = request.header("X-App-Token", "demo-secret-key");
        let answer = request.json(&json!({ "amount": by })).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

/// Whether a certificate's time is up.
fn is_over(world: &World, certificate: &Value) -> bool {
    let format = &time::format_description::well_known::Rfc3339;
    let end = certificate["expiry_date"].as_str();
    let end = end.and_then(|text| time::OffsetDateTime::parse(text, format).ok());
    end.is_some_and(|end| end.unix_timestamp() * 1_000 <= world.context.clock.now_ms())
}
