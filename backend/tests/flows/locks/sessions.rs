//! What waits for an order stays held at Voucherify, whatever becomes of its cart and of the codes
//! beside it.

use serde_json::{Value, json};
use voucherbridge::{
    domain::{OrderId, lock::Apart},
    flows::orders::decide_difference::{self, Decision},
    worker,
};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    stories::shop_with_coupons,
    world::{World, checkout_of},
};

impl World {
    /// A coupon of this shopper's cart is used by the order of another one.
    pub async fn taken_by_another(&self, native: &str, payment: &str) -> i64 {
        self.orders_may_differ();
        let mut other = self.shopper().await;
        other.apply_coupon(native).await.unwrap();
        let order = other.place_order(payment).await.unwrap();
        self.order_event(order).await;
        order
    }

    /// The cart that a waiting code came from goes on: it changes, is asked about before an order, and gets
    /// another code.
    pub async fn cart_goes_on(
        &self,
        shopper: &mut Shopper,
        code: &str,
        check: impl AsyncFn(&Self),
    ) {
        shopper.change_quantity(2).await.unwrap();
        self.refresh(shopper).await;
        check(self).await;
        self.move_time(90);
        self.settle().await;
        check(self).await;
        self.before_order(shopper).await.unwrap();
        check(self).await;
        self.enter(shopper, code).await;
        check(self).await;
    }

    pub async fn a_person_redeems(&self, order: i64) {
        let (store, order) = (&self.connection.store, OrderId(order));
        let redeem = Decision::Redeem;
        decide_difference::decide(&self.context, store, order, redeem, "test")
            .await
            .unwrap();
        self.settle().await;
    }

    /// Nobody else can have a code that is used once.
    pub async fn is_held(&self, code: &str) {
        assert_eq!(self.usage(code).await, (0, 1), "{code}");
    }
}

#[tokio::test]
async fn a_coupon_that_another_carts_order_has_is_not_freed_by_its_own_cart() {
    for payment in ["bankdeposit", "cod"] {
        for beside in [None, Some("SAVE10")] {
            let world = shop_with_coupons(3).await;
            let mut owner = world.shopper().await;
            let native = world.apply(&mut owner, "ONCE15").await;
            if let Some(code) = beside {
                world.apply(&mut owner, code).await;
            }
            let order = world.taken_by_another(native.as_str(), payment).await;
            let held = async |world: &World| world.is_held("ONCE15").await;
            held(&world).await;
            world.cart_goes_on(&mut owner, "TAKE20", held).await;
            let third = world.shopper().await;
            assert_eq!(world.reason(&third, "ONCE15").await, "in_use");
            world.hours(30).await;
            held(&world).await;
            if payment == "bankdeposit" {
                world.mark_order(order, "paid").await;
                world.order_event(order).await;
                held(&world).await;
            }
            world.a_person_redeems(order).await;
            assert_eq!(world.usage("ONCE15").await, (1, 0), "{payment} {beside:?}");
        }
    }
}

#[tokio::test]
async fn a_coupon_that_stays_is_not_freed_when_the_one_beside_it_is_redeemed_elsewhere() {
    let world = shop_with_coupons(3).await;
    let mut owner = world.shopper().await;
    let native = world.apply(&mut owner, "ONCE15").await;
    world.apply(&mut owner, "ONCE50").await;
    let order = world.taken_by_another(native.as_str(), "cod").await;
    world.a_person_redeems(order).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    world.is_held("ONCE50").await;
    // What it gives is calculated anew, without the other one.
    world.move_time(90);
    world.settle().await;
    world.is_held("ONCE50").await;
    let order = owner.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.usage("ONCE50").await, (1, 0));
}

#[tokio::test]
async fn a_card_that_another_carts_order_has_is_not_freed_by_its_own_cart() {
    for coupon in [None, Some("ONCE15")] {
        let world = World::new().await;
        world.orders_may_differ();
        let mut owner = world.shopper().await;
        let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
        if let Some(code) = coupon {
            world.apply(&mut owner, code).await;
        }
        let mut other = world.shopper().await;
        other.apply_certificate(native.as_str()).await.unwrap();
        let order = other.place_order("bankdeposit").await.unwrap();
        world.order_event(order).await;
        world.names_come().await;
        let held = async |world: &World| {
            assert_eq!(world.card("GIFT50").await, (5_000, 5_000), "{coupon:?}");
            if coupon.is_some() {
                world.is_held("ONCE15").await;
            }
        };
        held(&world).await;
        world.cart_goes_on(&mut owner, "GIFT25", held).await;
        assert_eq!(world.card("GIFT25").await.1, 2_500);
        world.enter(&owner, "TAKE20").await;
        held(&world).await;
        world.mark_order(order, "paid").await;
        world.order_event(order).await;
        assert_eq!(world.card("GIFT50").await, (0, 0));
        assert_eq!(world.card("GIFT25").await, (2_500, 2_500));
    }
}

/// A certificate of this cart, and one more that another cart's order paid with at once.
#[tokio::test]
async fn a_card_that_stays_is_not_freed_when_the_one_beside_it_is_redeemed_elsewhere() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut owner = world.shopper().await;
    let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
    world.pay_with(&mut owner, "GIFT25").await;
    let mut other = world.shopper().await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.names_come().await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
    assert_eq!(world.card("GIFT25").await, (2_500, 2_500));
}

/// An order whose list of coupons is empty: of one of its cart's two codes the count of its uses tells that it
/// was used, of the other nothing does.
async fn one_known_and_one_not(world: &World) -> (Shopper, i64) {
    let mut shopper = world.shopper().await;
    let unknown = world.apply(&mut shopper, "ONCE15").await;
    let promotion = world.promotions().await[0]["id"].as_i64().unwrap();
    world.apply(&mut shopper, "ONCE50").await;
    shopper.remove_coupon(unknown.as_str()).await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.merchant_deletes(promotion).await;
    world.order_event(order).await;
    (shopper, order)
}

