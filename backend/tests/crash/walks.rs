//! The walks: apply, refresh, remove, ask before the order, redeem, roll back.

use std::time::Duration;

use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;

use crate::world::World;

const CODE: &str = "ONCE15";
/// No flow has this many points; a walk that comes here does not end.
const TOO_MANY: u64 = 300;

/// The short walk takes every fifth point, the long one all of them.
const EVERY_POINT: &str = "VOUCHERBRIDGE_TEST_EVERY_POINT";
const STRIDE: usize = 5;

/// The points of a flow.
#[derive(Clone, Copy)]
pub struct Walk {
    /// Where the short form begins, of the first five points: another for the next walk, so that one takes
    /// what the other leaves out.
    pub first: u64,
    /// How many points there are at least: fewer, and the killing is not armed.
    pub least: u64,
}

impl Walk {
    /// Takes a step for a point, told its number, until the process is not killed any more. The step
    /// answers whether it was.
    pub async fn take(self, mut step: impl AsyncFnMut(u64) -> bool) {
        let (first, stride) = if std::env::var_os(EVERY_POINT).is_some() {
            (1, 1)
        } else {
            (self.first, STRIDE)
        };
        let mut killed = 0;
        for point in (first..TOO_MANY).step_by(stride) {
            if step(point).await {
                killed += 1;
                continue;
            }
            assert!(
                killed > 0 && point > self.least,
                "the walk ended at point {point}, {killed} times killed: is it armed?"
            );
            return;
        }
        panic!("the walk does not end");
    }
}

/// Both positions of what is not documented about promotions.
fn positions() -> Vec<Value> {
    vec![
        json!({"promotions_evaluated_on_read": true, "deleting_promotion_removes_it_from_carts": true}),
        json!({"promotions_evaluated_on_read": false, "deleting_promotion_removes_it_from_carts": false}),
    ]
}

fn native_code(answer: &Value) -> Option<String> {
    answer["native_codes"][0].as_str().map(str::to_owned)
}

/// The native code of an answer that must have one.
pub fn native_code_of(answer: &Value) -> String {
    native_code(answer).unwrap_or_else(|| panic!("not applied: {answer}"))
}

/// Killed while a code is applied; then the shopper types it again, orders and pays.
#[tokio::test]
async fn apply_and_try_again() {
    let world = World::new();
    for (first, switches) in (1..).zip(positions()) {
        Walk { first, least: 10 }
            .take(async |point| {
                world.reset(&switches).await;
                let mut shopper = world.shopper().await;
                let mut bridge = world.start(Some(point)).await;
                let first = bridge.type_code(&shopper.checkout, CODE).await;
                let killed = bridge.is_dead() || first.is_none();
                drop(bridge);

                let bridge = world.start(None).await;
                let again = bridge.type_code(&shopper.checkout, CODE).await.unwrap();
                let native =
                    native_code(&again).unwrap_or_else(|| panic!("point {point}: {again}"));
                let checkout = shopper.apply_coupon(&native).await.unwrap();
                assert_eq!(
                    checkout["coupons"][0]["discountedAmount"],
                    json!(119.85),
                    "point {point}"
                );
                shopper.place_order("cod").await.unwrap();
                world
                    .until("the redemption", async || {
                        world.redemptions(CODE).await.0 == 1
                    })
                    .await;
                world
                    .until("the clean-up", async || world.promotions().await.is_empty())
                    .await;
                assert_eq!(world.held().await, 0, "point {point}: a session is left");
                drop(bridge);
                killed
            })
            .await;
    }
}

