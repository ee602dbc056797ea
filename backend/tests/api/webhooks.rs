//! Who may tell us of events.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::helpers::{STORE, TestApp, error_of};

const SECRET_HEADER: &str = "x-voucherbridge-secret";

/// A webhook with all its headers.
struct Delivery {
    body: String,
    secret: String,
    id: &'static str,
    timestamp: String,
    signature: String,
}

impl Delivery {
    async fn good(app: &TestApp, id: &'static str) -> Self {
        let body = json!({
            "scope": "store/order/updated", "store_id": "1", "hash": "alike", "created_at": 1,
            "producer": format!("stores/{STORE}"), "data": { "type": "order", "id": 100 },
        });
        let body = body.to_string();
        let now = app.running.app.context.clock.now_ms() / 1000;
        Self {
            signature: sign("demo-client-secret", id, now, &body),
            secret: app.webhook_secret().await,
            id,
            timestamp: now.to_string(),
            body,
        }
    }

    fn to(&self, app: &TestApp, store: &str) -> RequestBuilder {
        app.to(Method::POST, &format!("/{store}/webhooks"))
            .header(SECRET_HEADER, &self.secret)
            .header("webhook-id", self.id)
            .header("webhook-timestamp", &self.timestamp)
            .header("webhook-signature", &self.signature)
            .body(self.body.clone())
    }
}

fn sign(client_secret: &str, id: &str, timestamp: i64, body: &str) -> String {
    let webhook = Webhook::from_bytes(client_secret.as_bytes().to_vec()).unwrap();
    webhook.sign(id, timestamp, body.as_bytes()).unwrap()
}

async fn is_refused(app: &TestApp, request: RequestBuilder, case: &str) {
    let before = app.state().await;
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 401, "{case}");
    assert_eq!(
        error_of(answer, case).await.0,
        "webhook_not_verified",
        "{case}"
    );
    app.is_as(&before, case).await;
}

#[tokio::test]
async fn a_genuine_one_is_kept_once() {
    let app = TestApp::connected().await;
    let delivery = Delivery::good(&app, "msg_1").await;
    for _ in 0..2 {
        let answer = delivery.to(&app, STORE).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.unwrap(), "{}");
    }
    assert_eq!(app.state().await["rows"]["inbox"], 1);
    // Another signature beside the good one is what a change of keys looks like.
    let mut two = Delivery::good(&app, "msg_2").await;
    two.signature = format!("v1,AAAA {} v2,x", two.signature);
    assert_eq!(two.to(&app, STORE).send().await.unwrap().status(), 200);
    assert_eq!(app.state().await["rows"]["inbox"], 2);
}

/// Two changes of one order told in the same words, without a time: both are worked on.
#[tokio::test]
async fn what_is_told_in_equal_words_is_two_events() {
    let app = TestApp::connected().await;
    let now = app.running.app.context.clock.now_ms() / 1000;
    for (id, kept) in [("msg_1", 1), ("msg_2", 2), ("msg_2", 2), ("msg_3", 3)] {
        let mut delivery = Delivery::good(&app, id).await;
        let mut body: Value = serde_json::from_str(&delivery.body).unwrap();
        body.as_object_mut().unwrap().remove("created_at");
        delivery.body = body.to_string();
        delivery.signature = sign("demo-client-secret", id, now, &delivery.body);
        delivery.timestamp = now.to_string();
        assert_eq!(delivery.to(&app, STORE).send().await.unwrap().status(), 200);
        assert_eq!(app.state().await["rows"]["inbox"], kept, "{id}");
    }
}

#[tokio::test]
async fn any_other_is_refused() {
    let app = TestApp::connected().await;
    let good = || Delivery::good(&app, "msg_1");
    let bare = app
        .to(Method::POST, &format!("/{STORE}/webhooks"))
        .body(good().await.body);
    is_refused(&app, bare, "neither secret nor signature").await;
    let mut changed = good().await;
    changed.body = changed.body.replace("100", "101");
    is_refused(&app, changed.to(&app, STORE), "another body").await;
    let mut changed = good().await;
    changed.secret.replace_range(0..1, "~");
    is_refused(&app, changed.to(&app, STORE), "another secret").await;
    let mut changed = good().await;
    changed.secret.clear();
    is_refused(&app, changed.to(&app, STORE), "an empty secret").await;
    for signature in ["", "v1", "v1,", "v1,AAAA", "nonsense"] {
        let mut changed = good().await;
        signature.clone_into(&mut changed.signature);
        is_refused(&app, changed.to(&app, STORE), signature).await;
    }
    let mut changed = good().await;
    changed.id = "msg_2";
    is_refused(&app, changed.to(&app, STORE), "another id").await;
    for store in ["otherstore", "DEMO1STORE", "'--"] {
        is_refused(&app, good().await.to(&app, store), store).await;
    }
}

#[tokio::test]
async fn an_old_or_misdated_one_is_refused() {
    let app = TestApp::connected().await;
    let now = app.running.app.context.clock.now_ms() / 1000;
    for (seconds, taken) in [
        (-48 * 3600, true),
        (-100 * 3600, false),
        (100 * 3600, false),
    ] {
        let mut delivery = Delivery::good(&app, "msg_1").await;
        let timestamp = now + seconds;
        delivery.timestamp = timestamp.to_string();
        delivery.signature = sign("demo-client-secret", "msg_1", timestamp, &delivery.body);
        let answer = delivery.to(&app, STORE).send().await.unwrap();
        assert_eq!(answer.status().is_success(), taken, "{seconds}");
    }
    for timestamp in ["", "soon", "1e9", "99999999999999999999"] {
        let mut delivery = Delivery::good(&app, "msg_1").await;
        timestamp.clone_into(&mut delivery.timestamp);
        is_refused(&app, delivery.to(&app, STORE), timestamp).await;
    }
}

#[tokio::test]
async fn a_genuine_one_that_says_nothing_is_named_at_fault() {
    let app = TestApp::connected().await;
    let before = app.state().await;
    let now = app.running.app.context.clock.now_ms() / 1000;
    for (body, field) in [("", None), ("{", None), ("{\"scope\":\"x\"}", Some("data"))] {
        let mut delivery = Delivery::good(&app, "msg_1").await;
        body.clone_into(&mut delivery.body);
        delivery.signature = sign("demo-client-secret", "msg_1", now, body);
        delivery.timestamp = now.to_string();
        let answer = delivery.to(&app, STORE).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        assert_eq!(error_of(answer, body).await.2.as_deref(), field, "{body}");
    }
    let mut large = Delivery::good(&app, "msg_1").await;
    large.body = "x".repeat(1024 * 1024);
    let answer = large.to(&app, STORE).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    assert_eq!(error_of(answer, "1 MB").await.0, "body_too_large");
    app.is_as(&before, "state").await;
}
