//! The walks of gift cards: at every point no certificate is worth more than what is locked.

use std::time::Duration;

use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::money::cents;

use crate::{
    bridge::Bridge,
    walks::{Walk, native_code_of},
    world::World,
};

/// Two cards of one entry: 50.00 and 25.00.
const ENTRY: &str = "GIFT50,GIFT25";
const CARDS: [&str; 2] = ["GIFT50", "GIFT25"];

/// Enters the cards and has the page apply their certificate, as far as the backend lives.
async fn enter(bridge: &Bridge, shopper: &mut Shopper) -> String {
    let applied = bridge.type_code(&shopper.checkout, ENTRY).await.unwrap();
    let native = native_code_of(&applied);
    shopper.apply_certificate(&native).await.unwrap();
    native
}

/// A shopper with a T-shirt of 25.00.
async fn shopper(world: &World) -> Shopper {
    world.shopper_with(&[(112, 212, 1)]).await
}

async fn nothing_is_left(world: &World, what: &str) {
    world
        .until(what, async || {
            world.worth().await == 0 && world.held().await == 0
        })
        .await;
}

/// Killed while cards are applied; then they are entered again, ordered and paid.
#[tokio::test]
async fn apply_cards_and_try_again() {
    let world = World::new();
    Walk { first: 1, least: 8 }
        .take(async |point| {
            world.reset(&json!({})).await;
            let mut shopper = shopper(&world).await;
            let mut bridge = world.start(Some(point)).await;
            let first = bridge.type_code(&shopper.checkout, ENTRY).await;
            let killed = bridge.is_dead() || first.is_none();
            drop(bridge);
            world.check_cards(&CARDS, point).await;

            let bridge = world.start(None).await;
            enter(&bridge, &mut shopper).await;
            world.check_cards(&CARDS, point).await;
            let checkout = shopper.read().await.unwrap();
            assert_eq!(cents(&checkout["outstandingBalance"]), 0, "point {point}");
            let total = cents(&checkout["grandTotal"]);
            shopper.place_order_without_payment().await.unwrap();
            nothing_is_left(&world, "the redemption and the clean-up").await;
            let left = world.card("GIFT50").await.0 + world.card("GIFT25").await.0;
            assert_eq!(left, 7_500 - total, "point {point}");
            drop(bridge);
            killed
        })
        .await;
}

/// Killed while cards are applied; then nobody comes back.
#[tokio::test]
async fn apply_cards_and_leave() {
    let world = World::new();
    Walk { first: 2, least: 8 }
        .take(async |point| {
            world.reset(&json!({})).await;
            let shopper = shopper(&world).await;
            let mut bridge = world.start(Some(point)).await;
            let first = bridge.type_code(&shopper.checkout, ENTRY).await;
            let killed = bridge.is_dead() || first.is_none();
            drop(bridge);

            let later = Duration::from_hours(3);
            let _bridge = world.start_after(later).await;
            nothing_is_left(&world, "the release").await;
            assert_eq!(world.card("GIFT50").await.0, 5_000);
            killed
        })
        .await;
}

/// Killed while the cards follow a cart that grows, and one that shrinks.
#[tokio::test]
async fn refresh_cards() {
    let world = World::new();
    for (first, before, after, leaves) in [(3, 2, 3, true), (4, 3, 2, false)] {
        let switches = json!({
            "unusable_certificate_leaves_checkout": leaves,
            "promotions_evaluated_on_read": leaves,
        });
        Walk { first, least: 6 }
            .take(async |point| {
                world.reset(&switches).await;
                let mut shopper = shopper(&world).await;
                shopper.change_quantity(before).await.unwrap();
                let bridge = world.start(None).await;
                enter(&bridge, &mut shopper).await;
                drop(bridge);

                shopper.change_quantity(after).await.unwrap();
                let mut bridge = world.start(Some(point)).await;
                let refreshed = bridge.refresh(&shopper.checkout).await;
                let killed = bridge.is_dead() || refreshed.is_none();
                drop(bridge);
                world.check_cards(&CARDS, point).await;

                let bridge = world.start(None).await;
                bridge.refresh(&shopper.checkout).await.unwrap();
                world.check_cards(&CARDS, point).await;
                let checkout = shopper.read().await.unwrap();
                let total = cents(&checkout["grandTotal"]);
                assert_eq!(world.worth().await, total.min(7_500), "point {point}");
                drop(bridge);
                killed
            })
            .await;
    }
}

