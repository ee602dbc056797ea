//! Discounts that add items.

use serde_json::{Value, json};

use crate::support::{Voucherify, cart, line, of_items, reason};

/// The whole of an added item, in the shape of the documentation's example.
#[tokio::test]
async fn a_new_item_is_added_and_free() {
    let voucherify = Voucherify::start();
    let lines = [line("213", 1, 2_500)];
    let answer = voucherify.validate(cart(&["FREESOCKS"], &lines)).await;
    let order = &answer["order"];
    assert_eq!(order["amount"], 3_250);
    assert_eq!(order["initial_amount"], 2_500);
    assert_eq!(order["total_amount"], 2_500);
    assert_eq!(order["items_applied_discount_amount"], 750);
    assert_eq!(order["total_applied_discount_amount"], 750);
    let product = json!({
        "id": "prod_0d3m0115", "source_id": "115", "name": "Socks", "price": 750,
    });
    let expected = json!({
        "object": "order_item",
        "product_id": "prod_0d3m0115",
        "quantity": 1,
        "discount_quantity": 1,
        "initial_quantity": 0,
        "amount": 750,
        "discount_amount": 750,
        "initial_amount": 0,
        "applied_discount_amount": 750,
        "applied_discount_quantity": 1,
        "applied_quantity": 1,
        "applied_quantity_amount": 750,
        "price": 750,
        "subtotal_amount": 0,
        "product": product,
    });
    assert_eq!(order["items"][1], expected);
    let discount = &answer["redeemables"][0]["result"]["discount"];
    let expected = json!({
        "type": "UNIT",
        "effect": "ADD_NEW_ITEMS",
        "unit_off": 1,
        "unit_type": "prod_0d3m0115",
        "product": {"id": "prod_0d3m0115", "source_id": "115", "name": "Socks"},
        "is_dynamic": false,
    });
    assert_eq!(*discount, expected);
}

#[tokio::test]
async fn a_free_variant_joins_the_line_of_the_same_variant() {
    let voucherify = Voucherify::start();
    let phone = line("211", 1, 79_900);
    let alone = [phone.clone()];
    let answer = voucherify.validate(cart(&["FREETEE"], &alone)).await;
    let item = &answer["order"]["items"][1];
    assert_eq!(item["sku_id"], "sku_0d3m0213");
    assert_eq!(item["sku"]["source_id"], "213");
    assert_eq!(item["product"]["source_id"], "112");
    assert!(item.get("source_id").is_none());
    let discount = &answer["redeemables"][0]["result"]["discount"];
    assert_eq!(discount["sku"]["source_id"], "213");

    let lines = [phone, line("213", 2, 2_500), line("212", 1, 2_500)];
    let answer = voucherify.validate(cart(&["FREETEE"], &lines)).await;
    let order = &answer["order"];
    assert_eq!(of_items(order, "quantity"), [1, 3, 1]);
    assert_eq!(of_items(order, "applied_quantity"), [0, 1, 0]);
    assert_eq!(of_items(order, "applied_quantity_amount"), [0, 2_500, 0]);
    assert_eq!(of_items(order, "initial_quantity"), [0, 2, 0]);
    assert_eq!(order["items"][1]["subtotal_amount"], 5_000);
    let answer = voucherify.validate(cart(&["FREETEE"], &lines[1..])).await;
    assert_eq!(reason(&answer), "order_rules_violated");
}

#[tokio::test]
async fn missing_items_are_added_and_those_there_are_free() {
    let voucherify = Voucherify::start();
    let socks = line("217", 1, 750);
    let none = [socks.clone()];
    let answer = voucherify.validate(cart(&["ADDCASE"], &none)).await;
    assert_eq!(of_items(&answer["order"], "applied_quantity"), [0, 1]);
    let there = [socks, line("215", 2, 1_990)];
    let answer = voucherify.validate(cart(&["ADDCASE"], &there)).await;
    let order = &answer["order"];
    assert_eq!(of_items(order, "quantity"), [1, 2]);
    assert_eq!(of_items(order, "applied_quantity"), [0, 0]);
    assert_eq!(of_items(order, "applied_discount_quantity"), [0, 1]);
    assert_eq!(of_items(order, "applied_discount_amount"), [0, 1_990]);
    assert_eq!(order["total_amount"], 2_740);

    let discount = json!({
        "type": "UNIT", "unit_off": 2, "unit_type": "sku_0d3m0215", "effect": "ADD_MISSING_ITEMS",
    });
    let voucher = json!({"code": "TWO", "type": "DISCOUNT_VOUCHER", "discount": discount});
    voucherify.ok("/control/vouchers", voucher).await;
    let case = [line("215", 1, 1_990)];
    let answer = voucherify.validate(cart(&["ADDCASE", "TWO"], &case)).await;
    let order = &answer["order"];
    assert_eq!(of_items(order, "quantity"), [3], "a free piece is no match");
    assert_eq!(of_items(order, "discount_quantity"), [3]);
    assert_eq!(of_items(order, "initial_quantity"), [1]);
    assert_eq!(order["total_amount"], 0);
}

