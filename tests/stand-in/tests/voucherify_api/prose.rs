//! Rules that stand in the prose of the API description, and what it leaves open (`RULES.md`).

use serde_json::{Value, json};

use crate::support::{Voucherify, cart, codes, line, of_items, reason};

async fn refused_field(voucherify: &Voucherify, body: &Value, field: &str) {
    for path in ["/v1/validations", "/v1/redemptions"] {
        let (status, error) = voucherify.post(path, body.clone()).await;
        assert_eq!((status, &error["key"]), (400, &json!("invalid_payload")));
        let details = error["details"].as_str().unwrap();
        assert!(details.contains(field), "{field}: {details}");
    }
}

#[tokio::test]
async fn the_amount_of_an_item_is_price_times_quantity() {
    let voucherify = Voucherify::start();
    let mut odd = line("212", 3, 2_500);
    odd["amount"] = json!(7_499);
    let body = cart(&["SAVE10"], &[odd]);
    refused_field(&voucherify, &body, "order.items[0].amount").await;
}

#[tokio::test]
async fn the_amount_of_an_order_is_the_sum_of_its_items() {
    let voucherify = Voucherify::start();
    let mut body = cart(&["SAVE10"], &[line("212", 3, 2_500), line("217", 1, 750)]);
    body["order"]["amount"] = json!(8_250);
    assert_eq!(voucherify.validate(body.clone()).await["valid"], true);
    body["order"]["amount"] = json!(8_251);
    refused_field(&voucherify, &body, "order.amount").await;
}

#[tokio::test]
async fn a_source_id_says_what_it_is_of() {
    let voucherify = Voucherify::start();
    let mut bare = line("212", 1, 2_500);
    bare.as_object_mut().unwrap().remove("related_object");
    let body = cart(&["SAVE10"], &[bare]);
    refused_field(&voucherify, &body, "order.items[0].related_object").await;
}

#[tokio::test]
async fn a_line_without_a_price_costs_what_is_stored() {
    let voucherify = Voucherify::start();
    let mut line = line("212", 3, 2_500);
    line.as_object_mut().unwrap().remove("price");
    line["amount"] = json!(7_000);
    let body = cart(&["SAVE10"], &[line]);
    let amount =
        async |body: &Value| voucherify.validate(body.clone()).await["order"]["amount"].clone();
    assert_eq!(amount(&body).await, 7_500);
    voucherify
        .switch(json!({"stored_prices_count": false}))
        .await;
    assert_eq!(amount(&body).await, 7_000);
}

fn gift(code: &str, credits: i64) -> Value {
    json!({"object": "voucher", "id": code, "gift": {"credits": credits}})
}

/// `gift.effect`: credits are applied to the order, or to items.
#[tokio::test]
async fn a_gift_card_for_items_pays_for_nothing_else() {
    let voucherify = Voucherify::start();
    let included = json!([{"object": "product", "source_id": "112"}]);
    let card = json!({
        "code": "ITEMS", "type": "GIFT_VOUCHER",
        "gift": {"amount": 6_000, "effect": "APPLY_TO_ITEMS"},
        "applicable_to": {"included": included},
    });
    voucherify.ok("/control/vouchers", card).await;
    let mut body = cart(&[], &[line("217", 1, 750), line("212", 1, 2_500)]);
    body["redeemables"] = json!([gift("ITEMS", 6_000)]);
    for (counts, credits) in [(false, 2_500), (true, 6_000)] {
        voucherify
            .switch(json!({"surplus_credits_count": counts}))
            .await;
        let answer = voucherify.validate(body.clone()).await;
        let one = &answer["redeemables"][0];
        assert_eq!(one["result"]["gift"]["credits"], credits);
        assert_eq!(one["order"]["total_applied_discount_amount"], 2_500);
        assert_eq!(one["order"]["items_applied_discount_amount"], 2_500);
        assert!(one["order"].get("applied_discount_amount").is_none());
        assert_eq!(
            of_items(&one["order"], "applied_discount_amount"),
            [0, 2_500]
        );
    }
}

