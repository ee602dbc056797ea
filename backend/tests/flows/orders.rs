//! An order is made, paid, cancelled, refunded.

use serde_json::json;
use voucherbridge::flows::sweep;

use super::world::World;

#[tokio::test]
async fn a_paid_order_redeems_once_and_cleans_up() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    let order = shopper.place_order("cod").await.unwrap();
    for _ in 0..3 {
        world.order_event(order).await;
    }
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("SAVE10").await, (1, 0));
    assert_eq!(world.promotions().await.len(), 0);

    let lock = world.locks(&shopper).await.remove(0);
    assert_eq!(lock.order.map(|id| id.0), Some(order));
    assert_eq!(lock.order_discount, Some(lock.discount));
    let state = world.voucherify_state().await;
    let redemption = &state["redemptions"][0];
    assert_eq!(
        redemption["metadata"]["voucherbridge_lock_id"],
        lock.id.as_str()
    );
    assert_eq!(redemption["order"]["source_id"], order.to_string());
    assert_eq!(redemption["order"]["total_discount_amount"], 7_990);
}

#[tokio::test]
async fn an_unpaid_order_redeems_when_it_is_paid() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "ordered");
    assert_eq!(world.usage("ONCE15").await, (0, 1));

    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

#[tokio::test]
async fn an_unpaid_order_keeps_its_code_for_days_and_not_for_ever() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    for _ in 0..48 {
        world.move_time(60 * 60);
        sweep::sweep(&world.context).await.unwrap();
        world.settle().await;
        assert_eq!(world.usage("ONCE15").await, (0, 1));
    }
    let other = world.shopper().await;
    assert_eq!(world.reason(&other, "ONCE15").await, "in_use");
    world.move_time(14 * 24 * 60 * 60);
    sweep::sweep(&world.context).await.unwrap();
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn cancelled_and_declined_orders_free_the_code() {
    for end in ["cancelled", "declined"] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        let order = shopper.place_order("bankdeposit").await.unwrap();
        world.order_event(order).await;
        world.mark_order(order, end).await;
        world.order_event(order).await;
        world.settle().await;
        assert_eq!(world.state(&shopper).await, "released", "{end}");
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{end}");
        assert_eq!(world.promotions().await.len(), 0, "{end}");
    }
}

#[tokio::test]
async fn refunds_and_cancellations_after_payment_roll_back_once() {
    for end in ["refunded", "cancelled"] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.usage("ONCE15").await, (1, 0), "{end}");
        world.mark_order(order, end).await;
        for _ in 0..2 {
            world.order_event(order).await;
        }
        assert_eq!(world.state(&shopper).await, "rolled_back", "{end}");
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{end}");
        let rollbacks = world.voucherify_state().await["rollbacks"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(rollbacks, 1, "{end}");
    }
}

#[tokio::test]
async fn an_order_without_the_code_frees_it() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    shopper.remove_coupon(native.as_str()).await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.settle().await;
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    assert_eq!(world.state(&shopper).await, "released");
}

#[tokio::test]
async fn a_code_that_cannot_be_redeemed_needs_a_person() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    world.disable("ONCE15").await;
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "needs_person");
    let lock = world.locks(&shopper).await.remove(0);
    assert!(lock.reason.is_some());
}

#[tokio::test]
async fn an_order_whose_webhook_never_came_is_found() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    shopper.place_order("cod").await.unwrap();
    sweep::sweep(&world.context).await.unwrap();
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

#[tokio::test]
async fn a_webhook_that_comes_twice_is_written_once() {
    let world = World::new().await;
    let event = voucherbridge::flows::receive_webhook::WebhookEvent {
        scope: "store/order/created".to_owned(),
        hash: "same".to_owned(),
        data: json!({"type": "order", "id": 1}),
    };
    for _ in 0..2 {
        let store = &world.connection.store;
        voucherbridge::flows::receive_webhook::receive(&world.context, store, &event, "{}")
            .await
            .unwrap();
    }
    world.move_time(2);
    assert_eq!(
        voucherbridge::worker::drain(&world.context).await.unwrap(),
        1
    );
}
