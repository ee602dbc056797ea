//! Orders paid with gift cards: redeemed to the cent, tried again, cancelled, refunded.

use serde_json::json;
use voucherbridge::worker;

use crate::{
    coupons::kinds::promotions,
    money::{PHONE, SHIRT, cents, used},
    platforms::faults,
    world::World,
};

#[tokio::test]
async fn a_paid_order_spends_exactly_what_it_used_and_the_rest_pays_the_next() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    let (native, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    let total = used(&checkout, &native);
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.card("GIFT50").await, (5_000 - total, 0));
    assert_eq!(world.worth(&native).await, 0);

    let mut next = world.shopper().await;
    let (native, checkout) = world.pay_with(&mut next, "GIFT50").await;
    assert_eq!(used(&checkout, &native), 5_000 - total);
    let order = next.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
}

#[tokio::test]
async fn a_cancelled_or_refunded_order_gives_the_money_back_once() {
    for (what, restores) in [
        ("cancelled", false),
        ("refunded", false),
        ("refunded", true),
    ] {
        let switches = json!({ "refund_restores_certificate_balance": restores });
        let world = World::with(&switches).await;
        let mut shopper = world.shopper().await;
        let (native, _) = world.pay_with(&mut shopper, "GIFT50 GIFT25").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.card("GIFT25").await, (0, 0));
        world.mark_order(order, what).await;
        for _ in 0..2 {
            world.order_event(order).await;
        }
        assert_eq!(world.card("GIFT50").await, (5_000, 0), "{what}");
        assert_eq!(world.card("GIFT25").await, (2_500, 0), "{what}");
        assert_eq!(world.worth(&native).await, 0, "{what} {restores}");
    }
}

#[tokio::test]
async fn an_unpaid_order_that_is_cancelled_frees_its_cards() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    assert_eq!(world.worth(&native).await, 0);
}

#[tokio::test]
async fn refunds_to_its_certificate_are_a_cards_and_a_whole_refund_gives_the_rest() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
    world.refund_to(order, "giftcertificate", 1_000).await;
    assert_eq!(world.card("GIFT50").await, (1_000, 0));
    world.refund_to(order, "cod", 20_000).await;
    assert_eq!(world.card("GIFT50").await, (1_000, 0));
    world.mark_order(order, "refunded").await;
    for _ in 0..2 {
        world.order_event(order).await;
    }
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
}

#[tokio::test]
async fn a_declined_payment_is_tried_again_with_the_same_certificate() {
    for marks_declined in [false, true] {
        let switches = json!({ "declined_payment_marks_order_declined": marks_declined });
        let world = World::with(&switches).await;
        let mut shopper = world.shopper().await;
        let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
        let first = shopper.pay_by_card().await.unwrap();
        assert!(!first.paid);
        world.order_event(first.id).await;
        assert_eq!(world.state(&shopper).await, "held", "{marks_declined}");
        assert_eq!(world.worth(&native).await, 5_000);
        let refreshed = world.refresh(&shopper).await;
        assert_eq!(refreshed.codes[0].amount, 5_000);
        let again = shopper.pay_by_card().await.unwrap();
        assert!(again.paid);
        world.order_event(again.id).await;
        world.order_event(first.id).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "{marks_declined}");
        assert_eq!(world.card("GIFT50").await, (0, 0));
        assert_eq!(world.worth(&native).await, 0);
    }
}

#[tokio::test]
async fn a_payment_that_is_never_finished_keeps_nothing_for_long() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.pay_by_card().await.unwrap();
    world.order_event(order.id).await;
    for _ in 0..4 {
        world.move_time(60 * 60);
        worker::sweep(&world.context).await.unwrap();
        world.settle().await;
    }
    assert_eq!(world.state(&shopper).await, "released");
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    // It was paid after all: the code is used all the same.
    world.mark_order(order.id, "paid").await;
    world.order_event(order.id).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