/// Killed while a code is applied; then nobody comes back.
#[tokio::test]
async fn apply_and_leave() {
    let world = World::new();
    Walk {
        first: 3,
        least: 10,
    }
    .take(async |point| {
        world.reset(&json!({})).await;
        let shopper = world.shopper().await;
        let mut bridge = world.start(Some(point)).await;
        let first = bridge.type_code(&shopper.checkout, CODE).await;
        let killed = bridge.is_dead() || first.is_none();
        drop(bridge);

        let later = Duration::from_hours(3);
        let _bridge = world.start_after(later).await;
        world
            .until("the clean-up", async || world.promotions().await.is_empty())
            .await;
        world
            .until("the release", async || world.held().await == 0)
            .await;
        killed
    })
    .await;
}

/// Killed while a code is removed; then it is entered in another checkout.
#[tokio::test]
async fn remove() {
    let world = World::new();
    for (first, switches) in (4..).zip(positions()) {
        Walk { first, least: 6 }
            .take(async |point| {
                world.reset(&switches).await;
                let (mut shopper, native) = shopper_with(&world, CODE).await;

                let mut bridge = world.start(Some(point)).await;
                shopper.remove_coupon(&native).await.unwrap();
                let removed = bridge.remove_code(&shopper.checkout, &native).await;
                let killed = bridge.is_dead() || removed.is_none();
                drop(bridge);

                let bridge = world.start(None).await;
                // The page tells again when it hears nothing; telling twice is no error.
                bridge
                    .remove_code(&shopper.checkout, &native)
                    .await
                    .unwrap();
                world
                    .until("the release", async || world.held().await == 0)
                    .await;
                assert!(
                    world.promotions().await.is_empty(),
                    "point {point}: a promotion is left"
                );
                let other = world.shopper().await;
                let taken = bridge.type_code(&other.checkout, CODE).await.unwrap();
                assert_eq!(taken["outcome"], "applied", "point {point}: {taken}");
                drop(bridge);
                killed
            })
            .await;
    }
}

/// Killed while a changed cart's code is brought up to date.
#[tokio::test]
async fn refresh() {
    let world = World::new();
    Walk { first: 1, least: 6 }
        .take(async |point| {
            world.reset(&json!({})).await;
            let (mut shopper, _) = shopper_with(&world, CODE).await;

            shopper.change_quantity(2).await.unwrap();
            let mut bridge = world.start(Some(point)).await;
            let refreshed = bridge.refresh(&shopper.checkout).await;
            let killed = bridge.is_dead() || refreshed.is_none();
            drop(bridge);

            let bridge = world.start(None).await;
            bridge.refresh(&shopper.checkout).await.unwrap();
            let checkout = shopper.read().await.unwrap();
            assert_eq!(
                checkout["coupons"][0]["discountedAmount"],
                json!(239.7),
                "point {point}"
            );
            drop(bridge);
            killed
        })
        .await;
}

/// Killed while a code is asked about before the order; the page places the order all the same.
#[tokio::test]
async fn before_order() {
    let world = World::new();
    Walk { first: 2, least: 4 }
        .take(async |point| {
            world.reset(&json!({})).await;
            let (mut shopper, _) = shopper_with(&world, CODE).await;

            let mut bridge = world.start(Some(point)).await;
            let looked = bridge.before_order(&shopper.checkout).await;
            let killed = bridge.is_dead() || looked.is_none();
            drop(bridge);
            shopper.place_order("cod").await.unwrap();

            let _bridge = world.start(None).await;
            world
                .until("the redemption and the clean-up", async || {
                    is_settled(&world).await
                })
                .await;
            assert_eq!(world.redemptions(CODE).await, (1, 0), "point {point}");
            killed
        })
        .await;
}

/// Killed while a paid order is redeemed.
#[tokio::test]
async fn redeem() {
    let world = World::new();
    Walk { first: 3, least: 6 }
        .take(async |point| {
            let mut ordered = order_with_code(&world, "cod").await;
            let mut bridge = world.start(Some(point)).await;
            world
                .until("the end of the first try", async || {
                    bridge.is_dead() || is_settled(&world).await
                })
                .await;
            let killed = bridge.is_dead();
            drop(bridge);

            let _bridge = world.start(None).await;
            world
                .until("the redemption and the clean-up", async || {
                    is_settled(&world).await
                })
                .await;
            assert_eq!(world.redemptions(CODE).await, (1, 0), "point {point}");
            assert_eq!(world.orders().await, ["PAID"], "point {point}");
            let left = ordered.apply_coupon("anything").await;
            assert!(left.is_err(), "the cart is gone");
            killed
        })
        .await;
}

