//! The rest of a certificate is not spent in another checkout, and a certificate that another cart's
//! order pays with is redeemed for that order.

use voucherbridge::{domain::NativeCode, worker};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    money::{PHONE, SHIRT, used},
    world::World,
};

/// A certificate of 50.00, and somebody else whose cart has it too.
async fn certificate_elsewhere(world: &World) -> (Shopper, Shopper, NativeCode) {
    world.orders_may_differ();
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let mut thief = world.shopper().await;
    thief.apply_certificate(native.as_str()).await.unwrap();
    (shopper, thief, native)
}

#[tokio::test]
async fn what_an_order_left_cannot_be_spent_elsewhere() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT, PHONE]).await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT150").await;
    // The cart shrinks without anybody telling us, and is ordered at once.
    world.orders_may_differ();
    shopper.remove_last_item().await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.worth(&native).await, 0);
    let mut other = world.shopper().await;
    assert!(other.apply_certificate(native.as_str()).await.is_err());
    let (left, held) = world.card("GIFT150").await;
    let paid = world.order_certificates(order).await;
    assert!(paid > 0 && paid < 15_000, "{paid}");
    assert_eq!((left, held), (15_000 - paid, 0));
}

#[tokio::test]
async fn a_certificate_spent_by_another_checkout_is_redeemed_for_that_order() {
    let world = World::new().await;
    let (_, mut thief, native) = certificate_elsewhere(&world).await;
    let order = thief.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.names_come().await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
    assert_eq!(world.worth(&native).await, 0);
}

#[tokio::test]
async fn an_unpaid_order_of_another_cart_takes_the_certificate_over() {
    let world = World::new().await;
    let (mut shopper, mut thief, native) = certificate_elsewhere(&world).await;
    let order = thief.place_order("bankdeposit").await.unwrap();
    // Nobody told us yet: it is not filled up again.
    shopper.choose_shipping(1).await.unwrap();
    world.refresh_fails(&shopper).await;
    assert_eq!(world.worth(&native).await, 0);

    world.order_event(order).await;
    world.names_come().await;
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.codes.len(), 0);
    assert!(!world.remove_native(&shopper, &native).await);
    assert_eq!(world.worth(&native).await, 0);
    assert_eq!(
        world.card("GIFT50").await,
        (5_000, 5_000),
        "held for that order"
    );
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
}

#[tokio::test]
async fn an_order_of_another_cart_that_is_cancelled_frees_the_card() {
    let world = World::new().await;
    let (_, mut thief, native) = certificate_elsewhere(&world).await;
    let order = thief.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    world.names_come().await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    assert_eq!(world.worth(&native).await, 0);
}

#[tokio::test]
async fn a_card_behind_two_certificates_of_one_order_pays_for_both() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut small = world.shopper_with(&[SHIRT]).await;
    let (first, checkout) = world.pay_with(&mut small, "GIFT50").await;
    let part = used(&checkout, &first);
    assert!(part < 5_000);
    let mut large = world.shopper().await;
    let (second, checkout) = world.pay_with(&mut large, "GIFT50").await;
    assert_eq!(used(&checkout, &second), 5_000 - part);
    large.apply_certificate(first.as_str()).await.unwrap();
    let order = large.place_order("cod").await.unwrap();
    assert_eq!(world.order_certificates(order).await, 5_000);
    for _ in 0..2 {
        world.order_event(order).await;
    }
    assert_eq!(world.card("GIFT50").await, (0, 0));
    assert_eq!(world.all_worth().await, 0);
    world.mark_order(order, "refunded").await;
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
}

#[tokio::test]
async fn a_certificate_spent_elsewhere_is_redeemed_though_no_webhook_comes() {
    let world = World::new().await;
    let (_, mut thief, _) = certificate_elsewhere(&world).await;
    thief.place_order("cod").await.unwrap();
    world.move_time(6 * 60);
    worker::sweep(&world.context).await.unwrap();
    world.settle().await;
    world.names_come().await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
}

/// Nobody tells of the first order before the rest of its certificate has paid the second.
#[tokio::test]
async fn a_certificate_that_paid_two_orders_is_redeemed_for_both() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut shopper = world.shopper_with(&[SHIRT, PHONE]).await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT150").await;
    shopper.remove_last_item().await.unwrap();
    let mut other = world.shopper().await;
    let first = shopper.place_order("cod").await.unwrap();
    other.apply_certificate(native.as_str()).await.unwrap();
    let second = other.place_order("cod").await.unwrap();
    for order in [first, second, first, second] {
        world.order_event(order).await;
    }
    let mut paid = 0;
    for order in [first, second] {
        let part = world.order_certificates(order).await;
        assert!(part > 0, "{order}");
        paid += part;
    }
    assert_eq!(world.card("GIFT150").await, (15_000 - paid, 0));
}
