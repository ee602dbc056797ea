//! Health, readiness, metrics.

use reqwest::Method;
use serde_json::json;

use super::helpers::{STORE, TestApp, error_of};

#[tokio::test]
async fn is_told() {
    let app = TestApp::connected().await;
    for (path, status) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = app.to(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.headers().contains_key("x-request-id"), "{path}");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body, json!({ "status": status }), "{path}");
    }
}

#[tokio::test]
async fn a_closed_database_is_not_ready_but_alive() {
    let app = TestApp::start().await;
    app.running.app.context.database.close().await;
    let answer = app.to(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(error_of(answer, "/readyz").await.0, "not_ready");
    assert_eq!(
        app.to(Method::GET, "/healthz")
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_calls_by_operation() {
    let app = TestApp::connected().await;
    let path = format!("/{STORE}/checkouts/{}/refresh", app.checkout().await);
    let answer = app
        .to(Method::POST, &path)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let answer = app.to(Method::GET, "/metrics").send().await.unwrap();
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
    let text = answer.text().await.unwrap();
    for line in [
        "route=\"/{store}/checkouts/{checkout}/refresh\",status=\"200\"",
        "operation=\"get_checkout\",outcome=\"ok\"",
        "voucherbridge_upstream_seconds_bucket",
        "# TYPE voucherbridge_http_seconds histogram",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[tokio::test]
async fn stopping_lets_nobody_in() {
    let app = TestApp::start().await;
    let TestApp {
        running,
        url,
        platforms,
        ..
    } = app;
    running.stop().await;
    let client = &platforms.client;
    assert!(client.get(format!("{url}/healthz")).send().await.is_err());
}
