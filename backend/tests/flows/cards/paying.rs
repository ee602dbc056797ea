//! Gift cards: certificates that are worth exactly what the cards pay here.

use serde_json::json;
use voucherbridge::domain::NativeCode;
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    money::{SHIRT, cents, used},
    platforms::faults,
    world::World,
};

#[tokio::test]
async fn a_card_pays_its_whole_balance_and_that_is_locked() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, checkout) = world.pay_with(&mut shopper, "GIFT150").await;
    assert!(native.as_str().len() <= 20);
    assert_eq!(used(&checkout, &native), 15_000);
    assert_eq!(world.worth(&native).await, 15_000);
    assert_eq!(world.card("GIFT150").await, (15_000, 15_000));
    assert_eq!(
        cents(&checkout["outstandingBalance"]),
        cents(&checkout["grandTotal"]) - 15_000
    );
}

#[tokio::test]
async fn a_card_is_worth_no_more_than_there_is_to_pay_shipping_included() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    let total = cents(&shopper.read().await.unwrap()["grandTotal"]);
    let (native, checkout) = world.pay_with(&mut shopper, "GIFT50,GIFT25").await;
    assert!(total < 7_500, "{total}");
    assert_eq!(used(&checkout, &native), total);
    assert_eq!(cents(&checkout["outstandingBalance"]), 0);
    assert_eq!(world.worth(&native).await, total);
    let (_, first) = world.card("GIFT50").await;
    let (_, second) = world.card("GIFT25").await;
    assert_eq!(first + second, total);
}

#[tokio::test]
async fn a_rule_is_judged_without_shipping() {
    let world = World::new().await;
    let shopper = world.shopper_with(&[SHIRT]).await;
    assert_eq!(world.reason(&shopper, "GIFT150").await, "rules_not_met");
    assert_eq!(world.card("GIFT150").await, (15_000, 0));
    assert_eq!(world.certificates().await, 0);
}

#[tokio::test]
async fn cards_that_cannot_be_used_are_named_and_hold_nothing() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    for (code, reason) in [
        ("GIFTEMPTY", "no_balance"),
        ("GIFTEXPIRED", "expired"),
        ("GIFTDISABLED", "disabled"),
        ("GIFTNOTYET", "not_yet_valid"),
        ("GIFTNONE", "unknown"),
    ] {
        assert_eq!(world.reason(&shopper, code).await, reason, "{code}");
    }
    assert_eq!(world.locks(&shopper).await.len(), 0);
    let entered = world
        .enter(&shopper, "GIFTEXPIRED, GIFT50 GIFTNONE GIFT25")
        .await;
    let rejected: Vec<_> = entered
        .rejected
        .iter()
        .map(|one| (one.code.as_str(), one.reason.as_str()))
        .collect();
    assert_eq!(
        rejected,
        [("GIFTEXPIRED", "expired"), ("GIFTNONE", "unknown")]
    );
    let paid: Vec<_> = entered
        .codes
        .iter()
        .map(|one| (one.code.as_str(), one.amount))
        .collect();
    assert_eq!(paid, [("GIFT50", 5_000), ("GIFT25", 2_500)]);
    assert_eq!(entered.natives.len(), 1);
    let checkout = shopper
        .apply_certificate(&entered.natives[0])
        .await
        .unwrap();
    let native = NativeCode::parse(&entered.natives[0]).unwrap();
    assert_eq!(used(&checkout, &native), 7_500);
}

#[tokio::test]
async fn a_card_held_elsewhere_is_in_use() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let other = world.shopper().await;
    assert_eq!(world.reason(&other, "GIFT50").await, "in_use");
    assert_eq!(world.locks(&other).await.len(), 0);
}

#[tokio::test]
async fn removing_the_certificate_releases_all_cards_and_entering_them_again_gives_the_same_one() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50 GIFT25").await;
    shopper.remove_certificate(native.as_str()).await.unwrap();
    assert!(world.remove_native(&shopper, &native).await);
    assert_eq!(world.worth(&native).await, 0);
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    assert_eq!(world.card("GIFT25").await, (2_500, 0));
    let (again, checkout) = world.pay_with(&mut shopper, "GIFT50 GIFT25").await;
    assert_eq!(again, native);
    assert_eq!(used(&checkout, &native), 7_500);
    assert_eq!(world.certificates().await, 1);
    shopper.remove_certificate(native.as_str()).await.unwrap();
    world.remove_native(&shopper, &native).await;
    let (again, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    assert_eq!(again, native);
    assert_eq!(used(&checkout, &native), 5_000);
    assert_eq!(world.card("GIFT25").await, (2_500, 0));
    // Nobody comes back: it is deleted in the end.
    shopper.remove_certificate(native.as_str()).await.unwrap();
    world.remove_native(&shopper, &native).await;
    world.move_time(25 * 60 * 60);
    world.settle().await;
    assert_eq!(world.certificates().await, 0);
    let (again, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    assert_eq!(again, native);
    assert_eq!(used(&checkout, &native), 5_000);
}

#[tokio::test]
async fn typed_twice_it_is_held_once() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let (again, _) = world.pay_with(&mut shopper, "GIFT50").await;
    assert_eq!(native, again);
    let (other, checkout) = world.pay_with(&mut shopper, "GIFT25").await;
    assert_ne!(native, other);
    assert_eq!(used(&checkout, &native) + used(&checkout, &other), 7_500);
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
}

