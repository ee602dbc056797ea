//! Orders that are found when their codes were given up to a person already.

use serde_json::json;
use voucherbridge::{
    database::order_differences::DifferenceState,
    domain::{NativeCode, lock::Apart, order_difference::DifferenceKind, settings::OnDifference},
};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    orders::differences::{CASE, open, world_that},
    world::World,
};

/// Whether lists have archived orders. Where they do, an archived order is found in time.
async fn lists_archived_orders(world: &World, listed: bool) {
    let position = json!({ "archived_orders_are_listed": listed });
    world.switch_shop(&position).await;
}

/// A paid order that is archived, not in the lists, and of which no webhook told in time.
async fn order_that_is_nowhere(world: &World, differs: bool) -> (Shopper, i64) {
    lists_archived_orders(world, false).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    if differs {
        shopper.add_items(&[CASE]).await.unwrap();
        shopper.fill_in("shopper@example.com").await.unwrap();
    }
    let order = shopper.place_order("cod").await.unwrap();
    world.mark_order(order, "archived").await;
    world.hours(4).await;
    let lock = world.locks(&shopper).await.remove(0);
    assert_eq!(lock.state.as_str(), "needs_person");
    assert_eq!(lock.apart.map(Apart::as_str), Some("order_not_found"));
    assert_eq!(world.usage("ONCE15").await, (0, 1));
    assert_eq!(open(world).await, []);
    (shopper, order)
}

#[tokio::test]
async fn an_order_that_is_found_late_settles_its_code() {
    let world = World::new().await;
    let (shopper, order) = order_that_is_nowhere(&world, false).await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    // It is an order like others from there on.
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "rolled_back");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn an_order_that_is_found_late_is_compared() {
    for on_difference in [OnDifference::Redeem, OnDifference::Hold] {
        let world = world_that(on_difference).await;
        let (shopper, order) = order_that_is_nowhere(&world, true).await;
        for _ in 0..2 {
            world.order_event(order).await;
        }
        let all = open(&world).await;
        assert_eq!(all.len(), 1, "{on_difference:?}");
        assert_eq!(all[0].kinds, [DifferenceKind::Items]);
        let (state, lock, usage) = if on_difference == OnDifference::Hold {
            (DifferenceState::Held, "ordered", (0, 1))
        } else {
            (DifferenceState::Noted, "redeemed", (1, 0))
        };
        assert_eq!(all[0].state, state);
        assert_eq!(world.state(&shopper).await, lock, "{on_difference:?}");
        assert_eq!(world.usage("ONCE15").await, usage, "{on_difference:?}");
    }
}

/// Somebody took it out of the archive.
#[tokio::test]
async fn an_order_that_is_found_late_and_waits_for_its_payment_keeps_its_code_for_it() {
    for end in ["paid", "cancelled"] {
        let world = World::new().await;
        lists_archived_orders(&world, false).await;
        let (shopper, order) = unpaid_order_that_was_archived(&world, "needs_person").await;
        let lock = world.locks(&shopper).await.remove(0);
        assert_eq!((lock.state.as_str(), lock.apart), ("ordered", None));
        assert_eq!(lock.order.map(|id| id.0), Some(order));
        let (state, usage) = if end == "paid" {
            ("redeemed", (1, 0))
        } else {
            ("released", (0, 0))
        };
        world.mark_order(order, end).await;
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, state);
        assert_eq!(world.usage("ONCE15").await, usage, "{end}");
    }
}

/// Its code came free when it was archived: it is redeemed if the order is paid after all.
#[tokio::test]
async fn an_archived_order_that_waits_for_its_payment_again_redeems_its_code() {
    for end in ["paid", "cancelled"] {
        let world = World::new().await;
        lists_archived_orders(&world, true).await;
        let (shopper, order) = unpaid_order_that_was_archived(&world, "released").await;
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{end}");
        let (state, usage) = if end == "paid" {
            ("redeemed", (1, 0))
        } else {
            ("released", (0, 0))
        };
        world.mark_order(order, end).await;
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, state);
        assert_eq!(world.usage("ONCE15").await, usage, "{end}");
    }
}

/// An order that waits for its payment, and is found when somebody takes it out of the archive; its lock was
/// `state` by then.
async fn unpaid_order_that_was_archived(world: &World, state: &str) -> (Shopper, i64) {
    let (shopper, order) = world.ordered("ONCE15", "bankdeposit").await;
    world.mark_order(order, "archived").await;
    world.hours(4).await;
    assert_eq!(world.state(&shopper).await, state);
    world.change_order(order, |order| order.is_deleted = false);
    world.order_event(order).await;
    (shopper, order)
}

/// Nobody told of another cart's order yet when the code's own cart takes it off, or has another one in its place.
#[tokio::test]
async fn a_coupon_that_another_carts_order_used_is_not_free_when_its_own_cart_gives_it_up() {
    for given_up in ["removed", "replaced"] {
        for end in ["paid", "cancelled"] {
            let world = World::new().await;
            world.orders_may_differ();
            let mut owner = world.shopper().await;
            let native = world.apply(&mut owner, "ONCE15").await;
            let mut other = world.shopper().await;
            other.apply_coupon(native.as_str()).await.unwrap();
            let order = other.place_order("bankdeposit").await.unwrap();
            give_up(&world, &mut owner, &native, given_up).await;
            let what = format!("{given_up} {end}");
            assert_eq!(world.usage("ONCE15").await, (0, 1), "{what}");
            world.mark_order(order, end).await;
            world.order_event(order).await;
            if end == "paid" {
                world.a_person_redeems(order).await;
            }
            let usage = (u64::from(end == "paid"), 0);
            assert_eq!(world.usage("ONCE15").await, usage, "{what}");
        }
    }
}

/// A code leaves its cart: the backend is told of it, or sees it when the next one is entered.
async fn give_up(world: &World, owner: &mut Shopper, native: &NativeCode, reason: &str) {
    owner.remove_coupon(native.as_str()).await.unwrap();
    if reason == "removed" {
        world.remove_native(owner, native).await;
    } else {
        world.type_code(owner, "TAKE20").await.unwrap();
    }
    let lock = world.locks(owner).await.remove(0);
    assert_eq!(lock.code.as_str(), "ONCE15");
    assert_eq!(lock.state.as_str(), "needs_person", "{reason}");
}
