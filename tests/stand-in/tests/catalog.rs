//! Products as the catalog API shows them: stock, retail price, options, modifiers; and who and
//! what else is read beside them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::Shop;
use reqwest::Method;
use serde_json::{Value, json};
use support::Browser;

async fn product(shop: &Shop, id: u64) -> Value {
    let include = "include=variants,modifiers,options";
    let (status, body) = shop
        .get(&format!("/v3/catalog/products?id:in={id}&{include}"))
        .await;
    assert_eq!(status, 200, "{body}");
    body["data"][0].clone()
}

#[tokio::test]
async fn stock_and_prices_are_told() {
    let shop = Shop::start();
    let mug = product(&shop, 117).await;
    assert_eq!(mug["inventory_tracking"], "product");
    assert_eq!(mug["inventory_level"], 0);
    assert_eq!(mug["availability"], "available");
    assert_eq!(mug["is_visible"], true);
    let iphone = product(&shop, 111).await;
    assert_eq!(iphone["inventory_tracking"], "none");
    assert_eq!(
        (&iphone["price"], &iphone["retail_price"]),
        (&json!(799), &json!(849))
    );
    assert_eq!(product(&shop, 113).await["retail_price"], 0);
    let change = json!({"is_visible": false, "availability": "disabled", "retail_price": 20});
    shop.control(Method::POST, "/products/113", change).await;
    let case = product(&shop, 113).await;
    assert_eq!(case["retail_price"], 20);
    assert_eq!(
        (&case["availability"], &case["is_visible"]),
        (&json!("disabled"), &json!(false))
    );
}

#[tokio::test]
async fn options_and_modifiers_come_when_asked_for() {
    let shop = Shop::start();
    let shirt = product(&shop, 112).await;
    assert_eq!(shirt["base_variant_id"], 0);
    let values = &shirt["variants"][1]["option_values"][0];
    assert_eq!(
        (&values["option_id"], &values["label"]),
        (&json!(31), &json!("M"))
    );
    let option = &shirt["options"][0];
    assert_eq!(
        (&option["id"], &option["display_name"]),
        (&json!(31), &json!("Size"))
    );
    assert_eq!(option["option_values"].as_array().unwrap().len(), 3);
    assert_eq!(shirt["modifiers"], json!([]));
    let pen = product(&shop, 118).await;
    let modifier = &pen["modifiers"][0];
    assert_eq!(modifier["display_name"], "Engraving");
    assert_eq!(
        (&modifier["type"], &modifier["required"]),
        (&json!("text"), &json!(true))
    );
    assert_eq!(pen["options"], json!([]));
    let (_, body) = shop.get("/v3/catalog/products/118").await;
    assert!(body["data"].get("modifiers").is_none());
    let (_, body) = shop.get("/v3/catalog/products/118/modifiers").await;
    assert_eq!(body["data"][0], *modifier);
}

