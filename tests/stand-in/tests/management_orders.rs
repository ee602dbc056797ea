//! What the shopper does on the storefront, seen and changed through the management API.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::{Shop, coupon_promotion};
use reqwest::Method;
use serde_json::{Value, json};
use support::Browser;

/// A guest who is ready to pay for an iPhone with the coupon on it.
async fn with_coupon(shop: &Shop, code: &str, amount: &str) -> (Browser, String, u64) {
    let promotion = shop.coupon(code, amount).await;
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let id = guest.fill_cart(&[(111, 1)]).await;
    guest.ready_to_pay(&id).await;
    let coupons = format!("/api/storefront/checkouts/{id}/coupons");
    let applied = guest.post(&coupons, json!({"couponCode": code})).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    (guest, id, promotion)
}

async fn order_with_coupon(shop: &Shop, code: &str, method: &str) -> (String, u64) {
    let (mut guest, id, _) = with_coupon(shop, code, "79.90").await;
    let placed = guest.place_order(&id, method).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    (
        id,
        placed.body["data"]["order"]["orderId"].as_u64().unwrap(),
    )
}

#[tokio::test]
async fn a_promotion_made_by_management_discounts_the_checkout_and_follows_its_changes() {
    let shop = Shop::start();
    let (_, id, promotion) = with_coupon(&shop, "SAVE10-7K3M9Q", "79.90").await;
    let path = format!("/v3/checkouts/{id}");
    let (status, checkout) = shop.get(&path).await;
    assert_eq!(status, 200, "{checkout}");
    let data = &checkout["data"];
    assert_eq!(data["coupons"][0]["code"], "SAVE10-7K3M9Q");
    assert_eq!(data["coupons"][0]["discounted_amount"], json!(79.9));
    assert_eq!(data["cart"]["base_amount"], 799);
    assert_eq!(data["cart"]["cart_amount_ex_tax"], json!(719.1));
    assert_eq!(
        data["cart"]["line_items"]["physical_items"][0]["coupon_amount"],
        json!(79.9)
    );
    assert_eq!(data["billing_address"]["email"], data["cart"]["email"]);

    let rules = coupon_promotion("20")["rules"].clone();
    shop.put(
        &format!("/v3/promotions/{promotion}"),
        json!({"rules": rules}),
    )
    .await;
    let (_, checkout) = shop.get(&path).await;
    assert_eq!(checkout["data"]["coupons"][0]["discounted_amount"], 20);
    assert_eq!(
        shop.delete(&format!("/v3/promotions/{promotion}")).await.0,
        204
    );
    let (_, checkout) = shop.get(&path).await;
    assert_eq!(checkout["data"]["coupons"], json!([]));
}

#[tokio::test]
async fn management_puts_coupons_on_and_takes_them_off_by_version() {
    let shop = Shop::start();
    let (_, id, _) = with_coupon(&shop, "FIRST-000000", "5").await;
    shop.coupon("SECOND-000000", "6").await;
    let coupons = format!("/v3/checkouts/{id}/coupons");
    let second = json!({"coupon_code": "SECOND-000000"});
    assert_eq!(
        shop.post(&coupons, second.clone()).await.0,
        400,
        "one at a time"
    );
    let settings = json!({"number_of_coupons_allowed_at_checkout": 2});
    assert_eq!(shop.put("/v3/promotions/settings", settings).await.0, 200);
    let (status, checkout) = shop.post(&coupons, second).await;
    assert_eq!(
        (
            status,
            checkout["data"]["coupons"].as_array().unwrap().len()
        ),
        (200, 2)
    );

    let one = format!("{coupons}/first-000000");
    let stale = shop.json(Method::DELETE, &one, json!({"version": 1})).await;
    assert_eq!(stale.0, 409);
    let version = checkout["data"]["version"].clone();
    let (status, checkout) = shop
        .json(Method::DELETE, &one, json!({"version": version}))
        .await;
    assert_eq!(
        (status, &checkout["data"]["coupons"][0]["code"]),
        (200, &json!("SECOND-000000"))
    );
    assert_eq!(shop.delete(&one).await.0, 404, "it is off already");
    assert_eq!(shop.post(&coupons, json!({"code": "X"})).await.0, 422);
    assert_eq!(
        shop.get("/v3/checkouts/00000000-0000-4000-8000-000000000000")
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn an_order_is_found_by_its_cart_with_its_coupons() {
    let shop = Shop::start();
    let (cart, id) = order_with_coupon(&shop, "SAVE10-7K3M9Q", "bankdeposit").await;
    let (status, list) = shop.get(&format!("/v2/orders?cart_id={cart}")).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&list[0]["id"], &list[0]["status_id"]),
        (&json!(id), &json!(7))
    );
    assert_eq!(list[0]["coupon_discount"], "79.9000");
    let (_, coupons) = shop.get(&format!("/v2/orders/{id}/coupons")).await;
    assert_eq!(coupons[0]["code"], "SAVE10-7K3M9Q");
    let (_, products) = shop.get(&format!("/v2/orders/{id}/products")).await;
    assert_eq!(
        (&products[0]["product_id"], &products[0]["quantity"]),
        (&json!(111), &json!(1))
    );
    for query in [
        "cart_id=none",
        "status_id=11",
        "min_id=999999",
        "email=x@example.com",
    ] {
        assert_eq!(
            shop.get(&format!("/v2/orders?{query}")).await.0,
            204,
            "{query}"
        );
    }
    assert_eq!(
        shop.get("/v2/orders?sort=date_modified:desc&limit=1")
            .await
            .0,
        200
    );
    assert_eq!(shop.get("/v2/orders?sort=colour").await.0, 400);
    assert_eq!(shop.get("/v2/orders?cartid=x").await.0, 400);
    assert_eq!(shop.get("/v2/orders/999999").await.0, 404);
    assert_eq!(
        shop.get(&format!("/v3/carts/{cart}")).await.0,
        404,
        "the cart became the order"
    );
}

