//! A lock that is leaving the session of its cart: written down, and nothing of it is held under its own key
//! yet, when it is released, or redeemed with what stayed behind.

use voucherbridge::{
    database::locks,
    domain::{
        OrderId,
        lock::{Lock, LockState, NOT_YET_HELD, ReleaseReason},
    },
};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{stories::shop_with_coupons, world::World};

impl World {
    /// The lock of a code is cut off when it has just begun to leave its session, in that state.
    async fn begins_to_leave(
        &self,
        shopper: &Shopper,
        code: &str,
        state: LockState,
        order: Option<i64>,
    ) -> Lock {
        let mut all = self.locks(shopper).await.into_iter();
        let is_its = |lock: &Lock| lock.parts().iter().any(|(own, _)| own.as_str() == code);
        let mut lock = all.find(is_its).unwrap();
        lock.session = lock.session.left_by(&lock.id);
        lock.session_ends_at_ms = NOT_YET_HELD;
        lock.order = order.map(OrderId);
        lock.state = state;
        if state == LockState::Releasing {
            lock.released_because = Some(ReleaseReason::NeverPaid);
        }
        let mut tx = self.context.database.begin().await.unwrap();
        assert!(locks::put(tx.connection(), &mut lock).await.unwrap());
        tx.commit().await.unwrap();
        lock
    }

    /// How often Voucherify was asked to redeem.
    fn redeemed(&self) -> usize {
        let calls = self.calls("voucherify", 0).into_iter();
        let asked = calls.filter(|call| call.method == "POST" && call.path == "/v1/redemptions");
        asked.count()
    }
}

/// A coupon and a certificate left, and one of each stayed: an order used all four.
#[tokio::test]
async fn of_each_kind_what_stayed_is_redeemed_with_what_left() {
    let world = shop_with_coupons(2).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    world.apply(&mut shopper, "ONCE50").await;
    world.pay_with(&mut shopper, "GIFT50").await;
    world.pay_with(&mut shopper, "GIFT25").await;
    let order = shopper.place_order("cod").await.unwrap();
    for code in ["ONCE15", "GIFT50"] {
        let state = LockState::Ordered;
        world
            .begins_to_leave(&shopper, code, state, Some(order))
            .await;
    }
    world.order_event(order).await;
    for code in ["ONCE15", "ONCE50"] {
        assert_eq!(world.usage(code).await, (1, 0), "{code}");
    }
    assert_eq!(world.card("GIFT50").await, (0, 0));
    assert_eq!(world.card("GIFT25").await, (0, 0));
    assert_eq!(world.redeemed(), 2, "the coupons, and the cards");
}

/// It was given up, and then an order shows that it was used, alone or with what stayed.
#[tokio::test]
async fn what_is_released_while_it_leaves_is_redeemed_for_the_order_that_used_it() {
    for (codes, redemptions) in [(&["ONCE15"] as &[&str], 1), (&["ONCE15", "ONCE50"], 1)] {
        let world = shop_with_coupons(2).await;
        let mut shopper = world.shopper().await;
        for code in codes {
            world.apply(&mut shopper, code).await;
        }
        let order = shopper.place_order("cod").await.unwrap();
        let state = LockState::Releasing;
        world.begins_to_leave(&shopper, "ONCE15", state, None).await;
        world.order_event(order).await;
        for code in codes {
            assert_eq!(world.usage(code).await, (1, 0), "{code} of {codes:?}");
        }
        assert_eq!(world.redeemed(), redemptions, "{codes:?}");
    }
}

/// Its cart goes on without it: the code is not let go of before its promotion is gone.
#[tokio::test]
async fn what_is_released_while_it_leaves_is_released_before_its_cart_goes_on() {
    let world = shop_with_coupons(2).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    world.apply(&mut shopper, "ONCE50").await;
    let state = LockState::Releasing;
    world.begins_to_leave(&shopper, "ONCE15", state, None).await;
    let fails = serde_json::json!({"kind": "status", "status": 500, "body": {}});
    let rule = serde_json::json!({"method": "DELETE", "path": "/v3/promotions/[0-9]+$",
        "action": fails});
    world.fault(world.url_of("shop"), &rule).await;
    shopper.change_quantity(2).await.unwrap();
    world.refresh_fails(&shopper).await;
    assert_eq!(world.promotions().await.len(), 2);
    world.is_held("ONCE15").await;
    world.stand_in.shop_kit.faults.clear();
    world.refresh(&shopper).await;
    assert_eq!(world.promotions().await.len(), 1);
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    world.is_held("ONCE50").await;
}