pub async fn shop_that_hides_coupons() -> World {
    let world = shop_with_coupons(3).await;
    let hidden = json!({
        "order_coupons_hidden_reads": 100_000,
        "order_lines_name_coupons": false,
        "order_placed_by_hand_keeps_cart": true,
        "unfinished_order_shows_on_checkout": false,
    });
    world.shop_control("PUT", "switches", &hidden).await;
    world
}

#[tokio::test]
async fn what_is_not_decided_is_not_freed_when_the_code_beside_it_is_redeemed() {
    let world = shop_that_hides_coupons().await;
    let (shopper, order) = one_known_and_one_not(&world).await;
    world.is_held("ONCE15").await;
    for _ in 0..30 {
        world.move_time(5 * 60);
        worker::sweep(&world.context).await.unwrap();
        world.order_event(order).await;
        world.is_held("ONCE15").await;
    }
    assert_eq!(world.usage("ONCE50").await, (1, 0));
    world.hours(30).await;
    world.is_held("ONCE15").await;
    let undecided = world.locks(&shopper).await.remove(0);
    assert_eq!(undecided.state.as_str(), "needs_person");
    assert_eq!(
        undecided.apart.map(Apart::as_str),
        Some("order_coupons_unknown")
    );
}

/// It is known of neither: they wait together, and are one redemption.
#[tokio::test]
async fn codes_of_one_order_are_redeemed_together_once_both_are_known() {
    let world = shop_that_hides_coupons().await;
    let (shopper, order) = one_known_and_one_not(&world).await;
    assert_eq!(
        world.usage("ONCE50").await,
        (0, 1),
        "it waits for the other"
    );
    // Now the order tells: it used both.
    let coupon = |lock: &voucherbridge::domain::lock::Lock| {
        json!({"id": 1, "coupon_id": 1, "order_id": order, "code": lock.native_code.as_str(),
            "amount": "1.0000", "type": 0, "discount": 1.0})
    };
    let locks = world.locks(&shopper).await;
    let named: Vec<Value> = locks.iter().map(coupon).collect();
    let action = json!({"kind": "status", "status": 200, "body": named});
    let path = format!("/v2/orders/{order}/coupons");
    let rule = json!({"method": "GET", "path": path, "action": action});
    world.fault(world.url_of("shop"), &rule).await;
    world.order_event(order).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    assert_eq!(world.usage("ONCE50").await, (1, 0));
    let calls = world.calls("voucherify", 0).into_iter();
    let redemptions = calls.filter(|call| call.path == "/v1/redemptions" && call.method == "POST");
    assert_eq!(redemptions.count(), 1);
}

/// An order whose cart is open still, as after a declined card: staff say that it will be paid.
pub async fn order_beside_its_open_cart(world: &World) -> (Shopper, i64) {
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    shopper.apply_coupon("NATIVE5").await.unwrap();
    let declined = shopper.pay_by_card().await.unwrap();
    assert!(!declined.paid);
    let promotion = world.promotions().await[0]["id"].as_i64().unwrap();
    shopper.remove_coupon(native.as_str()).await.unwrap();
    world.merchant_deletes(promotion).await;
    world.mark_order(declined.id, "manual-check").await;
    world.order_event(declined.id).await;
    (shopper, declined.id)
}

#[tokio::test]
async fn what_is_not_decided_stays_so_though_its_cart_is_looked_at() {
    let world = shop_that_hides_coupons().await;
    let (mut shopper, order) = order_beside_its_open_cart(&world).await;
    let checkout = checkout_of(&shopper);
    let is_undecided = async |world: &World| {
        world.is_held("ONCE15").await;
        let all = world.locks_of(&checkout).await;
        let lock = all.iter().find(|lock| lock.code.as_str() == "ONCE15");
        let lock = lock.unwrap();
        assert_eq!(lock.state.as_str(), "ordered");
        assert_eq!(lock.apart.map(Apart::as_str), Some("order_coupons_unknown"));
        assert_eq!(lock.order, Some(OrderId(order)));
    };
    is_undecided(&world).await;
    world
        .cart_goes_on(&mut shopper, "TAKE20", is_undecided)
        .await;
    world.order_event(order).await;
    is_undecided(&world).await;
}

/// Known to have used the code, and its cart is open still: the shopper took the coupon off there.
#[tokio::test]
async fn a_code_that_waits_for_its_payment_is_not_freed_by_a_cart_that_is_open_still() {
    let open = json!({
        "order_placed_by_hand_keeps_cart": true,
        "unfinished_order_shows_on_checkout": false,
    });
    let world = World::with(&open).await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    let declined = shopper.pay_by_card().await.unwrap();
    world.mark_order(declined.id, "manual-check").await;
    world.order_event(declined.id).await;
    assert_eq!(world.state(&shopper).await, "ordered");
    world.remove(&mut shopper, &native).await;
    world.is_held("ONCE15").await;
    let held = async |world: &World| world.is_held("ONCE15").await;
    world.enter(&shopper, "SAVE10").await;
    held(&world).await;
    world.cart_goes_on(&mut shopper, "TAKE20", held).await;
}

/// An order that is never known to have used a code, and comes to nothing.
#[tokio::test]
async fn what_was_never_decided_comes_free_with_its_order() {
    for after_hours in [0, 3] {
        let world = shop_that_hides_coupons().await;
        let (_, order) = one_known_and_one_not(&world).await;
        world.hours(after_hours).await;
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        world.hours(1).await;
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{after_hours}");
        assert_eq!(world.usage("ONCE50").await, (0, 0), "{after_hours}");
    }
}