#[tokio::test]
async fn the_control_panel_pays_and_refunds() {
    let shop = Shop::start();
    let (_, id) = order_with_coupon(&shop, "TAKE-000000", "bankdeposit").await;
    let order = format!("/v2/orders/{id}");
    let before = shop.get(&order).await.1;
    assert_eq!(
        (&before["status_id"], &before["payment_status"]),
        (&json!(7), &json!(""))
    );
    shop.control(Method::POST, &format!("/orders/{id}/paid"), Value::Null)
        .await;
    let paid = shop.get(&order).await.1;
    assert_eq!(
        (&paid["status_id"], &paid["payment_status"]),
        (&json!(11), &json!("captured"))
    );
    let (_, transactions) = shop.get(&format!("/v3/orders/{id}/transactions")).await;
    assert_eq!(transactions["data"][0]["event"], "capture");

    let part = json!({"amount": "5.00"});
    shop.control(Method::POST, &format!("/orders/{id}/refunds"), part)
        .await;
    assert_eq!(shop.get(&order).await.1["status_id"], 14);
    shop.control(Method::POST, &format!("/orders/{id}/refunded"), Value::Null)
        .await;
    let refunded = shop.get(&order).await.1;
    assert_eq!(refunded["status_id"], 4);
    assert_eq!(
        refunded["refunded_amount"], "0.0000",
        "as in the real service"
    );
    let (_, refunds) = shop
        .get(&format!("/v3/orders/{id}/payment_actions/refunds"))
        .await;
    assert_eq!(refunds["data"].as_array().unwrap().len(), 2);
    assert_eq!(refunds["data"][0]["total_amount"], 5);
}

