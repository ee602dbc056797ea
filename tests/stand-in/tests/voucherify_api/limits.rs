//! Limits and budgets of codes and campaigns.

use serde_json::{Value, json};

use crate::support::{Voucherify, codes, locked, reason};

const VIOLATED: &str = "redemption_rules_violated";

async fn put_campaign(voucherify: &Voucherify, rule: &Value) {
    let campaign = json!({
        "name": "Spring",
        "campaign_type": "DISCOUNT_COUPONS",
        "rules": [rule],
    });
    voucherify.ok("/control/campaigns", campaign).await;
    for code in ["SPRING1", "SPRING2"] {
        let voucher = json!({
            "code": code,
            "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "AMOUNT", "amount_off": 1_000, "effect": "APPLY_TO_ORDER"},
            "campaign": "Spring",
        });
        voucherify.ok("/control/vouchers", voucher).await;
    }
}

fn at_most(name: &str, value: i64) -> Value {
    json!({"name": name, "conditions": {"$less_than_or_equal": [value]}})
}

fn by(customer: &str, mut body: Value) -> Value {
    body["customer"] = json!({"source_id": customer});
    body
}

/// Redeems one code and gives the id of the redemption.
async fn redeem(voucherify: &Voucherify, body: Value) -> String {
    let answer = voucherify.redeem(body).await;
    answer["redemptions"][0]["id"].as_str().unwrap().to_owned()
}

async fn verdict(voucherify: &Voucherify, body: Value) -> String {
    let answer = voucherify.validate(body).await;
    let valid = answer["valid"] == true;
    if valid { "valid" } else { reason(&answer) }.to_owned()
}

async fn roll_back(voucherify: &Voucherify, id: &str) {
    let path = format!("/v1/redemptions/{id}/rollback");
    voucherify.ok(&path, json!({})).await;
}

#[tokio::test]
async fn a_budget_is_spent_and_given_back() {
    let voucherify = Voucherify::start();
    let ask = |amount: i64| codes(&["BUDGET"], amount);
    assert_eq!(verdict(&voucherify, ask(25_000)).await, "valid");
    assert_eq!(verdict(&voucherify, ask(25_005)).await, VIOLATED);
    let id = redeem(&voucherify, ask(20_000)).await;
    assert_eq!(verdict(&voucherify, ask(5_000)).await, "valid");
    assert_eq!(verdict(&voucherify, ask(5_005)).await, VIOLATED);
    let (status, error) = voucherify.post("/v1/redemptions", ask(10_000)).await;
    assert_eq!((status, error["key"].as_str()), (400, Some(VIOLATED)));
    roll_back(&voucherify, &id).await;
    assert_eq!(verdict(&voucherify, ask(25_000)).await, "valid");
}

/// Sessions hold uses, credits and points, as the guide says, and no budgets.
#[tokio::test]
async fn a_session_holds_no_budget() {
    let voucherify = Voucherify::start();
    for key in ["one", "two"] {
        let body = locked(&["BUDGET"], 25_000, key);
        assert_eq!(verdict(&voucherify, body).await, "valid", "{key}");
    }
}

#[tokio::test]
async fn a_campaign_has_limits_for_all_its_codes() {
    let voucherify = Voucherify::start();
    put_campaign(&voucherify, &at_most("campaign.redemptions.count", 1)).await;
    let first = redeem(&voucherify, codes(&["SPRING1"], 10_000)).await;
    let second = || codes(&["SPRING2"], 10_000);
    assert_eq!(verdict(&voucherify, second()).await, VIOLATED);
    roll_back(&voucherify, &first).await;
    assert_eq!(verdict(&voucherify, second()).await, "valid");
    put_campaign(&voucherify, &at_most("campaign.orders.amount", 15_000)).await;
    redeem(&voucherify, codes(&["SPRING1"], 10_000)).await;
    assert_eq!(verdict(&voucherify, second()).await, VIOLATED);
    assert_eq!(
        verdict(&voucherify, codes(&["SPRING2"], 5_000)).await,
        "valid"
    );
}

#[tokio::test]
async fn a_customer_has_limits_in_a_campaign() {
    let voucherify = Voucherify::start();
    let ask = |customer: &str| by(customer, codes(&["FIRST10"], 10_000));
    let guest = codes(&["FIRST10"], 10_000);
    assert_eq!(verdict(&voucherify, guest).await, "missing_customer");
    let id = redeem(&voucherify, ask("11")).await;
    assert_eq!(verdict(&voucherify, ask("11")).await, VIOLATED);
    assert_eq!(verdict(&voucherify, ask("99")).await, "valid");
    roll_back(&voucherify, &id).await;
    assert_eq!(verdict(&voucherify, ask("11")).await, "valid");
}

#[tokio::test]
async fn limits_of_a_day_a_week_and_a_month_end() {
    for (name, days) in [
        ("campaign.redemptions.count.daily", 1),
        ("campaign.redemptions.count.weekly", 7),
        ("campaign.redemptions.count.monthly", 31),
    ] {
        let voucherify = Voucherify::start();
        put_campaign(&voucherify, &at_most(name, 1)).await;
        redeem(&voucherify, codes(&["SPRING1"], 10_000)).await;
        let ask = || codes(&["SPRING2"], 10_000);
        assert_eq!(verdict(&voucherify, ask()).await, VIOLATED, "{name}");
        voucherify.stand_in.voucherify.clock.advance(days * 86_400);
        assert_eq!(verdict(&voucherify, ask()).await, "valid", "{name}");
    }
}

#[tokio::test]
async fn codes_say_their_campaign() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["BUDGET"], 10_000);
    body["options"] = json!({"expand": ["order", "redeemable"]});
    let answer = voucherify.validate(body).await;
    let one = &answer["redeemables"][0];
    assert_eq!(one["campaign_name"], "Small budget");
    let (_, voucher) = voucherify.get("/v1/vouchers/BUDGET").await;
    assert_eq!(voucher["campaign"], "Small budget");
    assert_eq!(voucher["campaign_id"], one["campaign_id"]);
    let mut body = codes(&["BUDGET"], 10_000);
    body["order"]["source_id"] = json!("500");
    let id = redeem(&voucherify, body).await;
    let (_, order) = voucherify.get("/v1/orders/500").await;
    let parent = &order["redemptions"][&id]["related_object_parent_id"];
    assert_eq!(*parent, one["campaign_id"]);
    let path = |name: &str| format!("/v1/redemptions?campaign={name}");
    let (_, list) = voucherify.get(&path("Small%20budget")).await;
    assert_eq!(list["total"], 1);
    assert_eq!(voucherify.get(&path("Other")).await.1["total"], 0);
}
