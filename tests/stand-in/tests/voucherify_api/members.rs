//! Codes that belong to somebody: referral codes and loyalty cards.

use serde_json::{Value, json};

use crate::support::{Voucherify, codes, reason};

const REWARD: &str = "rew_0d3m0paywithpoints";

fn by(customer: &str, mut body: Value) -> Value {
    body["customer"] = json!({"source_id": customer});
    body
}

/// Bob's loyalty card for an order of this amount.
fn points(points: Option<i64>, amount: i64) -> Value {
    let mut body = by("12", codes(&["LOYALTY500"], amount));
    body["redeemables"][0]["reward"] = json!({"id": REWARD});
    if let Some(points) = points {
        body["redeemables"][0]["reward"]["points"] = json!(points);
    }
    body
}

fn under(key: &str, mut body: Value) -> Value {
    body["session"] = json!({"type": "LOCK", "key": key, "ttl": 2, "ttl_unit": "HOURS"});
    body
}

async fn balance(voucherify: &Voucherify) -> (i64, i64) {
    let (_, state) = voucherify.get("/control/state").await;
    let vouchers = state["vouchers"].as_array().unwrap();
    let card = vouchers
        .iter()
        .find(|one| one["code"] == "LOYALTY500")
        .unwrap();
    let number = |value: &Value| value.as_i64().unwrap();
    (
        number(&card["loyalty_card"]["balance"]),
        number(&card["held_points"]),
    )
}

#[tokio::test]
async fn a_referral_code_is_for_others_than_its_holder() {
    let voucherify = Voucherify::start();
    let ask = || codes(&["FRIEND-ALICE"], 10_000);
    assert_eq!(
        reason(&voucherify.validate(ask()).await),
        "missing_customer"
    );
    let own = voucherify.validate(by("11", ask())).await;
    assert_eq!(reason(&own), "referrer_not_permitted_to_redeem");
    let mut body = by("12", ask());
    body["order"]["source_id"] = json!("600");
    let valid = voucherify.validate(body.clone()).await;
    assert_eq!(valid["valid"], true);
    let (_, alice) = voucherify.get("/v1/customers/11").await;
    assert_eq!(valid["order"]["referrer_id"], alice["id"]);
    let redeemed = voucherify.redeem(body).await;
    assert_eq!(redeemed["order"]["referrer_id"], alice["id"]);
    let voucher = &redeemed["redemptions"][0]["voucher"];
    assert_eq!(voucher["is_referral_code"], true);
    assert_eq!(voucher["referrer_id"], alice["id"]);
    let (_, stored) = voucherify.get("/v1/orders/600").await;
    assert_eq!(stored["referrer"]["id"], alice["id"]);
}

#[tokio::test]
async fn points_pay_for_an_order_and_come_back() {
    let voucherify = Voucherify::start();
    let valid = voucherify.validate(points(Some(120), 10_000)).await;
    assert_eq!(valid["valid"], true);
    let one = &valid["redeemables"][0];
    assert_eq!(one["result"], json!({"loyalty_card": {"points": 120}}));
    assert_eq!(one["order"]["applied_discount_amount"], 1_200);
    let redeemed = voucherify.redeem(points(Some(120), 10_000)).await;
    let redemption = &redeemed["redemptions"][0];
    assert_eq!(redemption["amount"], 120);
    assert_eq!(redemption["loyalty_card"]["points"], 120);
    assert_eq!(redemption["reward"]["id"], REWARD);
    let voucher = &redemption["voucher"];
    assert_eq!(voucher["loyalty_card"]["balance"], 380);
    assert_eq!(voucher["redemption"]["redeemed_points"], 120);
    let id = redemption["id"].as_str().unwrap();
    let path = format!("/v1/redemptions/{id}/rollback");
    let rollback = voucherify.ok(&path, json!({})).await;
    assert_eq!(rollback["amount"], -120);
    assert_eq!(balance(&voucherify).await, (500, 0));
    let (_, list) = voucherify.get("/v1/vouchers/LOYALTY500/transactions").await;
    assert_eq!(list["data"][0]["type"], "POINTS_REFUND");
    assert_eq!(list["data"][1]["type"], "POINTS_REDEMPTION");
    assert_eq!(list["data"][1]["details"]["balance"]["points"], -120);
}