#[tokio::test]
async fn a_list_with_options_or_modifiers_has_ten_products_at_most() {
    let shop = Shop::start();
    let list = async |query: &str| shop.get(&format!("/v3/catalog/products?{query}")).await;
    for (query, expected) in [
        ("limit=250&include=modifiers", 10),
        ("include=options", 10),
        ("limit=3&include=options", 3),
        ("limit=250&include=variants", 250),
    ] {
        let (status, body) = list(query).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["meta"]["pagination"]["per_page"], expected, "{query}");
    }
    let (status, _) = list("include=modifier").await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn a_required_modifier_must_be_said() {
    let shop = Shop::start();
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let line = |selections: Value| json!({"lineItems": [{"productId": 118, "quantity": 1, "optionSelections": selections}]});
    let path = "/api/storefront/carts?include=lineItems.physicalItems.options";
    for missing in [json!([]), json!([{"optionId": 41, "optionValue": " "}])] {
        assert_eq!(browser.post(path, line(missing)).await.status, 422);
    }
    let engraved = json!([{"optionId": 41, "optionValue": "For Ada"}]);
    let answer = browser.post(path, line(engraved)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let options = &answer.body["lineItems"]["physicalItems"][0]["options"];
    let shown = json!([{"name": "Engraving", "nameId": 41, "value": "For Ada", "valueId": null}]);
    assert_eq!(*options, shown);
    let other = json!([{"optionId": 41, "optionValue": "For Bob"}]);
    let answer = browser.post(path, line(other)).await;
    let lines = &answer.body["lineItems"]["physicalItems"];
    assert_eq!(
        lines.as_array().unwrap().len(),
        2,
        "another text is another line"
    );

    let body = json!({"line_items": [{"product_id": 118, "quantity": 1}]});
    assert_eq!(shop.post("/v3/carts", body).await.0, 422);
    let selections = json!([{"option_id": 41, "option_value": "For Eve"}]);
    let body = json!({"line_items": [
        {"product_id": 118, "quantity": 1, "option_selections": selections},
    ]});
    assert_eq!(shop.post("/v3/carts", body).await.0, 201);
}

#[tokio::test]
async fn what_is_sold_out_cannot_be_bought_and_orders_show_what_was_chosen() {
    let shop = Shop::start();
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let path = "/api/storefront/carts";
    let mug = json!({"lineItems": [{"productId": 117, "quantity": 1}]});
    assert_ne!(browser.post(path, mug).await.status, 200);
    let engraved = json!([{"optionId": 41, "optionValue": "For Ada"}]);
    let size = json!([{"optionId": 31, "optionValue": 113}]);
    let lines = json!({"lineItems": [
        {"productId": 118, "quantity": 1, "optionSelections": engraved},
        {"productId": 112, "quantity": 1, "optionSelections": size},
    ]});
    let cart = browser.post(path, lines).await.body["id"].clone();
    let cart = cart.as_str().unwrap();
    browser.ready_to_pay(cart).await;
    let placed = browser.place_order(cart, "cod").await;
    let id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let (_, products) = shop.get(&format!("/v2/orders/{id}/products")).await;
    let pen = &products[0]["product_options"][0];
    assert_eq!(
        (&pen["type"], &pen["value"]),
        (&json!("Text field"), &json!("For Ada"))
    );
    let shirt = &products[1]["product_options"][0];
    assert_eq!(
        (&shirt["display_name"], &shirt["display_value"]),
        (&json!("Size"), &json!("M"))
    );
}

#[tokio::test]
async fn the_panel_sees_products_and_currencies() {
    let shop = Shop::start();
    let state = shop.control(Method::GET, "/state", Value::Null).await;
    assert_eq!(state["currencies"][2]["code"], "JPY");
    let products = state["products"].as_array().unwrap();
    let mug = products.iter().find(|one| one["id"] == 117).unwrap();
    assert_eq!(mug["inventory"], 0);
    let stock = json!({"inventory": 3});
    shop.control(Method::POST, "/products/117", stock).await;
    assert_eq!(product(&shop, 117).await["inventory_level"], 3);
}

#[tokio::test]
async fn products_customers_and_the_store_are_read() {
    let shop = Shop::start();
    let (_, products) = shop
        .get("/v3/catalog/products?id:in=111,112&include=variants")
        .await;
    assert_eq!(products["meta"]["pagination"]["total"], 2);
    assert_eq!(products["data"][0]["categories"], json!([1]));
    assert_eq!(products["data"][0]["retail_price"], 849);
    assert_eq!(products["data"][1]["variants"].as_array().unwrap().len(), 3);
    let (_, page) = shop.get("/v3/catalog/products?limit=2&page=2").await;
    assert_eq!(page["meta"]["pagination"]["total_pages"], 4);
    assert_eq!(page["data"][0]["id"], 113);
    let (_, customers) = shop.get("/v3/customers?email:in=BOB@example.com").await;
    assert_eq!(customers["data"][0]["customer_group_id"], 2);
    let (_, groups) = shop.get("/v2/customer_groups").await;
    assert_eq!(groups[1]["name"], "STAFF");
    let (_, store) = shop.get("/v2/store").await;
    assert_eq!(
        (&store["id"], &store["currency"]),
        (&json!("demo1store"), &json!("USD"))
    );
    assert_eq!(store["secure_url"], shop.stand_in.shop_url.as_str());
}