/// Killed while a refunded order's code is given back.
#[tokio::test]
async fn roll_back() {
    let world = World::new();
    Walk { first: 4, least: 4 }
        .take(async |point| {
            order_with_code(&world, "cod").await;
            let bridge = world.start(None).await;
            world
                .until("the redemption", async || is_settled(&world).await)
                .await;
            drop(bridge);

            world.mark_order(last_order(&world).await, "refunded").await;
            let mut bridge = world.start(Some(point)).await;
            world
                .until("the end of the first try", async || {
                    bridge.is_dead() || world.redemptions(CODE).await == (0, 1)
                })
                .await;
            let killed = bridge.is_dead();
            drop(bridge);

            let _bridge = world.start(None).await;
            world
                .until("the roll-back", async || {
                    world.redemptions(CODE).await == (0, 1) && world.orders().await == ["CANCELED"]
                })
                .await;
            killed
        })
        .await;
}

/// Killed while an order that differs is redeemed and flagged: staff are told once.
#[tokio::test]
async fn flag() {
    let world = World::that_flags().await;
    let marks = async || {
        let state = world.shop_state().await;
        let notes = state["orders"][0]["staff_notes"]
            .as_str()
            .unwrap()
            .to_owned();
        notes.matches("[Voucherbridge ").count()
    };
    Walk { first: 5, least: 9 }
        .take(async |point| {
            world.reset(&json!({})).await;
            world.may_change_orders().await;
            let (mut shopper, _) = shopper_with(&world, CODE).await;
            shopper.add_items(&[(113, 215, 1)]).await.unwrap();
            shopper.fill_in("shopper@example.com").await.unwrap();
            shopper.place_order("cod").await.unwrap();

            let mut bridge = world.start(Some(point)).await;
            world
                .until("the end of the first try", async || {
                    bridge.is_dead() || (is_settled(&world).await && marks().await > 0)
                })
                .await;
            let killed = bridge.is_dead();
            drop(bridge);
            let _bridge = world.start(None).await;
            world
                .until("the redemption and the flag", async || {
                    is_settled(&world).await && marks().await > 0
                })
                .await;
            assert_eq!(world.redemptions(CODE).await, (1, 0), "point {point}");
            assert_eq!(marks().await, 1, "point {point}");
            killed
        })
        .await;
}

async fn is_settled(world: &World) -> bool {
    world.redemptions(CODE).await.0 >= 1
        && world.promotions().await.is_empty()
        && world.held().await == 0
}

/// A shopper whose cart has the code, and the native code; the backend is gone again.
pub async fn shopper_with(world: &World, code: &str) -> (Shopper, String) {
    let mut shopper = world.shopper().await;
    let bridge = world.start(None).await;
    let applied = bridge.type_code(&shopper.checkout, code).await.unwrap();
    let native = native_code_of(&applied);
    shopper.apply_coupon(&native).await.unwrap();
    drop(bridge);
    (shopper, native)
}

/// A code applied and ordered while the backend is down: its webhooks wait.
async fn order_with_code(world: &World, payment: &str) -> Shopper {
    world.reset(&json!({})).await;
    let (mut shopper, _) = shopper_with(world, CODE).await;
    shopper.place_order(payment).await.unwrap();
    shopper
}

async fn last_order(world: &World) -> i64 {
    let state = world.shop_state().await;
    let orders = state["orders"].as_array().cloned().unwrap_or_default();
    orders
        .iter()
        .filter_map(|order| order["id"].as_i64())
        .max()
        .unwrap()
}
