//! What was ordered is not what was validated: the cart changes and becomes an order before anybody
//! looks again.

use serde_json::{Value, json};
use voucherbridge::{
    database::order_differences::{DifferenceState, OrderDifference},
    domain::{
        OrderId,
        lock::Apart,
        order_difference::DifferenceKind,
        settings::{OnDifference, StoreSettings},
    },
    flows::orders::decide_difference::{self, Decision},
    telemetry, worker,
};
use voucherbridge_stand_in::{bigcommerce::model::order::status, shopper::Shopper};
use voucherbridge_test_support::platforms::BOB;

use crate::{
    stories::shop_with_coupons,
    world::{World, coupons},
};

const SHIRTS: i64 = 40;
const SHIRT: (i64, i64, i64) = (112, 213, SHIRTS);
const PHONE: (i64, i64, i64) = (111, 211, 1);
pub const CASE: (i64, i64, i64) = (113, 215, 1);

/// What a code gives for 40 T-shirts, and what the checkout still takes off for a cart that is worth as
/// much and has eight of them.
async fn after_the_switch(world: &World, code: &str) -> (Shopper, Value) {
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.apply(&mut shopper, code).await;
    // The storefront's own API, without the page and the module.
    shopper.add_items(&[PHONE, CASE]).await.unwrap();
    shopper.change_quantity(8).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let checkout = shopper.read().await.unwrap();
    (shopper, checkout)
}

#[tokio::test]
async fn a_discount_ends_when_the_items_it_was_calculated_for_are_taken_out() {
    // Off single items, off the order, and free shipping.
    for code in ["CLOTHES20", "SAVE10", "BIG100", "FREESHIP"] {
        let world = World::new().await;
        let (_, checkout) = after_the_switch(&world, code).await;
        assert_eq!(coupons(&checkout), [], "{code}");
    }
}

#[tokio::test]
async fn a_coupon_on_another_cart_is_taken_off_at_once() {
    let world = World::new().await;
    let mut first = world.shopper().await;
    let mut second = world.shopper().await;
    let native = world.apply(&mut first, "SAVE10").await;
    second.apply_coupon(native.as_str()).await.unwrap();
    let data = json!({"type": "cart", "id": second.checkout, "couponId": 1});
    world.event("store/cart/couponApplied", data).await;
    worker::drain(&world.context).await.unwrap();
    assert_eq!(coupons(&second.read().await.unwrap()), []);
    assert_eq!(coupons(&first.read().await.unwrap()).len(), 1);
}

/// Holds all, or redeems and tells.
pub async fn world_that(on_difference: OnDifference) -> World {
    world_with(on_difference, &json!({})).await
}

async fn world_with(on_difference: OnDifference, switches: &Value) -> World {
    let choose = |settings: &mut StoreSettings| settings.on_difference = on_difference;
    let world = World::with_settings(switches, choose).await;
    world.orders_may_differ();
    world
}

pub async fn open(world: &World) -> Vec<OrderDifference> {
    let store = &world.connection.store;
    decide_difference::open(&world.context, store)
        .await
        .unwrap()
}

async fn decide(world: &World, order: i64, decision: Decision) {
    let (store, order) = (&world.connection.store, OrderId(order));
    let decided = decide_difference::decide(&world.context, store, order, decision, "test").await;
    decided.unwrap();
    world.settle().await;
}

