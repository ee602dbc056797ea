//! What was ordered is not what was validated: the cart changes and becomes an order before anybody
//! looks again.

use serde_json::Value;
use voucherbridge_stand_in::shopper::Shopper;

use super::world::{World, coupons};

const SHIRTS: i64 = 40;
const SHIRT: (i64, i64, i64) = (112, 213, SHIRTS);
const PHONE: (i64, i64, i64) = (111, 211, 1);
const CASE: (i64, i64, i64) = (113, 215, 1);

/// What a code gives for 40 T-shirts, and what the checkout still takes off for a cart that is worth as
/// much and has eight of them.
async fn after_the_switch(world: &World, code: &str) -> (Shopper, Value) {
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.apply(&mut shopper, code).await;
    // The storefront's own API, without the page and the module.
    shopper.add_items(&[PHONE, CASE]).await.unwrap();
    shopper.change_quantity(8).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let checkout = shopper.read().await.unwrap();
    (shopper, checkout)
}

#[tokio::test]
async fn a_discount_ends_when_the_items_it_was_calculated_for_are_taken_out() {
    // Off single items, off the order, and free shipping.
    for code in ["CLOTHES20", "SAVE10", "BIG100", "FREESHIP"] {
        let world = World::new().await;
        let (_, checkout) = after_the_switch(&world, code).await;
        assert_eq!(coupons(&checkout), [], "{code}");
    }
}
