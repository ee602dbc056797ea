//! What the platforms were asked, and what may go wrong with it.

use std::time::Duration;

use serde_json::{Value, json};
use voucherbridge_stand_in::kit;

use crate::world::World;

impl World {
    /// The address of `shop` or `voucherify`.
    pub fn url_of(&self, platform: &str) -> &str {
        match platform {
            "shop" => &self.stand_in.shop_url,
            _ => &self.stand_in.voucherify_url,
        }
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

/// What may go wrong with a call.
pub fn faults() -> Vec<Value> {
    vec![
        json!({"kind": "status", "status": 401, "headers": {}, "body": {}}),
        json!({"kind": "status", "status": 429, "headers": {}, "body": {}}),
        json!({"kind": "status", "status": 500, "headers": {}, "body": {}}),
        json!({"kind": "rubbish"}),
        json!({"kind": "drop"}),
        json!({"kind": "drop_after"}),
        json!({"kind": "delay", "ms": 1500}),
    ]
}
