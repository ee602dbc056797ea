//! The page is about to place its order, some time after the codes were typed.

use serde_json::json;
use voucherbridge::{domain::messages::Voice, error::FlowError, flows::checkout::before_order};
use voucherbridge_api_types::BeforeOrderResponse;
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    platforms::faults,
    stories::shop_with_coupons,
    world::{World, checkout_of, coupons},
};

/// More than the minute for which the module believes Voucherify's word.
const A_WHILE: i64 = 61;

impl World {
    pub async fn before_order(&self, shopper: &Shopper) -> Result<BeforeOrderResponse, FlowError> {
        let checkout = checkout_of(shopper);
        let voice = Voice::default();
        before_order::look(&self.context, &self.connection, &checkout, voice).await
    }

    async fn stands(&self, shopper: &Shopper) -> bool {
        self.before_order(shopper).await.unwrap().stands
    }

    /// How often BigCommerce was told to change something.
    fn writes(&self) -> usize {
        let calls = self.calls("management", 0);
        calls.iter().filter(|call| call.method != "GET").count()
    }
}

/// Both positions of what a failed validation does to what the session held.
async fn worlds() -> [World; 2] {
    let world = |releases: bool| async move {
        let world = World::new().await;
        let switch = json!({ "failed_validation_releases_session": releases });
        world.voucherify_control("PUT", "switches", &switch).await;
        world
    };
    [world(true).await, world(false).await]
}

#[tokio::test]
async fn a_code_disabled_since_it_was_typed_keeps_the_order_and_leaves_at_the_next_look() {
    for world in worlds().await {
        let mut shopper = world.shopper().await;
        let native = world.apply(&mut shopper, "ONCE15").await;
        world.disable("ONCE15").await;
        world.move_time(A_WHILE);
        let writes = world.writes();
        let answer = world.before_order(&shopper).await.unwrap();
        assert!(!answer.stands);
        assert!(
            answer
                .message
                .starts_with("The code ONCE15 was taken off. "),
            "{}",
            answer.message
        );
        // The page may have stopped waiting and placed the order: its price is the one on screen.
        assert_eq!(world.writes(), writes);
        let shown = shopper.read().await.unwrap();
        assert_eq!(coupons(&shown)[0].0, native.as_str());

        let refreshed = world.refresh(&shopper).await;
        assert!(refreshed.changed && refreshed.codes.is_empty());
        assert_eq!(refreshed.dropped[0].message, answer.message);
        assert_eq!(shopper.read().await.unwrap()["coupons"], json!([]));
        assert!(world.stands(&shopper).await);
        assert_eq!(world.usage("ONCE15").await, (0, 0));
    }
}

#[tokio::test]
async fn a_code_that_expired_since_it_was_typed_keeps_the_order() {
    let world = World::new().await;
    let ends = world.context.clock.now_ms() / 1_000 + 30;
    let ends = time::OffsetDateTime::from_unix_timestamp(ends).unwrap();
    let ends = ends
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    let voucher = json!({"code": "SOON", "type": "DISCOUNT_VOUCHER", "expiration_date": ends,
        "discount": {"type": "AMOUNT", "amount_off": 500}});
    world.make_voucher(&voucher).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SOON").await;
    world.move_time(A_WHILE);
    let answer = world.before_order(&shopper).await.unwrap();
    assert_eq!(
        answer.message,
        "The code SOON was taken off. This code has expired."
    );
    assert!(!answer.stands);
}

#[tokio::test]
async fn a_code_that_holds_costs_one_validation_and_changes_nothing() {
    for world in worlds().await {
        world.takes_amounts_as_told().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        let (asked, writes) = (world.calls("voucherify", 0).len(), world.writes());
        world.move_time(A_WHILE);
        assert!(world.stands(&shopper).await);
        assert_eq!(world.calls("voucherify", 0).len(), asked + 1);
        assert_eq!(world.writes(), writes);

        assert!(!world.is_open(&shopper).await);
        assert_eq!(world.usage("ONCE15").await, (0, 1));
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed");
        assert_eq!(world.usage("ONCE15").await, (1, 0));
    }
}