/// A code, and one more thing that the code was never asked about.
pub async fn order_with_more(world: &World) -> (Shopper, i64) {
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    shopper.add_items(&[CASE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.move_time(20);
    world.order_event(order).await;
    (shopper, order)
}

#[tokio::test]
async fn an_order_of_other_items_is_written_down_with_both_sides() {
    let metrics = telemetry::metrics();
    let world = world_that(OnDifference::Redeem).await;
    world.charges_list_prices().await;
    let (shopper, order) = order_with_more(&world).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    let counted = "voucherbridge_order_differences_total{kind=\"items\"}";
    assert!(metrics.render().contains(counted), "it is counted");
    let all = open(&world).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].kinds, [DifferenceKind::Items]);
    assert_eq!(all[0].state, DifferenceState::Noted);
    assert_eq!(
        (all[0].validated.items.len(), all[0].ordered.items.len()),
        (1, 2)
    );
    let redemption = &world.voucherify_state().await["redemptions"][0];
    assert_eq!(
        redemption["metadata"]["voucherbridge_order_differs"],
        "items"
    );
    assert_eq!(
        redemption["metadata"]["voucherbridge_ordered_amount"],
        81_890
    );
    // The order recorded is the one that was validated.
    assert_eq!(redemption["order"]["amount"], 79_900);

    // Once is enough.
    world.order_event(order).await;
    decide(&world, order, Decision::Dismiss).await;
    assert_eq!(open(&world).await, []);
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

/// The half of 119.85 is more than the added case costs: nobody gave it for nothing.
#[tokio::test]
async fn an_added_item_that_the_spread_discount_pays_all_of_is_a_difference() {
    let equally = json!({"cart_value_spread_equally": true});
    let world = world_with(OnDifference::Redeem, &equally).await;
    order_with_more(&world).await;
    assert_eq!(open(&world).await[0].kinds, [DifferenceKind::Items]);
}

#[tokio::test]
async fn a_held_redemption_waits_and_is_redeemed_when_a_person_says_so() {
    let world = world_that(OnDifference::Hold).await;
    let (shopper, order) = order_with_more(&world).await;
    assert_eq!(open(&world).await[0].state, DifferenceState::Held);
    for _ in 0..20 {
        world.move_time(24 * 60 * 60 - 30 * 60);
        worker::sweep(&world.context).await.unwrap();
        world.settle().await;
        assert_eq!(world.usage("ONCE15").await, (0, 1), "locked, not redeemed");
    }
    assert_eq!(world.promotions().await.len(), 0);
    decide(&world, order, Decision::Redeem).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

#[tokio::test]
async fn a_held_redemption_that_is_dismissed_gives_the_code_back() {
    let world = world_that(OnDifference::Hold).await;
    let (shopper, order) = order_with_more(&world).await;
    decide(&world, order, Decision::Dismiss).await;
    for _ in 0..2 {
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "released");
        assert_eq!(world.usage("ONCE15").await, (0, 0));
    }
    let store = &world.connection.store;
    let again = decide_difference::decide(
        &world.context,
        store,
        OrderId(order),
        Decision::Redeem,
        "test",
    );
    assert!(again.await.is_err());
}

#[tokio::test]
async fn a_held_order_that_is_cancelled_waits_for_nobody() {
    let world = world_that(OnDifference::Hold).await;
    let (shopper, order) = order_with_more(&world).await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(open(&world).await, []);
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn an_order_of_somebody_else_is_written_down() {
    let world = world_that(OnDifference::Redeem).await;
    let mut shopper = world.customer(BOB, &[(112, 213, 1)]).await;
    let native = world.apply(&mut shopper, "STAFF25").await;
    world.sign_in(&shopper, 0).await;
    shopper.apply_coupon(native.as_str()).await.unwrap();
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    let all = open(&world).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].kinds, [DifferenceKind::Customer]);
    assert_eq!(
        (all[0].validated.customer_id, all[0].ordered.customer_id),
        (Some(BOB), None)
    );
}

/// Whose code it is, and the order of somebody else's cart that used its coupon.
pub async fn personal_code_passed_on(world: &World) -> (Shopper, i64) {
    let mut owner = world.customer(BOB, &[(112, 213, 1)]).await;
    let native = world.apply(&mut owner, "STAFF25").await;
    let mut other = world.shopper_with(&[(112, 213, 1)]).await;
    other.apply_coupon(native.as_str()).await.unwrap();
    let order = other.place_order("cod").await.unwrap();
    world.order_event(order).await;
    (owner, order)
}

/// A personal code passed on, or an exclusive one beside others.
#[tokio::test]
async fn a_coupon_paid_from_another_cart_is_held_whatever_the_setting() {
    let world = world_that(OnDifference::Redeem).await;
    let (owner, order) = personal_code_passed_on(&world).await;
    let all = open(&world).await;
    assert_eq!(all.len(), 1);
    assert_eq!(
        (&all[0].kinds[..], all[0].state),
        (&[DifferenceKind::Cart][..], DifferenceState::Held)
    );
    assert_eq!(world.state(&owner).await, "ordered");
    assert_eq!(world.usage("STAFF25").await, (0, 1));
    // Its own cart has no use of it any more.
    assert_eq!(world.refresh(&owner).await.codes.len(), 0);
    decide(&world, order, Decision::Redeem).await;
    assert_eq!(world.state(&owner).await, "redeemed");
    assert_eq!(world.usage("STAFF25").await, (1, 0));
}

