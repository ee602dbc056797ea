//! What the management API answers is what the descriptions say, for every operation whose answer
//! the backend reads. Where real recordings differ from a description they count; the exceptions
//! are named here.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../common/mod.rs"]
mod common;
mod schema;

use std::cell::RefCell;
use std::collections::BTreeSet;

use common::{Shop, coupon_promotion};
use regex::Regex;
use reqwest::Method;
use schema::{Described, described, differences};
use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;

/// Differences that are right: the operation's answer or a part of it, and why.
const RIGHT: &[(&str, &str, &str)] = &[
    (
        "GET /v2/currencies",
        ".last_updated",
        "the example is RFC 2822, not RFC 3339",
    ),
    ("GET /v2/orders", ".custom_status", "the examples have it"),
    (
        "GET /v3/catalog/products/",
        ".data.variants",
        "asked for with include",
    ),
    (
        "GET /v3/catalog/variants",
        ": not described",
        "the variants of a product have it",
    ),
    (
        "GET /v3/catalog/variants",
        ": null",
        "described in words: what the product says counts",
    ),
    (
        "GET /v3/checkouts",
        ".country: not described",
        "recorded in the storefront",
    ),
    (
        "POST /v3/checkouts",
        ".country: not described",
        "recorded in the storefront",
    ),
    (
        "DELETE /v3/checkouts",
        ".country: not described",
        "recorded in the storefront",
    ),
    (
        "GET /v3/checkouts",
        ".code: not described",
        "recorded in the storefront",
    ),
    (
        "POST /v3/checkouts",
        ".code: not described",
        "recorded in the storefront",
    ),
    (
        "GET /v3/customers",
        ".channel_ids: null",
        "described in words: null is every channel",
    ),
    (
        "GET /v3/orders",
        ".items[].quantity: null",
        "a sum of an order has no pieces",
    ),
    (
        "GET /v3/promotions",
        ".end_date: null",
        "described in words: null never ends",
    ),
    (
        "POST /v3/promotions",
        ".end_date: null",
        "described in words: null never ends",
    ),
    (
        "PUT /v3/promotions",
        ".end_date: null",
        "described in words: null never ends",
    ),
];

/// A shop whose answers are compared.
struct Compared {
    shop: Shop,
    described: Vec<Described>,
    seen: RefCell<BTreeSet<String>>,
    wrong: RefCell<BTreeSet<String>>,
}

impl Compared {
    fn start() -> Self {
        Self {
            shop: Shop::start(),
            described: described(),
            seen: RefCell::default(),
            wrong: RefCell::default(),
        }
    }

    /// Calls and compares. `operation` is written as the description has it.
    async fn call(&self, operation: &str, path: &str, body: Value) -> Value {
        let (method, rest) = operation.split_once(' ').unwrap();
        let status = rest.rsplit_once(' ').unwrap().1;
        let method: Method = method.parse().unwrap();
        let (answered, answer) = self.shop.json(method, path, body).await;
        assert_eq!(answered.to_string(), status, "{operation}: {answer}");
        let schema = Described::of(&self.described, operation);
        for difference in differences(schema, &answer) {
            let difference = without_numbers(&difference);
            if !is_right(operation, &difference) {
                let line = format!("{operation} {difference}");
                self.wrong.borrow_mut().insert(line);
            }
        }
        self.seen.borrow_mut().insert(operation.to_owned());
        answer
    }

    async fn get(&self, operation: &str, path: &str) -> Value {
        self.call(operation, path, Value::Null).await
    }
}

fn is_right(operation: &str, difference: &str) -> bool {
    let mut known = RIGHT.iter();
    known.any(|(of, part, _)| operation.starts_with(of) && difference.contains(part))
}

/// One line for all members of a list.
fn without_numbers(difference: &str) -> String {
    let number = Regex::new(r"\[\d+\]").unwrap();
    number.replace_all(difference, "[]").into_owned()
}

