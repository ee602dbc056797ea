//! Orders that are told: created, changed, and what they count for.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Voucherify, codes, line};

async fn update(voucherify: &Voucherify, id: &str, change: Value) -> (u16, Value) {
    let path = format!("/v1/orders/{id}");
    voucherify.send(Method::PUT, &path, Some(change)).await
}

async fn total(voucherify: &Voucherify) -> Value {
    voucherify.get("/v1/orders?limit=1").await.1["total"].clone()
}

fn paid(source_id: &str) -> Value {
    json!({
        "source_id": source_id, "status": "PAID", "amount": 5_750, "discount_amount": 750,
        "items": [line("212", 2, 2_500), line("217", 1, 750)],
        "customer": {"source_id": "11"},
    })
}

/// "If you pass an `id` or a `source_id` that already exists […], Voucherify will return a related order
/// object with updated fields."
#[tokio::test]
async fn an_order_that_is_known_is_updated_and_not_made_again() {
    let voucherify = Voucherify::start();
    let first = voucherify.ok("/v1/orders", paid("100")).await;
    assert_eq!(
        (&first["status"], &first["total_amount"]),
        (&json!("PAID"), &json!(5_000))
    );
    let again = voucherify.ok("/v1/orders", paid("100")).await;
    assert_eq!(again["id"], first["id"]);
    assert_eq!(total(&voucherify).await, 1);
    let summary = voucherify.get("/v1/customers/11").await.1["summary"].clone();
    assert_eq!(
        (
            &summary["orders"]["total_count"],
            &summary["orders"]["total_amount"]
        ),
        (&json!(1), &json!(5_000))
    );
    let events = voucherify.get("/control/state").await.1["order_events"].clone();
    let paid = |event: &&Value| event["status"] == "PAID";
    assert_eq!(events.as_array().unwrap().iter().filter(paid).count(), 1);
}

/// "Any parameters not provided will be left unchanged"; the path has an order's id or its source id.
#[tokio::test]
async fn an_update_leaves_alone_what_it_does_not_say() {
    let voucherify = Voucherify::start();
    let order = voucherify.ok("/v1/orders", paid("100")).await;
    let change = json!({"status": "CANCELED"});
    let (status, by_source_id) = update(&voucherify, "100", change.clone()).await;
    assert_eq!((status, &by_source_id["status"]), (200, &json!("CANCELED")));
    for field in [
        "amount",
        "discount_amount",
        "items",
        "customer_id",
        "source_id",
    ] {
        assert_eq!(by_source_id[field], order[field], "{field}");
    }
    let id = order["id"].as_str().unwrap();
    let (status, by_id) = update(&voucherify, id, json!({"status": "CREATED"})).await;
    assert_eq!((status, &by_id["status"]), (200, &json!("CREATED")));
}

/// A redemption's order keeps its discount and its redemption when its status changes.
#[tokio::test]
async fn the_status_of_a_redeemed_order_changes_alone() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["TAKE20"], 10_000);
    body["order"]["source_id"] = json!("100");
    let redeemed = voucherify.redeem(body).await;
    let (_, order) = update(&voucherify, "100", json!({"status": "CREATED"})).await;
    assert_eq!(order["total_discount_amount"], 2_000);
    assert_eq!(order["redemptions"], redeemed["order"]["redemptions"]);
}

#[tokio::test]
async fn what_is_no_order_is_refused() {
    let voucherify = Voucherify::start();
    let (status, error) = update(&voucherify, "100", json!({"status": "PAID"})).await;
    assert_eq!(
        (status, &error["key"]),
        (404, &json!("not_found")),
        "no upsert"
    );
    assert_eq!(total(&voucherify).await, 0);
    voucherify.ok("/v1/orders", paid("100")).await;
    for (change, field) in [
        (json!({"status": "PAYED"}), "status"),
        (json!({"status": "PAID", "id": "ord_1"}), "id"),
        (json!({"total_amount": 1}), "total_amount"),
    ] {
        let (status, error) = update(&voucherify, "100", change).await;
        assert_eq!((status, &error["key"]), (400, &json!("invalid_payload")));
        let details = error["details"].as_str().unwrap();
        assert!(details.contains(field), "{field}: {details}");
    }
    let mut sum = paid("101");
    sum["amount"] = json!(5_751);
    let (status, error) = voucherify.post("/v1/orders", sum).await;
    assert_eq!((status, &error["key"]), (400, &json!("invalid_payload")));
}
