//! An order is made, paid, cancelled, refunded.

use std::{future::Future, time::Duration};

use serde_json::{Value, json};
use voucherbridge::{
    database::redemptions,
    domain::{OrderId, settings::StoreSettings},
    flows::webhooks::receive_webhook,
    worker,
};

use crate::world::World;

#[tokio::test]
async fn a_paid_order_redeems_once_and_cleans_up() {
    let world = World::new().await;
    world.charges_list_prices().await;
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
        worker::sweep(&world.context).await.unwrap();
        world.settle().await;
        assert_eq!(world.usage("ONCE15").await, (0, 1));
    }
    let other = world.shopper().await;
    assert_eq!(world.reason(&other, "ONCE15").await, "in_use");
    world.move_time(14 * 24 * 60 * 60);
    worker::sweep(&world.context).await.unwrap();
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
    assert!(lock.refused_because.is_some());
}

#[tokio::test]
async fn an_order_whose_webhook_never_came_is_found() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    shopper.place_order("cod").await.unwrap();
    worker::sweep(&world.context).await.unwrap();
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

#[tokio::test]
async fn a_webhook_that_comes_twice_is_written_once() {
    let world = World::new().await;
    let event = receive_webhook::WebhookEvent {
        scope: "store/order/updated".to_owned(),
        data: json!({"type": "order", "id": 1}),
    };
    // The third is another change of the same order, told in the same words.
    for (delivery, jobs) in [("msg_1", 1), ("msg_1", 0), ("msg_2", 1)] {
        let store = &world.connection.store;
        receive_webhook::receive(&world.context, store, delivery, &event, "{}")
            .await
            .unwrap();
        world.move_time(2);
        let ran = worker::drain(&world.context).await.unwrap();
        assert_eq!(ran, jobs, "{delivery}");
    }
}

/// What BigCommerce says of an order that was begun and not paid: the demo shop makes none.
fn unfinished(order: i64, cart: &str) -> Value {
    json!({
        "id": order, "cart_id": cart, "status_id": 0, "payment_status": "",
        "total_inc_tax": "799.0000", "currency_code": "USD",
    })
}

fn answer(path: &str, body: &Value) -> Value {
    let action = json!({"kind": "status", "status": 200, "body": body});
    json!({"method": "GET", "path": path, "action": action})
}

#[tokio::test]
async fn a_code_typed_after_a_failed_payment_stays_on_the_open_cart() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = unfinished(900, &shopper.checkout);
    world
        .fault(world.url_of("shop"), &answer("/v2/orders/900$", &order))
        .await;
    // A late word of the order that was made before the code was typed, without it.
    world.order_event(900).await;
    assert_eq!(world.state(&shopper).await, "held");
    assert_eq!(world.usage("ONCE15").await, (0, 1));
}

#[tokio::test]
async fn a_removed_code_stays_with_an_order_nobody_told_of_yet() {
    let world = World::new().await;
    // The order below has no lines.
    world.orders_may_differ();
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    let mut order = unfinished(901, &shopper.checkout);
    order["status_id"] = json!(7);
    let orders = json!([order]);
    let coupons = json!([{"code": native.as_str(), "discount": "119.8500"}]);
    for (path, body) in [
        ("/v2/orders$", &orders),
        ("/v2/orders/901/coupons$", &coupons),
    ] {
        world.fault(world.url_of("shop"), &answer(path, body)).await;
    }
    assert!(world.remove(&mut shopper, &native).await);
    assert_eq!(world.state(&shopper).await, "ordered");
    assert_eq!(world.usage("ONCE15").await, (0, 1));
    assert_eq!(world.promotions().await.len(), 0);
}

