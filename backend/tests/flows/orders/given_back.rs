//! Cancelled orders whose redemptions Voucherify will not roll back: they are too old, or one is
//! refused while others are not.

use serde_json::json;
use voucherbridge::{database::redemptions, domain::OrderId};

use crate::world::World;

/// Further back than three months, after which Voucherify rolls nothing back (Rollback Redemption).
const LONG_AGO_SECONDS: i64 = 100 * 24 * 60 * 60;

/// Code, state and reason.
type Written = (String, &'static str, Option<String>);

impl World {
    /// What is written down of an order's codes.
    async fn written(&self, order: i64) -> Vec<Written> {
        let mut tx = self.context.database.begin().await.unwrap();
        let store = &self.connection.store;
        let rows = redemptions::of_order(tx.connection(), store, OrderId(order)).await;
        let row = |one: redemptions::Redemption| {
            let code = one.code.as_str().to_owned();
            (code, one.state.as_str(), one.reason)
        };
        rows.unwrap().into_iter().map(row).collect()
    }

    /// Voucherify's id of the redemption of a code.
    async fn redemption_of(&self, code: &str) -> String {
        let state = self.voucherify_state().await;
        let mut all = state["redemptions"].as_array().unwrap().iter();
        let one = all.find(|one| one["voucher"]["code"] == code).unwrap();
        one["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn cards_of_an_old_order_get_their_money_and_its_coupon_waits_for_a_person() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    world.pay_with(&mut shopper, "GIFT50 GIFT25").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    assert_eq!(world.card("GIFT50").await, (0, 0));

    world.move_time(LONG_AGO_SECONDS);
    world.mark_order(order, "cancelled").await;
    for _ in 0..2 {
        world.order_event(order).await;
    }
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    assert_eq!(world.card("GIFT25").await, (2_500, 0));
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    let too_old = Some("rollback_period_exceeded".to_owned());
    let expected = [
        ("GIFT25".to_owned(), "rolled_back", None),
        ("GIFT50".to_owned(), "rolled_back", None),
        ("ONCE15".to_owned(), "not_returned", too_old.clone()),
    ];
    assert_eq!(world.written(order).await, expected);
    let locks = world.locks(&shopper).await;
    let ends = locks
        .iter()
        .map(|lock| (lock.state.as_str(), lock.refused_because.clone()));
    let ends: Vec<_> = ends.collect();
    assert!(ends.contains(&("needs_person", too_old)), "{ends:?}");
    assert!(ends.contains(&("rolled_back", None)), "{ends:?}");
}

#[tokio::test]
async fn what_is_refused_of_one_code_does_not_stop_the_others() {
    // A refusal for good, and a failure that goes on.
    for (status, key) in [(400, "some_refusal"), (500, "internal_error")] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        let coupon = world.redemption_of("ONCE15").await;
        let fault = json!({"method": "POST", "path": format!("/{coupon}/rollback$"),
            "action": {"kind": "status", "status": status, "body": {"key": key}}});
        world.fault(world.url_of("voucherify"), &fault).await;
        world.mark_order(order, "refunded").await;
        for _ in 0..2 {
            world.order_event(order).await;
        }
        assert_eq!(world.card("GIFT50").await, (5_000, 0), "{status}");
        let states: Vec<_> = world.written(order).await;
        let coupon = if status == 400 {
            ("not_returned", Some(key.to_owned()))
        } else {
            ("redeemed", None)
        };
        assert_eq!(states[0].1, "rolled_back", "{status}");
        assert_eq!((states[1].1, states[1].2.clone()), coupon, "{status}");
    }
}

#[tokio::test]
async fn a_stack_that_is_too_old_is_written_down_code_by_code() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "SAVE10,TAKE20").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.move_time(LONG_AGO_SECONDS);
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    let states = world.written(order).await;
    assert_eq!(states.len(), 2);
    let kept = |one: &Written| one.1 == "not_returned" && one.2.is_some();
    assert!(states.iter().all(kept), "{states:?}");
}