#[tokio::test]
async fn no_more_points_are_taken_than_the_order_needs_or_the_card_has() {
    let voucherify = Voucherify::start();
    let all = voucherify.validate(points(None, 10_000)).await;
    let taken =
        |answer: &Value| answer["redeemables"][0]["result"]["loyalty_card"]["points"].clone();
    assert_eq!(taken(&all), 500);
    let needed = voucherify.validate(points(None, 1_005)).await;
    assert_eq!(
        (taken(&needed), &needed["order"]["total_amount"]),
        (json!(101), &json!(0))
    );
    let many = voucherify.validate(points(Some(501), 100_000)).await;
    assert_eq!(reason(&many), "loyalty_card_points_exceeded");
}

#[tokio::test]
async fn a_loyalty_card_needs_its_reward_and_its_holder() {
    let voucherify = Voucherify::start();
    let plain = voucherify
        .validate(by("12", codes(&["LOYALTY500"], 10_000)))
        .await;
    assert_eq!(reason(&plain), "missing_reward");
    let mut other = points(Some(1), 10_000);
    other["redeemables"][0]["reward"]["id"] = json!("rew_other");
    assert_eq!(reason(&voucherify.validate(other).await), "not_found");
    let mut alice = points(Some(1), 10_000);
    alice["customer"]["source_id"] = json!("11");
    let answer = voucherify.validate(alice).await;
    assert_eq!(reason(&answer), "customer_rules_violated");
    let error = &answer["inapplicable_redeemables"][0]["result"]["error"];
    assert_eq!(error["message"], "customer does not match validation rules");
    for wrong in [
        json!({"points": 0}),
        json!({"points": "1"}),
        json!({"coins": 1}),
    ] {
        let mut body = points(None, 10_000);
        body["redeemables"][0]["reward"] = wrong.clone();
        let (status, error) = voucherify.post("/v1/validations", body).await;
        assert_eq!(
            (status, error["key"].as_str()),
            (400, Some("invalid_payload")),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_session_holds_points() {
    let voucherify = Voucherify::start();
    let first = under("one", points(Some(400), 10_000));
    assert_eq!(voucherify.validate(first.clone()).await["valid"], true);
    assert_eq!(balance(&voucherify).await, (500, 400));
    let second = under("two", points(Some(101), 10_000));
    let answer = voucherify.validate(second).await;
    assert_eq!(reason(&answer), "loyalty_card_points_exceeded");
    let rest = voucherify
        .validate(under("two", points(None, 10_000)))
        .await;
    assert_eq!(
        rest["redeemables"][0]["result"]["loyalty_card"]["points"],
        100
    );
    voucherify.redeem(first).await;
    assert_eq!(balance(&voucherify).await, (100, 100));
}

#[tokio::test]
async fn a_member_lists_the_rewards_points_pay_for() {
    let voucherify = Voucherify::start();
    let path = "/v1/loyalties/members/LOYALTY500";
    let (_, card) = voucherify.get(path).await;
    assert_eq!(card["loyalty_card"]["points"], 500);
    assert_eq!(card["type"], "LOYALTY_CARD");
    let (_, list) = voucherify.get(&format!("{path}/rewards")).await;
    let entry = &list["data"][0];
    assert_eq!(entry["object"], "loyalty_reward");
    assert_eq!(entry["reward"]["type"], "COIN");
    let coin = json!({"exchange_ratio": 10, "points_ratio": 1});
    assert_eq!(entry["reward"]["parameters"]["coin"], coin);
    assert_eq!(entry["assignment"]["reward_id"], REWARD);
    assert_eq!(
        entry["assignment"]["related_object_id"],
        card["campaign_id"]
    );
    let (_, reward) = voucherify.get(&format!("/v1/rewards/{REWARD}")).await;
    assert_eq!(reward, entry["reward"]);
    let (status, _) = voucherify.get("/v1/loyalties/members/GIFT50/rewards").await;
    assert_eq!(status, 404);
}

/// For a shop that calls its customers by their addresses, the profiles do as well.
#[tokio::test]
async fn holders_are_known_by_what_the_shop_calls_them() {
    let voucherify = Voucherify::start();
    let friend = |customer: &str| by(customer, codes(&["FRIEND-ALICE"], 10_000));
    let card = |customer: &str| by(customer, points(Some(1), 10_000));
    // Somebody else was made under the address before.
    let (alice, bob) = ("alice@example.com", "bob@example.com");
    assert_eq!(voucherify.validate(friend(alice)).await["valid"], true);
    let made = json!({"source_id": bob});
    voucherify.ok("/v1/customers", made).await;
    for (by_name, [alice, bob], [no_alice, no_bob]) in [
        ("email", [alice, bob], ["11", "12"]),
        ("customer_id", ["11", "12"], [alice, bob]),
    ] {
        voucherify.switch(json!({"customers_by": by_name})).await;
        let own = voucherify.validate(friend(alice)).await;
        assert_eq!(reason(&own), "referrer_not_permitted_to_redeem");
        assert_eq!(voucherify.validate(friend(no_alice)).await["valid"], true);
        assert_eq!(voucherify.validate(card(bob)).await["valid"], true);
        let other = voucherify.validate(card(no_bob)).await;
        assert_eq!(reason(&other), "customer_rules_violated");
    }
}

/// Code, kind, rule and effect.
const DEMO_CODES: [(&str, &str, &str, &str); 17] = [
    ("SAVE10", "percentage", "-", "10 % off the order"),
    (
        "CAP20",
        "percentage",
        "-",
        "20 % off the order, at most 30.00",
    ),
    (
        "BIG100",
        "amount",
        "order of at least 300.00",
        "100.00 off the order",
    ),
    ("PAY500", "fixed price", "-", "the order for 500.00"),
    ("EACH2", "amount", "-", "2.00 off each piece of all items"),
    (
        "FREETEE",
        "free item",
        "iPhone 8 in the cart",
        "1 T-shirt (size M) added for free",
    ),
    ("FREESHIP", "free shipping", "-", "free shipping"),
    ("GIFT50", "gift card", "-", "pays up to 50.00"),
    (
        "GIFTEMPTY",
        "gift card",
        "refused: everything on it is spent",
        "has nothing left to pay with",
    ),
    (
        "PHONES10",
        "percentage",
        "category Phones in the cart",
        "10 % off the order",
    ),
    (
        "LUCKY",
        "dynamic discount",
        "-",
        "5 % off, rounded to whole dollars",
    ),
    (
        "LOYALTY500",
        "loyalty card",
        "for its owner only",
        "500 points, pay up to 50.00",
    ),
    (
        "FRIEND-ALICE",
        "referral code",
        "not for Alice Adams",
        "10.00 off the order",
    ),
    (
        "FIRST10",
        "amount",
        "once a customer",
        "10.00 off the order",
    ),
    (
        "BUDGET",
        "percentage",
        "a budget of 50.00",
        "20 % off the order",
    ),
    (
        "ALONE30",
        "percentage",
        "with no other code",
        "30 % off the order",
    ),
    ("EXPIRED10", "percentage", "expired", "10 % off the order"),
];

#[tokio::test]
async fn every_demo_code_says_its_kind_rule_and_effect() {
    let voucherify = Voucherify::start();
    let (_, state) = voucherify.get("/control/state").await;
    let vouchers = state["vouchers"].as_array().unwrap();
    let of = |code: &str| {
        let voucher = vouchers.iter().find(|one| one["code"] == code).unwrap();
        ["kind", "rule", "effect"].map(|key| voucher[key].as_str().unwrap_or("-"))
    };
    for (code, kind, rule, effect) in DEMO_CODES {
        assert_eq!(of(code), [kind, rule, effect], "{code}");
    }
    for voucher in vouchers {
        for key in ["additional_info", "kind", "effect"] {
            assert!(!voucher[key].as_str().unwrap().is_empty(), "{voucher}");
        }
    }
}
