//! Partial refunds, by the control panel and the management API.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Shop;
use reqwest::Method;
use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;

/// A paid order of four phone cases (19.90 each) and 5.00 for shipping: 84.60, of which a
/// certificate paid 30.00. Gives the numbers of the order and the certificate.
async fn paid_order(shop: &Shop, tax: u32) -> (i64, u64) {
    let body = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": "30.00", "code": "GIFT-000000"});
    let (_, made) = shop.post("/v2/gift_certificates", body).await;
    let all = [
        "store_v2_orders",
        "store_v2_marketing",
        "store_v2_transactions_read_only",
        "store_v2_default",
    ];
    shop.control(Method::PUT, "/scopes", json!({"granted": all}))
        .await;
    shop.control(Method::PUT, "/switches", json!({"tax_percent": tax}))
        .await;
    let mut shopper = Shopper::enter(&shop.stand_in.shop_url);
    shopper.fill_cart(&[(113, 215, 4)]).await.unwrap();
    shopper.fill_in("guest@example.com").await.unwrap();
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    (order, made["id"].as_u64().unwrap())
}

async fn balance(shop: &Shop, id: u64) -> String {
    let state = shop.control(Method::GET, "/state", Value::Null).await;
    let all = state["certificates"].as_array().unwrap().clone();
    let one = all.into_iter().find(|one| one["id"] == id).unwrap();
    one["balance"].to_string()
}

/// Three of the phone cases of an order, to refund.
async fn three_torn(shop: &Shop, order: i64) -> Value {
    let (_, products) = shop.get(&format!("/v2/orders/{order}/products")).await;
    let line = &products[0]["id"];
    json!([{"item_type": "PRODUCT", "item_id": line, "quantity": 3, "reason": "torn"}])
}

#[tokio::test]
async fn a_quote_says_in_which_ways_the_money_can_go_back() {
    let shop = Shop::start();
    let (order, _) = paid_order(&shop, 10).await;
    let items = three_torn(&shop, order).await;
    let quotes = format!("/v3/orders/{order}/payment_actions/refund_quotes");
    let (status, quote) = shop.post(&quotes, json!({"items": items})).await;
    assert_eq!(status, 201, "{quote}");
    let quote = &quote["data"];
    assert_eq!(
        (
            &quote["total_refund_amount"],
            &quote["total_refund_tax_amount"]
        ),
        (&json!(65.67), &json!(5.97))
    );
    // What the customer paid on delivery is less than that.
    assert_eq!(
        quote["refund_methods"],
        json!([
            [{
                "provider_id": "custom", "provider_description": "Custom", "amount": 65.67,
                "offline": true, "offline_provider": true,
                "offline_reason": "This is an offline payment provider.",
            }],
            [
                {
                    "provider_id": "cod", "provider_description": "Pay on delivery",
                    "amount": 63.06, "offline": true, "offline_provider": true,
                    "offline_reason": "This is an offline payment provider.",
                },
                {
                    "provider_id": "giftcertificate", "provider_description": "Gift Certificate",
                    "amount": 2.61, "offline": false, "offline_provider": false,
                    "offline_reason": "",
                },
            ],
        ])
    );
}

#[tokio::test]
async fn products_are_refunded_by_quantity_with_their_part_of_the_tax() {
    let shop = Shop::start();
    let (order, _) = paid_order(&shop, 10).await;
    let items = three_torn(&shop, order).await;
    let payments = json!([
        {"provider_id": "cod", "amount": 63.06, "offline": true},
        {"provider_id": "giftcertificate", "amount": 2.61},
    ]);
    let refunds = format!("/v3/orders/{order}/payment_actions/refunds");
    let body = json!({"items": items, "payments": payments});
    let (status, refund) = shop.post(&refunds, body.clone()).await;
    assert_eq!(status, 201, "{refund}");
    let refund = &refund["data"];
    assert_eq!(
        (&refund["reason"], &refund["total_tax"]),
        (&json!("torn"), &json!(5.97))
    );
    assert_eq!(refund["items"][0]["requested_amount"], Value::Null);
    assert_eq!(shop.post(&refunds, body).await.0, 422, "there is one left");
    let (_, products) = shop.get(&format!("/v2/orders/{order}/products")).await;
    assert_eq!(products[0]["quantity_refunded"], 3);
    let (_, found) = shop.get(&format!("/v2/orders/{order}")).await;
    assert_eq!(
        (&found["status_id"], &found["payment_status"]),
        (&json!(14), &json!("partially refunded"))
    );
    let id = &refund["id"];
    for query in [format!("order_id:in={order}"), format!("id:in={id}")] {
        let path = format!("/v3/orders/payment_actions/refunds?{query}");
        assert_eq!(shop.get(&path).await.1["data"][0]["id"], *id, "{query}");
    }
    let path = format!(
        "/v3/orders/payment_actions/refunds?order_id:in={}",
        order + 1
    );
    assert_eq!(shop.get(&path).await.1["data"], json!([]));
}

