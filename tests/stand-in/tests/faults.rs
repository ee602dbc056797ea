//! Faults do what they say, and the call log shows what happened.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::{Shop, coupon_promotion};
use reqwest::Method;
use serde_json::{Value, json};

async fn fault(shop: &Shop, path: &str, action: Value) {
    let rule = json!({"path": path, "times": 1, "action": action});
    shop.control(Method::POST, "/faults", rule).await;
}

async fn promotions(shop: &Shop) -> usize {
    let state = shop.control(Method::GET, "/state", Value::Null).await;
    state["promotions"].as_array().unwrap().len()
}

async fn post_promotion(shop: &Shop) -> Result<reqwest::Response, reqwest::Error> {
    let url = format!("{}/stores/demo1store/v3/promotions", shop.stand_in.shop_url);
    let request = shop
        .client
        .post(url)
        .header("X-Auth-Token", "demo-access-token");
    request.json(&coupon_promotion("5")).send().await
}

#[tokio::test]
async fn a_status_has_its_headers_and_body_and_does_no_work() {
    let shop = Shop::start();
    let action = json!({"kind": "status", "status": 429, "headers": {"Retry-After": "7"},
        "body": {"title": "slow down"}});
    fault(&shop, "/v3/promotions$", action).await;
    let answer = post_promotion(&shop).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"title": "slow down"})
    );
    assert_eq!(promotions(&shop).await, 1);
    assert_eq!(
        post_promotion(&shop).await.unwrap().status(),
        201,
        "once only"
    );
    let faults = shop.control(Method::GET, "/faults", Value::Null).await;
    assert_eq!(faults["faults"][0]["hits"], 1);
}

#[tokio::test]
async fn a_drop_does_no_work_and_a_drop_after_does() {
    let shop = Shop::start();
    fault(&shop, "/v3/promotions$", json!({"kind": "drop"})).await;
    assert!(post_promotion(&shop).await.is_err(), "no answer");
    assert_eq!(promotions(&shop).await, 1);
    fault(&shop, "/v3/promotions$", json!({"kind": "drop_after"})).await;
    assert!(post_promotion(&shop).await.is_err(), "no answer");
    assert_eq!(promotions(&shop).await, 2);
    let calls = shop
        .control(Method::GET, "/calls?path=promotions", Value::Null)
        .await;
    assert_eq!(calls["calls"][0]["status"], Value::Null);
    assert_eq!(calls["calls"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn rubbish_is_no_json_and_a_delay_delays() {
    let shop = Shop::start();
    fault(&shop, "/v2/time", json!({"kind": "rubbish"})).await;
    let answer = shop.call(Method::GET, "/v2/time", Value::Null).await;
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.json::<Value>().await.is_err());
    fault(&shop, "/v2/time", json!({"kind": "delay", "ms": 150})).await;
    let start = Instant::now();
    assert_eq!(shop.get("/v2/time").await.0, 200);
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_rule_that_cannot_be_is_refused_and_reset_clears_the_rules() {
    let shop = Shop::start();
    let url = format!("{}/control/faults", shop.stand_in.shop_url);
    for rule in [
        json!({"path": "(", "action": {"kind": "drop"}}),
        json!({"path": "x", "action": {"kind": "explode"}}),
        json!({"path": "x", "when": 1, "action": {"kind": "drop"}}),
        json!({"path": "x", "action": {"kind": "status", "status": 99}}),
    ] {
        let answer = shop.client.post(&url).json(&rule).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{rule}");
    }
    shop.coupon("BEFORE", "5").await;
    fault(&shop, ".", json!({"kind": "drop"})).await;
    shop.control(Method::POST, "/reset", Value::Null).await;
    assert_eq!(promotions(&shop).await, 1);
    let faults = shop.control(Method::GET, "/faults", Value::Null).await;
    assert_eq!(faults["faults"], json!([]));
}

#[tokio::test]
async fn the_call_log_shows_what_ran_together_and_no_secret() {
    let shop = Shop::start();
    let rule = json!({"path": "/v2/(time|store)$", "action": {"kind": "delay", "ms": 100}});
    shop.control(Method::POST, "/faults", rule).await;
    tokio::join!(shop.get("/v2/time"), shop.get("/v2/store"));
    shop.get("/v2/time").await;
    let headers = json!({"X-Voucherbridge-Secret": "s3cret"});
    let hook = json!({"scope": "store/order/*", "destination": "http://localhost:1/h",
        "headers": headers});
    shop.post("/v3/hooks", hook).await;

    let log = shop.control(Method::GET, "/calls", Value::Null).await;
    let calls = log["calls"].as_array().unwrap();
    let together = |a: &Value, b: &Value| {
        a["started_ms"].as_u64() < b["finished_ms"].as_u64()
            && b["started_ms"].as_u64() < a["finished_ms"].as_u64()
    };
    assert!(together(&calls[0], &calls[1]), "{log}");
    assert!(!together(&calls[0], &calls[2]), "{log}");
    assert_eq!(calls[3]["area"], "management");
    assert_eq!(calls[3]["authorised_as"], "app demo-client-id");
    assert_eq!(calls[3]["request_body"]["scope"], "store/order/*");
    let text = log.to_string();
    assert!(
        !text.contains("s3cret") && !text.contains("demo-access-token"),
        "{text}"
    );

    let since = format!("/calls?since={}&path=hooks", calls[2]["seq"]);
    let later = shop.control(Method::GET, &since, Value::Null).await;
    assert_eq!(later["calls"].as_array().unwrap().len(), 1);
    shop.control(Method::DELETE, "/calls", Value::Null).await;
    let empty = shop.control(Method::GET, "/calls", Value::Null).await;
    assert_eq!(empty["calls"], json!([]));
}
