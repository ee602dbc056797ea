//! A lock ends without an order.

use serde_json::json;
use voucherbridge::{
    database::locks,
    domain::lock::LockState,
    flows::{checkout::cart_error, upkeep::sweep_native},
    worker,
};
use voucherbridge_api_types::CartErrorRequest;

use crate::world::{World, checkout_of};

async fn report(world: &World, shopper: &voucherbridge_stand_in::shopper::Shopper) {
    let error = CartErrorRequest {
        status: 404,
        path: "/x".to_owned(),
        error_type: None,
    };
    let checkout = checkout_of(shopper);
    cart_error::report(&world.context, &world.connection, &checkout, &error)
        .await
        .unwrap();
    world.settle().await;
}

#[tokio::test]
async fn removal_frees_both_sides_in_either_position() {
    for position in [true, false] {
        let switches = json!({ "deleting_promotion_removes_it_from_carts": position });
        let world = World::with(&switches).await;
        let mut shopper = world.shopper().await;
        let native = world.apply(&mut shopper, "ONCE15").await;
        assert!(world.remove(&mut shopper, &native).await);
        assert_eq!(world.state(&shopper).await, "released");
        assert_eq!(world.usage("ONCE15").await, (0, 0));
        assert_eq!(world.promotions().await.len(), 0);
        assert!(
            shopper.apply_coupon(native.as_str()).await.is_err(),
            "the coupon is dead"
        );
        let again = world.apply(&mut shopper, "ONCE15").await;
        assert_ne!(again, native);
    }
}

#[tokio::test]
async fn removing_twice_is_no_error() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "SAVE10").await;
    assert!(world.remove(&mut shopper, &native).await);
    let checkout = checkout_of(&shopper);
    let again = voucherbridge::flows::checkout::remove_code::remove(
        &world.context,
        &world.connection,
        &checkout,
        &native,
    );
    assert!(!again.await.unwrap().removed);
}

#[tokio::test]
async fn another_checkout_cannot_remove_it() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let other = world.shopper().await;
    let native = world.apply(&mut shopper, "SAVE10").await;
    let checkout = checkout_of(&other);
    let attempt = voucherbridge::flows::checkout::remove_code::remove(
        &world.context,
        &world.connection,
        &checkout,
        &native,
    );
    assert!(!attempt.await.unwrap().removed);
    assert_eq!(world.state(&shopper).await, "held");
}

#[tokio::test]
async fn a_lock_expires_at_both_sides() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    world.move_time(121 * 60);
    worker::sweep(&world.context).await.unwrap();
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    assert_eq!(world.promotions().await.len(), 0);
    assert!(shopper.apply_coupon(native.as_str()).await.is_err());
}

#[tokio::test]
async fn an_abandoned_cart_holds_its_code_no_longer_than_its_time() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    for _ in 0..13 {
        world.move_time(10 * 60);
        worker::sweep(&world.context).await.unwrap();
        world.settle().await;
    }
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn a_shopper_who_goes_on_keeps_the_code() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    for _ in 0..13 {
        world.move_time(10 * 60);
        world.refresh(&shopper).await;
        worker::sweep(&world.context).await.unwrap();
        world.settle().await;
    }
    assert_eq!(world.state(&shopper).await, "held");
    assert_eq!(world.usage("ONCE15").await, (0, 1));
}

#[tokio::test]
async fn a_deleted_cart_frees_its_code() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    world
        .shop_control(
            "DELETE",
            &format!("carts/{}", shopper.checkout),
            &json!(null),
        )
        .await;
    report(&world, &shopper).await;
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn a_reported_error_of_a_living_cart_changes_nothing() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    report(&world, &shopper).await;
    assert_eq!(world.state(&shopper).await, "held");
    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["coupons"][0]["code"], native.as_str());
}

#[tokio::test]
async fn a_cart_that_was_paid_is_not_released() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    shopper.place_order("cod").await.unwrap();
    // No webhook came; the page only saw that its cart is gone.
    report(&world, &shopper).await;
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

/// As after a database restored from a backup: the lock is over, what stands for it is not.
async fn leftover(world: &World, code: &str) {
    let shopper = world.shopper().await;
    world.enter(&shopper, code).await;
    let mut lock = world.locks(&shopper).await.remove(0);
    lock.state = LockState::Released;
    let mut tx = world.context.database.begin().await.unwrap();
    let written = locks::put(tx.connection(), &mut lock).await;
    assert!(written.unwrap());
    tx.commit().await.unwrap();
}

/// One that the store does not let go of keeps no other.
#[tokio::test]
async fn leftovers_are_swept_one_by_one() {
    let world = World::new().await;
    let (context, connection) = (&world.context, &world.connection);
    for code in ["SAVE10", "TAKE20", "GIFT50", "GIFT25"] {
        leftover(&world, code).await;
    }
    // A promotion is tried again without its codes.
    for (method, path, times) in [("DELETE", "/v3/promotions/", 2), ("PUT", "/v2/gift_", 1)] {
        let refused = json!({"method": method, "path": path, "times": times,
            "action": {"kind": "status", "status": 422, "body": {}}});
        world.fault(world.url_of("shop"), &refused).await;
    }
    for (promotions, certificates) in [(1, 1), (0, 0)] {
        let swept = sweep_native::sweep_promotions(context, connection).await;
        assert_eq!(swept.is_ok(), promotions == 0, "{swept:?}");
        assert_eq!(world.promotions().await.len(), promotions);
        let swept = sweep_native::sweep_certificates(context, connection).await;
        assert_eq!(swept.is_ok(), certificates == 0, "{swept:?}");
        let worth = world.all_worth().await;
        assert_eq!(
            [2_500, 5_000].contains(&worth),
            certificates == 1,
            "{worth}"
        );
    }
}
