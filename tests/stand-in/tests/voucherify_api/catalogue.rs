//! Customers, orders, products, vouchers, qualifications, and the control API.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Voucherify, codes, locked};

#[tokio::test]
async fn customers_are_updated_by_their_source_id_and_can_be_forgotten() {
    let voucherify = Voucherify::start();
    let first = voucherify
        .ok("/v1/customers", json!({"source_id": "11", "name": "Alice"}))
        .await;
    let body = json!({"source_id": "11", "metadata": {"a": 1}});
    let second = voucherify.ok("/v1/customers", body).await;
    assert_eq!(
        (&second["id"], &second["name"]),
        (&first["id"], &json!("Alice"))
    );
    let bulk = json!([{"source_id": "11", "name": "Al"}, {"source_id": "12"}]);
    let (status, action) = voucherify.post("/v1/customers/bulk/async", bulk).await;
    assert_eq!(status, 202);
    let path = format!(
        "/v1/async-actions/{}",
        action["async_action_id"].as_str().unwrap()
    );
    let (_, action) = voucherify.get(&path).await;
    assert_eq!(
        (&action["status"], &action["result"]["done_count"]),
        (&json!("DONE"), &json!(2))
    );
    assert_eq!(voucherify.get("/v1/customers/11").await.1["name"], "Al");

    let gone = voucherify
        .ok("/v1/customers/11/permanent-deletion", json!({}))
        .await;
    assert_eq!(gone["related_object_id"], first["id"]);
    assert_eq!(voucherify.get("/v1/customers/11").await.0, 404);
    assert_eq!(
        voucherify
            .send(Method::DELETE, "/v1/customers/12", None)
            .await
            .0,
        204
    );
    assert_eq!(
        voucherify
            .send(Method::DELETE, "/v1/customers/12", None)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn orders_are_created_updated_and_imported() {
    let voucherify = Voucherify::start();
    let body = json!({"source_id": "1", "amount": 1_000, "customer": {"source_id": "11"}});
    let order = voucherify.ok("/v1/orders", body).await;
    assert_eq!(order["status"], "CREATED");
    assert!(order["customer_id"].as_str().unwrap().starts_with("cust_"));
    let body = Some(json!({"status": "FULFILLED"}));
    let (_, order) = voucherify.send(Method::PUT, "/v1/orders/1", body).await;
    assert_eq!(
        (&order["status"], &order["amount"]),
        (&json!("FULFILLED"), &json!(1_000))
    );

    let orders = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({"source_id": format!("old-{n}"), "amount": 1}))
            .collect()
    };
    let answer = voucherify.ok("/v1/orders/import", orders(2_000)).await;
    assert!(
        answer["async_action_id"]
            .as_str()
            .unwrap()
            .starts_with("aa_")
    );
    assert_eq!(voucherify.get("/v1/orders?limit=1").await.1["total"], 2_001);
    let (status, error) = voucherify.post("/v1/orders/import", orders(2_001)).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("invalid_payload"))
    );
}

#[tokio::test]
async fn products_have_skus() {
    let voucherify = Voucherify::start();
    let product = voucherify
        .ok("/v1/products", json!({"source_id": "512", "name": "T"}))
        .await;
    let body = json!({"source_id": "612", "sku": "HAT-S", "price": 2_500});
    let sku = voucherify.ok("/v1/products/512/skus", body).await;
    assert_eq!(sku["product_id"], product["id"]);
    assert_eq!(voucherify.get("/v1/skus/612").await.1["sku"], "HAT-S");
    assert_eq!(voucherify.get("/v1/products/512/skus").await.1["total"], 1);
    let (status, error) = voucherify.post("/v1/products", json!({"sku": "X"})).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("invalid_payload"))
    );
    let item = json!({"source_id": "612", "related_object": "sku", "quantity": 2});
    let mut body = codes(&["SAVE10"], 0);
    body["order"] = json!({"items": [item]});
    assert_eq!(voucherify.validate(body).await["order"]["amount"], 5_000);
    assert_eq!(
        voucherify
            .send(Method::DELETE, "/v1/products/512", None)
            .await
            .0,
        204
    );
    assert_eq!(voucherify.get("/v1/skus/612").await.0, 404);
}