async fn store(compared: &Compared) {
    compared.get("GET /v2/store 200", "/v2/store").await;
    let settings = "/v3/promotions/settings";
    compared
        .get("GET /v3/promotions/settings 200", settings)
        .await;
    compared
        .get("GET /v2/currencies 200", "/v2/currencies")
        .await;
    let products = "/v3/catalog/products";
    compared.get("GET /v3/catalog/products 200", products).await;
    for product in [111, 113, 116] {
        let path = format!("{products}/{product}?include=variants,modifiers,options");
        let operation = "GET /v3/catalog/products/{product_id} 200";
        compared.get(operation, &path).await;
    }
    let variants = "/v3/catalog/variants";
    compared.get("GET /v3/catalog/variants 200", variants).await;
    let customers = "/v3/customers?include=addresses";
    let customers = compared.get("GET /v3/customers 200", customers).await;
    let groups = customers["data"].as_array().unwrap().iter();
    let group = groups.filter_map(|one| one["customer_group_id"].as_u64());
    let path = format!("/v2/customer_groups/{}", group.max().unwrap());
    let operation = "GET /v2/customer_groups/{customer_group_id} 200";
    compared.get(operation, &path).await;
}

async fn hooks_and_scripts(compared: &Compared) {
    let hook = json!({"scope": "store/order/*", "destination": "https://a.example/hooks",
        "is_active": true, "headers": {"X-Secret": "s"}});
    let made = compared.call("POST /v3/hooks 200", "/v3/hooks", hook).await;
    compared.get("GET /v3/hooks 200", "/v3/hooks").await;
    let path = format!("/v3/hooks/{}", made["data"]["id"]);
    let active = json!({"is_active": true});
    let operation = "PUT /v3/hooks/{webhook_id} 200";
    compared.call(operation, &path, active).await;
    compared
        .get("DELETE /v3/hooks/{webhook_id} 200", &path)
        .await;

    let hash = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC";
    let script = json!({"name": "Loader", "description": "It loads", "src": "https://a.example/l.js",
        "integrity_hashes": [hash], "kind": "src", "location": "head", "load_method": "async",
        "visibility": "checkout", "consent_category": "essential", "auto_uninstall": true,
        "enabled": true});
    let scripts = "/v3/content/scripts";
    let operation = "POST /v3/content/scripts 200";
    let made = compared.call(operation, scripts, script.clone()).await;
    compared.get("GET /v3/content/scripts 200", scripts).await;
    let path = format!("{scripts}/{}", made["data"]["uuid"].as_str().unwrap());
    let operation = "PUT /v3/content/scripts/{uuid} 200";
    compared.call(operation, &path, script).await;
}

/// Promotions of every kind of rule; the coupon's promotion.
async fn promotions(compared: &Compared) {
    let mut body = coupon_promotion("5.00");
    body["rules"] = json!([
        {"action": {"cart_value": {"discount": {"fixed_amount": "5.00"}}}},
        {"action": {"cart_items": {"discount": {"percentage_amount": "5"}, "as_total": true,
            "items": {"variants": [211]}}}, "apply_once": true, "stop": false,
            "condition": {"and": [{"cart": {"minimum_spend": "5.00"}},
                {"cart": {"items": {"products": [111]}, "minimum_quantity": 2}}]}},
        {"action": {"gift_item": {"quantity": 1, "product_id": 113}}},
        {"action": {"shipping": {"zone_ids": "*"}}},
    ]);
    let promotions = "/v3/promotions";
    let made = compared
        .call("POST /v3/promotions 201", promotions, body)
        .await;
    let path = format!("{promotions}/{}", made["data"]["id"]);
    let name = json!({"name": "Another name"});
    compared
        .call("PUT /v3/promotions/{id} 200", &path, name)
        .await;
    let codes = format!("{path}/codes");
    let code = json!({"code": "SAVE5-000000", "max_uses": 1});
    let operation = "POST /v3/promotions/{promotion_id}/codes 201";
    compared.call(operation, &codes, code).await;
    let operation = "GET /v3/promotions/{promotion_id}/codes 200";
    compared.get(operation, &codes).await;
    compared.get("GET /v3/promotions 200", promotions).await;
    let old = json!({"name": "Old", "type": "per_total_discount", "code": "OLD", "amount": "5",
        "applies_to": {"entity": "categories", "ids": [0]}});
    let (status, answer) = compared.shop.post("/v2/coupons", old).await;
    assert_eq!(status, 201, "{answer}");
    compared.get("GET /v2/coupons 200", "/v2/coupons").await;
}

async fn certificates(compared: &Compared) {
    let body = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": "10.00", "code": "GIFT-000000"});
    let all = "/v2/gift_certificates";
    let operation = "POST /v2/gift_certificates 201";
    let made = compared.call(operation, all, body.clone()).await;
    let path = format!("{all}/{}", made["id"]);
    let operation = "PUT /v2/gift_certificates/{id} 200";
    compared.call(operation, &path, body).await;
    compared
        .get("GET /v2/gift_certificates/{id} 200", &path)
        .await;
    compared.get("GET /v2/gift_certificates 200", all).await;
}

