//! Codes that wait for an order, in a session beside that of their cart: how they leave it, come back to
//! it, and are redeemed with what the same order used.

use serde_json::{Value, json};
use voucherbridge::domain::lock::{Apart, Lock};
use voucherbridge_api_types::ApplyResponse;
use voucherbridge_stand_in::shopper::Shopper;

use super::sessions::{order_beside_its_open_cart, shop_that_hides_coupons};
use crate::{
    stories::shop_with_coupons,
    world::{World, coupons},
};

impl World {
    async fn lock_of(&self, shopper: &Shopper, code: &str) -> Lock {
        let mut all = self.locks(shopper).await.into_iter();
        all.rfind(|lock| lock.parts().iter().any(|(own, _)| own.as_str() == code))
            .unwrap()
    }

    async fn validations_are_refused(&self, rule: Value) {
        let action = json!({"kind": "status", "status": 400,
            "body": {"code": 400, "key": "invalid_payload", "message": "no", "details": "no"}});
        let mut rule = rule;
        rule["method"] = json!("POST");
        rule["path"] = json!("/v1/validations$");
        rule["action"] = action;
        self.fault(self.url_of("voucherify"), &rule).await;
    }

    /// The redemptions that were asked for.
    fn redemptions(&self) -> Vec<Value> {
        let calls = self.calls("voucherify", 0).into_iter();
        let asked = calls.filter(|call| call.method == "POST" && call.path == "/v1/redemptions");
        asked.map(|call| call.request_body).collect()
    }

    /// How often a code was let go of.
    fn releases(&self, code: &str) -> usize {
        let path = format!("/v1/vouchers/{code}/sessions/");
        let calls = self.calls("voucherify", 0);
        let mut own = calls.iter().filter(|call| call.path.starts_with(&path));
        own.by_ref().filter(|call| call.method == "DELETE").count()
    }

    /// The order names our coupons from now on.
    async fn names_its_coupons(&self, order: i64, locks: &[Lock]) {
        let coupon = |lock: &Lock| {
            json!({"id": 1, "coupon_id": 1, "order_id": order, "code": lock.native_code.as_str(),
                "amount": "1.0000", "type": 0, "discount": 1.0})
        };
        let named: Vec<Value> = locks.iter().map(coupon).collect();
        let action = json!({"kind": "status", "status": 200, "body": named});
        let path = format!("/v2/orders/{order}/coupons");
        let rule = json!({"method": "GET", "path": path, "action": action});
        self.fault(self.url_of("shop"), &rule).await;
    }
}

/// A declined order of a cart on which another code was put since. Staff say that the order will be paid: nothing
/// tells that it did not use that code, which is on the open cart.
async fn waits_on_its_open_cart(world: &World) -> (Shopper, i64) {
    let mut shopper = world.shopper().await;
    shopper.apply_coupon("NATIVE5").await.unwrap();
    let declined = shopper.pay_by_card().await.unwrap();
    assert!(!declined.paid);
    world.apply(&mut shopper, "ONCE15").await;
    world.mark_order(declined.id, "manual-check").await;
    world.order_event(declined.id).await;
    let lock = world.lock_of(&shopper, "ONCE15").await;
    assert_eq!(lock.state.as_str(), "ordered");
    assert_eq!(lock.apart.map(Apart::as_str), Some("order_coupons_unknown"));
    let shown = coupons(&shopper.read().await.unwrap());
    assert!(shown.iter().any(|(code, _)| lock.native_code.is(code)));
    (shopper, declined.id)
}

/// While it waits, a gift card takes the key of its cart's session: under one key only one of them can be
/// held.
#[tokio::test]
async fn a_code_that_comes_back_to_its_cart_leaves_a_gift_card_its_session() {
    let world = shop_that_hides_coupons().await;
    world.takes_amounts_as_told().await;
    let (mut shopper, order) = waits_on_its_open_cart(&world).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let are_held = async |what: &str| {
        assert_eq!(world.usage("ONCE15").await, (0, 1), "{what}");
        assert_eq!(world.card("GIFT50").await, (5_000, 5_000), "{what}");
    };
    are_held("beside the card").await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    let back = world.lock_of(&shopper, "ONCE15").await;
    assert_eq!((back.state.as_str(), back.apart), ("held", None));
    let card = world.lock_of(&shopper, "GIFT50").await;
    assert_ne!(back.session, card.session);
    are_held("back on the cart").await;
    shopper.change_quantity(2).await.unwrap();
    let looked = world.refresh(&shopper).await;
    assert_eq!(looked.dropped, []);
    are_held("of the cart that changed").await;
    shopper.change_quantity(1).await.unwrap();
    world.settle_page(&mut shopper).await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.hours(1).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    assert_eq!(world.card("GIFT50").await, (0, 0));
}

/// A code that waits for an order gives its cart nothing, but while the checkout shows its coupon no other one
/// finds room there.
#[tokio::test]
async fn the_coupon_of_a_code_that_waits_is_no_room_for_others() {
    let world = shop_that_hides_coupons().await;
    let (mut shopper, _) = waits_on_its_open_cart(&world).await;
    for code in ["SAVE10", "TAKE20"] {
        let ApplyResponse::Applied { native_codes, .. } =
            world.type_code(&shopper, code).await.unwrap()
        else {
            panic!("{code} is refused");
        };
        let shown = coupons(&shopper.read().await.unwrap());
        for native in native_codes {
            if !shown.iter().any(|(code, _)| *code == native) {
                let put = shopper.apply_coupon(&native).await;
                assert!(put.is_ok(), "{code}: {put:?}");
            }
        }
    }
    let of = async |code: &str| world.lock_of(&shopper, code).await.native_code;
    assert_eq!(of("SAVE10").await, of("TAKE20").await);
}

