//! Gift certificates for sale, and carts in a second currency.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::{Shop, coupon_promotion};
use reqwest::Method;
use serde_json::{Value, json};
use support::{Answer, Browser};

fn for_sale(amount: &Value) -> Value {
    json!({"name": "For Ada", "theme": "Birthday", "amount": amount, "quantity": 1,
        "sender": {"name": "Grace", "email": "grace@example.com"},
        "recipient": {"name": "Ada", "email": "ada@example.com"}, "message": "Enjoy!"})
}

async fn certificate(shop: &Shop, code: &str, amount: &str, currency: &str) {
    let body = json!({"to_name": "A", "to_email": "a@example.com", "from_name": "B",
        "from_email": "b@example.com", "amount": amount, "code": code, "currency_code": currency});
    let (status, made) = shop.post("/v2/gift_certificates", body).await;
    assert_eq!(status, 201, "{made}");
}

async fn add_for_sale(guest: &mut Browser, cart: &str, amount: Value) -> Answer {
    let path = format!("/api/storefront/carts/{cart}/items");
    let body = json!({"giftCertificates": [for_sale(&amount)]});
    guest.post(&path, body).await
}

async fn pay_with(guest: &mut Browser, cart: &str, code: &str) -> Answer {
    let path = format!("/api/storefront/checkouts/{cart}/gift-certificates");
    guest
        .post(&path, json!({"giftCertificateCode": code}))
        .await
}

#[tokio::test]
async fn a_gift_certificate_is_a_line_of_the_cart_and_no_certificate_pays_it() {
    let shop = Shop::start();
    certificate(&shop, "GIFT-000000", "500.00", "USD").await;
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let cart = guest.fill_cart(&[(116, 1)]).await;
    let added = add_for_sale(&mut guest, &cart, json!(50)).await;
    assert_eq!(added.status, 200, "{}", added.text);
    assert_eq!(added.body["cartAmount"], 179);
    let line = &added.body["lineItems"]["giftCertificates"][0];
    let mut expected = for_sale(&json!(50));
    expected.as_object_mut().unwrap().remove("quantity");
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&line[key], value, "{key}");
    }
    assert_eq!(
        (&line["taxable"], &line["type"]),
        (&json!(false), &json!("giftCertificate"))
    );

    guest.ready_to_pay(&cart).await;
    let paid = pay_with(&mut guest, &cart, "GIFT-000000").await;
    assert_eq!(paid.body["grandTotal"], 184);
    assert_eq!(paid.body["giftCertificates"][0]["used"], 134);
    assert_eq!(paid.body["outstandingBalance"], 50);

    let (_, seen) = shop.get(&format!("/v3/checkouts/{cart}")).await;
    let items = &seen["data"]["cart"]["line_items"]["gift_certificates"];
    assert_eq!(
        (&items[0]["id"], &items[0]["amount"]),
        (&line["id"], &json!(50))
    );
    assert_eq!(items[0]["is_taxable"], false);
    assert_eq!(seen["data"]["cart"]["base_amount"], 179);
}

#[tokio::test]
async fn promotions_and_tax_leave_gift_certificates_for_sale_alone() {
    let shop = Shop::start();
    shop.control(Method::PUT, "/switches", json!({"tax_percent": 10}))
        .await;
    shop.coupon("TAKE-000000", "500").await;
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let cart = guest.fill_cart(&[(116, 1)]).await;
    add_for_sale(&mut guest, &cart, json!(50)).await;
    let path = format!("/api/storefront/checkouts/{cart}/coupons");
    let applied = guest
        .post(&path, json!({"couponCode": "TAKE-000000"}))
        .await;
    assert_eq!(applied.body["coupons"][0]["discountedAmount"], 129);
    assert_eq!(applied.body["taxTotal"], 0);
    assert_eq!(applied.body["grandTotal"], 50);
}

