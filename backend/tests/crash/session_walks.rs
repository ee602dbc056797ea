//! The walks of codes that wait for an order while their cart goes on: they are held again whatever is killed.

use std::time::Duration;

use serde_json::json;
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    bridge::Bridge,
    walks::{Walk, native_code_of},
    world::World,
};

/// A coupon of this shopper's cart, and an order of another cart that took it and waits for its payment.
async fn coupon_taken_by_another(world: &World) -> Shopper {
    world.reset(&json!({})).await;
    let mut owner = world.shopper().await;
    let bridge = world.start(None).await;
    let applied = bridge.type_code(&owner.checkout, "ONCE15").await.unwrap();
    let native = native_code_of(&applied);
    owner.apply_coupon(&native).await.unwrap();
    let mut other = world.shopper().await;
    other.apply_coupon(&native).await.unwrap();
    other.place_order("bankdeposit").await.unwrap();
    world
        .until("the order is known", async || {
            world.promotions().await.is_empty()
        })
        .await;
    owner
}

async fn stays_held(world: &World, bridge: &Bridge, point: u64) {
    assert_eq!(world.usage("ONCE15").await, (0, 1), "point {point}");
    let third = world.shopper().await;
    let refused = bridge.type_code(&third.checkout, "ONCE15").await.unwrap();
    assert_eq!(refused["outcome"], "rejected", "point {point}: {refused}");
}

/// The cart gets another code; answers whether that was cut off.
async fn killed_while_its_cart_goes_on(world: &World, owner: &Shopper, point: u64) -> bool {
    let mut bridge = world.start(Some(point)).await;
    let first = bridge.type_code(&owner.checkout, "TAKE20").await;
    bridge.is_dead() || first.is_none()
}

/// Killed while the cart gets another code; then the shopper types it again.
#[tokio::test]
async fn a_cart_goes_on_without_a_code_that_waits() {
    let world = World::new();
    Walk {
        first: 4,
        least: 10,
    }
    .take(async |point| {
        let owner = coupon_taken_by_another(&world).await;
        let killed = killed_while_its_cart_goes_on(&world, &owner, point).await;

        let bridge = world.start(None).await;
        let again = bridge.type_code(&owner.checkout, "TAKE20").await.unwrap();
        assert_eq!(again["outcome"], "applied", "point {point}: {again}");
        stays_held(&world, &bridge, point).await;
        assert_eq!(world.usage("TAKE20").await, (0, 1), "point {point}");
        killed
    })
    .await;
}

/// Killed while the cart gets another code; then nobody comes back.
#[tokio::test]
async fn a_code_that_waits_is_held_again_by_itself() {
    let world = World::new();
    Walk {
        first: 5,
        least: 10,
    }
    .take(async |point| {
        let owner = coupon_taken_by_another(&world).await;
        let killed = killed_while_its_cart_goes_on(&world, &owner, point).await;

        // A store's chores begin a minute after it was connected.
        let bridge = world.start_after(Duration::from_secs(61)).await;
        world
            .until("it is held", async || world.usage("ONCE15").await == (0, 1))
            .await;
        stays_held(&world, &bridge, point).await;
        killed
    })
    .await;
}

/// Killed while a card is redeemed for another cart's order, beside one that its own cart keeps.
#[tokio::test]
async fn what_is_redeemed_leaves_what_its_cart_keeps() {
    let world = World::new();
    Walk {
        first: 1,
        least: 10,
    }
    .take(async |point| {
        world.reset(&json!({})).await;
        let mut owner = world.shopper().await;
        let bridge = world.start(None).await;
        let mut natives = Vec::new();
        for card in ["GIFT50", "GIFT25"] {
            let applied = bridge.type_code(&owner.checkout, card).await.unwrap();
            let native = native_code_of(&applied);
            owner.apply_certificate(&native).await.unwrap();
            natives.push(native);
        }
        drop(bridge);
        let mut other = world.shopper().await;
        other.apply_certificate(&natives[0]).await.unwrap();
        other.place_order("cod").await.unwrap();

        let is_redeemed = async || world.card("GIFT50").await == (0, 0);
        let mut bridge = world.start(Some(point)).await;
        let ended = world.until("the end of the first try", async || {
            bridge.is_dead() || (is_redeemed().await && world.worth().await == 2_500)
        });
        ended.await;
        let killed = bridge.is_dead();
        drop(bridge);
        let _bridge = world.start(None).await;
        world
            .until("the redemption and the clean-up", async || {
                is_redeemed().await && world.worth().await == 2_500
            })
            .await;
        assert_eq!(world.card("GIFT25").await, (2_500, 2_500), "point {point}");
        killed
    })
    .await;
}
