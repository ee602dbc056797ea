//! Gift cards.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Voucherify, reason};

async fn with_card() -> Voucherify {
    let voucherify = Voucherify::start();
    let card = json!({"code": "CARD", "type": "GIFT_VOUCHER", "gift": {"amount": 5_000}});
    voucherify.ok("/control/vouchers", card).await;
    voucherify
}

fn credits(credits: i64, amount: i64, key: Option<&str>) -> Value {
    let redeemable = json!({"object": "voucher", "id": "CARD", "gift": {"credits": credits}});
    let mut body = json!({"redeemables": [redeemable], "order": {"amount": amount}});
    if let Some(key) = key {
        body["session"] = json!({"type": "LOCK", "key": key});
    }
    body
}

#[tokio::test]
async fn more_credits_than_the_balance_are_an_error() {
    let voucherify = with_card().await;
    let answer = voucherify.validate(credits(5_001, 9_000, None)).await;
    assert_eq!(reason(&answer), "gift_amount_exceeded");
    let answer = voucherify.validate(credits(5_000, 9_000, None)).await;
    assert_eq!(answer["redeemables"][0]["result"]["gift"]["credits"], 5_000);
    assert_eq!(answer["order"]["total_amount"], 4_000);
}

#[tokio::test]
async fn a_session_holds_the_credits_it_names() {
    let voucherify = with_card().await;
    voucherify
        .validate(credits(3_000, 9_000, Some("one")))
        .await;
    let other = voucherify
        .validate(credits(2_001, 9_000, Some("two")))
        .await;
    assert_eq!(reason(&other), "gift_amount_exceeded");
    let other = voucherify
        .validate(credits(2_000, 9_000, Some("two")))
        .await;
    assert_eq!(other["valid"], true);
}

#[tokio::test]
async fn a_redemption_takes_credits_and_a_rollback_gives_them_back() {
    let voucherify = with_card().await;
    let redeemed = voucherify.redeem(credits(3_000, 9_000, None)).await;
    let redemption = &redeemed["redemptions"][0];
    assert_eq!(
        (&redemption["amount"], &redemption["gift"]["amount"]),
        (&json!(3_000), &json!(3_000))
    );
    let balance = |voucher: Value| voucher["gift"]["balance"].clone();
    assert_eq!(balance(voucherify.get("/v1/vouchers/CARD").await.1), 2_000);
    let path = format!(
        "/v1/redemptions/{}/rollback",
        redemption["id"].as_str().unwrap()
    );
    let (_, rollback) = voucherify.send(Method::POST, &path, None).await;
    assert_eq!(rollback["amount"], -3_000);
    assert_eq!(balance(voucherify.get("/v1/vouchers/CARD").await.1), 5_000);
}

/// A request for the demo's cards, each with the credits it should pay.
fn cards(list: &[(&str, i64)], amount: i64, key: &str) -> Value {
    let redeemables: Vec<_> = list
        .iter()
        .map(|(code, credits)| json!({"object": "voucher", "id": code, "gift": {"credits": credits}}))
        .collect();
    json!({
        "redeemables": redeemables,
        "order": {"amount": amount},
        "session": {"type": "LOCK", "key": key, "ttl": 2, "ttl_unit": "HOURS"},
    })
}

async fn money_of(voucherify: &Voucherify, code: &str) -> (i64, i64) {
    let (_, state) = voucherify.get("/control/state").await;
    let vouchers = state["vouchers"].as_array().unwrap();
    let card = vouchers.iter().find(|voucher| voucher["code"] == code);
    let card = card.unwrap();
    let number = |value: &Value| value.as_i64().unwrap();
    (
        number(&card["gift"]["balance"]),
        number(&card["held_credits"]),
    )
}

#[tokio::test]
async fn a_repeated_key_replaces_the_credits_it_held() {
    let voucherify = Voucherify::start();
    for credits in [5_000, 2_000, 4_500] {
        let answer = voucherify
            .validate(cards(&[("GIFT50", credits)], 9_000, "one"))
            .await;
        assert_eq!(answer["valid"], true, "{answer:#}");
        let gift = &answer["redeemables"][0]["result"]["gift"];
        assert_eq!(*gift, json!({"balance": 5_000, "credits": credits}));
        assert_eq!(money_of(&voucherify, "GIFT50").await, (5_000, credits));
    }
    let other = voucherify
        .validate(cards(&[("GIFT50", 501)], 9_000, "two"))
        .await;
    assert_eq!(reason(&other), "gift_amount_exceeded");
}

