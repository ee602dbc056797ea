//! Orders that are found when their codes were given up to a person already.

use voucherbridge::{
    database::order_differences::DifferenceState, domain::lock::Apart,
    domain::order_difference::DifferenceKind, domain::settings::OnDifference,
};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    orders::differences::{CASE, open, world_that},
    world::World,
};

/// A paid order that is archived, not in the lists, and of which no webhook told in time.
async fn order_that_is_nowhere(world: &World, differs: bool) -> (Shopper, i64) {
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
        let (shopper, order) = world.ordered("ONCE15", "bankdeposit").await;
        world.mark_order(order, "archived").await;
        world.hours(4).await;
        assert_eq!(world.state(&shopper).await, "needs_person");
        world.change_order(order, |order| order.is_deleted = false);
        world.order_event(order).await;
        let lock = world.locks(&shopper).await.remove(0);
        assert_eq!((lock.state.as_str(), lock.apart), ("ordered", None));
        assert_eq!(lock.order.map(|id| id.0), Some(order));
        world.mark_order(order, end).await;
        world.order_event(order).await;
        let (state, usage) = if end == "paid" {
            ("redeemed", (1, 0))
        } else {
            ("released", (0, 0))
        };
        assert_eq!(world.state(&shopper).await, state);
        assert_eq!(world.usage("ONCE15").await, usage, "{end}");
    }
}
