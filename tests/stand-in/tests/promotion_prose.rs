//! Rules of promotions that stand in the prose of the description, not in its schemas. The table
//! is `RULES.md`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Shop, coupon_promotion};
use reqwest::Method;
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

async fn refused(shop: &Shop, fields: &Value) {
    let (status, answer) = shop.post("/v3/promotions", with(fields)).await;
    assert_eq!(status, 422, "{fields}: {answer}");
}

/// The rule of five dollars, on a condition.
fn on(condition: &Value) -> Value {
    let mut body = coupon_promotion("5");
    body["rules"][0]["condition"] = condition.clone();
    json!({"rules": body["rules"]})
}

#[tokio::test]
async fn items_of_a_condition_come_with_how_many_there_must_be() {
    let shop = Shop::start();
    let items = json!({"products": [111]});
    refused(&shop, &on(&json!({"cart": {"items": items}}))).await;
    let spent = json!({"cart": {"items": items, "minimum_spend": "5.00"}});
    refused(&shop, &on(&spent)).await;
    refused(&shop, &on(&json!({"and": [spent]}))).await;
    let many = json!({"cart": {"items": items, "minimum_quantity": 1}});
    let (status, answer) = shop.post("/v3/promotions", with(&on(&many))).await;
    assert_eq!(status, 201, "{answer}");
}

#[tokio::test]
async fn an_and_holds_conditions_of_the_cart_only() {
    let shop = Shop::start();
    let spent = json!({"cart": {"minimum_spend": "5.00"}});
    refused(&shop, &on(&json!({"and": [{"and": [spent]}, spent]}))).await;
}

#[tokio::test]
async fn what_is_read_only_is_not_set() {
    let shop = Shop::start();
    refused(&shop, &json!({"status": "INVALID"})).await;
    refused(&shop, &json!({"current_uses": 1})).await;
    let mut shipping = coupon_promotion("5");
    let action = json!({"shipping": {"zone_ids": "*", "free_shipping": false}});
    shipping["rules"][0]["action"] = action;
    refused(&shop, &json!({"rules": shipping["rules"]})).await;
}

#[tokio::test]
async fn groups_are_named_or_excluded_not_both() {
    let shop = Shop::start();
    let both = json!({"group_ids": [1], "excluded_group_ids": [2]});
    refused(&shop, &json!({"customer": both})).await;
}

#[tokio::test]
async fn the_type_of_a_coupon_is_not_changed() {
    let shop = Shop::start();
    let id = shop.coupon("SAVE5-7K3M9Q", "5.00").await;
    let path = format!("/v3/promotions/{id}");
    let same = json!({"coupon_type": "SINGLE"});
    assert_eq!(shop.put(&path, same).await.0, 200);
    let other = json!({"coupon_type": "BULK"});
    assert_eq!(shop.put(&path, other).await.0, 422);
    let other = json!({"redemption_type": "AUTOMATIC"});
    assert_eq!(shop.put(&path, other).await.0, 422);
}

#[tokio::test]
async fn shipping_zones_are_different_numbers() {
    let shop = Shop::start();
    for zones in [json!([1, 1]), json!([0])] {
        let mut shipping = coupon_promotion("5");
        shipping["rules"][0]["action"] = json!({"shipping": {"zone_ids": zones}});
        refused(&shop, &json!({"rules": shipping["rules"]})).await;
    }
}

#[tokio::test]
async fn a_promotion_that_overrides_others_may_have_to_be_told_that_it_does_not_first() {
    let shop = Shop::start();
    let id = shop.coupon("SAVE5-7K3M9Q", "5.00").await;
    let path = format!("/v3/promotions/{id}");
    let alone = json!({WITH_OTHERS: false, OVERRIDES: true});
    let together = json!({WITH_OTHERS: true});
    assert_eq!(shop.put(&path, alone.clone()).await.0, 200);
    assert_eq!(shop.put(&path, together.clone()).await.0, 200);
    let switch = json!({"stored_override_stops_combining": true});
    shop.control(Method::PUT, "/switches", switch).await;
    assert_eq!(shop.put(&path, alone).await.0, 200);
    assert_eq!(shop.put(&path, together.clone()).await.0, 422);
    let none = json!({WITH_OTHERS: false, OVERRIDES: false});
    assert_eq!(shop.put(&path, none).await.0, 200);
    assert_eq!(shop.put(&path, together).await.0, 200);
}

#[tokio::test]
async fn promotions_with_codes_are_not_deleted_together_and_may_not_be_alone() {
    let shop = Shop::start();
    let id = shop.coupon("SAVE5-7K3M9Q", "5.00").await;
    let together = format!("/v3/promotions?id:in={id}");
    assert_eq!(shop.delete(&together).await.0, 422);
    let switch = json!({"promotions_with_codes_stay": true});
    shop.control(Method::PUT, "/switches", switch).await;
    let alone = format!("/v3/promotions/{id}");
    assert_eq!(shop.delete(&alone).await.0, 422);
    let (_, codes) = shop.get(&format!("{alone}/codes")).await;
    let code = &codes["data"][0]["id"];
    let codes = format!("{alone}/codes?id:in={code}");
    assert_eq!(shop.delete(&codes).await.0, 204);
    assert_eq!(shop.delete(&alone).await.0, 204);
    assert_eq!(shop.delete(&alone).await.0, 204, "it is gone");
}

#[tokio::test]
async fn a_quantity_without_items_has_no_effect() {
    let shop = Shop::start();
    let body = with(&on(&json!({"cart": {"minimum_quantity": 100}})));
    let (_, made) = shop.post("/v3/promotions", body).await;
    let id = &made["data"]["id"];
    let codes = format!("/v3/promotions/{id}/codes");
    shop.post(&codes, json!({"code": "ANY-1"})).await;
    let items = json!([{"product_id": 113, "quantity": 1}]);
    let (_, cart) = shop.post("/v3/carts", json!({"line_items": items})).await;
    let coupons = format!(
        "/v3/checkouts/{}/coupons",
        cart["data"]["id"].as_str().unwrap()
    );
    let (status, answer) = shop.post(&coupons, json!({"coupon_code": "ANY-1"})).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test]
async fn a_page_has_one_to_two_hundred_and_fifty() {
    let shop = Shop::start();
    let id = shop.coupon("SAVE5-7K3M9Q", "5.00").await;
    for list in [
        "/v3/promotions".to_owned(),
        format!("/v3/promotions/{id}/codes"),
    ] {
        for (limit, status) in [(0, 422), (251, 422), (250, 200)] {
            let answer = shop.get(&format!("{list}?limit={limit}")).await;
            assert_eq!(answer.0, status, "{list} {limit}");
        }
    }
}
