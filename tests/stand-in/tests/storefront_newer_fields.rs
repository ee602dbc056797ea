//! What is documented today and was not there yet when the answers were recorded: the checkout
//! UIs of today read it, some without asking whether it is there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Browser, start};
use voucherbridge_stand_in::bigcommerce::model::promotion::RedemptionType;
use voucherbridge_stand_in::bigcommerce::model::{Decimal, Promotion, State};

fn automatic(store: &mut State, id: u64, action: &Value) {
    let promotion = Promotion {
        id,
        redemption_type: RedemptionType::Automatic,
        rules: serde_json::from_value(json!([{"action": action, "stop": false}])).unwrap(),
        codes: Vec::new(),
        ..store.promotions[&1].clone()
    };
    store.promotions.insert(id, promotion);
}

/// 2.00 off the item, then 1.00 off the order by a promotion and 0.50 by hand.
fn discounts(store: &mut State) {
    let on_item = json!({"cart_items": {"discount": {"fixed_amount": "2"}}});
    automatic(store, 4, &on_item);
    let on_order = json!({"cart_value": {"discount": {"fixed_amount": "1"}}});
    automatic(store, 5, &on_order);
}

/// (part of the order by promotions, by hand, all but the items' own)
fn parts(body: &Value) -> [&Value; 3] {
    [
        &body["orderBasedAutoDiscountTotal"],
        &body["manualDiscountTotal"],
        &body["displayDiscountTotal"],
    ]
}

#[actix_web::test]
async fn discounts_are_told_apart() {
    let stand_in = start();
    discounts(&mut stand_in.bigcommerce.lock());
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(113, 1)]).await;
    {
        let mut store = stand_in.bigcommerce.lock();
        store.checkouts.get_mut(&id).unwrap().manual_discount = Decimal::cents(50);
    }
    guest.ready_to_pay(&id).await;
    let path = format!("/api/storefront/checkouts/{id}/coupons");
    let checkout = guest.post(&path, json!({"couponCode": "NATIVE5"})).await;
    assert_eq!(checkout.status, 200, "{}", checkout.text);
    let expected = [&json!(1), &json!(0.5), &json!(6.5)];
    assert_eq!(parts(&checkout.body), expected);
    assert_eq!(checkout.body["totalDiscount"], json!(8.5));

    let placed = guest.place_order(&id, "cod").await;
    let order_id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let order = guest
        .get(&format!("/api/storefront/orders/{order_id}"))
        .await
        .body;
    assert_eq!(parts(&order), expected);
    assert_eq!(order["totalDiscount"], json!(8.5));
    assert_eq!(order["productBasedAutoDiscountTotal"], json!(2));
    assert_eq!(order["productAutoDiscountedSubtotal"], json!(17.9));
    assert_eq!(order["fees"], json!([]));
}

#[actix_web::test]
async fn consignments_have_their_cost_before_discounts() {
    let stand_in = start();
    let mut guest = Browser::visiting(&stand_in).await;
    let id = guest.fill_cart(&[(113, 1)]).await;
    let checkout = guest.ready_to_pay(&id).await;
    let placed = guest.place_order(&id, "cod").await;
    let order_id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let path = format!("/api/storefront/orders/{order_id}");
    let order = guest.get(&path).await;
    let sent = &order.body["consignments"]["shipping"][0];
    for part in [&checkout.body["consignments"][0], sent] {
        assert_eq!(part["shippingCostBeforeDiscount"], json!(5), "{part:#}");
        assert_eq!(part["comparisonShippingCost"], json!(5), "{part:#}");
    }
    assert_eq!(
        (&sent["discounts"], &sent["customFields"]),
        (&json!([]), &json!([]))
    );
}

#[actix_web::test]
async fn feature_flags_are_a_switch() {
    let stand_in = start();
    let flag = "CHECKOUT-9674.multi_coupon_cart_checkout";
    let mut guest = Browser::visiting(&stand_in).await;
    let recorded = guest.get("/api/storefront/checkout-settings").await.body;
    let switches = json!({"checkout_features": {(flag): true}});
    let changed = guest.put("/control/switches", switches).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let switched = guest.get("/api/storefront/checkout-settings").await.body;
    let features = |body: &Value| body["storeConfig"]["checkoutSettings"]["features"].clone();
    let mut expected = features(&recorded);
    assert_eq!(expected.get(flag), None);
    expected[flag] = json!(true);
    assert_eq!(features(&switched), expected);
}
