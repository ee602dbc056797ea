//! Certificates that an order spent of which nobody knows yet: nobody told of it, or it does not name what
//! paid it. The card behind one that is given up meanwhile stays held, and is spent once.

use serde_json::json;
use voucherbridge::domain::{NativeCode, lock::Apart};
use voucherbridge_stand_in::shopper::Shopper;

use crate::world::World;

/// For good, as far as a story goes.
const FOR_GOOD: u32 = 100_000;

/// A shop whose orders name what paid them after so many reads.
async fn shop_that_names_after(reads: u32) -> World {
    let world = World::with(&json!({ "order_transactions_hidden_reads": reads })).await;
    world.orders_may_differ();
    world
}

/// A certificate of 50.00 that the order of another cart spent.
async fn spent_by_another(world: &World, payment: &str) -> (Shopper, NativeCode, i64) {
    let mut owner = world.shopper().await;
    let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
    let mut other = world.shopper().await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order(payment).await.unwrap();
    (owner, native, order)
}

/// Its own cart takes the certificate off, and its card is entered elsewhere.
#[tokio::test]
async fn a_card_is_not_free_when_its_spent_certificate_is_removed() {
    for reads in [0, 1, 3] {
        for is_told in [true, false] {
            let world = shop_that_names_after(reads).await;
            let (mut owner, native, order) = spent_by_another(&world, "cod").await;
            if is_told {
                world.order_event(order).await;
            }
            // The shop shows one that has nothing left no more, or hides it.
            drop(owner.remove_certificate(native.as_str()).await);
            world.remove_native(&owner, &native).await;
            let what = format!("{reads} reads, told: {is_told}");
            let third = world.shopper().await;
            let reason = world.reason(&third, "GIFT50").await;
            assert!(
                ["in_use", "no_balance"].contains(&reason.as_str()),
                "{what}: {reason}"
            );
            world.time_goes_by(18, 5, async |_| {}).await;
            assert_eq!(world.card("GIFT50").await, (0, 0), "{what}");
            assert_eq!(world.state(&owner).await, "redeemed", "{what}");
            assert_eq!(world.worth(&native).await, 0, "{what}");
        }
    }
}

/// The order comes to nothing before anybody knows of it.
#[tokio::test]
async fn a_card_comes_free_when_the_order_that_spent_its_removed_certificate_is_cancelled() {
    for reads in [0, 1] {
        let world = shop_that_names_after(reads).await;
        let (owner, native, order) = spent_by_another(&world, "bankdeposit").await;
        world.remove_native(&owner, &native).await;
        assert_eq!(world.card("GIFT50").await, (5_000, 5_000), "{reads} reads");
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        world.order_event(order).await;
        assert_eq!(world.card("GIFT50").await, (5_000, 0), "{reads} reads");
        assert_eq!(world.state(&owner).await, "released", "{reads} reads");
    }
}

/// The same, and the cart that the certificate is of has it still.
#[tokio::test]
async fn a_cart_goes_on_with_its_certificate_when_the_order_that_spent_it_is_cancelled_unseen() {
    for (reads, restores) in [(0, false), (0, true), (1, false), (1, true)] {
        let switches = json!({
            "order_transactions_hidden_reads": reads,
            "refund_restores_certificate_balance": restores,
        });
        let world = World::with(&switches).await;
        world.orders_may_differ();
        let (mut owner, native, order) = spent_by_another(&world, "bankdeposit").await;
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        world.names_come().await;
        world.refresh(&owner).await;
        assert_eq!(world.card("GIFT50").await, (5_000, 5_000), "{switches}");
        assert_eq!(world.worth(&native).await, 5_000, "{switches}");
        // The shop may have taken it off while it was empty; the page puts it back.
        drop(owner.apply_certificate(native.as_str()).await);
        let own = owner.place_order("cod").await.unwrap();
        assert_eq!(world.order_certificates(own).await, 5_000, "{switches}");
        world.order_event(own).await;
        assert_eq!(world.card("GIFT50").await, (0, 0), "{switches}");
        assert_eq!(world.worth(&native).await, 0, "{switches}");
    }
}

