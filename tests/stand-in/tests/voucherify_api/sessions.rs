//! Locks.

use reqwest::Method;
use serde_json::json;

use crate::support::{Voucherify, codes, locked, reason};

#[tokio::test]
async fn a_single_use_code_is_held_by_one_key_only() {
    let voucherify = Voucherify::start();
    let first = voucherify
        .validate(locked(&["ONCE15"], 10_000, "one"))
        .await;
    assert_eq!(first["valid"], true);
    let session = json!({"key": "one", "type": "LOCK", "ttl": 2, "ttl_unit": "HOURS"});
    assert_eq!(first["session"], session);

    let second = voucherify
        .validate(locked(&["ONCE15"], 10_000, "two"))
        .await;
    assert_eq!(second["valid"], false);
    assert_eq!(reason(&second), "quantity_exceeded");
    assert!(second.get("session").is_none() && second.get("order").is_none());
    let without_key = voucherify.validate(codes(&["ONCE15"], 10_000)).await;
    assert_eq!(reason(&without_key), "quantity_exceeded");

    let again = voucherify
        .validate(locked(&["ONCE15"], 20_000, "one"))
        .await;
    assert_eq!(again["valid"], true, "a key does not stand in its own way");
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 1));
}

#[tokio::test]
async fn a_repeated_key_replaces_what_it_held() {
    let voucherify = Voucherify::start();
    voucherify
        .validate(locked(&["ONCE15", "SAVE10"], 10_000, "one"))
        .await;
    voucherify
        .validate(locked(&["ONCE50"], 10_000, "one"))
        .await;
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
    assert_eq!(voucherify.used_and_held("ONCE50").await, (0, 1));
    let other = voucherify
        .validate(locked(&["ONCE15"], 10_000, "two"))
        .await;
    assert_eq!(other["valid"], true);
}

#[tokio::test]
async fn a_failed_validation_keeps_or_gives_up_the_lock_as_switched() {
    let voucherify = Voucherify::start();
    voucherify
        .validate(locked(&["ONCE15"], 10_000, "one"))
        .await;
    voucherify
        .validate(locked(&["ONCE15", "EXPIRED10"], 10_000, "one"))
        .await;
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 1));
    voucherify
        .switch(json!({"failed_validation_releases_session": true}))
        .await;
    voucherify
        .validate(locked(&["ONCE15", "EXPIRED10"], 10_000, "one"))
        .await;
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn a_lock_ends_with_its_time() {
    let voucherify = Voucherify::start();
    voucherify
        .validate(locked(&["ONCE15"], 10_000, "one"))
        .await;
    voucherify.stand_in.voucherify.clock.advance(2 * 3_600 - 60);
    let still = voucherify
        .validate(locked(&["ONCE15"], 10_000, "two"))
        .await;
    assert_eq!(still["valid"], false);
    voucherify.stand_in.voucherify.clock.advance(120);
    let free = voucherify
        .validate(locked(&["ONCE15"], 10_000, "two"))
        .await;
    assert_eq!(free["valid"], true);
}

#[tokio::test]
async fn a_session_lasts_seven_days_and_gets_a_key_when_nothing_is_said() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["SAVE10"], 10_000);
    body["session"] = json!({"type": "LOCK"});
    let session = voucherify.validate(body).await["session"].clone();
    assert!(session["key"].as_str().unwrap().starts_with("ssn_"));
    assert_eq!(
        (&session["ttl"], &session["ttl_unit"]),
        (&json!(7), &json!("DAYS"))
    );
}

#[tokio::test]
async fn one_voucher_of_a_session_is_released_once() {
    let voucherify = Voucherify::start();
    voucherify
        .validate(locked(&["ONCE15", "ONCE50"], 10_000, "a key/%"))
        .await;
    let path = "/v1/vouchers/ONCE15/sessions/a%20key%2F%25";
    assert_eq!(voucherify.send(Method::DELETE, path, None).await.0, 204);
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
    assert_eq!(voucherify.used_and_held("ONCE50").await, (0, 1));
    let (status, error) = voucherify.send(Method::DELETE, path, None).await;
    assert_eq!((status, error["key"].as_str()), (404, Some("not_found")));
}

#[tokio::test]
async fn a_redemption_uses_what_its_key_holds_and_releases_it() {
    let voucherify = Voucherify::start();
    voucherify
        .validate(locked(&["ONCE15"], 10_000, "one"))
        .await;
    let (status, error) = voucherify
        .post("/v1/redemptions", codes(&["ONCE15"], 10_000))
        .await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("quantity_exceeded"))
    );
    let answer = voucherify.redeem(locked(&["ONCE15"], 10_000, "one")).await;
    assert_eq!(answer["redemptions"][0]["session"]["key"], "one");
    assert_eq!(voucherify.used_and_held("ONCE15").await, (1, 0));
    let (status, _) = voucherify
        .post("/v1/redemptions", locked(&["ONCE15"], 10_000, "one"))
        .await;
    assert_eq!(status, 400, "redeemed once");
}
