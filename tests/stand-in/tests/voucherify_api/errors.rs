//! Why codes and requests are refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Voucherify, codes, reason};

async fn reason_of(voucherify: &Voucherify, body: Value) -> String {
    let answer = voucherify.validate(body).await;
    assert_eq!(answer["valid"], false, "{answer:#}");
    reason(&answer).to_owned()
}

#[tokio::test]
async fn each_demo_code_says_its_reason() {
    let voucherify = Voucherify::start();
    for (code, expected) in [
        ("NOPE", "not_found"),
        ("save10", "not_found"),
        ("EXPIRED10", "voucher_expired"),
        ("DISABLED10", "voucher_disabled"),
        ("NOTYET10", "voucher_not_active"),
        ("BIG100", "order_rules_violated"),
        ("STAFF25", "missing_customer"),
        ("PHONES10", "missing_order_items"),
    ] {
        assert_eq!(
            reason_of(&voucherify, codes(&[code], 10_000)).await,
            expected,
            "{code}"
        );
    }
    voucherify
        .switch(json!({"codes_case_sensitive": false}))
        .await;
    assert_eq!(
        voucherify.validate(codes(&["save10"], 10_000)).await["valid"],
        true
    );
}

#[tokio::test]
async fn an_inapplicable_code_carries_the_whole_error() {
    let voucherify = Voucherify::start();
    let answer = voucherify.validate(codes(&["NOPE"], 10_000)).await;
    let error = &answer["inapplicable_redeemables"][0]["result"]["error"];
    assert_eq!(error["code"], 404);
    assert_eq!(error["message"], "Resource not found");
    assert_eq!(error["details"], "Cannot find voucher with id NOPE");
    assert_eq!(
        (&error["resource_id"], &error["resource_type"]),
        (&json!("NOPE"), &json!("voucher"))
    );
    assert!(error["request_id"].as_str().unwrap().starts_with("v-"));
}

#[tokio::test]
async fn rules_look_at_the_data_of_the_request() {
    let voucherify = Voucherify::start();
    let mut staff = codes(&["STAFF25"], 10_000);
    staff["customer"] = json!({
        "source_id": "12",
        "metadata": {"bigcommerce_customer_group": {"id": 1, "name": "Retail"}},
    });
    assert_eq!(
        reason_of(&voucherify, staff.clone()).await,
        "customer_rules_violated"
    );
    staff["customer"]["metadata"]["bigcommerce_customer_group"]["name"] = json!("STAFF");
    let valid = voucherify.validate(staff).await;
    assert_eq!(valid["order"]["total_discount_amount"], 2_500);
    assert!(valid["tracking_id"].as_str().unwrap().starts_with("track_"));

    let phones = |categories: Value| {
        let item = json!({
            "source_id": "111",
            "related_object": "product",
            "quantity": 1,
            "price": 79_900,
            "product": {"metadata": {"bigcommerce_product_categories": categories}},
        });
        let redeemable = json!({"object": "voucher", "id": "PHONES10"});
        json!({"redeemables": [redeemable], "order": {"items": [item]}})
    };
    assert_eq!(
        reason_of(&voucherify, phones(json!([2, 3]))).await,
        "order_rules_violated"
    );
    let valid = voucherify.validate(phones(json!([3, 1]))).await;
    assert_eq!(valid["order"]["total_discount_amount"], 7_990);
    assert_eq!(
        voucherify.validate(codes(&["BIG100"], 30_000)).await["valid"],
        true
    );
}

