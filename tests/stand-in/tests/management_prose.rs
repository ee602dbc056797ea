//! Rules of hooks, scripts and checkouts that stand in the prose of the descriptions. The table is
//! `RULES.md`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Shop;
use serde_json::json;

#[tokio::test]
async fn a_hook_is_for_an_event_that_there_is() {
    let shop = Shop::start();
    let hook = |scope: &str| json!({"scope": scope, "destination": "https://a.example/hooks"});
    for scope in [
        "store/order/create",
        "store/cart/",
        "store/cart/coupon",
        "order",
    ] {
        let (status, answer) = shop.post("/v3/hooks", hook(scope)).await;
        assert_eq!(status, 422, "{scope}: {answer}");
    }
    for scope in ["store/order/*", "store/cart/lineItem/*"] {
        let (status, answer) = shop.post("/v3/hooks", hook(scope)).await;
        assert_eq!(status, 200, "{scope}: {answer}");
    }
}

#[tokio::test]
async fn a_change_of_a_hook_has_a_field() {
    let shop = Shop::start();
    let hook = json!({"scope": "store/order/*", "destination": "https://a.example/hooks"});
    let (_, made) = shop.post("/v3/hooks", hook).await;
    let path = format!("/v3/hooks/{}", made["data"]["id"]);
    assert_eq!(shop.put(&path, json!({})).await.0, 422);
    assert_eq!(shop.put(&path, json!({"is_active": true})).await.0, 200);
}

#[tokio::test]
async fn markup_is_loaded_as_it_stands() {
    let shop = Shop::start();
    let script = |load: &str| {
        json!({"name": "Markup", "html": "<script></script>", "kind": "script_tag",
            "load_method": load, "visibility": "storefront"})
    };
    let scripts = "/v3/content/scripts";
    assert_eq!(shop.post(scripts, script("async")).await.0, 422);
    assert_eq!(shop.post(scripts, script("default")).await.0, 200);
}

#[tokio::test]
async fn a_checkout_that_is_not_there_is_told_in_a_list_of_errors() {
    let shop = Shop::start();
    let path = "/v3/checkouts/00000000-0000-4000-8000-000000000000";
    let (status, answer) = shop.get(path).await;
    assert_eq!((status, &answer["errors"][0]["status"]), (404, &json!(404)));
}
