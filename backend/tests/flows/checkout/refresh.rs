//! The cart changes under a held code.

use serde_json::json;

use crate::world::{World, checkout_of};

/// Both positions of when BigCommerce evaluates promotions.
async fn worlds() -> [World; 2] {
    let world = |on_read: bool| async move {
        World::with(&json!({ "promotions_evaluated_on_read": on_read })).await
    };
    [world(true).await, world(false).await]
}

#[tokio::test]
async fn a_percentage_follows_the_cart() {
    for world in worlds().await {
        world.charges_list_prices().await;
        let mut shopper = world.shopper().await;
        let native = world.apply(&mut shopper, "SAVE10").await;
        shopper.change_quantity(2).await.unwrap();
        let answer = world.refresh(&shopper).await;
        assert!(answer.changed);
        assert_eq!(answer.codes[0].amount, 15_980);
        assert_eq!(answer.codes[0].native_code, native.as_str());
        // The page performs a cart action where BigCommerce needs one.
        shopper.change_quantity(2).await.unwrap();
        let checkout = shopper.read().await.unwrap();
        assert_eq!(checkout["coupons"][0]["discountedAmount"], json!(159.8));
        assert_eq!(world.promotions().await.len(), 1);
    }
}

/// The coupon's own condition takes it off a cart that is worth less than validated.
#[tokio::test]
async fn a_code_stays_on_a_cart_that_shrinks() {
    for world in worlds().await {
        world.charges_list_prices().await;
        let mut shopper = world.shopper_with(&[(116, 218, 3)]).await;
        let native = world.apply(&mut shopper, "SAVE10").await;
        shopper.change_quantity(2).await.unwrap();
        assert_eq!(shopper.read().await.unwrap()["coupons"], json!([]));
        let answer = world.refresh(&shopper).await;
        assert!(answer.changed);
        assert_eq!(answer.codes[0].amount, 2_580);
        let checkout = shopper.read().await.unwrap();
        assert_eq!(checkout["coupons"][0]["code"], native.as_str());
        assert_eq!(checkout["coupons"][0]["discountedAmount"], json!(25.8));
    }
}

#[tokio::test]
async fn a_code_whose_rule_fails_leaves_the_cart() {
    for world in worlds().await {
        let mut shopper = world.shopper_with(&[(116, 218, 3)]).await;
        world.apply(&mut shopper, "BIG100").await;
        shopper.change_quantity(1).await.unwrap();
        let answer = world.refresh(&shopper).await;
        assert!(answer.changed && answer.codes.is_empty());
        assert_eq!(answer.dropped[0].reason, "rules_not_met");
        assert!(!answer.dropped[0].message.is_empty());
        let checkout = shopper.read().await.unwrap();
        assert_eq!(checkout["coupons"], json!([]));
        assert_eq!(world.usage("BIG100").await, (0, 0));
        assert_eq!(world.promotions().await.len(), 0);
        assert_eq!(world.state(&shopper).await, "released");
    }
}

#[tokio::test]
async fn an_unchanged_cart_costs_voucherify_nothing() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    let before = world.calls("voucherify", 0).len();
    assert!(!world.refresh(&shopper).await.changed);
    assert_eq!(world.calls("voucherify", 0).len(), before);
}

#[tokio::test]
async fn a_checkout_without_codes_costs_nothing() {
    let world = World::new().await;
    let shopper = world.shopper().await;
    let before = world.calls("management", 0).len();
    assert!(!world.refresh(&shopper).await.changed);
    assert_eq!(world.calls("management", 0).len(), before);
}

#[tokio::test]
async fn a_cart_changed_elsewhere_is_found_by_its_webhook() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    shopper.change_quantity(3).await.unwrap();
    let data = json!({"type": "cart_line_item", "id": "x", "cartId": shopper.checkout});
    world.event("store/cart/lineItem/updated", data).await;
    world.move_time(15);
    world.settle().await;
    let locks = world.locks(&shopper).await;
    assert_eq!(locks[0].discount.0, 23_970);
    assert_eq!(
        locks[0].native_discount,
        Some(voucherbridge::domain::Hundredths(23_970))
    );
}

#[tokio::test]
async fn our_coupon_is_taken_off_another_cart() {
    let world = World::new().await;
    let mut first = world.shopper().await;
    let mut second = world.shopper().await;
    let native = world.apply(&mut first, "SAVE10").await;
    second.apply_coupon(native.as_str()).await.unwrap();
    let cart = checkout_of(&second);
    let data = json!({"type": "cart", "id": cart.as_str(), "couponId": 1});
    world.event("store/cart/couponApplied", data).await;
    world.settle().await;
    assert_eq!(second.read().await.unwrap()["coupons"], json!([]));
    assert_eq!(
        first.read().await.unwrap()["coupons"][0]["code"],
        native.as_str()
    );
}
