//! What a code costs in calls, read from the platforms' call logs.

use serde_json::json;
use voucherbridge_stand_in::bigcommerce::model::order::status;

use crate::world::World;

fn names(calls: &[voucherbridge_stand_in::kit::call_log::Call]) -> Vec<String> {
    calls
        .iter()
        .map(|call| format!("{} {}", call.method, call.path))
        .collect()
}

#[tokio::test]
async fn an_applied_code_costs_one_validation_and_three_management_calls() {
    let world = World::new().await;
    // The first shopper warms the caches.
    let mut first = world.shopper().await;
    world.apply(&mut first, "SAVE10").await;
    let mut second = world.shopper().await;
    world.stand_in.shop_kit.calls.clear();
    world.stand_in.voucherify_kit.calls.clear();
    world.apply(&mut second, "SAVE10").await;
    world.settle().await;
    let management = world.calls("management", 0);
    assert_eq!(management.len(), 3, "{:?}", names(&management));
    let voucherify = world.calls("voucherify", 0);
    assert_eq!(voucherify.len(), 1, "{:?}", names(&voucherify));
}

#[tokio::test]
async fn a_redeemed_order_costs_one_redemption_and_three_management_calls() {
    let world = World::new().await;
    // Coupons that come late cost one more, and so do codes that a promotion keeps.
    let at_once = json!({"order_coupons_hidden_reads": 0, "promotions_with_codes_stay": false});
    world.shop_control("PUT", "switches", &at_once).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    world.stand_in.shop_kit.calls.clear();
    world.stand_in.voucherify_kit.calls.clear();
    // Slow enough to see what runs together.
    let slow =
        json!({"method": "GET", "path": "/v2/orders/", "action": {"kind": "delay", "ms": 150}});
    world.fault(world.url_of("shop"), &slow).await;
    let order = shopper.place_order("cod").await.unwrap();
    // What the shop tells of one order that is paid at once.
    for scope in [
        "store/order/created",
        "store/order/statusUpdated",
        "store/order/updated",
    ] {
        world
            .event(scope, json!({"type": "order", "id": order}))
            .await;
    }
    let converted = json!({"type": "cart", "id": shopper.checkout, "orderId": order});
    world.event("store/cart/converted", converted).await;
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    let management = world.calls("management", 0);
    // The clean-up is the deletion of the promotion.
    let counted: Vec<_> = management
        .iter()
        .filter(|call| call.method != "DELETE")
        .collect();
    assert!(counted.len() <= 3, "{:?}", names(&management));
    let [order_read, coupons_read] = [counted[0], counted[1]];
    let overlap = order_read.started_ms <= coupons_read.finished_ms
        && coupons_read.started_ms <= order_read.finished_ms;
    assert!(
        overlap,
        "the order and its coupons are read one after the other"
    );
    let voucherify = world.calls("voucherify", 0);
    assert_eq!(voucherify.len(), 1, "{:?}", names(&voucherify));
}

/// Readings overlap by half an hour: an order that they find as it was is not looked at again.
#[tokio::test]
async fn an_order_of_which_nobody_tells_costs_one_look_for_each_change() {
    for code in ["NATIVE5", "ONCE15"] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        if code == "NATIVE5" {
            shopper.apply_coupon(code).await.unwrap();
        } else {
            world.apply(&mut shopper, code).await;
        }
        let order = shopper.place_order("cod").await.unwrap();
        let own = format!("/v2/orders/{order}");
        let looks = || {
            let calls = world.calls("management", 0);
            calls
                .iter()
                .filter(|call| call.path.ends_with(&own))
                .count()
        };
        world.time_goes_by(10, 5, async |_| {}).await;
        assert_eq!(looks(), 1, "{code}");
        world.mark_order(order, "shipped").await;
        world.time_goes_by(1, 5, async |_| {}).await;
        assert_eq!(looks(), 2, "{code}");
        // The date is in seconds: what changes twice within one has changed all the same.
        world.change_order(order, |order| order.status_id = status::CANCELLED);
        world.time_goes_by(10, 5, async |_| {}).await;
        assert_eq!(looks(), 3, "{code}");
    }
}