#[tokio::test]
async fn of_several_codes_the_one_that_is_lost_is_named_and_the_others_are_held() {
    for world in worlds().await {
        world.takes_amounts_as_told().await;
        let mut shopper = world.shopper().await;
        world.add(&mut shopper, "ONCE15,ONCE50").await;
        world.disable("ONCE15").await;
        world.move_time(A_WHILE);
        let answer = world.before_order(&shopper).await.unwrap();
        assert!(answer.message.contains("ONCE15"), "{}", answer.message);
        assert!(!answer.message.contains("ONCE50"), "{}", answer.message);
        let refreshed = world.refresh(&shopper).await;
        assert_eq!(refreshed.codes.len(), 1);
        assert_eq!(refreshed.dropped.len(), 1);
        assert_eq!(world.usage("ONCE50").await, (0, 1));
        world.counted_again(&mut shopper).await;
        assert!(world.stands(&shopper).await);
    }
}

/// A code that the shopper took off, of which nobody was told, is no part of the order.
#[tokio::test]
async fn a_code_that_is_not_on_the_order_keeps_none() {
    for ordered in [false, true] {
        let world = shop_with_coupons(2).await;
        world.takes_amounts_as_told().await;
        let mut shopper = world.shopper().await;
        world.add(&mut shopper, "TAKE20").await;
        let (natives, _) = world.add(&mut shopper, "SAVE10").await;
        if !ordered {
            shopper.remove_coupon(&natives[0]).await.unwrap();
        }
        world
            .voucherify_control("DELETE", "vouchers/SAVE10", &json!(null))
            .await;
        let other = json!({"code": "SAVE10", "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "AMOUNT", "amount_off": 100}});
        world.make_voucher(&other).await;
        world.move_time(A_WHILE);
        assert_eq!(world.stands(&shopper).await, !ordered);
    }
}

#[tokio::test]
async fn a_gift_card_disabled_since_it_was_typed_keeps_the_order() {
    for world in worlds().await {
        let mut shopper = world.shopper().await;
        world.pay_with(&mut shopper, "GIFT50").await;
        world.move_time(A_WHILE);
        let writes = world.writes();
        assert!(world.stands(&shopper).await);
        world.disable("GIFT50").await;
        let answer = world.before_order(&shopper).await.unwrap();
        assert!(!answer.stands);
        assert!(answer.message.contains("GIFT50"), "{}", answer.message);
        assert_eq!(world.writes(), writes);
        assert_eq!(world.refresh(&shopper).await.dropped.len(), 1);
        assert!(world.stands(&shopper).await);
    }
}

#[tokio::test]
async fn a_cart_that_changed_unseen_keeps_the_order_until_the_amount_is_right() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "SAVE10").await;
    shopper.change_quantity(2).await.unwrap();
    let answer = world.before_order(&shopper).await.unwrap();
    assert_eq!((answer.stands, answer.message.as_str()), (false, ""));
    assert!(world.refresh(&shopper).await.changed);
    world.counted_again(&mut shopper).await;
    assert!(world.stands(&shopper).await);
}

/// Whatever fails, the order can be placed, and its code is redeemed.
#[tokio::test]
async fn a_platform_that_fails_refuses_no_order() {
    for (platform, method, path) in [
        ("voucherify", "POST", "/v1/validations"),
        ("shop", "GET", "/v3/checkouts/"),
    ] {
        for action in faults() {
            let world = World::new().await;
            world.takes_amounts_as_told().await;
            let mut shopper = world.shopper().await;
            world.apply(&mut shopper, "ONCE15").await;
            world.move_time(A_WHILE);
            let rule = json!({"method": method, "path": path, "times": 1, "action": action});
            world.fault(world.url_of(platform), &rule).await;
            let what = format!("{method} {path} {action}");
            assert!(world.before_order(&shopper).await.is_err(), "{what}");
            // A second try is not refused for what the first left.
            world.faulty_call_ends(platform).await;
            world.move_time(2);
            assert!(world.stands(&shopper).await, "{what}");
            let order = shopper.place_order("cod").await.unwrap();
            world.order_event(order).await;
            world.move_time(120);
            world.settle().await;
            assert_eq!(world.state(&shopper).await, "redeemed", "{what}");
            assert_eq!(world.usage("ONCE15").await, (1, 0), "{what}");
        }
    }
}

#[tokio::test]
async fn a_checkout_without_codes_costs_nothing() {
    let world = World::new().await;
    let shopper = world.shopper().await;
    let before = world.calls("management", 0).len();
    assert!(world.stands(&shopper).await);
    assert_eq!(world.calls("management", 0).len(), before);
}
