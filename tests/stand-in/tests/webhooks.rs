//! Webhooks are signed, repeated and, where a test wants it, held, doubled or turned round.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Shop, eventually};
use reqwest::Method;
use serde_json::{Value, json};

/// What a receiver got, and the statuses it answers with (200 when there are none left).
#[derive(Default)]
struct Inbox {
    got: Vec<(Vec<(String, String)>, String)>,
    answers: Vec<u16>,
}

/// A receiver of webhooks.
struct Receiver {
    url: String,
    inbox: Arc<Mutex<Inbox>>,
    handle: ServerHandle,
}

impl Receiver {
    fn start(answers: &[u16]) -> Self {
        let inbox = Arc::new(Mutex::new(Inbox {
            got: Vec::new(),
            answers: answers.to_vec(),
        }));
        let shared = Data::from(inbox.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/hook", web::post().to(receive))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        rt::spawn(server);
        Self { url, inbox, handle }
    }

    fn count(&self) -> usize {
        self.inbox.lock().unwrap().got.len()
    }

    async fn wait_for(&self, count: usize) -> Vec<(Vec<(String, String)>, String)> {
        eventually(async || (self.count() >= count).then_some(())).await;
        self.inbox.lock().unwrap().got.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn receive(request: HttpRequest, body: Bytes, inbox: Data<Mutex<Inbox>>) -> HttpResponse {
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let mut inbox = inbox.lock().unwrap();
    inbox
        .got
        .push((headers, String::from_utf8(body.to_vec()).unwrap()));
    let status = if inbox.answers.is_empty() {
        200
    } else {
        inbox.answers.remove(0)
    };
    HttpResponse::build(status.try_into().unwrap()).finish()
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
        .unwrap()
}

async fn register(shop: &Shop, scope: &str, url: &str) {
    let headers = json!({"X-Voucherbridge-Secret": "hook-secret"});
    let hook = json!({"scope": scope, "destination": url, "headers": headers});
    let (status, body) = shop.post("/v3/hooks", hook).await;
    assert_eq!(status, 200, "{body}");
}

async fn make_cart(shop: &Shop) -> String {
    let items = json!([{"product_id": 111, "variant_id": 211, "quantity": 1}]);
    let (status, body) = shop.post("/v3/carts", json!({"line_items": items})).await;
    assert_eq!(status, 201, "{body}");
    body["data"]["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_webhook_has_its_headers_and_a_signature_that_a_library_accepts() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    register(&shop, "store/cart/*", &receiver.url).await;
    let cart = make_cart(&shop).await;
    let got = receiver.wait_for(1).await;
    let (headers, body) = &got[0];
    assert_eq!(header(headers, "x-voucherbridge-secret"), "hook-secret");

    let verifier = standardwebhooks::Webhook::new(&STANDARD.encode("demo-client-secret")).unwrap();
    let mut signed = http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        signed.insert(name, header(headers, name).parse().unwrap());
    }
    verifier.verify(body.as_bytes(), &signed).unwrap();
    assert!(
        verifier
            .verify(body.replace("cart", "card").as_bytes(), &signed)
            .is_err()
    );

    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["scope"], "store/cart/created");
    assert_eq!(body["producer"], "stores/demo1store");
    assert_eq!(body["data"]["id"], cart.as_str());
    assert!(body["created_at"].is_i64() && body["hash"].as_str().unwrap().len() == 40);
    assert!(body["store_id"].is_string());
}

#[actix_web::test]
async fn only_matching_scopes_are_told() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    register(&shop, "store/cart/deleted", &receiver.url).await;
    register(&shop, "store/order/*", &receiver.url).await;
    let cart = make_cart(&shop).await;
    assert_eq!(shop.delete(&format!("/v3/carts/{cart}")).await.0, 204);
    let got = receiver.wait_for(1).await;
    let body: Value = serde_json::from_str(&got[0].1).unwrap();
    assert_eq!(
        (got.len(), &body["scope"]),
        (1, &json!("store/cart/deleted"))
    );
}

#[actix_web::test]
async fn a_refused_webhook_comes_again_with_the_same_id_until_it_is_given_up() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[500, 302, 404]));
    shop.control(
        Method::PUT,
        "/switches",
        json!({"webhook_retry_seconds": [60, 60]}),
    )
    .await;
    register(&shop, "store/cart/created", &receiver.url).await;
    make_cart(&shop).await;
    receiver.wait_for(1).await;
    for count in 2..=3 {
        eventually(async || {
            let deliveries = shop.control(Method::GET, "/webhooks", Value::Null).await;
            (deliveries["deliveries"][0]["progress"] == "due").then_some(())
        })
        .await;
        assert_eq!(receiver.count(), count - 1, "not before its time");
        shop.control(Method::PUT, "/clock", json!({"advance_seconds": 61}))
            .await;
        receiver.wait_for(count).await;
    }
    let got = receiver.wait_for(3).await;
    let ids: Vec<&str> = got
        .iter()
        .map(|(headers, _)| header(headers, "webhook-id"))
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let hooks = eventually(async || {
        let all = shop.control(Method::GET, "/webhooks", Value::Null).await;
        (all["deliveries"][0]["progress"] == "given_up").then_some(all)
    })
    .await;
    assert_eq!(hooks["deliveries"][0]["attempts"], 3);
    assert_eq!(hooks["deliveries"][0]["last_status"], 404);
    eventually(async || {
        let (_, list) = shop.get("/v3/hooks").await;
        (list["data"][0]["is_active"] == false).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn webhooks_are_held_and_doubled() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    register(&shop, "store/cart/*", &receiver.url).await;
    shop.control(Method::PUT, "/switches", json!({"webhook_mode": "hold"}))
        .await;
    let cart = make_cart(&shop).await;
    shop.delete(&format!("/v3/carts/{cart}")).await;
    eventually(async || {
        let all = shop.control(Method::GET, "/webhooks", Value::Null).await;
        (all["held"].as_u64().unwrap() >= 2).then_some(())
    })
    .await;
    assert_eq!(receiver.count(), 0);
    shop.control(Method::POST, "/webhooks/deliver", Value::Null)
        .await;
    let held = receiver.wait_for(2).await.len();

    shop.control(
        Method::PUT,
        "/switches",
        json!({"webhook_mode": "duplicate"}),
    )
    .await;
    make_cart(&shop).await;
    let got = receiver.wait_for(held + 2).await;
    let (first, second) = (&got[held], &got[held + 1]);
    assert_eq!(first.1, second.1, "the same body, and so the same hash");
    assert_ne!(
        header(&first.0, "webhook-id"),
        header(&second.0, "webhook-id")
    );
}

#[actix_web::test]
async fn two_events_may_be_told_in_equal_words_and_have_ids_of_their_own() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    let switches = json!({"webhooks_tell_created_at": false});
    shop.control(Method::PUT, "/switches", switches).await;
    register(&shop, "store/product/updated", &receiver.url).await;
    for pieces in [5, 6] {
        let change = json!({"inventory": pieces});
        shop.control(Method::POST, "/products/111", change).await;
    }
    let got = receiver.wait_for(2).await;
    assert_eq!(got[0].1, got[1].1);
    assert!(!got[0].1.contains("created_at"));
    assert_ne!(
        header(&got[0].0, "webhook-id"),
        header(&got[1].0, "webhook-id")
    );
}

#[actix_web::test]
async fn a_hook_without_events_for_90_days_is_switched_off_and_on_again_by_hand() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    register(&shop, "store/cart/created", &receiver.url).await;
    let (_, list) = shop.get("/v3/hooks").await;
    let path = format!("/v3/hooks/{}", list["data"][0]["id"]);
    let advance = async |days: i64| {
        let seconds = json!({"advance_seconds": days * 86_400});
        shop.control(Method::PUT, "/clock", seconds).await;
    };
    advance(80).await;
    make_cart(&shop).await;
    receiver.wait_for(1).await;
    advance(80).await;
    assert_eq!(shop.get(&path).await.1["data"]["is_active"], true);
    advance(11).await;
    eventually(async || (shop.get(&path).await.1["data"]["is_active"] == false).then_some(()))
        .await;
    make_cart(&shop).await;
    let (status, changed) = shop.put(&path, json!({"is_active": true})).await;
    assert_eq!((status, &changed["data"]["is_active"]), (200, &json!(true)));
    make_cart(&shop).await;
    assert_eq!(receiver.wait_for(2).await.len(), 2);
}

#[actix_web::test]
async fn reversed_sends_the_last_event_first() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    shop.control(
        Method::PUT,
        "/switches",
        json!({"webhook_mode": "reversed"}),
    )
    .await;
    register(&shop, "store/cart/created", &receiver.url).await;
    let (first, second) = (make_cart(&shop).await, make_cart(&shop).await);
    let got = receiver.wait_for(2).await;
    assert!(got[0].1.contains(&second) && got[1].1.contains(&first));
}

#[actix_web::test]
async fn a_domain_that_fails_too_often_gets_nothing_for_three_minutes() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[500, 500]));
    shop.control(Method::PUT, "/webhooks", json!({"block_after": 2}))
        .await;
    shop.control(
        Method::PUT,
        "/switches",
        json!({"webhook_retry_seconds": [10, 10, 10]}),
    )
    .await;
    register(&shop, "store/cart/created", &receiver.url).await;
    make_cart(&shop).await;
    make_cart(&shop).await;
    receiver.wait_for(2).await;
    eventually(async || {
        let (_, admin) = shop.get("/v3/hooks/admin").await;
        (admin["data"]["blocked_domains"][0]["destination"] == "127.0.0.1").then_some(())
    })
    .await;
    let minutes = json!({"advance_seconds": 200});
    shop.control(Method::PUT, "/clock", minutes).await;
    receiver.wait_for(4).await;
    let (_, admin) = shop.get("/v3/hooks/admin").await;
    assert_eq!(admin["data"]["blocked_domains"], json!([]));
}

#[actix_web::test]
async fn a_lost_answer_makes_a_duplicate() {
    let (shop, receiver) = (Shop::start(), Receiver::start(&[]));
    shop.control(
        Method::PUT,
        "/switches",
        json!({"webhook_retry_seconds": [0]}),
    )
    .await;
    let action = json!({"kind": "drop_after"});
    let rule = json!({"area": "webhook", "path": "/hook", "times": 1, "action": action});
    shop.control(Method::POST, "/faults", rule).await;
    register(&shop, "store/cart/created", &receiver.url).await;
    make_cart(&shop).await;
    let got = receiver.wait_for(2).await;
    assert_eq!(
        header(&got[0].0, "webhook-id"),
        header(&got[1].0, "webhook-id")
    );
}