#[tokio::test]
async fn a_bought_gift_certificate_is_made_when_the_order_is_paid() {
    let shop = Shop::start();
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let body = json!({"giftCertificates": [for_sale(&json!(25))]});
    let made = guest.post("/api/storefront/carts", body).await;
    let cart = made.body["id"].as_str().unwrap().to_owned();
    let billing = format!("/api/storefront/checkouts/{cart}/billing-address");
    guest.post(&billing, support::address()).await;
    let placed = guest.place_order(&cart, "bankdeposit").await;
    assert_eq!(
        placed.status, 201,
        "nothing has to be sent: {}",
        placed.text
    );
    let id = &placed.body["data"]["order"]["orderId"];
    assert_eq!(
        placed.body["data"]["order"]["items"][0]["type"],
        "ItemGiftCertificateEntity"
    );
    let products = format!("/v2/orders/{id}/products");
    let (_, bought) = shop.get(&products).await;
    assert_eq!(
        (&bought[0]["type"], &bought[0]["gift_certificate_id"]),
        (&json!("giftcertificate"), &Value::Null)
    );
    assert_eq!(shop.get("/v2/gift_certificates").await.0, 204);

    shop.control(Method::POST, &format!("/orders/{id}/paid"), Value::Null)
        .await;
    let (_, bought) = shop.get(&products).await;
    let (_, all) = shop.get("/v2/gift_certificates").await;
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(all[0]["id"], bought[0]["gift_certificate_id"]);
    assert_eq!(
        (&all[0]["balance"], &all[0]["to_email"]),
        (&json!("25.0000"), &json!("ada@example.com"))
    );
    let order = guest.get(&format!("/api/storefront/orders/{id}")).await;
    assert_eq!(order.body["lineItems"]["giftCertificates"][0]["amount"], 25);
}

#[tokio::test]
async fn gift_certificates_for_sale_have_their_limits_and_can_be_changed() {
    let shop = Shop::start();
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let cart = guest.fill_cart(&[(115, 1)]).await;
    for amount in [json!(0.5), json!(1000.01), json!("50")] {
        let refused = add_for_sale(&mut guest, &cart, amount).await;
        assert_eq!(refused.status, 422);
    }
    for (field, value) in [
        ("theme", json!("Plain")),
        ("recipient", json!({"name": "Ada", "email": "ada"})),
        ("quantity", json!(0)),
        ("message", json!("x".repeat(201))),
        ("colour", json!("red")),
    ] {
        let mut wrong = for_sale(&json!(10));
        wrong[field] = value;
        let path = format!("/api/storefront/carts/{cart}/items");
        let refused = guest
            .post(&path, json!({"giftCertificates": [wrong]}))
            .await;
        assert_eq!(refused.status, 422, "{field}");
    }
    let added = add_for_sale(&mut guest, &cart, json!(10)).await;
    let line = added.body["lineItems"]["giftCertificates"][0]["id"]
        .as_str()
        .unwrap();
    let path = format!("/api/storefront/carts/{cart}/items/{line}");
    let changed = guest
        .put(&path, json!({"giftCertificate": for_sale(&json!(20))}))
        .await;
    assert_eq!(changed.body["cartAmount"], json!(27.5));
    let removed = guest.delete(&path).await;
    assert_eq!(removed.body["cartAmount"], json!(7.5));

    let body = json!({"gift_certificates": [for_sale(&json!(30))]});
    let (status, made) = shop.post("/v3/carts", body).await;
    assert_eq!((status, &made["data"]["cart_amount"]), (201, &json!(30)));
}

/// A shop with a coupon and a certificate in each of two currencies.
async fn shop_of_two_currencies() -> Shop {
    let shop = Shop::start();
    certificate(&shop, "USD-000000", "10.00", "USD").await;
    certificate(&shop, "EUR-000000", "10.00", "EUR").await;
    shop.coupon("USD5-000000", "5").await;
    let mut euro = coupon_promotion("5");
    euro["currency_code"] = json!("EUR");
    let (_, made) = shop.post("/v3/promotions", euro).await;
    let path = format!("/v3/promotions/{}/codes", made["data"]["id"]);
    shop.post(&path, json!({"code": "EUR5-000000", "max_uses": 1}))
        .await;
    shop
}

