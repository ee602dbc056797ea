//! A checkout that shows other discounts than were calculated: the store counts again, for which coupons are
//! taken off and put on again, and none stays off because a call failed.

use serde_json::json;
use voucherbridge::worker;
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    coupons::unknowns::{CART, agrees},
    platforms::faults,
    world::{World, coupons},
};

const COUPONS: &str = "/v3/checkouts/[^/]+/coupons";

/// A checkout that shows less than its codes give: the store runs the first rule alone.
async fn differing() -> (World, Shopper) {
    let world = World::with(&json!({"only_first_rule_applies": true})).await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(CART).await;
    for code in ["CASE5", "SAVE10"] {
        world.add(&mut shopper, code).await;
    }
    assert_eq!(coupons(&shopper.read().await.unwrap())[0].1, 500);
    (world, shopper)
}

impl World {
    async fn coupons_fail(&self, method: &str, times: i64, action: &serde_json::Value) {
        let rule = json!({"method": method, "path": COUPONS, "times": times, "action": action});
        self.fault(self.url_of("shop"), &rule).await;
    }

    /// What a page asks, whatever comes of it.
    async fn asks(&self, shopper: &Shopper) {
        use crate::world::checkout_of;
        use voucherbridge::domain::messages::Voice;
        use voucherbridge::flows::{checkout::refresh_checkout::refresh, codes::asker::Asker};
        let (checkout, asker) = (checkout_of(shopper), Asker::Page(Voice::default()));
        let _ = refresh(&self.context, &self.connection, &checkout, asker).await;
    }
}

#[tokio::test]
async fn a_coupon_is_put_on_again_though_a_call_fails() {
    for method in ["POST", "DELETE"] {
        for action in faults() {
            let (world, mut shopper) = differing().await;
            world.coupons_fail(method, 1, &action).await;
            world.asks(&shopper).await;
            let what = format!("{method} {action}");
            // No call at all is taken for a while.
            if action["status"] == 429 {
                world.move_time(61);
                worker::drain(&world.context).await.unwrap();
            }
            let shown = coupons(&shopper.read().await.unwrap());
            assert_eq!(shown.len(), 1, "{what}: {shown:?}");
            // A late request arrives before a minute is over.
            if action["kind"] == "delay" {
                world.faulty_call_ends("shop").await;
            }
            world.move_time(61);
            let (codes, sentences) = world.settle_page(&mut shopper).await;
            assert_eq!(
                (codes.len(), sentences.len()),
                (2, 0),
                "{what}: {sentences:?}"
            );
            agrees(&mut shopper, &codes, &what).await;
        }
    }
}

/// The page goes away while nothing can be put on: the job does.
#[tokio::test]
async fn a_coupon_that_could_not_be_put_on_again_is_put_on_by_the_job() {
    for times in [2, 3, 4, 5] {
        let (world, mut shopper) = differing().await;
        let action = json!({"kind": "status", "status": 503, "headers": {}, "body": {}});
        world.coupons_fail("POST", times, &action).await;
        world.asks(&shopper).await;
        assert_eq!(coupons(&shopper.read().await.unwrap()), [], "{times}");
        for _ in 0..3 {
            world.move_time(61);
            worker::drain(&world.context).await.unwrap();
        }
        let shown = coupons(&shopper.read().await.unwrap());
        assert_eq!(shown.len(), 1, "{times}: {shown:?}");
        let (codes, sentences) = world.settle_page(&mut shopper).await;
        assert_eq!(
            (codes.len(), sentences.len()),
            (2, 0),
            "{times}: {sentences:?}"
        );
        agrees(&mut shopper, &codes, "put on by the job").await;
    }
}

/// The same for a coupon that the store took off by itself, and a cart that changed.
#[tokio::test]
async fn a_coupon_that_the_store_took_off_comes_back_though_calls_fail() {
    for (times, comes_at_once) in [(1, true), (2, false)] {
        let world = World::with(&json!({"promotions_evaluated_on_read": false})).await;
        world.takes_amounts_as_told().await;
        let mut shopper = world.shopper_with(&[(112, 213, 3)]).await;
        world.apply(&mut shopper, "SAVE10").await;
        let native = coupons(&shopper.read().await.unwrap())[0].0.clone();
        shopper.remove_coupon(&native).await.unwrap();
        shopper.change_quantity(2).await.unwrap();
        let action = json!({"kind": "status", "status": 503, "headers": {}, "body": {}});
        world.coupons_fail("POST", times, &action).await;
        world.asks(&shopper).await;
        let shown = coupons(&shopper.read().await.unwrap());
        assert_eq!(shown.len(), usize::from(comes_at_once), "{times}");
        world.move_time(61);
        worker::drain(&world.context).await.unwrap();
        assert_eq!(coupons(&shopper.read().await.unwrap()).len(), 1, "{times}");
        let (codes, sentences) = world.settle_page(&mut shopper).await;
        assert_eq!(
            (codes.len(), sentences.len()),
            (1, 0),
            "{times}: {sentences:?}"
        );
        agrees(&mut shopper, &codes, "put back").await;
    }
}