#[tokio::test]
async fn the_demos_cards_say_why_they_cannot_be_used() {
    let voucherify = Voucherify::start();
    let expected = [
        ("GIFTEMPTY", "gift_amount_exceeded"),
        ("GIFTEXPIRED", "voucher_expired"),
        ("GIFTDISABLED", "voucher_disabled"),
        ("GIFTNOTYET", "voucher_not_active"),
        ("GIFTVIP", "missing_customer"),
        ("GIFT150", "order_rules_violated"),
    ];
    for (code, key) in expected {
        let answer = voucherify
            .validate(cards(&[(code, 100)], 59_999, "one"))
            .await;
        assert_eq!(reason(&answer), key, "{code}");
        assert_eq!(money_of(&voucherify, code).await.1, 0);
    }
    let answer = voucherify
        .validate(cards(&[("GIFT150", 15_000)], 60_000, "one"))
        .await;
    assert_eq!(answer["order"]["total_amount"], 45_000);
    let mut staff = cards(&[("GIFTVIP", 1_000)], 5_000, "two");
    staff["customer"] = json!({
        "source_id": "12",
        "metadata": {"bigcommerce_customer_group": {"id": 2, "name": "STAFF"}},
    });
    assert_eq!(voucherify.validate(staff.clone()).await["valid"], true);
    staff["customer"]["metadata"] = json!({});
    assert_eq!(
        reason(&voucherify.validate(staff).await),
        "customer_rules_violated"
    );
}

#[tokio::test]
async fn a_stack_of_cards_is_spent_and_given_back_once() {
    let voucherify = Voucherify::start();
    let request = cards(&[("GIFT50", 5_000), ("GIFT25", 1_050)], 6_050, "one");
    voucherify.validate(request.clone()).await;
    let redeemed = voucherify.redeem(request).await;
    assert_eq!(redeemed["order"]["total_amount"], 0);
    let last = &redeemed["redemptions"][1];
    assert_eq!(last["amount"], 1_050);
    let gift = json!({"amount": 2_500, "subtracted_amount": 0, "balance": 1_450, "effect": "APPLY_TO_ORDER"});
    assert_eq!(last["voucher"]["gift"], gift);
    assert_eq!(last["voucher"]["redemption"]["redeemed_amount"], 1_050);
    assert_eq!(money_of(&voucherify, "GIFT50").await, (0, 0));
    assert_eq!(money_of(&voucherify, "GIFT25").await, (1_450, 0));

    let parent = redeemed["parent_redemption"]["id"].as_str().unwrap();
    let path = format!("/v1/redemptions/{parent}/rollbacks");
    let (status, answer) = voucherify.send(Method::POST, &path, None).await;
    assert_eq!(status, 200, "{answer:#}");
    assert_eq!(answer["rollbacks"][0]["amount"], -5_000);
    let (status, _) = voucherify.send(Method::POST, &path, None).await;
    assert_eq!(status, 400);
    assert_eq!(money_of(&voucherify, "GIFT50").await, (5_000, 0));
    assert_eq!(money_of(&voucherify, "GIFT25").await, (2_500, 0));
}

#[tokio::test]
async fn a_cards_quantity_limits_redemptions_and_sessions() {
    let voucherify = Voucherify::start();
    let card = json!({
        "code": "CARD", "type": "GIFT_VOUCHER", "gift": {"amount": 5_000},
        "redemption": {"quantity": 2},
    });
    voucherify.ok("/control/vouchers", card).await;
    voucherify.redeem(credits(1_000, 9_000, None)).await;
    voucherify
        .validate(credits(1_000, 9_000, Some("one")))
        .await;
    let third = voucherify.validate(credits(100, 9_000, Some("two"))).await;
    assert_eq!(reason(&third), "quantity_exceeded");
    voucherify.redeem(credits(1_000, 9_000, Some("one"))).await;
    let (status, error) = voucherify
        .post("/v1/redemptions", credits(100, 9_000, None))
        .await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("quantity_exceeded"))
    );
}

