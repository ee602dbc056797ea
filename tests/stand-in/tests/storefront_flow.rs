//! From an empty cart to a paid order, and what is refused on the way.

mod support;

use serde_json::{Value, json};
use support::{Browser, address, start};
use voucherbridge_stand_in::bigcommerce::model::order::status;
use voucherbridge_stand_in::bigcommerce::model::{Decimal, GiftCertificate};

#[actix_web::test]
async fn a_guest_orders_with_a_coupon() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(111, 1), (113, 2)]).await;
    guest.ready_to_pay(&id).await;
    let coupons = format!("/api/storefront/checkouts/{id}/coupons");
    let applied = guest.post(&coupons, json!({"couponCode": "native5"})).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    assert_eq!(applied.body["coupons"][0]["code"], "NATIVE5");
    assert_eq!(applied.body["subtotal"], json!(838.8));
    assert_eq!(applied.body["grandTotal"], json!(838.8));
    assert_eq!(applied.body["outstandingBalance"], json!(838.8));

    let placed = guest.place_order(&id, "cod").await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let order_id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let order = guest
        .get(&format!("/api/storefront/orders/{order_id}"))
        .await;
    assert_eq!(order.body["status"], "AWAITING_FULFILLMENT");
    assert_eq!(order.body["coupons"][0]["discountedAmount"], 5);
    for path in ["checkout", "carts"] {
        let gone = guest.get(&format!("/api/storefront/{path}/{id}")).await;
        assert_eq!(gone.status, 404);
        assert_eq!(gone.body["status"], 404);
    }

    let store = stand_in.bigcommerce.lock();
    let (promotion, code) = store.find_code("NATIVE5").unwrap();
    assert_eq!((promotion.current_uses, code.current_uses), (1, 1));
}

#[actix_web::test]
async fn an_order_by_bank_transfer_waits_and_is_paid_and_refunded() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(116, 1)]).await;
    guest.ready_to_pay(&id).await;
    let placed = guest.place_order(&id, "bankdeposit").await;
    assert_eq!(
        placed.body["data"]["order"]["status"],
        "ORDER_STATUS_AWAITING_PAYMENT"
    );
    let order_id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();

    let mut store = stand_in.bigcommerce.lock();
    assert!(!store.orders[&order_id].paid);
    store.mark_paid(order_id).unwrap();
    let order = &store.orders[&order_id];
    assert_eq!(
        (order.paid, order.status_id),
        (true, status::AWAITING_FULFILLMENT)
    );
    store
        .refund(order_id, Some(Decimal::cents(500)), "")
        .unwrap();
    assert_eq!(
        store.orders[&order_id].status_id,
        status::PARTIALLY_REFUNDED
    );
    store.refund(order_id, None, "").unwrap();
    let order = &store.orders[&order_id];
    assert_eq!(
        (order.status_id, order.refunded()),
        (status::REFUNDED, order.total)
    );
    assert!(store.refund(order_id, None, "").is_err());
}

#[actix_web::test]
async fn orders_that_are_not_complete_are_refused() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(113, 1)]).await;
    let refused = guest.place_order(&id, "cod").await;
    assert_eq!(
        (refused.status, &refused.body["type"]),
        (400, &json!("invalid_shipping_address"))
    );
    assert!(refused.body["detail"].is_string() && refused.body.get("errors").is_none());
    guest.ready_to_pay(&id).await;
    let unknown = guest.place_order(&id, "gold").await;
    assert_eq!(unknown.body["type"], "order_create_failed");
    stand_in
        .bigcommerce
        .lock()
        .products
        .get_mut(&113)
        .unwrap()
        .inventory = Some(0);
    let refused = guest.place_order(&id, "cod").await;
    assert_eq!(refused.body["type"], "stock_too_low");
    stand_in
        .bigcommerce
        .lock()
        .products
        .get_mut(&113)
        .unwrap()
        .inventory = Some(1);
    assert_eq!(guest.place_order(&id, "cod").await.status, 201);
    assert_eq!(
        stand_in.bigcommerce.lock().products[&113].inventory,
        Some(0)
    );
    assert_eq!(
        guest.place_order(&id, "cod").await.body["type"],
        "empty_cart"
    );
}

#[actix_web::test]
async fn writes_need_the_token_of_the_session() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    guest
        .cookies
        .insert("XSRF-TOKEN".to_owned(), "wrong".to_owned());
    let body = json!({"lineItems": [{"productId": 111, "quantity": 1}]});
    assert_eq!(
        guest
            .post("/api/storefront/carts", body.clone())
            .await
            .status,
        403
    );
    // The answer has set the right cookie again.
    assert_eq!(guest.post("/api/storefront/carts", body).await.status, 200);
    let mut stranger = Browser::visiting(&stand_in).await;
    let id = guest.get("/api/storefront/carts").await.body[0]["id"].clone();
    let path = format!("/api/storefront/checkout/{}", id.as_str().unwrap());
    assert_eq!(stranger.get(&path).await.status, 404);
}

#[actix_web::test]
async fn another_version_is_a_conflict_without_detail() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(111, 1)]).await;
    let path = format!("/api/storefront/checkouts/{id}/coupons");
    let version = guest
        .get(&format!("/api/storefront/checkout/{id}"))
        .await
        .body["version"]
        .clone();
    let wrong = json!({"couponCode": "NATIVE5", "version": 99});
    let conflict = guest.post(&path, wrong).await;
    assert_eq!(
        (conflict.status, &conflict.body["status"]),
        (409, &json!(409))
    );
    assert!(conflict.body.get("detail").is_none());
    let right = json!({"couponCode": "NATIVE5", "version": version});
    assert_eq!(guest.post(&path, right).await.status, 200);
}