#[tokio::test]
async fn cards_are_redeemed_and_given_back_once_whatever_is_answered() {
    for action in faults() {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.pay_with(&mut shopper, "GIFT50 GIFT25").await;
        let order = shopper.place_order("cod").await.unwrap();
        let rule =
            |path: &str| json!({ "method": "POST", "path": path, "times": 1, "action": action });
        let voucherify = world.url_of("voucherify");
        world.fault(voucherify, &rule("/v1/redemptions$")).await;
        world.order_event(order).await;
        wait(&world).await;
        assert_eq!(world.card("GIFT50").await, (0, 0), "{action}");
        assert_eq!(world.card("GIFT25").await, (0, 0), "{action}");
        // The next call that fails is waited for by itself.
        world.stand_in.voucherify_kit.calls.clear();
        world
            .fault(voucherify, &rule("/v1/vouchers/GIFT50/balance"))
            .await;
        world.refund(order, "giftcertificate", 3_000).await;
        // Told twice; a late request arrives before the time is over in which it may.
        world.order_event(order).await;
        world.faulty_call_ends("voucherify").await;
        world.order_event(order).await;
        wait(&world).await;
        assert_eq!(world.card("GIFT50").await.0, 2_000, "{action}");
        assert_eq!(world.card("GIFT25").await.0, 1_000, "{action}");
    }
}

async fn wait(world: &World) {
    world.faulty_call_ends("voucherify").await;
    for _ in 0..4 {
        world.move_time(20 * 60);
        world.settle().await;
    }
}

#[tokio::test]
async fn a_card_removed_after_a_declined_payment_is_free() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let declined = shopper.pay_by_card().await.unwrap();
    world.order_event(declined.id).await;
    shopper.remove_certificate(native.as_str()).await.unwrap();
    assert!(world.remove_native(&shopper, &native).await);
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    let (other, checkout) = world.pay_with(&mut shopper, "GIFT25").await;
    assert_eq!(used(&checkout, &other), 2_500);
    assert_eq!(world.worth(&native).await, 0);
}

/// Nothing is to pay but items, which do not divide evenly: the order that is redeemed is the one that
/// was locked, line by line, though the card's rule is on the pieces of a line.
#[tokio::test]
async fn a_card_with_a_rule_on_pieces_is_redeemed_where_nothing_else_is_to_pay() {
    let world = World::with(&promotions()).await;
    // Nor is there a tax.
    world.switch_shop(&json!({"tax_percent": 0})).await;
    let quantity = json!({
        "name": "order.items.quantity", "conditions": {"$more_than_or_equal": [3]},
    });
    let rule = json!({
        "name": "product.id", "conditions": {"$is": [{"id": "prod_0d3m0112"}]}, "rules": [quantity],
    });
    let card = json!({
        "code": "THREE1000", "type": "GIFT_VOUCHER", "rules": [rule],
        "gift": {"amount": 100_000, "effect": "APPLY_TO_ORDER"},
    });
    world.make_voucher(&card).await;
    let mut shopper = world
        .shopper_with(&[PHONE, (112, 212, 3), (113, 215, 2)])
        .await;
    world.apply(&mut shopper, "FREESHIP").await;
    let checkout = shopper.read().await.unwrap();
    let options = &checkout["consignments"][0]["availableShippingOptions"];
    let mut options = options.as_array().unwrap().iter();
    let free = options.position(|one| one["cost"] == 0).unwrap();
    shopper.choose_shipping(free).await.unwrap();
    let (native, checkout) = world.pay_with(&mut shopper, "THREE1000").await;
    let total = cents(&checkout["grandTotal"]);
    assert_eq!(cents(&checkout["cart"]["cartAmount"]), total);
    assert_eq!(used(&checkout, &native), total);
    assert_eq!(world.card("THREE1000").await, (100_000, total));
    let order = shopper.place_order_without_payment().await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.card("THREE1000").await, (100_000 - total, 0));
}
