//! Orders that are archived, deleted, or changed by the store's staff.

use serde_json::{Value, json};
use voucherbridge::domain::NativeCode;

use crate::world::World;

fn positions() -> [Value; 2] {
    [true, false].map(|listed| json!({ "archived_orders_are_listed": listed }))
}

impl World {
    async fn archived_event(&self, order: i64) {
        let data = json!({"type": "order", "id": order});
        self.event("store/order/archived", data).await;
        self.settle().await;
        self.settle().await;
    }
}

/// An order with a code and a gift card that waits for its payment.
async fn order_with_a_card(world: &World) -> (i64, NativeCode) {
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    (order, native)
}

#[tokio::test]
async fn an_unpaid_order_that_is_archived_frees_what_it_holds() {
    for switches in positions() {
        for is_told in [true, false] {
            let world = World::with(&switches).await;
            let (order, native) = order_with_a_card(&world).await;
            assert_eq!(world.usage("ONCE15").await, (0, 1));
            assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
            world.mark_order(order, "archived").await;
            if is_told {
                world.archived_event(order).await;
            } else {
                world.hours(26).await;
            }
            let what = format!("{switches} told: {is_told}");
            assert_eq!(world.usage("ONCE15").await, (0, 0), "{what}");
            assert_eq!(world.card("GIFT50").await, (5_000, 0), "{what}");
            assert_eq!(world.worth(&native).await, 0, "{what}");
            assert_eq!(world.promotions().await.len(), 0, "{what}");
        }
    }
}

#[tokio::test]
async fn an_unpaid_order_that_is_deleted_frees_what_it_holds() {
    for switches in positions() {
        let world = World::with(&switches).await;
        let (order, _) = order_with_a_card(&world).await;
        world.mark_order(order, "deleted").await;
        world.hours(26).await;
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{switches}");
        assert_eq!(world.card("GIFT50").await, (5_000, 0), "{switches}");
    }
}

#[tokio::test]
async fn a_paid_order_that_is_archived_or_deleted_stays_redeemed() {
    for switches in positions() {
        for end in ["archived", "deleted"] {
            let world = World::with(&switches).await;
            let (shopper, order) = world.ordered_and_told("ONCE15", "cod").await;
            world.mark_order(order, end).await;
            world.archived_event(order).await;
            world.hours(30).await;
            assert_eq!(world.state(&shopper).await, "redeemed", "{end} {switches}");
            assert_eq!(world.usage("ONCE15").await, (1, 0), "{end} {switches}");
        }
    }
}

#[tokio::test]
async fn an_order_that_is_archived_before_anyone_told_of_its_payment_is_redeemed() {
    for switches in positions() {
        let world = World::with(&switches).await;
        let (shopper, order) = world.ordered("ONCE15", "cod").await;
        world.mark_order(order, "archived").await;
        world.archived_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "{switches}");
        assert_eq!(world.usage("ONCE15").await, (1, 0), "{switches}");
    }
}

/// Nothing tells of the order, and the list of orders may leave it out: the code's own count does.
#[tokio::test]
async fn a_code_that_an_order_used_which_is_nowhere_to_be_found_does_not_come_free() {
    for switches in positions() {
        let world = World::with(&switches).await;
        let (shopper, order) = world.ordered("ONCE15", "cod").await;
        world.mark_order(order, "archived").await;
        world.hours(4).await;
        let listed = switches["archived_orders_are_listed"] == true;
        let (state, usage) = if listed {
            ("redeemed", (1, 0))
        } else {
            ("needs_person", (0, 0))
        };
        assert_eq!(world.state(&shopper).await, state, "{switches}");
        assert_eq!(world.usage("ONCE15").await.0, usage.0, "{switches}");
    }
}

#[tokio::test]
async fn an_order_that_staff_change_after_its_payment_keeps_its_discount() {
    for what in [
        "edited",
        "pending",
        "incomplete",
        "awaiting-payment",
        "manual-check",
        "shipped",
    ] {
        let world = World::new().await;
        let (shopper, order) = world.ordered_and_told("ONCE15", "cod").await;
        world.mark_order(order, what).await;
        world.order_event(order).await;
        world.hours(30).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "{what}");
        assert_eq!(world.usage("ONCE15").await, (1, 0), "{what}");
        let rollbacks = world.voucherify_state().await["rollbacks"].clone();
        assert_eq!(rollbacks, json!([]), "{what}");
    }
}

#[tokio::test]
async fn an_order_that_staff_change_while_it_waits_for_its_payment_keeps_its_code() {
    let world = World::new().await;
    let (shopper, order) = world.ordered_and_told("ONCE15", "bankdeposit").await;
    world.mark_order(order, "edited").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "ordered");
    assert_eq!(world.usage("ONCE15").await, (0, 1));
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    // Cancelled after that, it is given back though the order names no coupon any more.
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}