#[tokio::test]
async fn vouchers_are_found_by_odd_codes_and_created_once() {
    let voucherify = Voucherify::start();
    let (_, voucher) = voucherify.get("/v1/vouchers/SPRING%2FSALE%2B10%25").await;
    assert_eq!(voucher["code"], "SPRING/SALE+10%");
    assert_eq!(voucher["discount"]["percent_off"], 10);
    let fresh = json!({
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "PERCENT", "percent_off": 12.5, "effect": "APPLY_TO_ORDER"},
        "redemption": {"quantity": 2},
    });
    let created = voucherify.ok("/v1/vouchers/FRESH", fresh.clone()).await;
    assert_eq!(created["redemption"]["quantity"], 2);
    let (status, error) = voucherify.post("/v1/vouchers/FRESH", fresh).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("duplicate_found"))
    );
    let answer = voucherify.validate(codes(&["FRESH"], 1_004)).await;
    assert_eq!(answer["order"]["total_discount_amount"], 126);
    voucherify.ok("/v1/vouchers/FRESH/disable", json!({})).await;
    let answer = voucherify.validate(codes(&["FRESH"], 1_004)).await;
    assert_eq!(answer["valid"], false);
}

#[tokio::test]
async fn codes_that_differ_by_case_are_one_or_two_as_the_project_has_it() {
    let voucherify = Voucherify::start();
    let discount = json!({"type": "AMOUNT", "amount_off": 100});
    let body = json!({"type": "DISCOUNT_VOUCHER", "discount": discount});
    assert_eq!(voucherify.get("/v1/vouchers/save10").await.0, 404);
    voucherify.ok("/v1/vouchers/take20", body.clone()).await;
    voucherify
        .switch(json!({"codes_case_sensitive": false}))
        .await;
    let (_, voucher) = voucherify.get("/v1/vouchers/save10").await;
    assert_eq!(voucher["code"], "SAVE10");
    let (status, error) = voucherify.post("/v1/vouchers/save10", body).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("duplicate_found"))
    );
    for (own, id) in [(false, "save10"), (true, "SAVE10")] {
        voucherify
            .switch(json!({"answers_own_spelling": own}))
            .await;
        let answer = voucherify.validate(codes(&["save10"], 1_000)).await;
        assert_eq!(answer["redeemables"][0]["id"], id);
    }
}

#[tokio::test]
async fn qualifications_list_what_would_apply() {
    let voucherify = Voucherify::start();
    voucherify.validate(locked(&["ONCE15"], 1_000, "one")).await;
    let body = json!({"order": {"amount": 10_000}, "options": {"limit": 50}});
    let answer = voucherify.ok("/v1/qualifications", body).await;
    let list = answer["redeemables"]["data"].as_array().unwrap();
    let found: Vec<_> = list
        .iter()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    assert!(
        found.contains(&"SAVE10") && found.contains(&"ONCE15"),
        "{found:?}"
    );
    assert!(
        !found.contains(&"BIG100") && !found.contains(&"EXPIRED10"),
        "{found:?}"
    );
    assert_eq!(answer["redeemables"]["has_more"], false);
}

#[tokio::test]
async fn reset_brings_the_demo_back_and_the_page_is_served() {
    let voucherify = Voucherify::start();
    voucherify.redeem(codes(&["ONCE15"], 1_000)).await;
    voucherify
        .switch(json!({"codes_case_sensitive": false}))
        .await;
    assert_eq!(voucherify.post("/control/reset", json!({})).await.0, 204);
    let (_, state) = voucherify.get("/control/state").await;
    assert_eq!(
        (&state["redemptions"], &state["orders"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(
        voucherify.get("/control/switches").await.1["codes_case_sensitive"],
        true
    );
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
    let url = format!("{}/control", voucherify.stand_in.voucherify_url);
    let page = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(page.contains("<title>Voucher service"));
    let wrong = json!({"stacking_rules": {"applicable_limit": 1}});
    assert_eq!(
        voucherify
            .send(Method::PUT, "/control/switches", Some(wrong))
            .await
            .0,
        400
    );
}
