//! Gift certificates on checkouts and orders, and payments that are declined.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Shop;
use reqwest::Method;
use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::{Shopper, ShopperError};

/// Makes a certificate and gives its number.
async fn certificate(shop: &Shop, code: &str, amount: &str) -> u64 {
    let body = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": amount, "code": code, "currency_code": "USD"});
    let (status, made) = shop.post("/v2/gift_certificates", body).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_u64().unwrap()
}

/// Changes some fields: a change names the whole certificate.
async fn change(shop: &Shop, path: &str, fields: &Value) {
    let (_, mut body) = shop.get(path).await;
    let read_only = ["id", "order_id", "purchase_date", "expiry_date"];
    let known = body.as_object_mut().unwrap();
    known.retain(|name, _| !read_only.contains(&name.as_str()));
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let (status, answer) = shop.put(path, body).await;
    assert_eq!(status, 200, "{answer}");
}

async fn balance(shop: &Shop, id: u64) -> String {
    let (_, found) = shop.get(&format!("/v2/gift_certificates/{id}")).await;
    found["balance"].as_str().unwrap().to_owned()
}

/// A guest at the payment step: phone cases at 19.90 each, 5.00 for shipping.
async fn at_payment(shop: &Shop, cases: i64) -> Shopper {
    let mut shopper = Shopper::enter(&shop.stand_in.shop_url);
    shopper.fill_cart(&[(113, 215, cases)]).await.unwrap();
    shopper.fill_in("guest@example.com").await.unwrap();
    shopper
}

fn status_of(error: &ShopperError) -> u16 {
    match error {
        ShopperError::Refused { status, .. } => *status,
        other => panic!("{other}"),
    }
}

async fn order(shop: &Shop, id: i64) -> Value {
    shop.get(&format!("/v2/orders/{id}")).await.1
}

async fn transactions(shop: &Shop, id: i64) -> Vec<Value> {
    let (_, body) = shop.get(&format!("/v3/orders/{id}/transactions")).await;
    body["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_order_records_what_its_certificates_paid() {
    let shop = Shop::start();
    let first = certificate(&shop, "GIFT-FIRST0", "20.00").await;
    let second = certificate(&shop, "GIFT-SECOND", "30.00").await;
    let path = format!("/v2/gift_certificates/{second}");
    change(&shop, &path, &json!({"balance": "25.00"})).await;
    let mut shopper = at_payment(&shop, 2).await;
    shopper.apply_certificate("GIFT-FIRST0").await.unwrap();
    let checkout = shopper.apply_certificate("gift-second").await.unwrap();
    assert_eq!(checkout["grandTotal"], json!(44.8));
    assert_eq!(checkout["outstandingBalance"], 0);
    let uses = json!([
        checkout["giftCertificates"][0]["used"],
        checkout["giftCertificates"][1]["used"]
    ]);
    assert_eq!(uses, json!([20, 24.8]));

    let id = shopper.place_order_without_payment().await.unwrap();
    let placed = order(&shop, id).await;
    assert_eq!(placed["gift_certificate_amount"], "44.8000");
    assert_eq!(placed["status_id"], 11, "nothing is left to pay");
    assert_eq!(balance(&shop, first).await, "0.0000");
    assert_eq!(balance(&shop, second).await, "0.2000");
    let all = transactions(&shop, id).await;
    assert_eq!(all.len(), 2);
    assert_eq!(
        (&all[1]["method"], &all[1]["gateway"], &all[1]["amount"]),
        (
            &json!("gift_certificate"),
            &json!("giftcertificate"),
            &json!(24.8)
        )
    );
    let expected = json!({"code": "GIFT-SECOND", "original_balance": 30, "starting_balance": 25,
        "remaining_balance": 0.2, "status": "active"});
    assert_eq!(all[1]["gift_certificate"], expected);
}

#[tokio::test]
async fn an_order_that_waits_for_money_has_taken_the_certificate_already() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    let mut shopper = at_payment(&shop, 1).await;
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    let order_id = shopper.place_order("bankdeposit").await.unwrap();
    assert_eq!(balance(&shop, id).await, "0.0000");
    assert_eq!(transactions(&shop, order_id).await.len(), 1);
    let path = format!("/orders/{order_id}/paid");
    shop.control(Method::POST, &path, Value::Null).await;
    let all = transactions(&shop, order_id).await;
    assert_eq!((all.len(), &all[1]["amount"]), (2, &json!(14.9)));
}

#[tokio::test]
async fn a_certificate_follows_its_balance_and_leaves_when_it_can_pay_no_more() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    let path = format!("/v2/gift_certificates/{id}");
    let mut shopper = at_payment(&shop, 1).await;
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    change(&shop, &path, &json!({"balance": "4.50"})).await;
    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["giftCertificates"][0]["balance"], json!(4.5));
    assert_eq!(checkout["outstandingBalance"], json!(20.4));

    for stays in [false, true] {
        let switch = json!({"unusable_certificate_leaves_checkout": !stays});
        shop.control(Method::PUT, "/switches", switch).await;
        shopper.apply_certificate("GIFT-000000").await.unwrap();
        change(&shop, &path, &json!({"status": "disabled"})).await;
        let checkout = shopper.read().await.unwrap();
        assert_eq!(checkout["giftCertificates"], json!([]));
        change(&shop, &path, &json!({"status": "active"})).await;
        let checkout = shopper.read().await.unwrap();
        let back = checkout["giftCertificates"].as_array().unwrap().len();
        assert_eq!(back, usize::from(stays));
    }
}