#[tokio::test]
async fn several_items_are_added() {
    let voucherify = Voucherify::start();
    let lines = [line("213", 1, 2_500)];
    let answer = voucherify.validate(cart(&["FREESET"], &lines)).await;
    let order = &answer["order"];
    assert_eq!(of_items(order, "applied_quantity"), [0, 1, 2]);
    assert_eq!(
        of_items(order, "applied_quantity_amount"),
        [0, 2_995, 1_500]
    );
    let units = &answer["redeemables"][0]["result"]["discount"]["units"];
    assert_eq!(units[0]["product"]["source_id"], "114");
    assert_eq!(units[1]["unit_off"], 2);
}

#[tokio::test]
async fn free_shipping_is_an_item_without_a_price() {
    let voucherify = Voucherify::start();
    let lines = [line("213", 1, 2_500)];
    let answer = voucherify.validate(cart(&["FREESHIP"], &lines)).await;
    assert_eq!(answer["valid"], true);
    let item = &answer["order"]["items"][1];
    assert_eq!(item["product_id"], "prod_5h1pp1ng");
    assert_eq!(item["product"]["source_id"], "prod_5h1pp1ng");
    assert_eq!(item["applied_quantity"], 1);
    assert_eq!(answer["order"]["total_amount"], 2_500);
    voucherify
        .switch(json!({"stacking_rules": {"redeemables_no_effect_rule": "SKIP"}}))
        .await;
    let answer = voucherify.validate(cart(&["FREESHIP"], &lines)).await;
    assert_eq!(answer["valid"], true, "an added item is an effect");
}

#[tokio::test]
async fn percentages_after_free_items_leave_them_out() {
    let voucherify = Voucherify::start();
    let body = cart(&["FREESOCKS", "SAVE10"], &[line("213", 2, 2_500)]);
    let answer = voucherify.validate(body).await;
    let second = &answer["redeemables"][1]["order"];
    assert_eq!(second["applied_discount_amount"], 500);
    assert_eq!(of_items(second, "applied_quantity"), [0, 0]);
    assert_eq!(answer["order"]["total_amount"], 4_500);
    assert_eq!(of_items(&answer["order"], "applied_quantity"), [0, 1]);
}

#[tokio::test]
async fn the_stored_order_keeps_added_items_until_the_rollback() {
    let voucherify = Voucherify::start();
    let lines = [line("211", 1, 79_900), line("213", 1, 2_500)];
    let mut body = cart(&["FREESOCKS", "FREETEE"], &lines);
    body["order"]["source_id"] = json!("400");
    let redeemed = voucherify.redeem(body).await;
    let stored = |order: Value| (of_items(&order, "quantity"), order["amount"].clone());
    let order = voucherify.get("/v1/orders/400").await.1;
    assert_eq!(stored(order), (vec![1, 2, 1], json!(85_650)));
    let second = &redeemed["redemptions"][1]["order"];
    assert_eq!(of_items(second, "applied_quantity"), [0, 1, 0]);
    let parent = redeemed["parent_redemption"]["id"].as_str().unwrap();
    let path = format!("/v1/redemptions/{parent}/rollbacks");
    voucherify.ok(&path, json!({})).await;
    let order = voucherify.get("/v1/orders/400").await.1;
    assert_eq!(stored(order), (vec![1, 1], json!(82_400)));
}

#[tokio::test]
async fn an_order_that_is_updated_keeps_added_items_and_discounts() {
    let voucherify = Voucherify::start();
    let (phone, socks) = (line("211", 1, 79_900), line("217", 1, 750));
    let mut body = cart(&["FREETEE", "PHONE15"], &[phone.clone(), socks.clone()]);
    body["order"]["source_id"] = json!("401");
    voucherify.redeem(body).await;
    let update = json!({"source_id": "401", "items": [socks, phone]});
    let order = voucherify.ok("/v1/orders", update).await;
    assert_eq!(of_items(&order, "quantity"), [1, 1, 1]);
    assert_eq!(of_items(&order, "discount_amount"), [0, 11_985, 2_500]);
    assert_eq!(order["amount"], 83_150);
}

#[tokio::test]
async fn units_must_name_what_is_stored() {
    let voucherify = Voucherify::start();
    for unit_type in ["115", "prod_nothing"] {
        let discount = json!({
            "type": "UNIT", "unit_off": 1, "unit_type": unit_type, "effect": "ADD_NEW_ITEMS",
        });
        let voucher = json!({"code": "GHOST", "type": "DISCOUNT_VOUCHER", "discount": discount});
        assert_eq!(voucherify.post("/control/vouchers", voucher).await.0, 400);
    }
}
