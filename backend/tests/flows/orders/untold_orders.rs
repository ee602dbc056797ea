//! Orders that do not name, or no longer, what they have of ours.

use serde_json::json;
use voucherbridge::{
    database::order_differences::OrderDifference, flows::orders::decide_difference,
};

use crate::{stories::shop_with_coupons, world::World};

impl World {
    /// An order tells of its end, or none of its webhooks comes.
    async fn ends(&self, order: i64, end: &str, is_told: bool) {
        self.mark_order(order, end).await;
        if is_told {
            self.order_event(order).await;
        }
        self.hours(2).await;
    }
}

#[tokio::test]
async fn another_carts_order_that_stops_naming_its_coupon_frees_it_when_it_is_cancelled() {
    for is_told in [true, false] {
        for keeps_discount in [true, false] {
            let world = World::new().await;
            let mut owner = world.shopper().await;
            let native = world.apply(&mut owner, "ONCE15").await;
            let order = world.taken_by_another(native.as_str(), "bankdeposit").await;
            if keeps_discount {
                // Staff edit it: its coupon becomes a discount by hand.
                world.mark_order(order, "edited").await;
            } else {
                world.change_order(order, |order| order.coupons.clear());
            }
            world.ends(order, "cancelled", is_told).await;
            let what = format!("told: {is_told}, discount: {keeps_discount}");
            assert_eq!(world.usage("ONCE15").await, (0, 0), "{what}");
            assert_eq!(world.state(&owner).await, "released", "{what}");
        }
    }
}

#[tokio::test]
async fn another_carts_order_that_stops_naming_its_coupon_keeps_it_while_it_waits() {
    let world = World::new().await;
    let mut owner = world.shopper().await;
    let native = world.apply(&mut owner, "ONCE15").await;
    let order = world.taken_by_another(native.as_str(), "bankdeposit").await;
    world.mark_order(order, "edited").await;
    world.order_event(order).await;
    world.hours(30).await;
    assert_eq!(world.usage("ONCE15").await, (0, 1));
    assert_eq!(world.state(&owner).await, "ordered");
}

#[tokio::test]
async fn another_carts_order_that_stops_naming_its_coupon_gives_it_back_when_it_is_cancelled() {
    for is_told in [true, false] {
        let world = World::new().await;
        let mut owner = world.shopper().await;
        let native = world.apply(&mut owner, "ONCE15").await;
        let order = world.taken_by_another(native.as_str(), "cod").await;
        world.a_person_redeems(order).await;
        assert_eq!(world.usage("ONCE15").await, (1, 0));
        world.mark_order(order, "edited").await;
        world.ends(order, "cancelled", is_told).await;
        assert_eq!(world.usage("ONCE15").await, (0, 0), "told: {is_told}");
        assert_eq!(world.state(&owner).await, "rolled_back");
    }
}

/// BigCommerce may leave an order's cart out.
#[tokio::test]
async fn an_order_without_its_cart_gives_back_what_it_used() {
    for (payment, state) in [("cod", "rolled_back"), ("bankdeposit", "released")] {
        let world = World::new().await;
        let (shopper, order) = world.ordered_and_told("ONCE15", payment).await;
        world.mark_order(order, "edited").await;
        world.change_order(order, |order| order.cart_id.clear());
        world.ends(order, "cancelled", true).await;
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{payment}");
        assert_eq!(world.state(&shopper).await, state, "{payment}");
    }
}

#[tokio::test]
async fn a_certificate_that_another_carts_order_stops_naming_comes_free_when_it_is_cancelled() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut owner = world.shopper().await;
    let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
    let mut other = world.shopper().await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
    world.change_order(order, |order| order.certificates.clear());
    world.ends(order, "cancelled", true).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
}

#[tokio::test]
async fn a_coupon_that_another_carts_order_used_is_found_though_no_webhook_comes() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut owner = world.shopper().await;
    let native = world.apply(&mut owner, "ONCE15").await;
    let mut other = world.shopper().await;
    other.apply_coupon(native.as_str()).await.unwrap();
    other.place_order("cod").await.unwrap();
    world.hours(1).await;
    let store = &world.connection.store;
    let open = decide_difference::open(&world.context, store).await;
    assert_eq!(open.unwrap().len(), 1);
}