#[tokio::test]
async fn rules_know_synchronised_products_and_customers() {
    let voucherify = Voucherify::start();
    let product = json!([{
        "source_id": "111",
        "price": 79_900,
        "metadata": {"bigcommerce_product_categories": [1]},
    }]);
    voucherify.ok("/v1/products/bulk/async", product).await;
    let item = json!({"source_id": "111", "related_object": "product", "quantity": 1});
    let redeemable = json!({"object": "voucher", "id": "PHONES10"});
    let body = json!({"redeemables": [redeemable], "order": {"items": [item]}});
    let answer = voucherify.validate(body).await;
    assert_eq!(answer["order"]["amount"], 79_900);
    assert_eq!(answer["valid"], true);

    let group = json!({"bigcommerce_customer_group": {"id": 2, "name": "STAFF"}});
    voucherify
        .ok(
            "/v1/customers",
            json!({"source_id": "12", "metadata": group}),
        )
        .await;
    let mut staff = codes(&["STAFF25"], 10_000);
    staff["customer"] = json!({"source_id": "12"});
    assert_eq!(voucherify.validate(staff).await["valid"], true);
}

#[tokio::test]
async fn a_limit_per_customer_counts_redemptions() {
    let voucherify = Voucherify::start();
    let voucher = json!({
        "code": "EACH1",
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "AMOUNT", "amount_off": 100, "effect": "APPLY_TO_ORDER"},
        "rules": [{
            "name": "redemption.count.per_customer",
            "conditions": {"$less_than_or_equal": [1]},
            "error": {"message": "Only once for each of you."},
        }],
    });
    voucherify.ok("/control/vouchers", voucher).await;
    let mut body = codes(&["EACH1"], 1_000);
    body["customer"] = json!({"source_id": "11"});
    voucherify.redeem(body.clone()).await;
    assert_eq!(
        reason_of(&voucherify, body.clone()).await,
        "redemption_rules_violated"
    );
    let answer = voucherify.validate(body.clone()).await;
    let result = &answer["inapplicable_redeemables"][0]["result"];
    assert_eq!(
        result["error"]["error"]["message"],
        "Only once for each of you."
    );
    assert_eq!(result["details"]["message"], "Only once for each of you.");
    body["customer"] = json!({"source_id": "12"});
    assert_eq!(voucherify.validate(body).await["valid"], true);
}

#[tokio::test]
async fn credentials_and_the_minute_are_watched() {
    let voucherify = Voucherify::start();
    let url = format!("{}/v1/vouchers/SAVE10", voucherify.stand_in.voucherify_url);
    let client = reqwest::Client::new();
    let refused = client
        .get(&url)
        .header("X-App-Id", "demo-app-id")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(
        refused.json::<Value>().await.unwrap()["key"],
        "unauthorized"
    );

    voucherify.switch(json!({"rate_limit_per_minute": 1})).await;
    let ask = || {
        let request = client.get(&url).header("X-App-Id", "demo-app-id");
        request.header("X-App-Token", "demo-secret-key").send()
    };
    let first = ask().await.unwrap();
    assert_eq!(first.status(), 200);
    assert_eq!(first.headers()["X-Rate-Limit-Limit"], "1");
    assert_eq!(first.headers()["X-Rate-Limit-Remaining"], "0");
    let mut limited = ask().await.unwrap();
    if limited.status() == 200 {
        // A minute began between the two calls.
        limited = ask().await.unwrap();
    }
    assert_eq!(limited.status(), 429);
    let seconds: u64 = limited.headers()["Retry-After"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&seconds));
    assert!(limited.headers().contains_key("X-Rate-Limit-Retry"));
}

#[tokio::test]
async fn what_is_not_there_is_said_in_json() {
    let voucherify = Voucherify::start();
    for path in [
        "/v1/vouchers/NOPE",
        "/v1/orders/1",
        "/v1/customers/1",
        "/v1/nothing",
    ] {
        let (status, error) = voucherify.get(path).await;
        assert_eq!(
            (status, error["key"].as_str()),
            (404, Some("not_found")),
            "{path}"
        );
    }
    let (status, error) = voucherify
        .send(Method::PATCH, "/v1/validations", None)
        .await;
    assert_eq!((status, error["code"].as_u64()), (405, Some(405)));
}
