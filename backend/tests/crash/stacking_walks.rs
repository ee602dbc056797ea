//! The walks of several codes behind one coupon: a code that joins costs nothing, and what an order
//! had the use of is what is redeemed.

use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;

use super::{
    bridge::Bridge,
    walks::{native_code_of, walk},
    world::{World, cents},
};

/// 79.90 of the phone, and 107.87 of what that leaves.
const FIRST: (&str, i64) = ("SAVE10", 7_990);
const SECOND: (&str, i64) = ("ONCE15", 10_787);

/// A shopper whose checkout carries the first code.
async fn shopper_with_first(world: &World) -> (Shopper, String) {
    world.reset(&json!({})).await;
    let mut shopper = world.shopper().await;
    let bridge = world.start(None).await;
    let applied = bridge.type_code(&shopper.checkout, FIRST.0).await.unwrap();
    let native = native_code_of(&applied);
    shopper.apply_coupon(&native).await.unwrap();
    (shopper, native)
}

/// Types the second code, and is perhaps killed meanwhile.
async fn join(world: &World, shopper: &Shopper, point: u64) -> bool {
    enter(world, shopper, SECOND.0, point).await
}

/// The same with any entry.
async fn enter(world: &World, shopper: &Shopper, entry: &str, point: u64) -> bool {
    let mut bridge = world.start(Some(point)).await;
    let entered = bridge.type_code(&shopper.checkout, entry).await;
    bridge.is_dead() || entered.is_none()
}

fn discount(checkout: &Value) -> i64 {
    cents(&checkout["coupons"][0]["discountedAmount"])
}

/// The page's cart action, after which the store has counted again.
async fn counted_again(shopper: &mut Shopper) -> i64 {
    shopper.change_quantity(1).await.unwrap();
    discount(&shopper.read().await.unwrap())
}

/// Waits for the end of the order; what was redeemed is what it had the use of.
async fn check_order(world: &World, taken: i64, point: u64) {
    world
        .until("the clean-up", async || {
            world.promotions().await.is_empty() && world.held().await == 0
        })
        .await;
    let first = world.redemptions(FIRST.0).await.0;
    let second = world.redemptions(SECOND.0).await.0;
    assert_eq!(first, 1, "point {point}");
    let expected = usize::from(taken != FIRST.1);
    assert_eq!(second, expected, "point {point}: the order took {taken}");
}

/// Killed while a code joins; then it is typed again, ordered and paid.
#[tokio::test]
async fn join_and_try_again() {
    let world = World::new();
    walk(4, async |point| {
        let (mut shopper, native) = shopper_with_first(&world).await;
        let killed = join(&world, &shopper, point).await;
        let bridge: Bridge = world.start(None).await;
        let again = bridge.type_code(&shopper.checkout, SECOND.0).await.unwrap();
        assert_eq!(native_code_of(&again), native, "point {point}");
        let taken = counted_again(&mut shopper).await;
        assert_eq!(taken, FIRST.1 + SECOND.1, "point {point}");
        shopper.place_order("cod").await.unwrap();
        check_order(&world, taken, point).await;
        drop(bridge);
        killed
    })
    .await;
}

/// Killed while a code joins; the order is placed with what the page shows.
#[tokio::test]
async fn join_and_order() {
    let world = World::new();
    walk(4, async |point| {
        let (mut shopper, _) = shopper_with_first(&world).await;
        let killed = join(&world, &shopper, point).await;
        let taken = counted_again(&mut shopper).await;
        assert!(
            [FIRST.1, FIRST.1 + SECOND.1].contains(&taken),
            "point {point}: {taken}"
        );
        shopper.place_order("cod").await.unwrap();
        let bridge = world.start(None).await;
        check_order(&world, taken, point).await;
        drop(bridge);
        killed
    })
    .await;
}

/// Killed while an entry is read in one way after the other; then it is typed again, ordered and paid.
#[tokio::test]
async fn read_in_two_ways_and_try_again() {
    let entry = format!("{} {}", FIRST.0, SECOND.0);
    let world = World::new();
    walk(4, async |point| {
        world.reset(&json!({})).await;
        let mut shopper = world.shopper().await;
        let killed = enter(&world, &shopper, &entry, point).await;
        let bridge = world.start(None).await;
        let again = bridge.type_code(&shopper.checkout, &entry).await.unwrap();
        let native = native_code_of(&again);
        shopper.apply_coupon(&native).await.unwrap();
        let taken = counted_again(&mut shopper).await;
        assert_eq!(taken, FIRST.1 + SECOND.1, "point {point}");
        shopper.place_order("cod").await.unwrap();
        check_order(&world, taken, point).await;
        drop(bridge);
        killed
    })
    .await;
}