/// Killed while a certificate is removed; then another checkout enters the cards.
#[tokio::test]
async fn remove_cards() {
    let world = World::new();
    Walk { first: 5, least: 5 }
        .take(async |point| {
            world.reset(&json!({})).await;
            let mut shopper = shopper(&world).await;
            let bridge = world.start(None).await;
            let native = enter(&bridge, &mut shopper).await;
            drop(bridge);

            let mut bridge = world.start(Some(point)).await;
            shopper.remove_certificate(&native).await.unwrap();
            let removed = bridge.remove_code(&shopper.checkout, &native).await;
            let killed = bridge.is_dead() || removed.is_none();
            drop(bridge);
            world.check_cards(&CARDS, point).await;

            let bridge = world.start(None).await;
            bridge
                .remove_code(&shopper.checkout, &native)
                .await
                .unwrap();
            nothing_is_left(&world, "the release").await;
            let mut other = self::shopper(&world).await;
            enter(&bridge, &mut other).await;
            world.check_cards(&CARDS, point).await;
            drop(bridge);
            killed
        })
        .await;
}

/// Killed while a paid order's cards are redeemed; then the order is refunded, and killed again.
#[tokio::test]
async fn redeem_cards_and_give_them_back() {
    let world = World::new();
    for (first, restores) in [(1, false), (2, true)] {
        let switches = json!({ "refund_restores_certificate_balance": restores });
        // Either way Voucherify is told of the order: what it is, or what it is not.
        let walk = Walk { first, least: 8 };
        redeem_and_give_back(walk, &world, &switches, restores).await;
    }
}

async fn redeem_and_give_back(walk: Walk, world: &World, switches: &Value, keeps_status: bool) {
    walk.take(async |point| {
        world.reset(switches).await;
        world.keep_order_status(keeps_status).await;
        let mut shopper = shopper(world).await;
        let bridge = world.start(None).await;
        enter(&bridge, &mut shopper).await;
        drop(bridge);
        let total = cents(&shopper.read().await.unwrap()["grandTotal"]);
        let order = shopper.place_order_without_payment().await.unwrap();

        let redeemed = async || {
            let left = world.card("GIFT50").await.0 + world.card("GIFT25").await.0;
            left == 7_500 - total
                && world.worth().await == 0
                && world.held().await == 0
                && world.orders().await == ["CREATED", "PAID"]
        };
        let given_back = async || {
            let left = world.card("GIFT50").await.0 + world.card("GIFT25").await.0;
            left == 7_500 && world.worth().await == 0 && world.orders().await == ["CANCELED"; 2]
        };
        let mut bridge = world.start(Some(point)).await;
        let ended = world.until("the end of the first try", async || {
            bridge.is_dead() || redeemed().await
        });
        ended.await;
        let mut killed = bridge.is_dead();
        drop(bridge);

        let bridge = world.start(None).await;
        world.until("the redemption", redeemed).await;
        drop(bridge);
        world.mark_order(order, "refunded").await;
        let mut bridge = world.start(Some(point)).await;
        let ended = world.until("the end of the first try", async || {
            bridge.is_dead() || given_back().await
        });
        ended.await;
        killed |= bridge.is_dead();
        drop(bridge);

        let _bridge = world.start(None).await;
        world.until("the roll-back", given_back).await;
        killed
    })
    .await;
}

/// Killed while cards get a part of their order's money back; then the rest follows.
#[tokio::test]
async fn give_a_part_back_and_then_the_rest() {
    let world = World::new();
    let switches = json!({ "refund_restores_certificate_balance": true });
    Walk { first: 3, least: 4 }
        .take(async |point| {
            world.reset(&switches).await;
            let mut shopper = shopper(&world).await;
            let bridge = world.start(None).await;
            enter(&bridge, &mut shopper).await;
            let total = cents(&shopper.read().await.unwrap()["grandTotal"]);
            let order = shopper.place_order_without_payment().await.unwrap();
            let has = async |given: i64| {
                let left = world.card("GIFT50").await.0 + world.card("GIFT25").await.0;
                left == 7_500 - total + given && world.worth().await == 0
            };
            world
                .until("the redemption", async || {
                    has(0).await && world.held().await == 0
                })
                .await;
            drop(bridge);

            world.refund_to_certificates(order, "10.00").await;
            let mut bridge = world.start(Some(point)).await;
            let ended = world.until("the end of the first try", async || {
                bridge.is_dead() || has(1_000).await
            });
            ended.await;
            let killed = bridge.is_dead();
            drop(bridge);

            let _bridge = world.start(None).await;
            world.until("the part", async || has(1_000).await).await;
            world.mark_order(order, "cancelled").await;
            world.until("the rest", async || has(total).await).await;
            killed
        })
        .await;
}