/// The order never names what paid it: a person looks.
#[tokio::test]
async fn a_card_whose_spent_certificate_ends_waits_for_a_person() {
    let world = shop_that_names_after(FOR_GOOD).await;
    let (owner, native, order) = spent_by_another(&world, "cod").await;
    world.order_event(order).await;
    world.hours(30).await;
    let lock = world.locks(&owner).await.remove(0);
    assert_eq!(lock.state.as_str(), "needs_person");
    assert_eq!(lock.apart, Some(Apart::OrderNotFound));
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
    assert_eq!(world.worth(&native).await, 0);
    // It names it after all.
    world.change_order(order, |order| order.transaction_reads_hidden = 0);
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
    assert_eq!(world.state(&owner).await, "redeemed");
}

/// The order is the cart's own, archived, and not in the lists.
#[tokio::test]
async fn a_card_whose_own_order_is_nowhere_waits_for_it() {
    for (payment, end) in [
        ("cod", "paid"),
        ("bankdeposit", "paid"),
        ("bankdeposit", "cancelled"),
    ] {
        let world = World::with(&json!({ "archived_orders_are_listed": false })).await;
        let mut shopper = world.shopper().await;
        let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order(payment).await.unwrap();
        world.mark_order(order, "archived").await;
        world.hours(30).await;
        let what = format!("{payment} {end}");
        assert_eq!(world.state(&shopper).await, "needs_person", "{what}");
        assert_eq!(world.card("GIFT50").await, (5_000, 5_000), "{what}");
        assert_eq!(world.worth(&native).await, 0, "{what}");
        // Somebody takes it out of the archive. Until it is paid, it names nothing.
        world.change_order(order, |order| {
            order.is_deleted = false;
            if payment != "cod" {
                order.transaction_reads_hidden = 1;
            }
        });
        world.order_event(order).await;
        world.mark_order(order, end).await;
        world.order_event(order).await;
        let (state, left) = if end == "paid" {
            ("redeemed", 0)
        } else {
            ("released", 5_000)
        };
        assert_eq!(world.state(&shopper).await, state, "{what}");
        assert_eq!(world.card("GIFT50").await, (left, 0), "{what}");
    }
}

/// A payment that failed may have spent the certificate: it is known whose, and the shopper gives it up.
#[tokio::test]
async fn a_card_is_free_when_its_certificate_is_removed_after_a_failed_payment() {
    for spent in [false, true] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
        let declined = shopper.pay_by_card().await.unwrap();
        assert!(!declined.paid);
        if spent {
            let mut shop = world.stand_in.bigcommerce.lock();
            let mut all = shop.certificates.values_mut();
            let own = all.find(|one| native.is(&one.code)).unwrap();
            own.balance = voucherbridge_stand_in::bigcommerce::model::Decimal::ZERO;
        }
        drop(shopper.remove_certificate(native.as_str()).await);
        assert!(world.remove_native(&shopper, &native).await);
        assert_eq!(world.card("GIFT50").await, (5_000, 0), "spent: {spent}");
        assert_eq!(world.state(&shopper).await, "released", "spent: {spent}");
    }
}

/// The same look has changed the cart's coupon before: what the certificate was told is known all the same.
#[tokio::test]
async fn a_card_that_is_refused_beside_a_changed_coupon_is_not_free_when_its_certificate_was_spent()
{
    let world = shop_that_names_after(0).await;
    let mut owner = world.shopper().await;
    world.apply(&mut owner, "SAVE10").await;
    let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
    let mut other = world.shopper().await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order("cod").await.unwrap();

    owner.change_quantity(2).await.unwrap();
    owner.buy_certificate(25).await.unwrap();
    let refreshed = world.refresh(&owner).await;
    assert!(refreshed.changed);
    assert_eq!(refreshed.dropped[0].reason, "certificate_in_cart");
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));

    world.order_event(order).await;
    world.time_goes_by(18, 5, async |_| {}).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
}