impl World {
    /// The worker redeems an order's codes, and `meanwhile` happens.
    #[allow(clippy::disallowed_methods)] // waits for a real call of a real server
    async fn while_it_is_redeemed(&self, order: i64, meanwhile: impl Future<Output = ()>) {
        let slow = json!({"method": "POST", "path": "/v1/redemptions$",
            "action": {"kind": "delay", "ms": 700}});
        self.fault(self.url_of("voucherify"), &slow).await;
        let begun_then = async {
            loop {
                let mut tx = self.context.database.begin().await.unwrap();
                let store = &self.connection.store;
                let sent = redemptions::of_order(tx.connection(), store, OrderId(order)).await;
                drop(tx);
                if !sent.unwrap().is_empty() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            meanwhile.await;
        };
        let work = Box::pin(worker::drain(&self.context));
        let (ran, ()) = tokio::join!(work, Box::pin(begun_then));
        ran.unwrap();
    }
}

#[tokio::test]
async fn a_lock_whose_time_ends_while_it_is_redeemed_is_redeemed() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("cod").await.unwrap();
    let data = json!({"type": "order", "id": order});
    world.event("store/order/created", data).await;
    world.move_time(121 * 60);
    let meanwhile = Box::pin(async {
        worker::sweep(&world.context).await.unwrap();
        assert_eq!(world.state(&shopper).await, "releasing");
    });
    world.while_it_is_redeemed(order, meanwhile).await;
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_code_is_tried_again() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let forbidden = json!({"method": "POST", "path": "/v1/redemptions$", "times": 1,
        "action": {"kind": "status", "status": 403, "body": {"key": "forbidden"}}});
    world.fault(world.url_of("voucherify"), &forbidden).await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.usage("ONCE15").await.0, 0);
    for _ in 0..3 {
        world.settle().await;
    }
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

#[tokio::test]
async fn a_payment_nobody_told_of_is_found_when_its_session_is_made_longer() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    world.mark_order(order, "paid").await;
    world.move_time(100 * 60);
    worker::sweep(&world.context).await.unwrap();
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

/// The sweep has read it as unpaid, and waits for the order's own job: the code was used by then.
#[tokio::test]
async fn a_lock_that_was_redeemed_since_it_was_read_is_not_held_again() {
    let world = World::new().await;
    let (shopper, order) = world.ordered_and_told("SAVE10", "bankdeposit").await;
    world.mark_order(order, "paid").await;
    world.move_time(100 * 60);
    let data = json!({"type": "order", "id": order});
    world.event("store/order/updated", data).await;
    world.move_time(2);
    let meanwhile = Box::pin(async {
        assert_eq!(world.state(&shopper).await, "ordered");
        worker::sweep(&world.context).await.unwrap();
    });
    world.while_it_is_redeemed(order, meanwhile).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("SAVE10").await, (1, 0));
}

/// A used code on another order, by whatever way it came there, is a person's business.
#[tokio::test]
async fn a_second_paid_order_with_a_used_code_redeems_nothing() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "SAVE10").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.usage("SAVE10").await, (1, 0));
    let mut second = unfinished(902, "0a1b2c3d-0000-4000-8000-000000000009");
    second["status_id"] = json!(11);
    let coupons = json!([{"code": native.as_str(), "discount": "79.9000"}]);
    for (path, body) in [
        ("/v2/orders/902$", &second),
        ("/v2/orders/902/coupons$", &coupons),
    ] {
        world.fault(world.url_of("shop"), &answer(path, body)).await;
    }
    for _ in 0..2 {
        world.order_event(902).await;
    }
    assert_eq!(world.usage("SAVE10").await, (1, 0));
    let redemptions = world.voucherify_state().await["redemptions"].clone();
    assert_eq!(redemptions.as_array().unwrap().len(), 1);
    let lock = world.locks(&shopper).await.remove(0);
    assert_eq!(lock.order, Some(OrderId(order)));
}

/// Two stores of one project may have orders of one number.
#[tokio::test]
async fn orders_are_told_with_their_store_where_the_merchant_says_so() {
    let choose = |settings: &mut StoreSettings| settings.prefix_orders = true;
    let world = World::with_settings(&json!({}), choose).await;
    let (_, order) = world.ordered_and_told("SAVE10", "cod").await;
    let redemption = &world.voucherify_state().await["redemptions"][0];
    let named = format!("demo1store-{order}");
    assert_eq!(redemption["order"]["source_id"], named);
}