/// A paid order with a coupon, a free item, a certificate and a refund.
async fn orders(compared: &Compared) {
    let mut shopper = Shopper::enter(&compared.shop.stand_in.shop_url);
    shopper
        .fill_cart(&[(111, 211, 2), (116, 218, 1)])
        .await
        .unwrap();
    let id = shopper.read().await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let checkout = format!("/v3/checkouts/{id}");
    let operation = "GET /v3/checkouts/{checkoutId} 200";
    compared.get(operation, &checkout).await;
    shopper.fill_in("guest@example.com").await.unwrap();
    let coupons = format!("{checkout}/coupons");
    let code = json!({"coupon_code": "SAVE5-000000"});
    let operation = "POST /v3/checkouts/{checkoutId}/coupons 200";
    compared.call(operation, &coupons, code.clone()).await;
    let one = format!("{coupons}/SAVE5-000000");
    let operation = "DELETE /v3/checkouts/{checkoutId}/coupons/{couponCode} 200";
    compared.get(operation, &one).await;
    compared.shop.post(&coupons, code).await;
    compared
        .get("GET /v3/checkouts/{checkoutId} 200", &checkout)
        .await;
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();

    let refund = json!({"amount": "4.00", "reason": "torn"});
    let path = format!("/orders/{order}/refunds");
    compared.shop.control(Method::POST, &path, refund).await;
    let path = format!("/v2/orders/{order}");
    compared.get("GET /v2/orders/{order_id} 200", &path).await;
    for (operation, version, part) in [
        ("GET /v2/orders/{order_id}/coupons 200", "v2", "coupons"),
        ("GET /v2/orders/{order_id}/products 200", "v2", "products"),
        (
            "GET /v3/orders/{order_id}/transactions 200",
            "v3",
            "transactions",
        ),
        (
            "GET /v3/orders/{order_id}/payment_actions/refunds 200",
            "v3",
            "payment_actions/refunds",
        ),
    ] {
        compared
            .get(operation, &format!("/{version}/orders/{order}/{part}"))
            .await;
    }
}

/// An order of a gift certificate, and the list of all orders.
async fn bought_certificate(compared: &Compared) {
    let mut shopper = Shopper::enter(&compared.shop.stand_in.shop_url);
    shopper.fill_cart(&[(113, 215, 1)]).await.unwrap();
    shopper.buy_certificate(20).await.unwrap();
    shopper.fill_in("guest@example.com").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    let products = format!("/v2/orders/{order}/products");
    let operation = "GET /v2/orders/{order_id}/products 200";
    compared.get(operation, &products).await;
    compared.get("GET /v2/orders 200", "/v2/orders").await;
}

#[tokio::test]
async fn every_answer_is_as_described() {
    let compared = Compared::start();
    store(&compared).await;
    hooks_and_scripts(&compared).await;
    promotions(&compared).await;
    certificates(&compared).await;
    orders(&compared).await;
    bought_certificate(&compared).await;

    let wrong: Vec<String> = compared.wrong.into_inner().into_iter().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let seen = compared.seen.into_inner();
    for operation in Described::operations(&compared.described) {
        assert!(seen.contains(operation), "{operation} was not asked");
    }
}

#[test]
fn a_difference_of_every_kind_is_found() {
    let schema = json!({"type": "object", "required": ["id"], "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string", "maxLength": 3},
        "note": {"type": "string", "nullable": true},
        "kind": {"type": "string", "enum": ["a"]},
        "date": {"type": "string", "format": "date-time"},
        "list": {"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "boolean"}]}},
    }});
    let good = json!({"id": 1, "name": "abc", "note": null, "kind": "a",
        "date": "2026-01-02T03:04:05Z", "list": ["a", true]});
    assert_eq!(differences(&schema, &good), Vec::<String>::new());
    for (field, value, difference) in [
        ("id", json!("1"), ".id: \"1\" is no integer"),
        ("id", json!(null), ".id: null"),
        ("name", json!("abcd"), ".name: a text of 4 characters"),
        ("kind", json!("b"), ".kind: \"b\" is none of the words"),
        (
            "date",
            json!("yesterday"),
            ".date: yesterday has not its format",
        ),
        ("list", json!([1]), ".list[0]: 1 is no string"),
        ("other", json!(1), ".other: not described"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        assert_eq!(differences(&schema, &bad), [difference]);
    }
    assert_eq!(differences(&schema, &json!({})), [".id: missing"]);
}