#[tokio::test]
async fn a_coupon_and_a_card_go_together_in_either_order_and_in_one_entry() {
    for order in [["SAVE10", "GIFT150"], ["GIFT150", "SAVE10"]] {
        let world = World::new().await;
        world.charges_list_prices().await;
        let mut shopper = world.shopper().await;
        for code in order {
            let entered = world.enter(&shopper, code).await;
            if code == "SAVE10" {
                shopper.apply_coupon(&entered.natives[0]).await.unwrap();
                world.refresh(&shopper).await;
            } else {
                shopper
                    .apply_certificate(&entered.natives[0])
                    .await
                    .unwrap();
            }
        }
        seen_both(&world, &mut shopper).await;
    }
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let entered = world.enter(&shopper, "GIFT150,SAVE10").await;
    assert_eq!(entered.natives.len(), 2);
    shopper.apply_coupon(&entered.natives[0]).await.unwrap();
    world.refresh(&shopper).await;
    shopper
        .apply_certificate(&entered.natives[1])
        .await
        .unwrap();
    seen_both(&world, &mut shopper).await;
}

async fn seen_both(world: &World, shopper: &mut Shopper) {
    let checkout = shopper.read().await.unwrap();
    assert_eq!(cents(&checkout["coupons"][0]["discountedAmount"]), 7_990);
    assert_eq!(cents(&checkout["giftCertificates"][0]["used"]), 15_000);
    assert_eq!(world.usage("SAVE10").await, (0, 1));
    assert_eq!(world.card("GIFT150").await, (15_000, 15_000));
}

#[tokio::test]
async fn the_certificate_follows_coupon_and_shipping() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    let (native, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    let before = used(&checkout, &native);
    assert!(before < 5_000, "{before}");
    let entered = world.enter(&shopper, "SAVE10").await;
    shopper.apply_coupon(&entered.natives[0]).await.unwrap();
    let refreshed = world.refresh(&shopper).await;
    assert!(refreshed.changed);
    let after = pays_all(&world, &mut shopper, &native).await;
    assert!(after < before);

    shopper.choose_shipping(1).await.unwrap();
    world.refresh(&shopper).await;
    assert_ne!(pays_all(&world, &mut shopper, &native).await, after);
    shopper.change_quantity(2).await.unwrap();
    world.refresh(&shopper).await;
    assert!(pays_all(&world, &mut shopper, &native).await > after);
}

/// The certificate pays everything and is worth no cent more, and that is what is locked.
async fn pays_all(world: &World, shopper: &mut Shopper, native: &NativeCode) -> i64 {
    let checkout = shopper.read().await.unwrap();
    let total = cents(&checkout["grandTotal"]).min(5_000);
    assert_eq!(used(&checkout, native), total);
    assert_eq!(world.worth(native).await, total);
    assert_eq!(world.card("GIFT50").await, (5_000, total));
    total
}

/// Where answers leave out what is on a card, that is read once more for each time it is asked about: for the
/// whole cart and for what coupons leave of it, twice at most. That is no validation.
#[tokio::test]
async fn an_entry_of_cards_costs_at_most_three_validations() {
    for is_balance_told in [true, false] {
        let like_examples = json!({ "answers_like_examples": !is_balance_told });
        for (held, entry, cards) in [
            (None, "GIFT150", 1),
            (None, "GIFT50,GIFT25", 2),
            (Some("SAVE10"), "GIFT25", 1),
            (Some("GIFT25"), "GIFT50", 2),
        ] {
            let world = World::new().await;
            world.voucherify_switches(&like_examples).await;
            let mut shopper = world.shopper().await;
            if let Some(code) = held {
                let entered = world.enter(&shopper, code).await;
                match code {
                    "SAVE10" => shopper.apply_coupon(&entered.natives[0]).await.unwrap(),
                    _ => shopper
                        .apply_certificate(&entered.natives[0])
                        .await
                        .unwrap(),
                };
            }
            world.stand_in.voucherify_kit.calls.clear();
            world.enter(&shopper, entry).await;
            let mut calls = world.calls("voucherify", 0);
            // Beside a coupon a card is let go of once: that is no validation.
            calls.retain(|call| call.method != "DELETE");
            let what = format!("{held:?} {entry}, told: {is_balance_told}");
            let read = calls.extract_if(.., |call| call.path.starts_with("/v1/vouchers/"));
            let most_read = if is_balance_told { 0 } else { 2 * cards };
            assert!(read.count() <= most_read, "{what}");
            assert!(calls.len() <= 3, "{what}: {}", calls.len());
        }
    }
}

