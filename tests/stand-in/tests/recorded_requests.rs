//! The requests that the real checkout UI sent, in order, with their bodies: all are accepted, and
//! refused where they were refused then.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::HashMap;
use std::fs;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Browser, start};
use voucherbridge_stand_in::bigcommerce::model::{Decimal, GiftCertificate, State};
use voucherbridge_stand_in::bigcommerce::pricing::{BY_WEIGHT, FLAT_RATE};

/// What the recording's placeholders stand for, as far as the answers have told.
struct Replay {
    cart: String,
    lines: Vec<String>,
    billing: String,
    consignment: String,
    order: String,
}

impl Replay {
    fn path(&self, request: &Value) -> String {
        let path = request["path"].as_str().unwrap();
        let id = if path.contains("consignments") {
            &self.consignment
        } else {
            &self.billing
        };
        let query = request["query"]
            .as_str()
            .map_or(String::new(), |query| format!("?{query}"));
        format!("{path}{query}")
            .replace("{checkoutId}", &self.cart)
            .replace("{orderId}", &self.order)
            .replace("{id}", id)
    }

    /// The body with this shop's ids; line items are named in the order of the cart.
    fn body(&self, request: &Value) -> Option<Value> {
        let mut text = request.get("body")?.to_string();
        for line in &self.lines {
            text = text.replacen("{lineItemId}", line, 1);
        }
        let text = text
            .replace("{checkoutId}", &self.cart)
            .replace("opt-weight", BY_WEIGHT)
            .replace("opt-flat", FLAT_RATE)
            .replace("\"instore\"", "\"cod\"");
        Some(serde_json::from_str(&text).unwrap())
    }

    fn learn(&mut self, answer: &Value) {
        let known = HashMap::from([
            ("/consignments/0/id", &mut self.consignment),
            ("/billingAddress/id", &mut self.billing),
        ]);
        for (pointer, place) in known {
            if let Some(id) = answer.pointer(pointer).and_then(Value::as_str) {
                id.clone_into(place);
            }
        }
        if let Some(id) = answer.pointer("/data/order/orderId") {
            self.order = id.to_string();
        }
    }
}

fn prepare(store: &mut State) {
    let now = store.now();
    let certificate = GiftCertificate {
        id: 1,
        code: "GC-50".to_owned(),
        amount: Decimal::cents(5000),
        balance: Decimal::cents(5000),
        status: "active".to_owned(),
        currency_code: "USD".to_owned(),
        purchase_date: now,
        expiry_date: None,
        details: Value::Null,
        unseen_tries_left: 0,
    };
    store.certificates.insert(1, certificate);
    let promotion = store.promotions.get_mut(&1).unwrap();
    promotion.codes[0].code = "SAVE10".into();
}

#[actix_web::test]
async fn what_the_real_page_sent_is_answered_as_it_was() {
    let path = format!(
        "{}/../fixtures/storefront/recorded-requests.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let recording: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let stand_in = start();
    prepare(&mut stand_in.bigcommerce.lock());
    let mut guest = Browser::visiting(&stand_in).await;
    let cart = guest.fill_cart(&[(111, 1), (113, 2)]).await;
    let lines = guest.get("/api/storefront/carts").await.body[0]["lineItems"]["physicalItems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    let mut replay = Replay {
        cart,
        lines,
        billing: String::new(),
        consignment: String::new(),
        order: String::new(),
    };
    let steps = recording["steps"].as_array().unwrap();
    let requests = steps
        .iter()
        .flat_map(|step| step["requests"].as_array().unwrap());
    let mut answered = 0;
    for request in requests {
        let method: Method = request["method"].as_str().unwrap().parse().unwrap();
        let path = replay.path(request);
        let answer = guest
            .send(method.clone(), &path, replay.body(request))
            .await;
        assert_eq!(
            json!(answer.status),
            request["status"],
            "{method} {path}: {}",
            answer.text
        );
        if let Some(response) = request.get("response") {
            assert_eq!(answer.body, *response, "{method} {path}");
        }
        replay.learn(&answer.body);
        answered += 1;
    }
    assert!(answered > 40, "{answered} requests");
}