/// Puts a coupon on a checkout; gives the status.
async fn put_on(guest: &mut Browser, cart: &str, code: &str) -> u16 {
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    let answer = guest.post(&coupons, json!({"couponCode": code})).await;
    answer.status
}

#[tokio::test]
async fn a_cart_changes_its_currency_and_loses_what_does_not_fit() {
    let shop = shop_of_two_currencies().await;
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let cart = guest.fill_cart(&[(113, 2)]).await;
    guest.ready_to_pay(&cart).await;
    assert_eq!(put_on(&mut guest, &cart, "USD5-000000").await, 200);
    assert_eq!(pay_with(&mut guest, &cart, "USD-000000").await.status, 200);
    assert_eq!(pay_with(&mut guest, &cart, "EUR-000000").await.status, 400);

    let currency = format!("/api/storefront/carts/{cart}/currency");
    for (body, status) in [
        (json!({"currencyCode": "XXX"}), 404),
        (json!({"currency": "EUR"}), 422),
    ] {
        assert_eq!(guest.post(&currency, body).await.status, status);
    }
    let changed = guest.post(&currency, json!({"currencyCode": "EUR"})).await;
    assert_eq!(changed.body["currency"]["code"], "EUR");
    assert_eq!(
        changed.body["lineItems"]["physicalItems"][0]["listPrice"],
        json!(18.31)
    );
    let checkout = guest
        .get(&format!("/api/storefront/checkouts/{cart}"))
        .await;
    assert_eq!(checkout.body["coupons"], json!([]));
    assert_eq!(checkout.body["giftCertificates"], json!([]));
    assert_eq!(checkout.body["shippingCostTotal"], json!(4.6));
    let settings = format!("/api/storefront/checkout-settings?checkoutId={cart}");
    let settings = guest.get(&settings).await;
    assert_eq!(
        settings.body["storeConfig"]["shopperCurrency"]["code"],
        "EUR"
    );
    it_is_ordered_in_euros(&shop, &mut guest, &cart).await;
}

async fn it_is_ordered_in_euros(shop: &Shop, guest: &mut Browser, cart: &str) {
    assert_ne!(put_on(guest, cart, "USD5-000000").await, 200);
    assert_eq!(put_on(guest, cart, "EUR5-000000").await, 200);
    assert_eq!(pay_with(guest, cart, "EUR-000000").await.status, 200);
    let (_, seen) = shop.get(&format!("/v3/checkouts/{cart}")).await;
    assert_eq!(seen["data"]["cart"]["currency"]["code"], "EUR");
    let placed = guest.place_order(cart, "cod").await;
    let id = &placed.body["data"]["order"]["orderId"];
    let (_, order) = shop.get(&format!("/v2/orders/{id}")).await;
    assert_eq!(
        (
            &order["currency_code"],
            &order["total_inc_tax"],
            &order["store_default_currency_code"]
        ),
        (&json!("EUR"), &json!("36.2200"), &json!("USD"))
    );
    assert_eq!(
        order["store_default_to_transactional_exchange_rate"],
        "0.9200000000"
    );
}

#[tokio::test]
async fn the_next_cart_is_in_the_currency_that_was_chosen() {
    let shop = Shop::start();
    let (_, currencies) = shop.get("/v2/currencies").await;
    assert_eq!(currencies[1]["currency_code"], "EUR");
    let mut guest = Browser::visiting(&shop.stand_in).await;
    let cart = guest.fill_cart(&[(116, 1)]).await;
    let currency = format!("/api/storefront/carts/{cart}/currency");
    guest.post(&currency, json!({"currencyCode": "EUR"})).await;
    guest.delete(&format!("/api/storefront/carts/{cart}")).await;
    guest.fill_cart(&[(116, 1)]).await;
    let carts = guest.get("/api/storefront/carts").await;
    assert_eq!(carts.body[0]["cartAmount"], json!(118.68));
    let back = carts.body[0]["id"].as_str().unwrap();
    let path = format!("/api/storefront/carts/{back}/currency");
    let changed = guest.post(&path, json!({"currencyCode": "USD"})).await;
    assert_eq!(changed.body["cartAmount"], 129);
}
