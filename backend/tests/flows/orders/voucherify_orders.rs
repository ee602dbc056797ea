//! What Voucherify is told of an order while it fails, refuses, or does not know the order: once in the
//! end, and rightly.

use serde_json::json;
use voucherbridge::{domain::OrderId, error::FlowError, flows::orders::process_order::process};

use crate::{
    money::{PHONE, SHIRT},
    orders::counted_once::{PHONE_WITH_COUPON, positions, statuses},
    platforms::faults,
    world::World,
};

/// What could not be told while the order was there is told as far as it does not need it.
#[tokio::test]
async fn an_order_that_is_deleted_before_all_is_told_leaves_nothing_to_tell() {
    let world = World::new().await;
    world.charges_list_prices().await;
    world
        .voucherify_switches(&json!({"redemption_keeps_order_status": false}))
        .await;
    let unreachable = json!({"method": "PUT", "path": "/v1/orders/", "action": {"kind": "drop"}});
    world.fault(world.url_of("voucherify"), &unreachable).await;
    let (_, order) = world.ordered_with_both().await;
    assert_eq!(world.counted().await.0, 2, "not told yet");
    world.mark_order(order, "deleted").await;
    world.stand_in.voucherify_kit.faults.clear();
    world.minutes(4, 60).await;
    assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON));
    let tellings = world.tellings();
    world.minutes(4, 60).await;
    assert_eq!(world.tellings(), tellings, "nothing is left to tell");
}

/// Voucherify may not know the order that is cancelled: somebody deleted it there.
#[tokio::test]
async fn an_order_that_voucherify_does_not_know_is_no_trouble() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let gone = json!({"method": "PUT", "path": "/v1/orders/", "action": {"kind": "status",
        "status": 404, "body": {"code": 404, "key": "not_found", "message": "Resource not found"}}});
    world.fault(world.url_of("voucherify"), &gone).await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "rolled_back");
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    let tellings = world.tellings();
    world.order_event(order).await;
    assert_eq!(world.tellings(), tellings);
}

/// What Voucherify will not take is told once, and costs nothing else.
#[tokio::test]
async fn a_telling_that_is_refused_stops_nothing_else() {
    for keeps in [true, false] {
        let world = World::new().await;
        world.redemptions_keep_status(keeps).await;
        let refused = json!({"path": "/v1/orders(/|$)", "action": {"kind": "status", "status": 400,
            "body": {"code": 400, "key": "invalid_payload", "message": "no"}}});
        world.fault(world.url_of("voucherify"), &refused).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed");
        // The order itself; and that what the card paid is no paid order, where the redemption has it so.
        assert_eq!(world.tellings(), 1 + usize::from(!keeps));
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        assert_eq!(world.card("GIFT50").await, (5_000, 0));
        let tellings = world.tellings();
        world.minutes(4, 60).await;
        world.order_event(order).await;
        assert_eq!(world.tellings(), tellings, "it is not told again and again");
    }
}

/// The calls by which an order is told, each failing once in every way.
#[tokio::test]
async fn an_order_counts_once_whatever_is_answered() {
    for (coupon, method, path) in [
        (true, "POST", "/v1/redemptions$"),
        (true, "PUT", "/v1/orders/"),
        (false, "POST", "/v1/orders$"),
    ] {
        for action in faults() {
            let what = format!("{method} {path} {action}");
            let world = World::new().await;
            world.charges_list_prices().await;
            let keeps = json!({"redemption_keeps_order_status": method == "POST"});
            world.voucherify_switches(&keeps).await;
            let rule = json!({"method": method, "path": path, "times": 1, "action": action});
            world.fault(world.url_of("voucherify"), &rule).await;
            let mut shopper = world.shopper_with(&[PHONE]).await;
            if coupon {
                world.apply(&mut shopper, "ONCE15").await;
            }
            world.pay_with(&mut shopper, "GIFT50").await;
            let order = shopper.place_order("cod").await.unwrap();
            world.order_event(order).await;
            world.faulty_call_ends("voucherify").await;
            world.minutes(4, 20).await;
            let spent = if coupon { PHONE_WITH_COUPON } else { 79_900 };
            assert_eq!(world.counted().await, (1, spent), "{what}");
            let expected = statuses(order, "PAID", "CREATED");
            assert_eq!(world.known_orders().await, expected, "{what}");
            if method == "POST" {
                assert_eq!(world.became("PAID").await, 1, "{what}");
            }

            world.stand_in.voucherify_kit.faults.clear();
            let rule = json!({"method": "PUT", "path": path, "times": 1, "action": action});
            world.fault(world.url_of("voucherify"), &rule).await;
            world.mark_order(order, "cancelled").await;
            world.order_event(order).await;
            world.minutes(4, 20).await;
            world.is_cancelled(order, &what).await;
        }
    }
}

