//! A coupon's own code is as good as money: no log tells one.

use reqwest::Method;
use serde_json::{Value, json};

use super::helpers::{STORE, TestApp, log};

/// What a store does to coupons that agree with what was calculated, with what was not, and with none.
#[tokio::test]
async fn a_coupon_that_the_store_discounts_otherwise_or_refuses_is_not_told_by_its_code() {
    for refused in [false, true] {
        let app = TestApp::connected().await;
        let switches = json!({"coupons_only_in_default_currency": true});
        app.shop_control("PUT", "switches", &switches).await;
        let mut shopper = app.shopper().await;
        shopper.change_currency("EUR").await.unwrap();
        let applied = app.type_code(&shopper.checkout, "SAVE10", "en").await;
        let native = applied["native_codes"][0].as_str().unwrap().to_owned();
        shopper.apply_coupon(&native).await.unwrap();
        if refused {
            let action = json!({"kind": "status", "status": 422, "body": {"title": native}});
            let rule = json!({"method": "POST", "path": "/v3/checkouts/[^/]+/coupons$",
                "action": action});
            app.shop_control("POST", "faults", &rule).await;
        }
        let path = format!("/{STORE}/checkouts/{}/refresh", shopper.checkout);
        let answer = app.to(Method::POST, &path).json(&json!({})).send().await;
        let answer: Value = answer.unwrap().json().await.unwrap();
        assert_eq!(answer["dropped"][0]["native_code"], native, "{answer}");
        let log = log().text();
        assert!(log.contains("a checkout shows other discounts than were calculated"));
        if refused {
            assert!(log.contains("the store does not take a coupon"));
        }
        let ours = log.lines().filter(|line| line.contains(" voucherbridge::"));
        let telling: Vec<&str> = ours.filter(|line| line.contains(&native)).collect();
        assert!(telling.is_empty(), "{telling:#?}");
    }
}