/// Voucherify refuses for good to hold what waits for an order: its cart goes on.
#[tokio::test]
async fn what_cannot_be_held_for_an_order_does_not_stop_its_cart() {
    let world = shop_that_hides_coupons().await;
    let (shopper, _) = order_beside_its_open_cart(&world).await;
    world.validations_are_refused(json!({"times": 1})).await;
    let entered = world.enter(&shopper, "TAKE20").await;
    assert_eq!(entered.natives.len(), 1);
    assert_eq!(world.usage("TAKE20").await.1, 1);
}

/// The same for its order: the redemption tells whether the code can be used.
#[tokio::test]
async fn what_cannot_be_held_for_an_order_does_not_stop_the_order() {
    let world = shop_with_coupons(3).await;
    let mut owner = world.shopper().await;
    let native = world.apply(&mut owner, "ONCE15").await;
    world.apply(&mut owner, "ONCE50").await;
    let order = world.taken_by_another(native.as_str(), "cod").await;
    world.validations_are_refused(json!({})).await;
    world.a_person_redeems(order).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

/// A cart of two codes was ordered with the coupon of ONCE50 alone: that of ONCE15 was taken off without a
/// word. So often, the order is asked before it lists its coupons.
async fn ordered_without_one(hidden_reads: usize) -> (World, i64) {
    let world = shop_with_coupons(3).await;
    let hidden = json!({"order_coupons_hidden_reads": hidden_reads});
    world.switch_shop(&hidden).await;
    let mut shopper = world.shopper().await;
    let left = world.apply(&mut shopper, "ONCE15").await;
    world.apply(&mut shopper, "ONCE50").await;
    shopper.remove_coupon(left.as_str()).await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    (world, order)
}

impl World {
    /// BigCommerce tells of the order until that lists its coupons. Before, the code that is paid waits for
    /// the other: one redemption takes all that an order used.
    async fn tells_until_listed(&self, order: i64, hidden_reads: usize) {
        for _ in 0..hidden_reads {
            self.order_event(order).await;
            self.is_held("ONCE50").await;
            self.is_held("ONCE15").await;
        }
        self.order_event(order).await;
    }
}

/// The code that was left behind is let go of, and the one that is paid is held until it is redeemed.
#[tokio::test]
async fn a_paid_code_is_held_all_the_time_though_one_beside_it_was_left_behind() {
    for hidden_reads in [0, 1, 2] {
        let (world, order) = ordered_without_one(hidden_reads).await;
        let releases = world.releases("ONCE50");
        world.tells_until_listed(order, hidden_reads).await;
        assert_eq!(world.usage("ONCE50").await, (1, 0), "{hidden_reads}");
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{hidden_reads}");
        assert_eq!(world.releases("ONCE50"), releases, "{hidden_reads}");
    }
}

/// What is left behind cannot be released now: the order does not wait for that.
#[tokio::test]
async fn a_paid_code_does_not_wait_for_one_that_cannot_be_released() {
    for hidden_reads in [0, 1, 2] {
        let (world, order) = ordered_without_one(hidden_reads).await;
        let action = json!({"kind": "status", "status": 500, "body": {}});
        let rule = json!({"method": "DELETE", "path": "/v3/promotions/[0-9]+$", "action": action});
        world.fault(world.url_of("shop"), &rule).await;
        world.tells_until_listed(order, hidden_reads).await;
        assert_eq!(world.usage("ONCE50").await, (1, 0), "{hidden_reads}");
        world.is_held("ONCE15").await;
    }
}

/// Of one code its count tells that the order used it, of the other nothing does for a while, and it leaves
/// their cart's session: one redemption takes both.
#[tokio::test]
async fn codes_of_one_order_that_wait_in_two_sessions_are_one_redemption() {
    let world = shop_that_hides_coupons().await;
    let counts = json!({"unfinished_orders_count_as_uses": true});
    world.shop_control("PUT", "switches", &counts).await;
    let mut shopper = world.shopper().await;
    let first = world.apply(&mut shopper, "ONCE15").await;
    let promotion = world.promotions().await[0]["id"].as_i64().unwrap();
    world.apply(&mut shopper, "ONCE50").await;
    shopper.remove_coupon(first.as_str()).await.unwrap();
    let declined = shopper.pay_by_card().await.unwrap();
    // The coupon comes back to the cart, and may be used once more.
    world.order_event(declined.id).await;
    world.merchant_deletes(promotion).await;
    world.mark_order(declined.id, "manual-check").await;
    world.order_event(declined.id).await;
    let known = world.lock_of(&shopper, "ONCE50").await;
    assert_eq!((known.state.as_str(), known.apart), ("ordered", None));
    let waits = world.lock_of(&shopper, "ONCE15").await;
    assert_eq!(
        waits.apart.map(Apart::as_str),
        Some("order_coupons_unknown")
    );
    // The cart is open still, and asked about.
    world.before_order(&shopper).await.unwrap();
    let apart = world.lock_of(&shopper, "ONCE15").await;
    assert_ne!(apart.session, known.session, "it left");
    world.mark_order(declined.id, "paid").await;
    world.order_event(declined.id).await;
    assert_eq!(world.redemptions().len(), 0, "one waits for the other");
    world.is_held("ONCE15").await;
    world.is_held("ONCE50").await;
    let locks = world.locks(&shopper).await;
    world.names_its_coupons(declined.id, &locks).await;
    world.order_event(declined.id).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    assert_eq!(world.usage("ONCE50").await, (1, 0));
    assert_eq!(world.redemptions().len(), 1, "{:?}", world.redemptions());
}