#[tokio::test]
async fn cards_do_not_pay_beside_a_certificate_for_sale_nor_in_another_currency() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    shopper.buy_certificate(25).await.unwrap();
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.dropped[0].reason, "certificate_in_cart");
    assert_eq!(world.worth(&native).await, 0);
    assert_eq!(
        world.reason(&shopper, "GIFT50").await,
        "certificate_in_cart"
    );
    assert_eq!(world.card("GIFT50").await, (5_000, 0));

    let mut other = world.shopper().await;
    other.change_currency("EUR").await.unwrap();
    assert_eq!(world.reason(&other, "GIFT50").await, "other_currency");
    assert_eq!(
        world.reason(&other, "GIFT25,GIFT50").await,
        "other_currency"
    );
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
}

#[tokio::test]
async fn an_entry_cut_off_anywhere_leaves_nothing_and_works_again() {
    let places = [
        ("voucherify", "POST", "/v1/validations", 0),
        ("voucherify", "POST", "/v1/validations", 1),
        ("shop", "POST", "/v2/gift_certificates", 0),
    ];
    for (platform, method, path, skip) in places {
        for action in faults() {
            let world = World::new().await;
            let mut shopper = world.shopper().await;
            let rule = json!({
                "method": method, "path": path, "skip": skip, "times": 1, "action": action,
            });
            world.fault(world.url_of(platform), &rule).await;
            let what = format!("{method} {path} {skip} {action}");
            assert!(world.type_code(&shopper, "GIFT50").await.is_err(), "{what}");
            world.faulty_call_ends(platform).await;
            world.move_time(120);
            world.settle().await;
            assert_eq!(world.all_worth().await, 0, "{what}");
            assert_eq!(world.card("GIFT50").await, (5_000, 0), "{what}");
            let (native, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
            assert_eq!(used(&checkout, &native), 5_000, "{what}");
        }
    }
}

#[tokio::test]
async fn a_change_cut_off_is_made_good_by_the_next_look() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    // The certificate is raised, and the answer lost.
    shopper.change_quantity(2).await.unwrap();
    let dropped = json!({
        "method": "PUT", "path": "/v2/gift_certificates/", "times": 1,
        "action": {"kind": "drop_after"},
    });
    world.fault(world.url_of("shop"), &dropped).await;
    world.refresh_fails(&shopper).await;
    world.faulty_call_ends("shop").await;
    // The cart is as it was: the certificate has to follow though the amount is the old one.
    shopper.change_quantity(1).await.unwrap();
    world.refresh(&shopper).await;
    let total = cents(&shopper.read().await.unwrap()["grandTotal"]);
    assert_eq!(world.worth(&native).await, total);
    assert_eq!(world.card("GIFT50").await, (5_000, total));
}

const MADE: &str = "/v2/gift_certificates";

/// The merchant deleted the certificate and the store makes no other, for hours, and the page is gone: the cards
/// are held no longer than those of any cart that nobody looks at, and it is tried less and less often.
#[tokio::test]
async fn a_certificate_that_can_never_be_made_is_not_held_for_ever() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let id = world.locks(&shopper).await[0].certificate.unwrap();
    let url = world.management_url(&format!("v2/gift_certificates/{id}"));
    world.manage("DELETE", &url, &json!({})).await;
    let action = json!({"kind": "status", "status": 503, "headers": {}, "body": {}});
    let rule = json!({"method": "POST", "path": MADE, "action": action});
    world.fault(world.url_of("shop"), &rule).await;
    shopper.change_quantity(2).await.unwrap();
    world.refresh_fails(&shopper).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
    let tries = || {
        let calls = world.calls("management", 0).into_iter();
        let made = calls.filter(|call| call.method == "POST" && call.path.ends_with(MADE));
        made.count()
    };
    let before = tries();
    world.time_goes_by(30, 1, async |_| {}).await;
    let early = tries() - before;
    assert!(early > 0, "a job tries");
    world.time_goes_by(30, 5, async |_| {}).await;
    let late = tries() - before - early;
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    assert!(early <= 20 && late <= 60, "{early}, {late}");
    let all = tries();
    world.time_goes_by(5, 1, async |_| {}).await;
    assert_eq!(tries(), all);
}
