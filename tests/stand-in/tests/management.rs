//! The management API refuses what the real one refuses.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Shop, coupon_promotion};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_wrong_token_is_401_and_a_missing_scope_403() {
    let shop = Shop::start();
    let url = format!("{}/stores/demo1store/v3/promotions", shop.stand_in.shop_url);
    let wrong = shop
        .client
        .get(&url)
        .header("X-Auth-Token", "nope")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    assert_eq!(shop.client.get(&url).send().await.unwrap().status(), 401);

    let granted = json!({"granted": ["store_v2_marketing_read_only"]});
    shop.control(Method::PUT, "/scopes", granted).await;
    assert_eq!(shop.get("/v3/promotions").await.0, 200);
    let (status, body) = shop.post("/v3/promotions", coupon_promotion("5")).await;
    assert_eq!((status, &body["status"]), (403, &json!(403)));
    let (status, body) = shop.get("/v2/orders").await;
    assert_eq!(status, 403);
    assert!(
        body[0]["message"].is_string(),
        "v2 errors are a list: {body}"
    );
}

#[tokio::test]
async fn beyond_the_rate_limit_is_429_with_headers_until_the_window_ends() {
    let shop = Shop::start();
    shop.control(Method::PUT, "/switches", json!({"rate_limit_per_30s": 2}))
        .await;
    let first = shop.call(Method::GET, "/v2/time", Value::Null).await;
    assert_eq!(first.headers()["x-rate-limit-requests-left"], "1");
    shop.get("/v2/time").await;
    let refused = shop.call(Method::GET, "/v2/time", Value::Null).await;
    assert_eq!(refused.status(), 429);
    let reset = refused.headers()["x-rate-limit-time-reset-ms"]
        .to_str()
        .unwrap();
    assert!((1..=30_000).contains(&reset.parse::<u32>().unwrap()));
    assert_eq!(refused.headers()["x-rate-limit-requests-quota"], "2");
    shop.control(Method::PUT, "/clock", json!({"advance_seconds": 30}))
        .await;
    assert_eq!(shop.get("/v2/time").await.0, 200);
}

#[tokio::test]
async fn an_unknown_or_wrong_field_is_refused_by_its_path() {
    let shop = Shop::start();
    let mut unknown = coupon_promotion("5");
    unknown["rules"][0]["action"]["cart_value"]["discont"] = json!(1);
    let mut wrong = coupon_promotion("5");
    wrong["rules"][0]["stop"] = json!("no");
    let mut number = coupon_promotion("5");
    number["rules"][0]["action"]["cart_value"]["discount"]["fixed_amount"] = json!(5);
    for (body, path) in [
        (unknown, "rules[0].action.cart_value"),
        (wrong, "rules[0].stop"),
        (number, "fixed_amount"),
    ] {
        let (status, answer) = shop.post("/v3/promotions", body).await;
        assert_eq!(status, 422, "{answer}");
        let title = answer["errors"][0]["title"].as_str().unwrap();
        assert!(title.contains(path), "{title} names {path}");
    }
    assert_eq!(shop.get("/v3/promotions?nmae=x").await.0, 422);
    let (_, list) = shop.get("/v3/promotions").await;
    assert_eq!(
        list["data"].as_array().unwrap().len(),
        1,
        "only the demo's own promotion"
    );
}

