//! A browser for tests: keeps cookies, sends the XSRF token.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod shop;

use std::collections::HashMap;

use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Client, Method, redirect};
use serde_json::{Value, json};
use voucherbridge_stand_in::{StandIn, StandInOptions};

/// A running stand-in.
pub fn start() -> StandIn {
    StandIn::start(StandInOptions::default()).unwrap()
}

/// A visitor of the shop.
pub struct Browser {
    client: Client,
    shop: String,
    pub cookies: HashMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Browser {
    /// A visitor who was never here.
    pub fn new(stand_in: &StandIn) -> Self {
        Self {
            client: Client::builder()
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
            shop: stand_in.shop_url.clone(),
            cookies: HashMap::new(),
        }
    }

    /// A visitor with the session's cookies.
    pub async fn visiting(stand_in: &StandIn) -> Self {
        let mut browser = Self::new(stand_in);
        browser.get("/api/storefront/carts").await;
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&mut self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.shop));
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(token) = self.cookies.get("XSRF-TOKEN") {
            request = request.header("X-XSRF-TOKEN", token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let text = answer.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            body,
            text,
        }
    }

    /// Puts things into the cart: pairs of product and quantity. Answers the cart's id.
    pub async fn fill_cart(&mut self, lines: &[(u64, i64)]) -> String {
        let lines: Vec<Value> = lines
            .iter()
            .map(|(product, quantity)| json!({"productId": product, "quantity": quantity}))
            .collect();
        let answer = self
            .post("/api/storefront/carts", json!({"lineItems": lines}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Goes through the steps up to payment, as a guest.
    pub async fn ready_to_pay(&mut self, id: &str) -> Answer {
        let base = format!("/api/storefront/checkouts/{id}");
        let include = "include=consignments.availableShippingOptions";
        let answer = self
            .post(&format!("{base}/billing-address"), address())
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let items = line_ids(&answer.body);
        let body = json!([{"address": address(), "lineItems": items}]);
        let answer = self
            .post(&format!("{base}/consignments?{include}"), body)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let consignment = &answer.body["consignments"][0];
        let option = consignment["availableShippingOptions"][0]["id"].clone();
        let path = format!(
            "{base}/consignments/{}",
            consignment["id"].as_str().unwrap()
        );
        let answer = self.put(&path, json!({"shippingOptionId": option})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    }

    pub async fn place_order(&mut self, id: &str, method: &str) -> Answer {
        let body = json!({"cartId": id, "customerMessage": "", "payment": {"name": method}});
        self.post("/internalapi/v1/checkout/order", body).await
    }
}

/// The physical lines of a checkout, as consignments name them.
pub fn line_ids(checkout: &Value) -> Vec<Value> {
    let items = checkout["cart"]["lineItems"]["physicalItems"]
        .as_array()
        .unwrap();
    items
        .iter()
        .map(|item| json!({"itemId": item["id"], "quantity": item["quantity"]}))
        .collect()
}

/// The address that the recorded requests send.
pub fn address() -> Value {
    json!({
        "firstName": "Test", "lastName": "Shopper", "company": "", "phone": "",
        "address1": "1 Example Street", "address2": "", "city": "Exampleville",
        "countryCode": "US", "stateOrProvince": "", "postalCode": "10001",
        "shouldSaveAddress": true, "stateOrProvinceCode": "NY", "customFields": [],
        "email": "shopper@example.com",
    })
}
