//! Currencies without decimals and with three of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::Shop;
use serde_json::{Value, json};
use support::Browser;

/// A cart of two phone cases and a charger in a currency, as the shop's switch makes it.
async fn cart_in(browser: &mut Browser, currency: &str) -> String {
    let cart = browser.fill_cart(&[(113, 2), (114, 1)]).await;
    let path = format!("/api/storefront/carts/{cart}/currency");
    let changed = browser.post(&path, json!({"currencyCode": currency})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    cart
}

async fn coupon(shop: &Shop, code: &str, currency: &str, rules: Value) {
    let promotion = json!({
        "name": code, "redemption_type": "COUPON", "currency_code": currency, "max_uses": 1,
        "rules": rules,
    });
    let (status, made) = shop.post("/v3/promotions", promotion).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/v3/promotions/{}/codes", made["data"]["id"]);
    shop.post(&path, json!({"code": code, "max_uses": 1})).await;
}

fn off(amount: &str) -> Value {
    json!([{"action": {"cart_value": {"discount": {"fixed_amount": amount}}}, "stop": false}])
}

fn lines(checkout: &Value, field: &str) -> Vec<Value> {
    let items = checkout["cart"]["lineItems"]["physicalItems"]
        .as_array()
        .unwrap();
    items.iter().map(|item| item[field].clone()).collect()
}

#[tokio::test]
async fn the_store_tells_its_currencies() {
    let shop = Shop::start();
    let (_, all) = shop.get("/v2/currencies").await;
    let facts: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            assert_eq!(one["is_transactional"], true);
            (
                one["currency_code"].as_str().unwrap(),
                one["decimal_places"].as_u64().unwrap(),
                one["currency_exchange_rate"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("USD", 2, "1.0000000000"),
        ("EUR", 2, "0.9200000000"),
        ("JPY", 0, "150.0000000000"),
        ("KWD", 3, "0.3070000000"),
        ("HUF", 0, "367.1000000000"),
        ("CZK", 0, "23.2000000000"),
        ("TWD", 0, "32.1500000000"),
    ];
    assert_eq!(facts, expected);
}

#[tokio::test]
async fn yen_are_whole() {
    let shop = Shop::start();
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = cart_in(&mut browser, "JPY").await;
    coupon(&shop, "YEN", "JPY", off("1000")).await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    let seen = browser
        .post(&coupons, json!({"couponCode": "YEN"}))
        .await
        .body;
    assert_eq!(seen["cart"]["currency"]["decimalPlaces"], 0);
    assert_eq!(seen["cart"]["currency"]["symbol"], "¥");
    assert_eq!(lines(&seen, "listPrice"), [json!(2985), json!(4493)]);
    assert_eq!(lines(&seen, "couponAmount"), [json!(571), json!(429)]);
    assert_eq!(seen["cart"]["cartAmount"], 2 * 2985 + 4493 - 1000);
    let ready = browser.ready_to_pay(&cart).await.body;
    assert_eq!(ready["shippingCostTotal"], 750);
    let placed = browser.place_order(&cart, "cod").await;
    let order = &placed.body["data"]["order"];
    let total = 2 * 2985 + 4493 - 1000 + 750;
    assert_eq!(
        order["grandTotal"],
        json!({"amount": total, "integerAmount": total})
    );
    let (_, kept) = shop.get(&format!("/v2/orders/{}", order["orderId"])).await;
    assert_eq!(kept["total_inc_tax"], format!("{total}.0000"));
    assert_eq!(kept["currency_code"], "JPY");
    assert_eq!(
        kept["store_default_to_transactional_exchange_rate"],
        "150.0000000000"
    );
    let settings = "/api/storefront/checkout-settings";
    let settings = browser.get(&format!("{settings}?checkoutId={cart}")).await;
    assert_eq!(settings.status, 200);
}

#[tokio::test]
async fn dinars_have_thousandths() {
    let shop = Shop::start();
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = cart_in(&mut browser, "KWD").await;
    let settings = format!("/api/storefront/checkout-settings?checkoutId={cart}");
    let shown = browser.get(&settings).await.body["storeConfig"]["shopperCurrency"].clone();
    assert_eq!(
        (&shown["code"], &shown["decimalPlaces"]),
        (&json!("KWD"), &json!("3"))
    );
    coupon(&shop, "DINAR", "KWD", off("1.25")).await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    let seen = browser
        .post(&coupons, json!({"couponCode": "DINAR"}))
        .await
        .body;
    assert_eq!(seen["cart"]["currency"]["decimalPlaces"], 3);
    assert_eq!(lines(&seen, "listPrice"), [json!(6.109), json!(9.195)]);
    assert_eq!(lines(&seen, "couponAmount"), [json!(0.713), json!(0.537)]);
    assert_eq!(seen["cart"]["cartAmount"], 20.163);
    let (_, managed) = shop.get(&format!("/v3/checkouts/{cart}")).await;
    assert_eq!(managed["data"]["cart"]["base_amount"], 21.413);
    assert_eq!(managed["data"]["cart"]["currency"]["code"], "KWD");
    let ready = browser.ready_to_pay(&cart).await.body;
    assert_eq!(
        (&ready["shippingCostTotal"], &ready["grandTotal"]),
        (&json!(1.535), &json!(21.698))
    );
    let placed = browser.place_order(&cart, "cod").await;
    let total = &placed.body["data"]["order"]["grandTotal"];
    assert_eq!(*total, json!({"amount": 21.698, "integerAmount": 21_698}));
}

#[tokio::test]
async fn a_promotion_is_for_its_currency_or_for_all() {
    let shop = Shop::start();
    coupon(&shop, "DOLLARS", "USD", off("1")).await;
    let percent = json!([{"action": {"cart_value": {"discount": {"percentage_amount": "10"}}}}]);
    coupon(&shop, "ALL", "*", percent).await;
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = cart_in(&mut browser, "JPY").await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    assert_eq!(
        browser
            .post(&coupons, json!({"couponCode": "DOLLARS"}))
            .await
            .status,
        400
    );
    let all = browser
        .post(&coupons, json!({"couponCode": "ALL"}))
        .await
        .body;
    assert_eq!(
        all["coupons"][0]["discountedAmount"], 1046,
        "of 10463, in whole yen"
    );
    let path = format!("/api/storefront/carts/{cart}/currency");
    browser.post(&path, json!({"currencyCode": "USD"})).await;
    browser.delete(&format!("{coupons}/ALL")).await;
    let dollars = browser
        .post(&coupons, json!({"couponCode": "DOLLARS"}))
        .await
        .body;
    assert_eq!(dollars["coupons"][0]["discountedAmount"], 1);
    let back = browser
        .post(&path, json!({"currencyCode": "KWD"}))
        .await
        .body;
    assert_eq!(
        back["coupons"],
        json!([]),
        "it does not fit the currency and left"
    );
    let promotion = json!({
        "name": "Money", "redemption_type": "COUPON", "currency_code": "*", "rules": off("1"),
    });
    assert_eq!(
        shop.post("/v3/promotions", promotion).await.0,
        422,
        "money of no currency"
    );
}

#[tokio::test]
async fn free_items_have_prices_of_the_cart_currency() {
    let shop = Shop::start();
    let gift = json!([{"action": {"gift_item": {"quantity": 1, "product_id": 115}}}]);
    coupon(&shop, "GIFT", "*", gift).await;
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = cart_in(&mut browser, "JPY").await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    let seen = browser
        .post(&coupons, json!({"couponCode": "GIFT"}))
        .await
        .body;
    assert_eq!(lines(&seen, "listPrice")[2], 1125);
    assert_eq!(lines(&seen, "couponAmount")[2], 1125);
    assert_eq!(seen["cart"]["cartAmount"], 2 * 2985 + 4493);
}