#[tokio::test]
async fn fresh_certificates_may_be_unknown_for_a_while_and_tries_of_one_count_once() {
    let shop = Shop::start();
    let switch = json!({"new_codes_visible_after_reads": 2});
    shop.control(Method::PUT, "/switches", switch).await;
    certificate(&shop, "GIFT-000000", "10.00").await;
    let mut shopper = at_payment(&shop, 1).await;
    for number in 0..19 {
        let refused = shopper.apply_certificate(&format!("NONE-{number}")).await;
        assert_eq!(status_of(&refused.unwrap_err()), 400);
    }
    for _ in 0..2 {
        let refused = shopper.apply_certificate("GIFT-000000").await;
        assert_eq!(status_of(&refused.unwrap_err()), 400);
    }
    for _ in 0..2 {
        let checkout = shopper.apply_certificate("GIFT-000000").await.unwrap();
        assert_eq!(checkout["giftCertificates"].as_array().unwrap().len(), 1);
    }
    let refused = shopper.apply_certificate("NONE-19").await.unwrap_err();
    assert_eq!(status_of(&refused), 429);
    shopper.remove_certificate("GIFT-000000").await.unwrap();
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    shop.stand_in.bigcommerce.lock().clock.advance(3_601);
    let refused = shopper.apply_certificate("NONE-19").await.unwrap_err();
    assert_eq!(status_of(&refused), 400);
}

#[tokio::test]
async fn a_declined_card_leaves_the_cart_open_and_takes_nothing() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    shop.coupon("TAKE5-000000", "5.00").await;
    let mut shopper = at_payment(&shop, 1).await;
    shopper.apply_coupon("TAKE5-000000").await.unwrap();
    shopper.apply_certificate("GIFT-000000").await.unwrap();

    let declined = shopper.pay_by_card().await.unwrap();
    assert!(!declined.paid);
    let first = order(&shop, declined.id).await;
    assert_eq!(
        (&first["status_id"], &first["payment_status"]),
        (&json!(0), &json!(""))
    );
    assert_eq!(first["gift_certificate_amount"], "10.0000");
    let (_, coupons) = shop
        .get(&format!("/v2/orders/{}/coupons", declined.id))
        .await;
    assert_eq!(coupons[0]["code"], "TAKE5-000000");
    let all = transactions(&shop, declined.id).await;
    assert_eq!((all.len(), &all[0]["status"]), (1, &json!("error")));
    assert_eq!(balance(&shop, id).await, "10.0000");
    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["orderId"], declined.id);
    assert_eq!(checkout["coupons"][0]["code"], "TAKE5-000000");
    assert_eq!(checkout["giftCertificates"][0]["used"], 10);
    let (_, seen) = shop
        .get(&format!("/v3/checkouts/{}", shopper.checkout))
        .await;
    assert_eq!(seen["data"]["order_id"], declined.id.to_string());
    let switch = json!({"unfinished_order_shows_on_checkout": false});
    shop.control(Method::PUT, "/switches", switch).await;
    assert_eq!(shopper.read().await.unwrap()["orderId"], Value::Null);

    let paid = shopper.pay_by_card().await.unwrap();
    assert!(paid.paid && paid.id != declined.id);
    let second = order(&shop, paid.id).await;
    assert_eq!(
        (&second["status_id"], &second["payment_status"]),
        (&json!(11), &json!("captured"))
    );
    assert_eq!(second["payment_method"], "Card, declined once");
    assert_eq!(balance(&shop, id).await, "0.0000");
    let (_, found) = shop
        .get(&format!("/v2/orders?cart_id={}", shopper.checkout))
        .await;
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!(order(&shop, declined.id).await["status_id"], 0);
    assert!(
        shopper.read().await.is_err(),
        "the cart became the second order"
    );
}

#[tokio::test]
async fn after_a_decline_another_method_pays() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    let switch = json!({"declined_payment_marks_order_declined": true,
        "refund_restores_certificate_balance": true});
    shop.control(Method::PUT, "/switches", switch).await;
    let mut shopper = at_payment(&shop, 1).await;
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    let declined = shopper.pay_by_card().await.unwrap();
    assert_eq!(order(&shop, declined.id).await["status_id"], 6);
    assert_eq!(
        balance(&shop, id).await,
        "10.0000",
        "what was not taken is not given back"
    );
    let second = shopper.place_order("cod").await.unwrap();
    assert_eq!(order(&shop, second).await["status_id"], 11);
    assert_eq!(balance(&shop, id).await, "0.0000");
    let path = format!("/orders/{second}/cancelled");
    shop.control(Method::POST, &path, Value::Null).await;
    assert_eq!(balance(&shop, id).await, "10.0000");
}