/// The order shows from the start what they paid, and nothing of it changes when it names them.
#[tokio::test]
async fn what_another_carts_order_names_late_is_found() {
    for hidden_reads in [1, 3] {
        for is_told in [true, false] {
            let switches = json!({
                "order_coupons_hidden_reads": hidden_reads,
                "order_transactions_hidden_reads": hidden_reads,
                "order_lines_name_coupons": false,
            });
            let world = World::with(&switches).await;
            world.orders_may_differ();
            let mut of_card = world.shopper().await;
            let (card, _) = world.pay_with(&mut of_card, "GIFT50").await;
            let mut of_code = world.shopper().await;
            let code = world.apply(&mut of_code, "ONCE15").await;
            let mut other = world.shopper().await;
            other.apply_certificate(card.as_str()).await.unwrap();
            let by_card = other.place_order("cod").await.unwrap();
            let mut another = world.shopper().await;
            another.apply_coupon(code.as_str()).await.unwrap();
            let by_code = another.place_order("cod").await.unwrap();
            for order in [by_card, by_code] {
                if is_told {
                    world.order_event(order).await;
                }
            }
            world.time_goes_by(18, 5, async |_| {}).await;
            let what = format!("{hidden_reads} reads, told: {is_told}");
            assert_eq!(world.card("GIFT50").await, (0, 0), "{what}");
            let store = &world.connection.store;
            let open = decide_difference::open(&world.context, store).await;
            let of_code = |one: &OrderDifference| one.order.0 == by_code;
            assert!(open.unwrap().iter().any(of_code), "{what}");
            world.hours(4).await;
            world.a_person_redeems(by_code).await;
            assert_eq!(world.usage("ONCE15").await, (1, 0), "{what}");
        }
    }
}

/// An order that never names what paid it is not looked at for ever.
#[tokio::test]
async fn an_order_that_names_nothing_is_looked_at_for_an_hour() {
    let hidden = json!({"order_transactions_hidden_reads": 100_000});
    let world = World::with(&hidden).await;
    world.orders_may_differ();
    let mut owner = world.shopper().await;
    let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
    let mut other = world.shopper().await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let path = format!("/v3/orders/{order}/transactions");
    let looks = || {
        let calls = world.calls("management", 0);
        calls
            .iter()
            .filter(|call| call.path.ends_with(&path))
            .count()
    };
    world.time_goes_by(90, 1, async |_| {}).await;
    let within_the_hour = looks();
    assert!((4..=12).contains(&within_the_hour), "{within_the_hour}");
    world.hours(2).await;
    assert_eq!(looks(), within_the_hour);
}

/// Voucherify redeemed it and its answer was lost; then the order names another coupon alone.
#[tokio::test]
async fn what_voucherify_was_asked_to_redeem_is_settled_whatever_the_order_names_by_then() {
    for action in [json!({"kind": "drop_after"}), json!({"kind": "drop"})] {
        let world = shop_with_coupons(2).await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        shopper.apply_coupon("NATIVE5").await.unwrap();
        let order = shopper.place_order("cod").await.unwrap();
        let lost =
            json!({"method": "POST", "path": "/v1/redemptions", "times": 1, "action": action});
        world.fault(world.url_of("voucherify"), &lost).await;
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "held");
        let ours = world.locks(&shopper).await.remove(0).native_code;
        world.change_order(order, |order| {
            order.coupons.retain(|coupon| !ours.is(&coupon.code));
        });
        world.move_time(60);
        world.order_event(order).await;
        assert_eq!(world.usage("ONCE15").await, (1, 0), "{action}");
        assert_eq!(world.state(&shopper).await, "redeemed", "{action}");
        world.ends(order, "cancelled", true).await;
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{action}");
        assert_eq!(world.state(&shopper).await, "rolled_back", "{action}");
    }
}
