//! Free shipping by a coupon, as the storefront and the order show it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::Shop;
use serde_json::{Value, json};
use support::Browser;

/// A coupon promotion with these rules and one code.
async fn coupon(shop: &Shop, code: &str, rules: Value) {
    let promotion = json!({
        "name": code, "redemption_type": "COUPON", "currency_code": "USD", "max_uses": 1,
        "rules": rules,
    });
    let (status, body) = shop.post("/v3/promotions", promotion).await;
    assert_eq!(status, 201, "{body}");
    let path = format!("/v3/promotions/{}/codes", body["data"]["id"]);
    let (status, body) = shop.post(&path, json!({"code": code, "max_uses": 1})).await;
    assert_eq!(status, 201, "{body}");
}

fn types(checkout: &Value) -> Vec<&str> {
    let options = checkout["consignments"][0]["availableShippingOptions"]
        .as_array()
        .unwrap();
    options
        .iter()
        .map(|option| option["type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_option_comes_and_goes_with_the_coupon_and_the_choice_is_forgotten() {
    let shop = Shop::start();
    let free = json!([{
        "action": {"shipping": {"free_shipping": true, "zone_ids": "*"}}, "stop": false,
    }]);
    coupon(&shop, "SHIP", free).await;
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = browser.fill_cart(&[(116, 1)]).await;
    let paid = browser.ready_to_pay(&cart).await;
    assert_eq!(paid.body["shippingCostTotal"], 5);
    let include = "include=consignments.availableShippingOptions";
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");

    let with = browser
        .post(
            &format!("{coupons}?{include}"),
            json!({"couponCode": "SHIP"}),
        )
        .await;
    assert_eq!(with.status, 200, "{}", with.text);
    let consignment = &with.body["consignments"][0];
    assert_eq!(consignment["selectedShippingOption"], Value::Null);
    assert_eq!(with.body["coupons"][0]["discountedAmount"], 0);
    assert_eq!(
        types(&with.body),
        ["freeshipping", "shipping_byweight", "shipping_flatrate"]
    );
    let option = &consignment["availableShippingOptions"][0];
    let id = option["id"].clone();
    let shape = json!({
        "id": id, "type": "freeshipping", "description": "Free Shipping", "imageUrl": "",
        "cost": 0, "transitTime": "", "isRecommended": true, "additionalDescription": "",
    });
    assert_eq!(*option, shape);

    let path = format!(
        "/api/storefront/checkouts/{cart}/consignments/{}?{include}",
        consignment["id"].as_str().unwrap()
    );
    let chosen = browser.put(&path, json!({"shippingOptionId": id})).await;
    assert_eq!(chosen.body["shippingCostTotal"], 0);
    assert_eq!(
        chosen.body["consignments"][0]["selectedShippingOption"]["type"],
        "freeshipping"
    );

    let without = browser.delete(&format!("{coupons}/SHIP?{include}")).await;
    assert_eq!(
        without.body["consignments"][0]["selectedShippingOption"],
        Value::Null
    );
    assert_eq!(
        types(&without.body),
        ["shipping_byweight", "shipping_flatrate"]
    );
    let gone = browser.put(&path, json!({"shippingOptionId": id})).await;
    assert_ne!(gone.status, 200, "the option is gone");
}

#[tokio::test]
async fn an_order_records_coupons_of_free_shipping_and_of_free_items() {
    let shop = Shop::start();
    let rules = json!([
        {"action": {"gift_item": {"quantity": 1, "product_id": 115}}, "stop": false},
        {"action": {"shipping": {"free_shipping": true, "zone_ids": "*"}}, "stop": false},
    ]);
    coupon(&shop, "BOTH", rules).await;
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = browser.fill_cart(&[(116, 1)]).await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    let with = browser.post(&coupons, json!({"couponCode": "BOTH"})).await;
    let gift = &with.body["cart"]["lineItems"]["physicalItems"][1];
    assert_eq!(
        (&gift["addedByPromotion"], &gift["isMutable"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&gift["listPrice"], &gift["couponAmount"]),
        (&json!(7.5), &json!(7.5))
    );
    let line = format!(
        "/api/storefront/carts/{cart}/items/{}",
        gift["id"].as_str().unwrap()
    );
    let change = json!({"lineItem": {"productId": 115, "quantity": 2}});
    assert_eq!(browser.put(&line, change).await.status, 422);
    assert_eq!(browser.delete(&line).await.status, 422);

    browser.ready_to_pay(&cart).await;
    let placed = browser.place_order(&cart, "cod").await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let seen = browser.get(&format!("/api/storefront/orders/{id}")).await;
    let lines = &seen.body["lineItems"]["physicalItems"];
    let added = |line: usize| lines[line]["addedByPromotion"].as_bool().unwrap();
    assert_eq!((added(0), added(1)), (false, true));
    let (_, order) = shop.get(&format!("/v2/orders/{id}")).await;
    assert_eq!(order["shipping_cost_inc_tax"], "0.0000");
    assert_eq!(order["coupon_discount"], "7.5000");
    assert_eq!(order["total_inc_tax"], "129.0000");
    let (_, recorded) = shop.get(&format!("/v2/orders/{id}/coupons")).await;
    assert_eq!(recorded[0]["code"], "BOTH");
    assert_eq!(
        (&recorded[0]["type"], &recorded[0]["discount"]),
        (&json!(5), &json!(7.5))
    );
    let (_, products) = shop.get(&format!("/v2/orders/{id}/products")).await;
    let gift = &products[1];
    assert_eq!(
        (&gift["product_id"], &gift["base_price"]),
        (&json!(115), &json!("7.5000"))
    );
    assert_eq!(gift["discounted_total_inc_tax"], "0.0000");
    assert_eq!(gift["applied_discounts"][0]["amount"], "7.5000");
    assert_eq!(gift["applied_discounts"][0]["code"], "BOTH");
    let (_, addresses) = shop
        .get(&format!("/v2/orders/{id}/shipping_addresses"))
        .await;
    assert_eq!(addresses[0]["shipping_method"], "Free Shipping");
}
