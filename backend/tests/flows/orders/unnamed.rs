//! Orders that do not name what paid for them: which certificates did, and what a coupon took off the items
//! that it added.

use std::time::Duration;

use serde_json::json;
use voucherbridge::domain::lock::LockState;
use voucherbridge_stand_in::{
    bigcommerce::model::{Decimal, Order, order::status},
    shopper::Shopper,
};

use crate::{
    money::{PHONE, SHIRT, cents},
    world::World,
};

/// What jobs never come to an end of takes longer.
const NO_END: Duration = Duration::from_secs(30);

/// It is placed, and nothing says that it is paid.
fn waits(order: &mut Order) {
    order.paid = false;
    order.status_id = status::MANUAL_VERIFICATION;
}

/// It is paid, and its payments are not told.
fn is_paid_and_names_none(order: &mut Order) {
    order.paid = true;
    order.status_id = status::AWAITING_FULFILLMENT;
    order.transactions.clear();
}

/// A cart that shrank to a T-shirt, of which no code knows, is ordered; answers what certificates paid.
async fn ordered_when_less(shopper: &mut Shopper) -> (i64, i64) {
    shopper.remove_last_item().await.unwrap();
    let total = cents(&shopper.read().await.unwrap()["grandTotal"]);
    (shopper.place_order_without_payment().await.unwrap(), total)
}

/// The order waits for its payment and names neither; it is told in whatever order.
#[tokio::test]
async fn a_certificate_that_pays_nothing_is_let_go_of_once() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut shopper = world.shopper_with(&[SHIRT, PHONE]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    world.pay_with(&mut shopper, "GIFT25").await;
    shopper.remove_last_item().await.unwrap();
    world.refresh(&shopper).await;
    let locks = world.locks(&shopper).await;
    let held: Vec<_> = locks
        .iter()
        .filter(|lock| lock.state == LockState::Held)
        .collect();
    assert_eq!(held.len(), 2);
    assert_eq!(held[1].discount.0, 0);
    // Nobody tells that there is more to pay now.
    shopper.add_items(&[PHONE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.change_order(order, |order| order.transactions.clear());
    let told = tokio::time::timeout(NO_END, world.order_event(order)).await;
    assert!(told.is_ok(), "jobs ask for each other without an end");
    let locks = world.locks(&shopper).await;
    let state = |code: &str| {
        let last = locks.iter().rfind(|lock| lock.code.as_str() == code);
        last.unwrap().state
    };
    assert_eq!(state("GIFT50"), LockState::Ordered);
    assert_eq!(state("GIFT25"), LockState::Released);
    assert_eq!(world.card("GIFT25").await, (2_500, 0));
}

/// The order names the certificates of two carts at first, and no more when it is paid.
#[tokio::test]
async fn what_certificates_of_two_carts_paid_is_spent_once() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut owner = world.shopper().await;
    let (native, _) = world.pay_with(&mut owner, "GIFT50").await;
    let mut other = world.shopper_with(&[SHIRT, PHONE]).await;
    world.pay_with(&mut other, "GIFT25").await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let (order, total) = ordered_when_less(&mut other).await;
    assert!((2_500..5_000).contains(&total), "{total}");
    world.change_order(order, waits);
    world.order_event(order).await;
    world.names_come().await;
    for shopper in [&owner, &other] {
        assert_eq!(world.state(shopper).await, "ordered");
    }
    world.change_order(order, is_paid_and_names_none);
    world.order_event(order).await;
    assert_eq!(world.card("GIFT25").await, (0, 0));
    assert_eq!(world.card("GIFT50").await, (7_500 - total, 0));
}

/// One paid all, and is redeemed; the other is let go of, which does not succeed at once.
#[tokio::test]
async fn what_is_redeemed_is_not_paid_by_another_certificate_again() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut shopper = world.shopper_with(&[SHIRT, PHONE]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    world.pay_with(&mut shopper, "GIFT25").await;
    let (order, total) = ordered_when_less(&mut shopper).await;
    world.change_order(order, is_paid_and_names_none);
    let busy = json!({"method": "GET", "path": "/v2/orders$", "action": {"kind": "status",
        "status": 503, "body": {}}});
    world.fault(world.url_of("shop"), &busy).await;
    for _ in 0..2 {
        world.order_event(order).await;
    }
    assert_eq!(world.card("GIFT50").await.0, 5_000 - total);
    assert_eq!(world.card("GIFT25").await.0, 2_500);
    world.stand_in.shop_kit.faults.clear();
    let swept = tokio::time::timeout(NO_END, world.hours(1)).await;
    assert!(swept.is_ok(), "jobs ask for each other without an end");
    assert_eq!(world.card("GIFT25").await, (2_500, 0));
}

/// The store leaves the price of what a coupon adds out of what the coupon took off. Counted off, the sum
/// would be that of the codes but the last.
#[tokio::test]
async fn free_items_that_are_no_part_of_the_sum_leave_no_code_out() {
    // One coupon has several rules, and is named by the order itself.
    let position = json!({
        "order_lines_name_coupons": false, "order_coupons_hidden_reads": 0,
        "only_first_rule_applies": false,
    });
    let world = World::with(&position).await;
    world.charges_list_prices().await;
    // As much as the socks cost.
    let last = json!({"code": "SEVEN50", "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "AMOUNT", "amount_off": 750, "effect": "APPLY_TO_ORDER"}});
    world.make_voucher(&last).await;
    let mut shopper = world.shopper().await;
    for code in ["TAKE20", "FREESOCKS", "SEVEN50"] {
        world.add(&mut shopper, code).await;
    }
    let order = shopper.place_order("cod").await.unwrap();
    world.change_order(order, |order| {
        let coupon = &mut order.coupons[0];
        assert_eq!(coupon.amount, Decimal::cents(2_750 + 750));
        coupon.amount = Decimal::cents(2_750);
    });
    world.order_event(order).await;
    let lock = world.locks(&shopper).await.remove(0);
    assert_eq!(lock.order_discount, Some(lock.discount));
    for code in ["TAKE20", "FREESOCKS", "SEVEN50"] {
        assert_eq!(world.usage(code).await, (1, 0), "{code}");
    }
}