/// What staff do to an order after it was seen is no difference.
#[tokio::test]
async fn an_order_is_compared_once() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    let products =
        json!([{"product_id": 113, "variant_id": 215, "quantity": 4, "name": "Phone case"}]);
    let edited = json!({"method": "GET", "path": format!("/v2/orders/{order}/products"),
        "action": {"kind": "status", "status": 200, "body": products}});
    world.fault(world.url_of("shop"), &edited).await;
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

/// Its status says that it was never finished, and its payment that it was.
#[tokio::test]
async fn an_unfinished_order_that_is_paid_is_compared() {
    let world = world_that(OnDifference::Hold).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    shopper.add_items(&[CASE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.change_order(order, |order| order.status_id = status::INCOMPLETE);
    world.order_event(order).await;
    assert_eq!(open(&world).await[0].state, DifferenceState::Held);
    assert_eq!(world.usage("ONCE15").await, (0, 1));
}

/// Its coupons are told late, and it is compared when they are.
#[tokio::test]
async fn an_order_that_hides_its_coupons_for_a_while_is_compared_all_the_same() {
    let world = world_that(OnDifference::Hold).await;
    let switches = json!({"order_coupons_hidden_reads": 1, "order_lines_name_coupons": false});
    world.shop_control("PUT", "switches", &switches).await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    shopper.add_items(&[CASE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("bankdeposit").await.unwrap();
    // Nor do the code's uses tell yet.
    let unused = json!({"data": [{"id": 1, "code": native.as_str(), "current_uses": 0}]});
    let promotion = world.promotions().await[0]["id"].as_i64().unwrap();
    let codes = json!({"method": "GET", "path": format!("/v3/promotions/{promotion}/codes"),
        "times": 1, "action": {"kind": "status", "status": 200, "body": unused}});
    world.fault(world.url_of("shop"), &codes).await;
    world.order_event(order).await;
    let lock = world.locks(&shopper).await.remove(0);
    assert_eq!(lock.apart.map(Apart::as_str), Some("order_coupons_unknown"));
    assert_eq!(open(&world).await, []);
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    assert_eq!(open(&world).await[0].state, DifferenceState::Held);
    assert_eq!(world.usage("ONCE15").await, (0, 1));
}

#[tokio::test]
async fn an_order_that_came_to_nothing_is_not_compared() {
    let world = world_that(OnDifference::Redeem).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    shopper.add_items(&[CASE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(open(&world).await, []);
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

/// Webhooks of the cart may come before those of its order: the release finds the order by itself.
#[tokio::test]
async fn an_order_that_a_release_finds_is_compared_too() {
    let world = world_that(OnDifference::Redeem).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    shopper.add_items(&[CASE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.refresh(&shopper).await;
    world.settle().await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(open(&world).await[0].kinds, [DifferenceKind::Items]);
}

/// Each of them is changed when the other leaves its cart.
#[tokio::test]
async fn several_coupons_of_a_cart_that_another_carts_order_used_are_all_kept_for_it() {
    for payment in ["bankdeposit", "cod"] {
        let world = shop_with_coupons(3).await;
        world.orders_may_differ();
        let mut owner = world.shopper().await;
        let mut other = world.shopper().await;
        for code in ["ONCE15", "TAKE20"] {
            let native = world.apply(&mut owner, code).await;
            other.apply_coupon(native.as_str()).await.unwrap();
        }
        let order = other.place_order(payment).await.unwrap();
        world.order_event(order).await;
        world.time_goes_by(3, 5, async |_| {}).await;
        let locks = world.locks(&owner).await;
        assert_eq!(locks.len(), 2, "{payment}");
        for lock in locks {
            let what = format!("{payment} {}", lock.code);
            assert_eq!(lock.state.as_str(), "ordered", "{what}");
            assert_eq!(lock.apart, Some(Apart::TakenElsewhere), "{what}");
            assert_eq!(lock.order, Some(OrderId(order)), "{what}");
        }
    }
}
