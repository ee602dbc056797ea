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
