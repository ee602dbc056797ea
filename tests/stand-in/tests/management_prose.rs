//! Rules of hooks, scripts, checkouts and gift certificates that stand in the prose of the
//! descriptions. The table is `RULES.md`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Shop;
use reqwest::Method;
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

#[tokio::test]
async fn a_script_of_the_checkout_needs_its_own_scope() {
    let shop = Shop::start();
    let script = |visibility: &str| {
        json!({"name": "Code", "kind": "src", "src": "https://a.example/a.js",
            "load_method": "default", "visibility": visibility})
    };
    let only = json!({"granted": ["store_v2_content"]});
    shop.control(Method::PUT, "/scopes", only).await;
    let scripts = "/v3/content/scripts";
    assert_eq!(shop.post(scripts, script("checkout")).await.0, 403);
    assert_eq!(shop.post(scripts, script("all_pages")).await.0, 403);
    assert_eq!(shop.post(scripts, script("storefront")).await.0, 200);
}

#[tokio::test]
async fn a_script_has_at_most_five_hashes_of_three_kinds() {
    let shop = Shop::start();
    let script = |hashes: Vec<String>| {
        json!({"name": "Code", "kind": "src", "src": "https://a.example/a.js",
            "load_method": "default", "visibility": "storefront", "integrity_hashes": hashes})
    };
    let hash = format!("sha384-{}", "A".repeat(64));
    let scripts = "/v3/content/scripts";
    let six = vec![hash.clone(); 6];
    assert_eq!(shop.post(scripts, script(six)).await.0, 422);
    let other = vec![format!("md5-{}", "A".repeat(24))];
    assert_eq!(shop.post(scripts, script(other)).await.0, 422);
    assert_eq!(shop.post(scripts, script(vec![hash; 5])).await.0, 200);
}

#[tokio::test]
async fn a_coupon_code_has_at_most_fifty_characters() {
    let shop = Shop::start();
    let items = json!([{"product_id": 113, "quantity": 1}]);
    let (_, cart) = shop.post("/v3/carts", json!({"line_items": items})).await;
    let coupons = format!(
        "/v3/checkouts/{}/coupons",
        cart["data"]["id"].as_str().unwrap()
    );
    let coupon = |length: usize| json!({"coupon_code": "A".repeat(length)});
    assert_eq!(shop.post(&coupons, coupon(51)).await.0, 422);
    assert_eq!(shop.post(&coupons, coupon(50)).await.0, 404, "nobody's");
}

#[tokio::test]
async fn settings_allow_one_to_five_coupons() {
    let shop = Shop::start();
    for (most, status) in [(0, 422), (6, 422), (5, 200)] {
        let settings = json!({"number_of_coupons_allowed_at_checkout": most});
        let answer = shop.put("/v3/promotions/settings", settings).await;
        assert_eq!(answer.0, status, "{most}");
    }
}

#[tokio::test]
async fn gift_certificates_have_their_limits() {
    let shop = Shop::start();
    let good = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": "50.00", "code": "GIFT-7K3M9Q"});
    for (field, value) in [
        ("code", json!("GÜLTIG")),
        ("amount", json!(50)),
        ("to_email", json!("nobody")),
        ("template", json!("mine.html")),
        ("balance", json!("50.01")),
        ("currency_code", json!("XXX")),
        ("colour", json!("red")),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        assert_eq!(
            shop.post("/v2/gift_certificates", wrong).await.0,
            400,
            "{field}"
        );
    }
    let (status, made) = shop.post("/v2/gift_certificates", good.clone()).await;
    assert_eq!((status, &made["balance"]), (201, &json!("50.0000")));
    assert_eq!(
        shop.post("/v2/gift_certificates", good.clone()).await.0,
        409
    );
    let one = format!("/v2/gift_certificates/{}", made["id"]);
    let mut lower = good;
    lower["balance"] = json!("12.50");
    lower["status"] = json!("disabled");
    let (_, changed) = shop.put(&one, lower).await;
    assert_eq!(
        (&changed["balance"], &changed["status"]),
        (&json!("12.5000"), &json!("disabled"))
    );
    let (_, found) = shop.get("/v2/gift_certificates?code=gift-7k3m9q").await;
    assert_eq!(found[0]["id"], made["id"]);
    assert_eq!(shop.delete(&one).await.0, 204);
    assert_eq!(shop.get(&one).await.0, 404);
}