/// A job takes no coupon off while the page may be having the store count again.
#[tokio::test]
async fn a_job_waits_until_the_page_has_counted() {
    let (world, mut shopper) = differing().await;
    let since = u64::try_from(world.stand_in.shop_kit.calls.list(0, "").len()).unwrap();
    world.look_by_job(&shopper).await;
    let calls = world.calls("management", since);
    assert!(
        calls.iter().all(|call| call.method != "DELETE"),
        "too early"
    );
    world.move_time(61);
    worker::drain(&world.context).await.unwrap();
    let (codes, sentences) = world.settle_page(&mut shopper).await;
    assert_eq!((codes.len(), sentences.len()), (2, 0));
    agrees(&mut shopper, &codes, "after the job").await;
}

/// The page waits for four seconds: no question of it costs more calls than that is time for.
#[tokio::test]
async fn no_question_of_a_page_takes_long() {
    let (world, mut shopper) = differing().await;
    for _ in 0..6 {
        world.counted_again(&mut shopper).await;
        world.stand_in.shop_kit.calls.clear();
        world.stand_in.voucherify_kit.calls.clear();
        let changed = world.refresh(&shopper).await.changed;
        let shop = world.stand_in.shop_kit.calls.list(0, "").len();
        let calls = shop + world.stand_in.voucherify_kit.calls.list(0, "").len();
        assert!(calls <= 12, "{calls} calls");
        if !changed {
            return;
        }
    }
    panic!("the checkout does not come to rest");
}

impl World {
    /// How often a coupon was asked to be put on a checkout.
    fn tries(&self) -> usize {
        let calls = self.calls("management", 0);
        let mut own = calls.iter().filter(|call| call.method == "POST");
        own.by_ref()
            .filter(|call| call.path.contains("/v3/checkouts/") && call.path.ends_with("/coupons"))
            .count()
    }

    async fn one_use_of(&self, codes: &[&str]) {
        for code in codes {
            let voucher = json!({"code": code, "type": "DISCOUNT_VOUCHER",
                "discount": {"type": "AMOUNT", "amount_off": 500, "effect": "APPLY_TO_ORDER"},
                "redemption": {"quantity": 1}});
            self.voucherify_control("POST", "vouchers", &voucher).await;
        }
    }
}

/// A token that is not good twice is an answer: the codes leave with a sentence, and no job asks on.
#[tokio::test]
async fn a_token_that_is_refused_is_not_asked_with_each_minute() {
    for status in [401, 403] {
        let (world, mut shopper) = differing().await;
        let action = json!({"kind": "status", "status": status, "headers": {}, "body": {}});
        world.coupons_fail("POST", 1_000, &action).await;
        let (codes, sentences) = world.settle_page(&mut shopper).await;
        assert_eq!(codes.len(), 0, "{status}: {codes:?}");
        assert_eq!(sentences.len(), 2, "{status}: {sentences:?}");
        let tries = world.tries();
        assert!(tries <= 4, "{status}: {tries} tries");
        world.time_goes_by(10, 1, async |_| {}).await;
        assert_eq!(world.tries(), tries, "{status}");
        assert_eq!(world.promotions().await.len(), 0, "{status}");
    }
}

/// The store cannot put a coupon on for hours, and the page is gone: it is tried less and less often, and the
/// code is held no longer than that of any cart that nobody looks at.
#[tokio::test]
async fn a_coupon_that_can_never_be_put_on_is_not_held_for_ever() {
    let action = json!({"kind": "status", "status": 503, "headers": {}, "body": {}});
    for counts_again in [false, true] {
        let switches = json!({
            "promotions_evaluated_on_read": false, "only_first_rule_applies": counts_again,
        });
        let world = World::with(&switches).await;
        world.one_use_of(&["FIRST", "SECOND"]).await;
        let mut shopper = world.shopper_with(CART).await;
        for code in ["FIRST", "CASE5"] {
            world.add(&mut shopper, code).await;
        }
        if !counts_again {
            let native = coupons(&shopper.read().await.unwrap())[0].0.clone();
            shopper.remove_coupon(&native).await.unwrap();
            shopper.change_quantity(3).await.unwrap();
        }
        world.coupons_fail("POST", 10_000, &action).await;
        world.asks(&shopper).await;
        assert_eq!(world.usage("FIRST").await, (0, 1), "{counts_again}");
        let before = world.tries();
        world.time_goes_by(30, 1, async |_| {}).await;
        let early = world.tries() - before;
        assert!(early > 0, "{counts_again}: a job tries");
        world.time_goes_by(30, 5, async |_| {}).await;
        let late = world.tries() - before - early;
        assert_eq!(world.usage("FIRST").await, (0, 0), "{counts_again}");
        assert_eq!(world.promotions().await.len(), 0, "{counts_again}");
        assert!(early <= 20 && late <= 60, "{counts_again}: {early}, {late}");
        let tries = world.tries();
        world.time_goes_by(5, 1, async |_| {}).await;
        assert_eq!(world.tries(), tries, "{counts_again}");
    }
}