/// A telling may arrive late: until it cannot any more, nothing else is told of that order.
#[tokio::test]
async fn a_cancellation_waits_for_what_was_told_before() {
    for (method, path) in [("PUT", "/v1/orders/"), ("POST", "/v1/orders$")] {
        let world = World::new().await;
        let switches = json!({
            "redemption_keeps_order_status": method == "POST",
            "stacking_rules": {"redeemables_rollback_order_mode": "WITHOUT_ORDER"},
        });
        world.voucherify_switches(&switches).await;
        let lost = json!({"kind": "drop_after"});
        let rule = json!({"method": method, "path": path, "times": 1, "action": lost});
        world.fault(world.url_of("voucherify"), &rule).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        world.mark_order(order, "cancelled").await;
        let at_once = process(&world.context, &world.connection, OrderId(order)).await;
        assert!(matches!(at_once, Err(FlowError::NotYet(_))), "{at_once:?}");
        assert_eq!(world.became("CANCELED").await, 1, "{method}: the other");
        world.minutes(1, 1).await;
        world.is_cancelled(order, method).await;
    }
}

/// A job ends after two days; what is not told by then is told later.
#[tokio::test]
async fn an_order_is_told_after_an_outage_of_days() {
    for method in ["PUT", "POST"] {
        let world = World::new().await;
        world.charges_list_prices().await;
        let keeps = json!({"redemption_keeps_order_status": method == "POST"});
        world.voucherify_switches(&keeps).await;
        let rule = json!({"method": method, "path": "/v1/orders", "action": {"kind": "drop"}});
        world.fault(world.url_of("voucherify"), &rule).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        for _ in 0..4 {
            world.move_time(20 * 60 * 60);
            world.settle().await;
        }
        assert_ne!(world.counted().await.0, 1, "{method}: not told yet");
        world.stand_in.voucherify_kit.faults.clear();
        world.minutes(1, 60).await;
        assert_eq!(world.counted().await, (1, 2_500), "{method}");
    }
}

/// A redemption that happened twice is rolled back once; the order stays paid, or what gift cards paid
/// stays created.
#[tokio::test]
async fn rolling_a_surplus_redemption_back_leaves_the_order_as_it_was() {
    for switches in positions() {
        for code in ["SAVE10", "GIFT150"] {
            let what = format!("{code} {switches}");
            let world = World::new().await;
            world.charges_list_prices().await;
            world.voucherify_switches(&switches).await;
            let mut shopper = world.shopper().await;
            let is_card = code == "GIFT150";
            let (name, spent) = if is_card {
                world.pay_with(&mut shopper, code).await;
                ("-gift-cards", 79_900)
            } else {
                world.apply(&mut shopper, code).await;
                ("", 71_910)
            };
            let order = shopper.place_order("cod").await.unwrap();
            let rule = json!({"method": "POST", "path": "/v1/redemptions$", "times": 2,
                "action": {"kind": "drop_after"}});
            world.fault(world.url_of("voucherify"), &rule).await;
            let path = format!("/v1/orders/{order}{name}$");
            let hidden = json!({"method": "GET", "path": path, "times": 1,
                "action": {"kind": "status", "status": 404,
                    "body": {"code": 404, "key": "not_found"}}});
            world.fault(world.url_of("voucherify"), &hidden).await;
            world.order_event(order).await;
            world.minutes(6, 20).await;
            let state = world.voucherify_state().await;
            let rollbacks = state["rollbacks"].as_array().unwrap().len();
            // A card that is empty by then is not redeemed a second time.
            assert!(rollbacks == 1 || is_card, "{what}: {rollbacks}");
            assert_eq!(world.counted().await, (1, spent), "{what}");
        }
    }
}