#[tokio::test]
async fn a_balance_is_adjusted_and_every_movement_is_listed() {
    let voucherify = Voucherify::start();
    let mut order = credits(2_000, 9_000, None);
    order["redeemables"][0]["id"] = json!("GIFT50");
    order["order"]["source_id"] = json!("100");
    let redeemed = voucherify.redeem(order).await;
    let redemption = redeemed["redemptions"][0]["id"].as_str().unwrap();

    let path = "/v1/vouchers/GIFT50/balance";
    let body = json!({"amount": 700, "source_id": "refund-1", "reason": "partial refund"});
    let balance = voucherify.ok(path, body).await;
    let (_, card) = voucherify.get("/v1/vouchers/GIFT50").await;
    let expected = json!({
        "amount": 700, "total": 5_700, "balance": 3_700, "type": "gift_voucher",
        "operation_type": "MANUAL", "object": "balance",
        "related_object": {"type": "voucher", "id": card["id"]},
    });
    assert_eq!(balance, expected);
    voucherify.ok(path, json!({"amount": -3_700})).await;
    let (status, error) = voucherify.post(path, json!({"amount": -1})).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("gift_amount_exceeded"))
    );
    let undo = format!("/v1/redemptions/{redemption}/rollback");
    voucherify.send(Method::POST, &undo, None).await;
    let (_, card) = voucherify.get("/v1/vouchers/GIFT50").await;
    let gift = json!({"amount": 5_700, "subtracted_amount": 3_700, "balance": 2_000, "effect": "APPLY_TO_ORDER"});
    assert_eq!(card["gift"], gift);
    assert_eq!(card["redemption"]["redeemed_amount"], 0);

    let (_, list) = voucherify.get("/v1/vouchers/GIFT50/transactions").await;
    let types: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "CREDITS_REFUND",
            "CREDITS_REMOVAL",
            "CREDITS_ADDITION",
            "CREDITS_REDEMPTION"
        ]
    );
    let added = &list["data"][2];
    assert_eq!(
        (&added["source_id"], &added["reason"], &added["source"]),
        (&json!("refund-1"), &json!("partial refund"), &json!("API"))
    );
    let refund = &list["data"][0];
    assert_eq!(refund["source_id"], Value::Null);
    assert_eq!(refund["details"]["order"]["source_id"], "100");
    assert_eq!(refund["details"]["redemption"]["id"], redemption);
    assert_eq!(refund["details"]["balance"]["amount"], 2_000);
}

#[tokio::test]
async fn transactions_are_paged_by_a_cursor() {
    let voucherify = Voucherify::start();
    for amount in 1..=3 {
        let body = json!({"amount": amount});
        voucherify.ok("/v1/vouchers/GIFT25/balance", body).await;
    }
    let path = "/v1/vouchers/GIFT25/transactions?limit=2&order=id";
    let (_, first) = voucherify.get(path).await;
    assert_eq!(first["has_more"], true);
    let cursor = first["more_starting_after"].as_str().unwrap();
    let (_, rest) = voucherify
        .get(&format!("{path}&starting_after_id={cursor}"))
        .await;
    assert_eq!(rest["has_more"], false);
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert_eq!(rest["data"][0]["details"]["balance"]["amount"], 3);
    for query in ["order=created_at", "page=2", "filters=x"] {
        let (status, _) = voucherify
            .get(&format!("/v1/vouchers/GIFT25/transactions?{query}"))
            .await;
        assert_eq!(status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_balance_request_is_read_strictly() {
    let voucherify = Voucherify::start();
    let path = "/v1/vouchers/GIFT50/balance";
    for body in [
        json!({}),
        json!({"amount": 0}),
        json!({"amount": "100"}),
        json!({"amount": 1.5}),
        json!({"amount": 100, "order": "100"}),
        json!({"amount": 100, "source_id": 7}),
    ] {
        let (status, error) = voucherify.post(path, body.clone()).await;
        assert_eq!(
            (status, error["key"].as_str()),
            (400, Some("invalid_payload")),
            "{body}"
        );
    }
    let no_card = voucherify
        .post("/v1/vouchers/SAVE10/balance", json!({"amount": 1}))
        .await;
    assert_eq!(no_card.0, 400);
    let unknown = voucherify
        .post("/v1/vouchers/NOPE/balance", json!({"amount": 1}))
        .await;
    assert_eq!(unknown.0, 404);
    assert_eq!(money_of(&voucherify, "GIFT50").await, (5_000, 0));
}

#[tokio::test]
async fn qualifications_tell_the_balance_and_what_is_locked() {
    let voucherify = Voucherify::start();
    voucherify
        .validate(cards(&[("GIFT50", 3_000)], 9_000, "one"))
        .await;
    let body =
        json!({"order": {"amount": 9_000}, "session": {"type": "LOCK"}, "options": {"limit": 50}});
    let answer = voucherify.ok("/v1/qualifications", body).await;
    let found = answer["redeemables"]["data"].as_array().unwrap();
    let card = found.iter().find(|entry| entry["id"] == "GIFT50").unwrap();
    let gift = json!({"balance": 5_000, "credits": 2_000, "locked_credits": 3_000});
    assert_eq!(card["result"]["gift"], gift);
    assert!(!found.iter().any(|entry| entry["id"] == "GIFTEMPTY"));
}