/// The description of a redemption's `session` names no loyalty cards, the guide on sessions does.
#[tokio::test]
async fn whether_a_session_holds_points_is_a_switch() {
    let voucherify = Voucherify::start();
    voucherify
        .switch(json!({"sessions_hold_points": false}))
        .await;
    let reward = json!({"id": "rew_0d3m0paywithpoints", "points": 500});
    for key in ["one", "two"] {
        let mut body = codes(&[], 10_000);
        body["redeemables"] = json!([{"object": "voucher", "id": "LOYALTY500", "reward": reward}]);
        body["customer"] = json!({"source_id": "12"});
        body["session"] = json!({"type": "LOCK", "key": key});
        let answer = voucherify.validate(body).await;
        assert_eq!(answer["valid"], true, "{key}: {}", reason(&answer));
    }
}

/// `applied_quantity` "can be … negative if an item is replaced".
#[tokio::test]
async fn replaced_items_have_negative_quantities() {
    let voucherify = Voucherify::start();
    let upgrade = json!({
        "code": "UPGRADE", "type": "DISCOUNT_VOUCHER",
        "discount": {
            "type": "UNIT", "unit_off": 1, "unit_type": "prod_0d3m0116", "effect": "REPLACE_ITEMS",
        },
        "applicable_to": {"included": [{"object": "product", "source_id": "112"}]},
    });
    voucherify.ok("/control/vouchers", upgrade).await;
    let body = cart(&["UPGRADE"], &[line("217", 1, 750), line("212", 2, 2_500)]);
    let answer = voucherify.validate(body).await;
    let order = &answer["redeemables"][0]["order"];
    assert_eq!(of_items(order, "quantity"), [1, 1, 1]);
    assert_eq!(of_items(order, "applied_quantity"), [0, -1, 1]);
    assert_eq!(of_items(order, "applied_quantity_amount")[1], -2_500);
    let items = order["items"].as_array().unwrap();
    let (amount, off) = (&items[2]["amount"], &items[2]["applied_discount_amount"]);
    assert_eq!(amount.as_i64().unwrap() - off.as_i64().unwrap(), 2_500);
    assert_eq!(order["total_amount"], 750 + 2_500 + 2_500);
}

#[tokio::test]
async fn answers_may_leave_out_what_the_examples_leave_out() {
    let voucherify = Voucherify::start();
    voucherify
        .switch(json!({"answers_like_examples": true}))
        .await;
    let mut body = cart(&["FREESOCKS"], &[line("213", 1, 2_500)]);
    let list = body["redeemables"].as_array_mut().unwrap();
    list.push(gift("GIFT50", 100));
    let answer = voucherify.validate(body.clone()).await;
    let added = &answer["redeemables"][0]["order"]["items"][1];
    assert_eq!(added["initial_quantity"], 0);
    assert_eq!(added["discount_quantity"], 1);
    assert!(added.get("applied_quantity").is_none());
    let card = &answer["redeemables"][1]["result"]["gift"];
    assert_eq!(*card, json!({"credits": 100}));
    let redeemed = voucherify.redeem(body).await;
    let redemption = &redeemed["redemptions"][0];
    assert_eq!(redemption["result"], "SUCCESS");
    assert!(redemption.get("status").is_none());
}

#[tokio::test]
async fn keys_with_a_merchant_role_neither_validate_nor_redeem() {
    let voucherify = Voucherify::start();
    voucherify
        .switch(json!({"key_has_merchant_role": true}))
        .await;
    for path in ["/v1/validations", "/v1/redemptions"] {
        let (status, _) = voucherify.post(path, codes(&["SAVE10"], 10_000)).await;
        assert_eq!(status, 403, "{path}");
    }
    assert_eq!(voucherify.get("/v1/vouchers/SAVE10").await.0, 200);
}

#[tokio::test]
async fn transactions_come_in_tens_and_at_most_a_hundred() {
    let voucherify = Voucherify::start();
    for _ in 0..11 {
        voucherify
            .ok("/v1/vouchers/GIFT25/balance", json!({"amount": 1}))
            .await;
    }
    let path = "/v1/vouchers/GIFT25/transactions";
    let (_, list) = voucherify.get(path).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 10);
    for limit in [0, 101] {
        let (status, error) = voucherify.get(&format!("{path}?limit={limit}")).await;
        assert_eq!(
            (status, &error["key"]),
            (400, &json!("invalid_query_params"))
        );
    }
}