#[tokio::test]
async fn an_unfinished_order_is_placed_when_the_merchant_gives_it_another_state() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    let mut shopper = at_payment(&shop, 1).await;
    shopper.apply_certificate("GIFT-000000").await.unwrap();
    let left = shopper.place_order_without_payment().await.unwrap();
    assert_eq!(order(&shop, left).await["status_id"], 0);
    let path = format!("/orders/{left}/shipped");
    shop.control(Method::POST, &path, Value::Null).await;
    assert_eq!(balance(&shop, id).await, "0.0000");
    assert!(shopper.read().await.is_err());
}

#[tokio::test]
async fn a_certificate_that_was_spent_elsewhere_pays_no_unfinished_order() {
    let shop = Shop::start();
    certificate(&shop, "GIFT-000000", "10.00").await;
    let mut here = at_payment(&shop, 1).await;
    here.apply_certificate("GIFT-000000").await.unwrap();
    let mut there = at_payment(&shop, 1).await;
    there.apply_certificate("GIFT-000000").await.unwrap();
    assert!(!here.pay_by_card().await.unwrap().paid);
    there.place_order("cod").await.unwrap();
    let checkout = here.read().await.unwrap();
    assert_eq!(checkout["giftCertificates"], json!([]));
    let paid = here.pay_by_card().await.unwrap();
    assert_eq!(
        order(&shop, paid.id).await["gift_certificate_amount"],
        "0.0000"
    );
}

#[tokio::test]
async fn card_payments_need_the_orders_token_and_a_card() {
    let shop = Shop::start();
    let mut shopper = at_payment(&shop, 1).await;
    let refused = shopper.place_order("testgateway").await.unwrap_err();
    assert_eq!(
        status_of(&refused),
        400,
        "a card is not named with the order"
    );
    let url = format!("{}/api/public/v1/orders/payments", shop.stand_in.shop_url);
    let card =
        json!({"account_name": "A", "number": "4111111111111111", "month": 12, "year": 2099});
    for (gateway, card, status) in [
        ("testgateway", card.clone(), 401),
        ("testgateway", json!({"number": 4111}), 400),
        ("other", card, 400),
    ] {
        let body = json!({"payment": {"gateway": gateway, "credit_card": card}});
        let answer = shop.client.post(&url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), status);
        let answer: Value = answer.json().await.unwrap();
        assert!(answer["errors"][0]["code"].is_string());
    }
}

#[tokio::test]
async fn a_shopper_changes_shipping_and_currency_and_buys_a_certificate() {
    let shop = Shop::start();
    let mut shopper = at_payment(&shop, 1).await;
    let checkout = shopper.choose_shipping(1).await.unwrap();
    assert_eq!(checkout["grandTotal"], json!(29.9));
    let cart = shopper.buy_certificate(50).await.unwrap();
    assert_eq!(cart["cartAmount"], json!(69.9));
    let cart = shopper.change_currency("EUR").await.unwrap();
    assert_eq!(cart["cartAmount"], json!(64.31));
    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["grandTotal"], json!(73.51));
}

#[tokio::test]
async fn a_change_names_all_that_is_required_and_what_it_leaves_out_gets_its_default() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    let path = format!("/v2/gift_certificates/{id}");
    let whole = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": "10.00", "balance": "4.00",
        "code": "GIFT-000000", "currency_code": "USD"});
    for field in ["to_name", "to_email", "from_name", "from_email", "amount"] {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(shop.put(&path, body).await.0, 400, "{field}");
    }
    let (status, kept) = shop.put(&path, whole.clone()).await;
    assert_eq!((status, &kept["code"]), (200, &json!("GIFT-000000")));
    assert_eq!(kept["balance"], "4.0000");
    let mut body = whole.clone();
    for field in ["balance", "code"] {
        body.as_object_mut().unwrap().remove(field);
    }
    let (_, changed) = shop.put(&path, body).await;
    assert_eq!(changed["balance"], "10.0000");
    assert_ne!(changed["code"], "GIFT-000000");
}

#[tokio::test]
async fn a_code_is_cut_to_twenty_characters() {
    let shop = Shop::start();
    let body = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": "10.00", "code": "A-CODE-OF-TWENTY-TWO-C"});
    let (status, made) = shop.post("/v2/gift_certificates", body).await;
    assert_eq!(
        (status, &made["code"]),
        (201, &json!("A-CODE-OF-TWENTY-TWO"))
    );
}

#[tokio::test]
async fn dates_are_written_as_text_and_read_as_unix_seconds() {
    let shop = Shop::start();
    let id = certificate(&shop, "GIFT-000000", "10.00").await;
    let path = format!("/v2/gift_certificates/{id}");
    let date = |text: &str| json!({"expiry_date": text});
    change(&shop, &path, &date("Sun, 02 Jan 2028 08:45:38 +0000")).await;
    let (_, found) = shop.get(&path).await;
    assert_eq!(found["expiry_date"], "1830415538");
    let mut wrong = found.clone();
    for name in ["id", "order_id", "purchase_date"] {
        wrong.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(shop.put(&path, wrong).await.0, 400, "no date of RFC 2822");
}
