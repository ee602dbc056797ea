//! Rules of what is read (lists, their pages, headers, scopes) that stand in the prose of the
//! descriptions. The table is `RULES.md`.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::Shop;
use reqwest::{Method, header};
use serde_json::json;
use support::Browser;

/// The number of an order of two products, not paid yet.
async fn order(shop: &Shop) -> String {
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = browser.fill_cart(&[(113, 2), (114, 1)]).await;
    browser.ready_to_pay(&cart).await;
    let placed = browser.place_order(&cart, "cod").await;
    placed.body["data"]["order"]["orderId"].to_string()
}

async fn status_with(shop: &Shop, method: Method, path: &str, headers: &[(&str, &str)]) -> u16 {
    let url = format!("{}/stores/demo1store{path}", shop.stand_in.shop_url);
    let mut request = shop
        .client
        .request(method, url)
        .header("X-Auth-Token", "demo-access-token");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body("{}").send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn requests_say_what_types_they_take_and_have() {
    let shop = Shop::start();
    let json = "application/json";
    let xml = [(header::ACCEPT.as_str(), "application/xml")];
    assert_eq!(
        status_with(&shop, Method::GET, "/v2/store", &xml).await,
        406
    );
    let good = [(header::ACCEPT.as_str(), json)];
    assert_eq!(
        status_with(&shop, Method::GET, "/v2/store", &good).await,
        200
    );
    let promotions = "/v3/promotions";
    assert_eq!(
        status_with(&shop, Method::POST, promotions, &good).await,
        415
    );
    let both = [good[0], (header::CONTENT_TYPE.as_str(), json)];
    assert_eq!(
        status_with(&shop, Method::POST, promotions, &both).await,
        422
    );
    let products = format!("/v2/orders/{}/products", order(&shop).await);
    assert_eq!(status_with(&shop, Method::GET, &products, &good).await, 415);
    assert_eq!(status_with(&shop, Method::GET, &products, &both).await, 200);
}

#[tokio::test]
async fn lists_of_v2_end_with_204() {
    let shop = Shop::start();
    assert_eq!(shop.get("/v2/orders").await.0, 204, "there are none");
    let id = order(&shop).await;
    for list in [
        "/v2/orders".to_owned(),
        format!("/v2/orders/{id}/products"),
        "/v2/currencies".to_owned(),
        "/v2/customer_groups".to_owned(),
    ] {
        let get = async |query: &str| {
            let content = [("content-type", "application/json"), ("accept", "*/*")];
            status_with(&shop, Method::GET, &format!("{list}?{query}"), &content).await
        };
        assert_eq!(get("page=1").await, 200, "{list}");
        assert_eq!(get("page=2").await, 204, "{list}");
    }
    assert_eq!(shop.get(&format!("/v2/orders/{id}/coupons")).await.0, 204);
    let (_, one) = shop.get("/v2/currencies?limit=1&page=2").await;
    assert_eq!(one[0]["currency_code"], "EUR");
    assert_eq!(one.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn lists_of_v3_say_how_many_pages_they_have() {
    let shop = Shop::start();
    let (_, list) = shop.get("/v3/customers?limit=1").await;
    let pages = &list["meta"]["pagination"]["total_pages"];
    assert_eq!(
        (list["data"].as_array().unwrap().len(), pages),
        (1, &json!(2))
    );
    let (status, beyond) = shop.get("/v3/customers?limit=1&page=3").await;
    assert_eq!((status, &beyond["data"]), (200, &json!([])));
}

#[tokio::test]
async fn orders_are_sorted_by_fields_that_there_are_from_a_date_in_two_forms() {
    let shop = Shop::start();
    order(&shop).await;
    for sort in ["id:asc", "date_created:desc", "external_id", "status_id"] {
        assert_eq!(shop.get(&format!("/v2/orders?sort={sort}")).await.0, 200);
    }
    for sort in ["total:asc", "id:up", "id,asc"] {
        assert_eq!(shop.get(&format!("/v2/orders?sort={sort}")).await.0, 400);
    }
    let since = |date: &str| format!("/v2/orders?min_date_modified={date}");
    for date in [
        "Thu,%2020%20Apr%202017%2011:32:00%20-0400",
        "2017-04-20T11:32:00.000-04:00",
    ] {
        assert_eq!(shop.get(&since(date)).await.0, 200, "{date}");
    }
    for date in ["20.4.2017", "1492702320"] {
        assert_eq!(shop.get(&since(date)).await.0, 400, "{date}");
    }
}

#[tokio::test]
async fn refunds_are_asked_for_from_an_encoded_date() {
    let shop = Shop::start();
    let since = |date: &str| format!("/v3/orders/payment_actions/refunds?created:min={date}");
    assert_eq!(
        shop.get(&since("2020-01-15T01%3A02%3A34%2B01%3A00"))
            .await
            .0,
        200
    );
    assert_eq!(
        shop.get(&since("2020-01-15T01:02:34+01:00")).await.0,
        422,
        "a plus that is not encoded is a space"
    );
    assert_eq!(shop.get(&since("Thu,%2020%20Apr%202017")).await.0, 422);
}

#[tokio::test]
async fn payments_of_orders_have_scopes_of_their_own() {
    let shop = Shop::start();
    let id = order(&shop).await;
    let transactions = format!("/v3/orders/{id}/transactions");
    let refunds = format!("/v3/orders/{id}/payment_actions/refunds");
    for (scope, transactions_status, refunds_status) in [
        ("store_v2_orders", 403, 200),
        ("store_v2_orders_read_only", 403, 200),
        ("store_v2_transactions", 200, 200),
        ("store_v2_transactions_read_only", 200, 200),
        ("store_v2_products", 403, 403),
    ] {
        let only = json!({"granted": [scope]});
        shop.control(Method::PUT, "/scopes", only).await;
        assert_eq!(shop.get(&refunds).await.0, refunds_status, "{scope}");
        let status = shop.get(&transactions).await.0;
        let status = if status == 204 { 200 } else { status };
        assert_eq!(status, transactions_status, "{scope}");
    }
}

#[tokio::test]
async fn an_order_without_transactions_answers_204() {
    let shop = Shop::start();
    let id = order(&shop).await;
    shop.stand_in
        .bigcommerce
        .lock()
        .orders
        .get_mut(&id.parse().unwrap())
        .unwrap()
        .transactions
        .clear();
    let path = format!("/v3/orders/{id}/transactions");
    assert_eq!(shop.get(&path).await.0, 204);
    assert_eq!(shop.get("/v3/orders/1/transactions").await.0, 404);
}

#[tokio::test]
async fn products_and_variants_are_asked_for_as_described() {
    let shop = Shop::start();
    let products = "/v3/catalog/products";
    for (query, status) in [
        ("limit=250", 200),
        ("limit=251", 422),
        ("id:in=111,112", 200),
        ("id:in=T-shirt", 422),
        ("include_fields=categories,retail_price", 200),
        ("include_fields=variants", 422),
        ("include=prices", 422),
    ] {
        let answer = shop.get(&format!("{products}?{query}")).await;
        assert_eq!(answer.0, status, "{query}: {}", answer.1);
    }
    let variants = "/v3/catalog/variants";
    for (query, status) in [
        ("id=212", 200),
        ("product_id:in=112", 200),
        ("id:in=212", 422),
        ("product_id=112", 422),
    ] {
        let answer = shop.get(&format!("{variants}?{query}")).await;
        assert_eq!(answer.0, status, "{query}");
    }
}

#[tokio::test]
async fn customers_are_asked_for_as_described() {
    let shop = Shop::start();
    for (query, status) in [
        ("id:in=11,12", 200),
        ("id:in=alice", 422),
        ("id=11", 422),
        ("sort=email:asc", 422),
    ] {
        let answer = shop.get(&format!("/v3/customers?{query}")).await;
        assert_eq!(answer.0, status, "{query}");
    }
    assert_eq!(shop.get("/v2/customer_groups/99").await.0, 404);
}

/// "Depending on the currency selected, the value can be different from the transactional currency."
#[tokio::test]
async fn what_orders_show_may_be_another_currency_than_what_is_paid() {
    let shop = Shop::start();
    let id = order(&shop).await;
    let path = format!("/v2/orders/{id}");
    let currencies = async || {
        let (_, order) = shop.get(&path).await;
        ["currency_code", "default_currency_code"]
            .map(|name| order[name].as_str().unwrap().to_owned())
    };
    assert_eq!(currencies().await, ["USD", "USD"]);
    let switch = json!({"orders_show_currency": "EUR"});
    shop.control(Method::PUT, "/switches", switch).await;
    assert_eq!(currencies().await, ["EUR", "USD"]);
}