/// What the control panel refunds, and its refunds as the API writes them.
async fn refund(shop: &Shop, order: i64, body: Value) -> Value {
    let refunds = format!("/orders/{order}/refunds");
    shop.control(Method::POST, &refunds, body).await;
    let path = format!("/v3/orders/{order}/payment_actions/refunds");
    let (_, found) = shop.get(&path).await;
    found["data"].as_array().unwrap().last().unwrap()["payments"].clone()
}

#[tokio::test]
async fn certificates_get_what_was_refunded_to_them_and_never_twice() {
    for restores in [true, false] {
        let shop = Shop::start();
        let (order, certificate) = paid_order(&shop, 0).await;
        let switch = json!({"refund_restores_certificate_balance": restores});
        shop.control(Method::PUT, "/switches", switch).await;
        let by_method = refund(&shop, order, json!({"amount": "42.30"})).await;
        let only = (&by_method[0]["provider_id"], &by_method[0]["amount"]);
        assert_eq!(only, (&json!("cod"), &json!(42.3)));
        assert_eq!(balance(&shop, certificate).await, "0");
        let body = json!({"amount": "10.00", "provider_id": "giftcertificate"});
        let named = refund(&shop, order, body).await;
        assert_eq!(named[0]["is_declined"], false);
        let expected = if restores { "10" } else { "0" };
        assert_eq!(balance(&shop, certificate).await, expected);
        for action in ["refunded", "cancelled"] {
            let path = format!("/orders/{order}/{action}");
            shop.control(Method::POST, &path, Value::Null).await;
            let expected = if restores { "30" } else { "0" };
            assert_eq!(balance(&shop, certificate).await, expected, "{action}");
        }
    }
}

#[tokio::test]
async fn what_a_provider_declines_is_not_given_back() {
    let shop = Shop::start();
    let (order, certificate) = paid_order(&shop, 0).await;
    let switch = json!({"refund_restores_certificate_balance": true});
    shop.control(Method::PUT, "/switches", switch).await;
    let body = json!({"amount": "30.00", "provider_id": "giftcertificate", "declined": true});
    let declined = refund(&shop, order, body).await;
    assert_eq!(declined[0]["is_declined"], true);
    assert_eq!(balance(&shop, certificate).await, "0");
    let body = json!({"amount": "30.00", "provider_id": "giftcertificate"});
    refund(&shop, order, body).await;
    assert_eq!(balance(&shop, certificate).await, "30");
}

/// A refund of one item, by one provider.
fn refund_of(item: &Value, amount: &Value, provider: &str) -> Value {
    json!({"items": [item], "payments": [{"provider_id": provider, "amount": amount}]})
}

#[tokio::test]
async fn refunds_that_cannot_be_are_refused() {
    let shop = Shop::start();
    let (order, _) = paid_order(&shop, 0).await;
    let path = format!("/v3/orders/{order}/payment_actions/refunds");
    let on_order =
        |amount: Value| json!({"item_type": "ORDER", "item_id": order, "amount": amount});
    let shipping = json!({"item_type": "SHIPPING", "item_id": 1, "amount": 5});
    let no_amount = json!({"item_type": "ORDER", "item_id": order});
    let other = json!({"item_type": "ORDER", "item_id": 1, "amount": 5});
    let five = on_order(json!(5));
    let by_certificate = on_order(json!(40));
    for (item, amount, provider, why) in [
        (
            &on_order(json!(84.61)),
            json!(84.61),
            "cod",
            "more than the order",
        ),
        (&five, json!(4), "cod", "not the same sum"),
        (
            &by_certificate,
            json!(40),
            "giftcertificate",
            "more than the certificate paid",
        ),
        (
            &on_order(json!(60)),
            json!(60),
            "cod",
            "more than was paid on delivery",
        ),
        (&five, json!(5), "paypal", "unknown provider"),
        (&five, json!(5), "storecredit", "a guest"),
        (&shipping, json!(5), "cod", "not its shipping"),
        (&no_amount, json!(5), "cod", "no amount"),
        (&other, json!(5), "cod", "another order"),
    ] {
        let body = refund_of(item, &amount, provider);
        assert_eq!(shop.post(&path, body).await.0, 422, "{why}");
    }
    let mut said = refund_of(&five, &json!(4), "cod");
    said["merchant_calculated_override"] = json!({"total_amount": 4, "total_tax": 0.5});
    let (status, made) = shop.post(&path, said).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(
        (
            &made["data"]["total_amount"],
            &made["data"]["uses_merchant_override_values"]
        ),
        (&json!(4), &json!(true))
    );
}