#[tokio::test]
async fn management_refunds_what_there_is() {
    let shop = Shop::start();
    let orders = json!({"granted": ["store_v2_orders", "store_v2_marketing"]});
    shop.control(Method::PUT, "/scopes", orders).await;
    let (_, id) = order_with_coupon(&shop, "TAKE-000000", "cod").await;
    let actions = format!("/v3/orders/{id}/payment_actions");
    let items = |amount: Value| json!([{"item_type": "ORDER", "item_id": id, "amount": amount}]);
    let too_much = json!({"items": items(json!(100_000))});
    assert_eq!(
        shop.post(&format!("{actions}/refund_quotes"), too_much)
            .await
            .0,
        422
    );
    let (status, quote) = shop
        .post(
            &format!("{actions}/refund_quotes"),
            json!({"items": items(json!(9.5))}),
        )
        .await;
    assert_eq!(
        (status, &quote["data"]["total_refund_amount"]),
        (201, &json!(9.5))
    );
    let payment =
        |amount: Value| json!([{"provider_id": "cod", "amount": amount, "offline": true}]);
    let other = json!({"items": items(json!(9.5)), "payments": payment(json!(9))});
    assert_eq!(shop.post(&format!("{actions}/refunds"), other).await.0, 422);
    let good = json!({"items": items(json!(9.5)), "payments": payment(json!(9.5))});
    assert_eq!(shop.post(&format!("{actions}/refunds"), good).await.0, 201);
    let (status, changed) = shop
        .put(&format!("/v2/orders/{id}"), json!({"status_id": 5}))
        .await;
    assert_eq!((status, &changed["status"]), (200, &json!("Cancelled")));
    assert_eq!(
        shop.put(&format!("/v2/orders/{id}"), json!({"state": 5}))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn carts_are_made_changed_and_deleted() {
    let shop = Shop::start();
    let body = json!({"customer_id": 12, "line_items": [{"product_id": 113, "quantity": 2}]});
    let (status, cart) = shop.post("/v3/carts", body).await;
    assert_eq!(status, 201, "{cart}");
    let path = format!("/v3/carts/{}", cart["data"]["id"].as_str().unwrap());
    let item = cart["data"]["line_items"]["physical_items"][0]["id"]
        .as_str()
        .unwrap();
    let change = json!({"line_item": {"product_id": 113, "quantity": 3}});
    let (status, cart) = shop.put(&format!("{path}/items/{item}"), change).await;
    assert_eq!((status, &cart["data"]["base_amount"]), (200, &json!(59.7)));
    let more = json!({"line_items": [{"product_id": 112, "variant_id": 213, "quantity": 1}]});
    assert_eq!(shop.post(&format!("{path}/items"), more).await.0, 201);
    assert_eq!(shop.put(&path, json!({"customer_id": 77})).await.0, 422);
    assert_eq!(shop.put(&path, json!({"customer_id": 0})).await.0, 201);
    assert_eq!(shop.delete(&format!("{path}/items/{item}")).await.0, 200);
    assert_eq!(shop.delete(&path).await.0, 204);
    assert_eq!(shop.get(&path).await.0, 404);
}

#[tokio::test]
async fn the_coupons_of_a_placed_order_may_be_hidden_from_the_first_reads() {
    let shop = Shop::start();
    let switch = json!({"order_coupons_hidden_reads": 2});
    shop.control(Method::PUT, "/switches", switch).await;
    let (_, order) = order_with_coupon(&shop, "SAVE10-7K3M9Q", "cod").await;
    let path = format!("/v2/orders/{order}/coupons");
    assert_eq!(shop.get(&path).await.0, 204);
    assert_eq!(shop.get(&path).await.0, 204);
    let (status, coupons) = shop.get(&path).await;
    assert_eq!(
        (status, &coupons[0]["code"]),
        (200, &json!("SAVE10-7K3M9Q"))
    );
}

#[tokio::test]
async fn an_archived_order_is_read_by_its_id() {
    for listed in [true, false] {
        let shop = Shop::start();
        let switch = json!({ "archived_orders_are_listed": listed });
        shop.control(Method::PUT, "/switches", switch).await;
        let (_, order) = order_with_coupon(&shop, "SAVE10-7K3M9Q", "cod").await;
        let path = format!("/v2/orders/{order}");
        assert_eq!(shop.get("/v2/orders").await.0, 200);
        let archived = format!("/orders/{order}/archived");
        shop.control(Method::POST, &archived, json!({})).await;
        let (_, shown) = shop.get(&path).await;
        assert_eq!(shown["is_deleted"], true);
        assert_eq!(shown["status_id"], 11, "its status is what it was");
        let list = if listed { 200 } else { 204 };
        assert_eq!(shop.get("/v2/orders").await.0, list);
        let (status, _) = shop.get("/v2/orders?is_deleted=true").await;
        assert_eq!(status, 400);
    }
}

#[tokio::test]
async fn an_order_is_changed_by_the_scope_for_it_and_keeps_what_is_not_named() {
    let shop = Shop::start();
    let (_, id) = order_with_coupon(&shop, "SAVE10-7K3M9Q", "cod").await;
    let path = format!("/v2/orders/{id}");
    let notes = json!({"staff_notes": "Send Saturday"});
    assert_eq!(shop.put(&path, notes.clone()).await.0, 403);
    let orders = json!({"granted": ["store_v2_orders", "store_v2_marketing"]});
    shop.control(Method::PUT, "/scopes", orders).await;
    let before = shop.get(&path).await.1;
    assert_eq!(shop.put("/v2/orders/0", json!({})).await.0, 404);
    for refused in [
        json!({"staff_notes": "x".repeat(65_536)}),
        json!({"staff_note": "Send Saturday"}),
        json!({"is_deleted": true}),
        json!({"external_merchant_id": "1"}),
        json!({"products": [{"id": 1, "quantity": 1}]}),
    ] {
        assert_eq!(shop.put(&path, refused.clone()).await.0, 400, "{refused}");
    }
    let (status, mut after) = shop.put(&path, notes).await;
    assert_eq!(
        (status, &after["staff_notes"]),
        (200, &json!("Send Saturday"))
    );
    after["staff_notes"] = before["staff_notes"].clone();
    after["date_modified"] = before["date_modified"].clone();
    assert_eq!(
        after, before,
        "its coupon and its status are what they were"
    );
}

#[tokio::test]
async fn the_discounts_of_changed_lines_are_cleared() {
    let shop = Shop::start();
    let orders = json!({"granted": ["store_v2_orders", "store_v2_marketing"]});
    shop.control(Method::PUT, "/scopes", orders).await;
    let (_, id) = order_with_coupon(&shop, "SAVE10-7K3M9Q", "cod").await;
    let path = format!("/v2/orders/{id}");
    let (_, lines) = shop.get(&format!("{path}/products")).await;
    let line = json!({"id": lines[0]["id"], "quantity": lines[0]["quantity"]});
    assert_ne!(shop.get(&path).await.1["coupon_discount"], "0.0000");
    let (status, after) = shop.put(&path, json!({"products": [line]})).await;
    assert_eq!((status, &after["coupon_discount"]), (200, &json!("0.0000")));
    let total = |order: &Value| order["total_inc_tax"].as_str().unwrap().parse::<f64>();
    assert!(total(&after).unwrap() > 0.0, "{after}");
}
