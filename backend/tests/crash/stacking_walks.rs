//! The walks of several codes behind one coupon: a code that joins costs nothing, and what an order
//! had the use of is what is redeemed.

use std::time::Duration;

use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::{money::cents, waiting::until};

use crate::{
    bridge::Bridge,
    walks::{Walk, native_code_of, shopper_with},
    world::World,
};

/// 79.90 of the phone, and 107.87 of what that leaves.
const FIRST: (&str, i64) = ("SAVE10", 7_990);
const SECOND: (&str, i64) = ("ONCE15", 10_787);

/// A shopper whose checkout carries the first code.
async fn shopper_with_first(world: &World) -> (Shopper, String) {
    world.reset(&json!({})).await;
    shopper_with(world, FIRST.0).await
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
    let expected = u64::from(taken != FIRST.1);
    assert_eq!(second, expected, "point {point}: the order took {taken}");
}

/// Killed while a code joins; then it is typed again, ordered and paid.
#[tokio::test]
async fn join_and_try_again() {
    let world = World::new();
    Walk { first: 2, least: 4 }
        .take(async |point| {
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
    Walk { first: 3, least: 4 }
        .take(async |point| {
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
    Walk { first: 4, least: 4 }
        .take(async |point| {
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

/// 119.85 of the phone, and 67.92 of what that leaves: by two rules of one promotion.
const BY_RULES: [&str; 2] = ["PHONE15", "SAVE10"];

/// A checkout whose store runs the first rule alone, which nobody knows yet.
async fn shopper_of_first_rule(world: &World) -> Shopper {
    world
        .reset(&json!({ "only_first_rule_applies": true }))
        .await;
    let mut shopper = world.shopper().await;
    let bridge = world.start(None).await;
    for code in BY_RULES {
        let applied = bridge.type_code(&shopper.checkout, code).await.unwrap();
        let native = native_code_of(&applied);
        if shopper.read().await.unwrap()["coupons"] == json!([]) {
            shopper.apply_coupon(&native).await.unwrap();
        }
    }
    counted_again(&mut shopper).await;
    shopper
}

/// What the page is told of its codes and what the checkout shows, once it has asked often enough.
async fn told_and_shown(bridge: &Bridge, shopper: &mut Shopper) -> (i64, i64) {
    let (mut told, mut shown) = (0, 0);
    for _ in 0..4 {
        let looked = bridge.refresh(&shopper.checkout).await.unwrap();
        let codes = looked["codes"].as_array().unwrap().iter();
        told = codes.map(|code| code["amount"].as_i64().unwrap()).sum();
        shown = counted_again(shopper).await;
        if looked["changed"] == false && told == shown {
            break;
        }
    }
    (told, shown)
}

/// Asks for what is on the checkout until its coupon is.
async fn until_on_checkout(shopper: &mut Shopper, point: u64) {
    let what = format!("point {point}: the coupon is put on");
    until(&what, async || {
        shopper.read().await.unwrap()["coupons"] != json!([])
    })
    .await;
}

/// Killed while the store is had to count again, and what it makes of rules is found out. Then the page
/// asks again at once, or a job sees to it: the coupon is on the checkout, and no order is let through
/// with another amount than was told. In the end what is told is what is shown and redeemed.
/// Every other point has the page gone.
#[tokio::test]
async fn bring_together() {
    let world = World::new();
    Walk { first: 5, least: 8 }
        .take(async |point| {
            let page_is_gone = point % 2 == 0;
            let mut shopper = shopper_of_first_rule(&world).await;
            let mut bridge = world.start(Some(point)).await;
            let mut answer = None;
            for _ in 0..2 {
                answer = bridge.refresh(&shopper.checkout).await;
                if answer.is_none() {
                    break;
                }
            }
            let killed = bridge.is_dead() || answer.is_none();
            drop(bridge);

            if !page_is_gone {
                let bridge = world.start(None).await;
                let (told, shown) = told_and_shown(&bridge, &mut shopper).await;
                assert!(shown > 0, "point {point}: the coupon is off");
                let look = bridge.before_order(&shopper.checkout).await.unwrap();
                assert!(look["stands"] == false || told == shown, "point {point}");
            }
            let later = Duration::from_secs(61);
            let bridge = world.start_after(later).await;
            until_on_checkout(&mut shopper, point).await;
            let found = told_and_shown(&bridge, &mut shopper).await;
            let what = format!("point {point}, page gone: {page_is_gone}");
            assert_eq!(found, (18_777, 18_777), "{what}");
            shopper.place_order("cod").await.unwrap();
            world
                .until("the clean-up", async || {
                    world.promotions().await.is_empty() && world.held().await == 0
                })
                .await;
            for code in BY_RULES {
                assert_eq!(world.redemptions(code).await.0, 1, "{what}: {code}");
            }
            drop(bridge);
            killed
        })
        .await;
}