#[tokio::test]
async fn promotions_that_cannot_be_are_refused() {
    let shop = Shop::start();
    let changed = |path: &str, value: Value| {
        let mut body = coupon_promotion("5");
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let mut with_code = coupon_promotion("5");
    with_code["codes"] = json!([{"code": "INLINE"}]);
    let mut ended = coupon_promotion("5");
    ended["start_date"] = json!("2026-01-02T00:00:00+00:00");
    ended["end_date"] = json!("2026-01-01T00:00:00+00:00");
    for body in [
        changed("/currency_code", json!("XXX")),
        changed("/name", json!("")),
        changed("/rules", json!([])),
        changed(
            "/rules/0/action/cart_value/discount/fixed_amount",
            json!("0"),
        ),
        changed(
            "/rules/0/action/cart_value/discount",
            json!({"percentage_amount": "101"}),
        ),
        changed("/rules/0/action", json!({"gift_item": {"quantity": 1}})),
        changed("/redemption_type", json!("AUTOMATIC_COUPON")),
        ended,
        with_code.clone(),
    ] {
        assert_eq!(
            shop.post("/v3/promotions", body.clone()).await.0,
            422,
            "{body}"
        );
    }
    let inline = json!({"promotion_accepts_inline_code": true});
    shop.control(Method::PUT, "/switches", inline).await;
    let (status, body) = shop.post("/v3/promotions", with_code).await;
    assert_eq!(
        (status, &body["data"]["codes"]["code"]),
        (201, &json!("INLINE"))
    );
}

#[tokio::test]
async fn a_promotion_is_found_changed_and_deleted() {
    let shop = Shop::start();
    let id = shop.coupon("SAVE10-7K3M9Q", "10.00").await;
    for query in [
        "code=save10-7k3m9q",
        "name=Voucherbridge",
        "query=7K3M",
        &format!("id={id}"),
    ] {
        let (_, list) = shop
            .get(&format!("/v3/promotions?{query}&redemption_type=coupon"))
            .await;
        assert_eq!(list["meta"]["pagination"]["total"], 1, "{query}");
        assert_eq!(list["data"][0]["id"], id);
    }
    let one = format!("/v3/promotions/{id}");
    let rules = coupon_promotion("7.5")["rules"].clone();
    let (status, body) = shop.put(&one, json!({"rules": rules})).await;
    assert_eq!(status, 200);
    let discount = &body["data"]["rules"][0]["action"]["cart_value"]["discount"];
    let amount = discount["fixed_amount"].as_str().unwrap();
    assert!(matches!(amount, "7.5" | "7.50"), "{amount}");
    assert_eq!(
        body["data"]["name"], "Voucherbridge",
        "what was not sent stays"
    );

    let bulk = format!("/v3/promotions?id:in={id}");
    assert_eq!(
        shop.delete(&bulk).await.0,
        422,
        "not in bulk while it has codes"
    );
    let (_, codes) = shop.get(&format!("{one}/codes")).await;
    let code = codes["data"][0]["id"].as_u64().unwrap();
    assert_eq!(shop.delete(&format!("{one}/codes/{code}")).await.0, 204);
    assert_eq!(shop.delete(&bulk).await.0, 204);
    assert_eq!(shop.get(&one).await.0, 404);
    assert_eq!(shop.delete(&one).await.0, 204, "deleting twice is no error");
}

#[tokio::test]
async fn codes_have_their_characters_their_length_and_one_owner() {
    let shop = Shop::start();
    let id = shop.coupon("TAKEN-000000", "5").await;
    let (_, other) = shop.post("/v3/promotions", coupon_promotion("5")).await;
    let other = format!("/v3/promotions/{}/codes", other["data"]["id"]);
    for code in ["", "A/B", "é", "10%", &"A".repeat(51), "taken-000000"] {
        assert_eq!(
            shop.post(&other, json!({"code": code})).await.0,
            422,
            "{code}"
        );
    }
    let longest = "A b_".repeat(12) + "-9";
    assert_eq!(shop.post(&other, json!({"code": longest})).await.0, 201);
    let second = json!({"code": "SECOND"});
    assert_eq!(
        shop.post(&other, second.clone()).await.0,
        422,
        "SINGLE has one code"
    );
    let mut bulk = coupon_promotion("5");
    bulk["coupon_type"] = json!("BULK");
    let (_, bulk) = shop.post("/v3/promotions", bulk).await;
    let bulk = format!("/v3/promotions/{}", bulk["data"]["id"]);
    assert_eq!(shop.post(&format!("{bulk}/codes"), second).await.0, 201);
    let batch = json!({"batch_size": 3, "prefix": "VB", "delimiter": "-", "code_length": 6});
    let (status, made) = shop.post(&format!("{bulk}/codegen"), batch).await;
    assert_eq!(
        (status, made["data"]["codes"].as_array().unwrap().len()),
        (201, 3)
    );
    let (_, found) = shop.get("/v3/promotions/codes?code=TAKEN-000000").await;
    assert_eq!(found["data"][0]["max_uses"], 1);
    assert_eq!(
        shop.delete("/v3/promotions/codes?code=TAKEN-000000")
            .await
            .0,
        204
    );
    let (_, left) = shop.get(&format!("/v3/promotions/{id}/codes")).await;
    assert_eq!(left["data"], json!([]));
}

#[tokio::test]
async fn hooks_are_checked() {
    let shop = Shop::start();
    let hook = |scope: &str, destination: &str| json!({"scope": scope, "destination": destination});
    let here = "http://localhost:4030/demo1store/webhooks";
    let (status, made) = shop.post("/v3/hooks", hook("store/order/*", here)).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(made["data"]["is_active"], true);
    assert_eq!(
        shop.post("/v3/hooks", hook("store/order/*", here)).await.0,
        409
    );
    for (scope, place) in [
        ("store/nothing/*", here),
        ("store/cart/*", "http://example.com/"),
        ("store/cart/*", "https://example.com:8443/"),
    ] {
        assert_eq!(
            shop.post("/v3/hooks", hook(scope, place)).await.0,
            422,
            "{scope} {place}"
        );
    }
    for number in 0..9 {
        let place = format!("https://example.com/{number}");
        assert_eq!(
            shop.post("/v3/hooks", hook("store/order/*", &place))
                .await
                .0,
            200
        );
    }
    let eleventh = hook("store/order/*", "https://example.com/10");
    assert_eq!(shop.post("/v3/hooks", eleventh).await.0, 422);
    let one = format!("/v3/hooks/{}", made["data"]["id"]);
    let headers = json!({"headers": {"X-Voucherbridge-Secret": "s"}, "is_active": false});
    assert_eq!(shop.put(&one, headers).await.1["data"]["is_active"], false);
    assert_eq!(shop.delete(&one).await.0, 200);
    assert_eq!(shop.get(&one).await.0, 404);
}

#[tokio::test]
async fn scripts_are_checked() {
    let shop = Shop::start();
    let script = json!({
        "name": "Voucherbridge", "kind": "src", "src": "http://localhost:4030/assets/1/loader.js",
        "location": "head", "load_method": "default", "visibility": "checkout",
        "consent_category": "essential", "auto_uninstall": true,
        "integrity_hashes": [format!("sha384-{}", "A".repeat(64))],
    });
    for (field, value) in [
        ("integrity_hashes", json!(["sha384-short"])),
        ("consent_category", json!("needed")),
        ("name", json!("n".repeat(256))),
        ("html", json!("<script></script>")),
        ("src", json!("loader.js")),
    ] {
        let mut wrong = script.clone();
        wrong[field] = value;
        assert_eq!(
            shop.post("/v3/content/scripts", wrong).await.0,
            422,
            "{field}"
        );
    }
    for _ in 0..10 {
        assert_eq!(
            shop.post("/v3/content/scripts", script.clone()).await.0,
            200
        );
    }
    assert_eq!(
        shop.post("/v3/content/scripts", script.clone()).await.0,
        422,
        "the eleventh"
    );
    let (_, list) = shop.get("/v3/content/scripts").await;
    let one = format!(
        "/v3/content/scripts/{}",
        list["data"][0]["uuid"].as_str().unwrap()
    );
    let changed = shop.put(&one, json!({"enabled": false})).await.1;
    assert_eq!(changed["data"]["enabled"], false);
    assert_eq!(shop.delete(&one).await.0, 204);
    assert_eq!(shop.get(&one).await.0, 404);
    shop.control(
        Method::PUT,
        "/scopes",
        json!({"granted": ["store_v2_content"]}),
    )
    .await;
    assert_eq!(
        shop.post("/v3/content/scripts", script).await.0,
        403,
        "checkout content"
    );
}

#[tokio::test]
async fn coupons_of_the_older_kind_are_made_listed_and_deleted() {
    let shop = Shop::start();
    assert_eq!(shop.get("/v2/coupons").await.0, 204, "there are none");
    let good = json!({"name": "5 off", "type": "per_total_discount", "amount": "5", "code": "OLD5",
        "applies_to": {"entity": "categories", "ids": [0]}});
    for (field, value) in [
        ("code", json!("A+B")),
        ("type", json!("mine")),
        ("amount", json!(5)),
        ("colour", json!("red")),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        assert_eq!(shop.post("/v2/coupons", wrong).await.0, 400, "{field}");
    }
    let (status, made) = shop.post("/v2/coupons", good.clone()).await;
    assert_eq!((status, &made["amount"]), (201, &json!("5.0000")));
    assert_eq!(shop.post("/v2/coupons", good).await.0, 409);
    let (_, found) = shop
        .get("/v2/coupons?code=OLD5&exclude_type=promotion")
        .await;
    assert_eq!(found[0], made);
    assert_eq!(shop.get("/v2/coupons?type=free_shipping").await.0, 204);
    assert_eq!(shop.get("/v2/coupons?colour=red").await.0, 400);
    let one = format!("/v2/coupons/{}", made["id"]);
    assert_eq!(shop.delete(&one).await.0, 204);
    assert_eq!(shop.get("/v2/coupons").await.0, 204);
}
