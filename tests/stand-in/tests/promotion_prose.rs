//! Rules of promotions that stand in the prose of the description, not in its schemas. The table
//! is `RULES.md`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Shop, coupon_promotion};
use serde_json::{Value, json};

/// The promotion of five dollars, with `fields` set.
fn with(fields: &Value) -> Value {
    let mut body = coupon_promotion("5");
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

const OVERRIDES: &str = "coupon_overrides_other_promotions";
const OVERRIDES_LOWER: &str = "coupon_overrides_automatic_when_offering_higher_discounts";
const WITH_OTHERS: &str = "can_be_used_with_other_promotions";

#[tokio::test]
async fn a_promotion_that_is_used_with_others_says_nothing_of_overriding_them() {
    let shop = Shop::start();
    for fields in [
        json!({WITH_OTHERS: true, OVERRIDES: false}),
        json!({WITH_OTHERS: true, OVERRIDES: true}),
        // It is used with others by default.
        json!({OVERRIDES: false}),
        json!({WITH_OTHERS: true, OVERRIDES_LOWER: true}),
        json!({OVERRIDES_LOWER: true}),
    ] {
        let (status, answer) = shop.post("/v3/promotions", with(&fields)).await;
        assert_eq!(status, 422, "{fields}: {answer}");
    }
    for fields in [
        json!({WITH_OTHERS: false, OVERRIDES: true}),
        json!({WITH_OTHERS: false, OVERRIDES: false}),
        json!({WITH_OTHERS: false, OVERRIDES_LOWER: true}),
        json!({WITH_OTHERS: true, OVERRIDES_LOWER: false}),
    ] {
        let (status, answer) = shop.post("/v3/promotions", with(&fields)).await;
        assert_eq!(status, 201, "{fields}: {answer}");
    }
}

#[tokio::test]
async fn nor_when_it_is_changed() {
    let shop = Shop::start();
    let id = shop.coupon("SAVE5-7K3M9Q", "5.00").await;
    let path = format!("/v3/promotions/{id}");
    for fields in [
        json!({WITH_OTHERS: true, OVERRIDES: false}),
        // What it says already counts.
        json!({OVERRIDES: false}),
        json!({OVERRIDES_LOWER: true}),
    ] {
        let (status, answer) = shop.put(&path, fields.clone()).await;
        assert_eq!(status, 422, "{fields}: {answer}");
    }
    let alone = json!({WITH_OTHERS: false, OVERRIDES: true});
    assert_eq!(shop.put(&path, alone).await.0, 200);
    assert_eq!(shop.put(&path, json!({OVERRIDES: false})).await.0, 200);
}