#[actix_web::test]
async fn wrong_types_are_refused_and_change_nothing() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(111, 1)]).await;
    let base = format!("/api/storefront/checkouts/{id}");
    let before = guest.get(&base).await.body;
    for (path, body) in [
        ("coupons", json!({"couponCode": 5})),
        ("coupons", json!({})),
        ("gift-certificates", json!({"giftCertificateCode": null})),
        ("billing-address", json!({"email": ["a@example.com"]})),
        ("billing-address", json!({"email": "nobody"})),
        ("consignments", json!({"address": {}})),
        (
            "consignments",
            json!([{"address": address(), "lineItems": [{"itemId": "x"}]}]),
        ),
    ] {
        let refused = guest.post(&format!("{base}/{path}"), body.clone()).await;
        assert_eq!(refused.status, 422, "{path} {body} {}", refused.text);
        assert!(refused.body["detail"].is_string());
    }
    assert_eq!(guest.get(&base).await.body, before);
}

#[actix_web::test]
async fn codes_are_refused_in_the_real_words() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(115, 1)]).await;
    let base = format!("/api/storefront/checkouts/{id}");
    let certificate = json!({"giftCertificateCode": "FREESHIP"});
    let refused = guest
        .post(&format!("{base}/gift-certificates"), certificate)
        .await;
    let recorded =
        include_str!("../../fixtures/storefront/gift-certificates.post.invalid.400.json");
    let recorded: Value = serde_json::from_str(recorded).unwrap();
    assert_eq!((refused.status, refused.body), (400, recorded));
    let unknown = guest
        .post(&format!("{base}/coupons"), json!({"couponCode": "NOPE"}))
        .await;
    let expected = json!({
        "title": "Incorrect or mismatch", "type": "about:blank", "status": 400,
        "detail": "Coupon code `NOPE` is invalid",
    });
    assert_eq!((unknown.status, unknown.body), (400, expected));
    assert_eq!(
        guest.delete(&format!("{base}/coupons/NOPE")).await.status,
        404
    );
    for number in 0..25 {
        let body = json!({"giftCertificateCode": format!("X{number}")});
        let status = guest
            .post(&format!("{base}/gift-certificates"), body)
            .await
            .status;
        assert_eq!(status, if number < 19 { 400 } else { 429 }, "try {number}");
    }
}

#[actix_web::test]
async fn signing_in_takes_coupons_off_and_signing_out_makes_a_guest() {
    let stand_in = start();
    let mut shopper = Browser::visiting(&stand_in).await;
    let id = shopper.fill_cart(&[(111, 1)]).await;
    let base = format!("/api/storefront/checkouts/{id}");
    shopper
        .post(&format!("{base}/coupons"), json!({"couponCode": "NATIVE5"}))
        .await;
    let login = "/internalapi/v1/checkout/customer";
    let wrong = json!({"email": "bob@example.com", "password": "nope"});
    assert_eq!(shopper.post(login, wrong).await.status, 400);
    let right = json!({"email": "bob@example.com", "password": "demo1234"});
    let signed_in = shopper.post(login, right).await;
    assert_eq!(
        signed_in.body["data"]["customer"]["customerGroupName"],
        "STAFF"
    );
    let checkout = shopper
        .get(&format!("{base}?include=customer,customer.customerGroup"))
        .await;
    assert_eq!(checkout.body["coupons"], json!([]));
    assert_eq!(checkout.body["customer"]["customerGroup"]["name"], "STAFF");
    assert_eq!(checkout.body["cart"]["customerId"], 12);
    assert_eq!(shopper.delete(login).await.status, 200);
    let checkout = shopper.get(&base).await;
    assert_eq!(checkout.body["cart"]["customerId"], 0);
    assert!(checkout.body.get("customer").is_none());
}

#[actix_web::test]
async fn a_certificate_pays_and_lowers_only_what_is_outstanding() {
    let stand_in = start();
    {
        let mut store = stand_in.bigcommerce.lock();
        let now = store.now();
        let certificate = GiftCertificate {
            id: 1,
            code: "GC-50".to_owned(),
            amount: Decimal::cents(5000),
            balance: Decimal::cents(5000),
            status: "active".to_owned(),
            currency_code: "USD".to_owned(),
            purchase_date: now,
            expiry_date: None,
            details: Value::Null,
            unseen_tries_left: 0,
        };
        store.certificates.insert(1, certificate);
    }
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(113, 1)]).await;
    guest.ready_to_pay(&id).await;
    let path = format!("/api/storefront/checkouts/{id}/gift-certificates");
    let applied = guest
        .post(&path, json!({"giftCertificateCode": "GC-50"}))
        .await;
    assert_eq!(applied.body["grandTotal"], json!(24.9));
    assert_eq!(applied.body["outstandingBalance"], json!(0));
    let certificate = &applied.body["giftCertificates"][0];
    assert_eq!(
        (&certificate["used"], &certificate["remaining"]),
        (&json!(24.9), &json!(25.1))
    );
    let removed = guest.delete(&format!("{path}/GC-50")).await;
    assert_eq!(removed.body["outstandingBalance"], json!(24.9));
    guest
        .post(&path, json!({"giftCertificateCode": "GC-50"}))
        .await;
    let body = json!({"cartId": id, "customerMessage": ""});
    let placed = guest.post("/internalapi/v1/checkout/order", body).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let order_id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let order = guest
        .get(&format!(
            "/api/storefront/orders/{order_id}?include=payments"
        ))
        .await;
    assert_eq!(order.body["payments"][0]["providerId"], "giftcertificate");
    assert_eq!(
        order.body["payments"][0]["detail"],
        json!({"code": "GC-50", "remaining": 25.1})
    );
}
