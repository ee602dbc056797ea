//! Several coupon codes: behind one native coupon, or each behind its own.

use serde_json::{Value, json};
use voucherbridge::domain::{Code, Hundredths, NativeCode, discount::Discount};
use voucherbridge_api_types::{AppliedCode, ApplyResponse};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    platforms::faults,
    world::{World, coupons},
};

impl World {
    /// How often Voucherify was asked to validate, to redeem or to release since `since`.
    fn validations(&self, since: u64) -> usize {
        let calls = self.calls("voucherify", since);
        calls
            .iter()
            .filter(|call| call.path == "/v1/validations")
            .count()
    }
}

fn display_names(promotions: &[Value]) -> Vec<&str> {
    let names = promotions.iter().map(|one| &one["display_name"]);
    names.map(|name| name.as_str().unwrap()).collect()
}

#[tokio::test]
async fn three_codes_share_the_one_coupon_of_the_shop() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    let mut expected = [(7_990, "SAVE10")].to_vec();
    for (code, amount) in [("TAKE20", 2_000), ("WELCOME5", 500)] {
        world.stand_in.voucherify_kit.calls.clear();
        let (natives, checkout) = world.add(&mut shopper, code).await;
        assert_eq!(natives, first, "{code} joins the coupon");
        assert_eq!(world.validations(0), 1, "{code}");
        expected.push((amount, code));
        let sum: i64 = expected.iter().map(|(amount, _)| amount).sum();
        assert_eq!(coupons(&checkout), [(first[0].clone(), sum)]);
    }
    let promotions = world.promotions().await;
    assert_eq!(display_names(&promotions), ["SAVE10, TAKE20, WELCOME5"]);
    assert_eq!(promotions[0]["rules"].as_array().unwrap().len(), 1);
    for code in ["SAVE10", "TAKE20", "WELCOME5"] {
        assert_eq!(world.usage(code).await, (0, 1), "{code}");
    }

    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    for code in ["SAVE10", "TAKE20", "WELCOME5"] {
        assert_eq!(world.usage(code).await, (1, 0), "{code}");
    }
    assert_eq!(world.state(&shopper).await, "redeemed");
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    for code in ["SAVE10", "TAKE20", "WELCOME5"] {
        assert_eq!(world.usage(code).await, (0, 0), "{code}");
    }
}

#[tokio::test]
async fn one_entry_of_three_codes_costs_one_validation() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (natives, checkout) = world.add(&mut shopper, "SAVE10, TAKE20 WELCOME5").await;
    assert_eq!(world.validations(0), 1);
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 10_490)]);
}

#[tokio::test]
async fn a_bad_code_never_costs_the_good_ones() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10").await;
    for (code, reason) in [("NOSUCHCODE", "unknown"), ("STAFF25", "sign_in_needed")] {
        world.stand_in.voucherify_kit.calls.clear();
        assert_eq!(world.reason(&shopper, code).await, reason);
        // Once more: what is held has to be held again.
        assert_eq!(world.validations(0), 2, "{code}");
        assert_eq!(world.usage("SAVE10").await, (0, 1));
    }
    let entered = world.enter(&shopper, "NOSUCHCODE,TAKE20,EXPIRED10").await;
    let rejected: Vec<_> = entered
        .rejected
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert_eq!(rejected, ["unknown", "expired"]);
    assert_eq!(entered.natives, natives);
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout)[0].1, 9_990);
}

#[tokio::test]
async fn one_native_coupon_is_removed_with_all_its_codes() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10,ONCE15").await;
    let native = NativeCode::parse(&natives[0]).unwrap();
    assert!(world.remove(&mut shopper, &native).await);
    for code in ["SAVE10", "ONCE15"] {
        assert_eq!(world.usage(code).await, (0, 0), "{code}");
    }
    assert_eq!(world.promotions().await.len(), 0);
    let other = world.shopper().await;
    world.enter(&other, "ONCE15").await;
}

#[tokio::test]
async fn a_code_that_no_longer_holds_leaves_and_the_others_stay() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper_with(&[(116, 218, 3)]).await;
    let (natives, _) = world.add(&mut shopper, "BIG100,SAVE10").await;
    shopper.change_quantity(1).await.unwrap();
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.dropped.len(), 1);
    assert_eq!(refreshed.dropped[0].code, "BIG100");
    assert_eq!(refreshed.dropped[0].native_code, "", "its coupon lives on");
    assert_eq!(refreshed.codes[0].amount, 1_290);
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 1_290)]);
    assert_eq!(display_names(&world.promotions().await), ["SAVE10"]);
    assert_eq!(world.usage("BIG100").await, (0, 0));
}

#[tokio::test]
async fn a_code_beside_others_that_is_cut_off_costs_nothing() {
    let places = [
        ("voucherify", "POST", "/v1/validations"),
        ("shop", "PUT", "/v3/promotions"),
    ];
    for (platform, method, path) in places {
        for action in &faults() {
            let world = World::new().await;
            world.charges_list_prices().await;
            let mut shopper = world.shopper().await;
            let (natives, _) = world.add(&mut shopper, "SAVE10").await;
            let rule = json!({ "method": method, "path": path, "times": 1, "action": action });
            world.fault(world.url_of(platform), &rule).await;
            let cut_off = world.type_code(&shopper, "ONCE15").await;
            assert!(cut_off.is_err(), "{platform} {action}: {cut_off:?}");
            world.move_time(120);
            world.settle().await;
            // Whatever became of the second code: the coupon gives what is held, no more.
            let checkout = world.counted_again(&mut shopper).await;
            let locks = world.locks(&shopper).await;
            let held = locks
                .iter()
                .find(|lock| lock.state.as_str() == "held")
                .unwrap();
            assert_eq!(coupons(&checkout), [(natives[0].clone(), held.discount.0)]);
            let holds_second = held.coupons.len() == 2;
            assert_eq!(world.usage("ONCE15").await, (0, u64::from(holds_second)));
            assert_eq!(world.usage("SAVE10").await, (0, 1));
            // It can be typed again.
            let again = world.type_code(&shopper, "ONCE15").await.unwrap();
            assert!(matches!(again, ApplyResponse::Applied { .. }), "{again:?}");
            let checkout = world.counted_again(&mut shopper).await;
            assert_eq!(
                coupons(&checkout)[0].1,
                7_990 + 10_787,
                "{platform} {action}"
            );
        }
    }
}

/// Pieces bought of what a code adds as well are no added ones.
#[tokio::test]
async fn bought_pieces_of_a_free_item_are_told_from_added_ones() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[(111, 211, 1), (115, 217, 2)]).await;
    world.add(&mut shopper, "SAVE10,FREESOCKS,EACH2").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    for code in ["SAVE10", "FREESOCKS", "EACH2"] {
        assert_eq!(world.usage(code).await, (1, 0), "{code}");
    }
}

#[tokio::test]
async fn a_code_typed_in_another_case_is_the_same_code() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "ONCE15").await;
    let (again, checkout) = world.add(&mut shopper, "once15").await;
    assert_eq!(again, natives);
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 11_985)]);
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

/// One code of a paid order is switched off meanwhile: the others are redeemed, and no code that
/// the order used comes free.
#[tokio::test]
async fn one_code_that_cannot_be_redeemed_costs_the_others_nothing() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "ONCE50,ONCE15").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    world.disable("ONCE50").await;
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    world.move_time(120);
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "needs_person");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    assert_eq!(world.usage("ONCE50").await.0, 0);
}

/// The shopper reads an error and orders: a code that BigCommerce was never told of is not used.
#[tokio::test]
async fn an_order_uses_only_what_the_store_was_told_of() {
    for (code, status) in [("FREESOCKS", 500), ("TAKE20", 500), ("TAKE20", 422)] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.add(&mut shopper, "SAVE10").await;
        let action = json!({"kind": "status", "status": status, "headers": {}, "body": {}});
        let rule = json!({"method": "PUT", "path": "/v3/promotions", "times": 1, "action": action});
        world.fault(world.url_of("shop"), &rule).await;
        assert!(world.type_code(&shopper, code).await.is_err());
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        world.move_time(120);
        world.settle().await;
        assert_eq!(world.usage("SAVE10").await, (1, 0));
        assert_eq!(world.usage(code).await, (0, 0), "{code} {status}");
    }
}

/// The order is placed while a code joins, and BigCommerce is told of the code after that.
#[tokio::test]
async fn an_order_placed_while_a_code_joins_does_not_use_it() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "SAVE10").await;
    let order = shopper.place_order("bankdeposit").await.unwrap();
    let mut lock = world.locks(&shopper).await.remove(0);
    let mut joined = lock.coupons[0].clone();
    joined.code = Code::parse("TAKE20").unwrap();
    joined.discount.on_order = Hundredths(2_000);
    lock.coupons.push(joined);
    lock.add_up();
    lock.told();
    lock.learn_from_order(Hundredths(7_990), Vec::new());
    let used: Vec<&str> = lock.used_codes().map(Code::as_str).collect();
    assert_eq!(used, ["SAVE10"], "order {order}");

    // A third one, of free shipping, was told of with the second: neither was used.
    let mut shipping = lock.coupons[1].clone();
    shipping.code = Code::parse("FREESHIP").unwrap();
    shipping.discount = Discount {
        free_shipping: true,
        ..Discount::default()
    };
    lock.coupons.push(shipping);
    lock.told();
    lock.learn_from_order(Hundredths(7_990), Vec::new());
    let used: Vec<&str> = lock.used_codes().map(Code::as_str).collect();
    assert_eq!(used, ["SAVE10"]);
}

#[tokio::test]
async fn names_that_are_too_long_are_cut() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let entry = "SAVE10,TAKE20,WELCOME5,ONCE15,CAP20";
    let (natives, _) = world.add(&mut shopper, entry).await;
    assert_eq!(natives.len(), 1);
    let promotions = world.promotions().await;
    assert_eq!(
        display_names(&promotions),
        ["SAVE10, TAKE20, WELCOME5, ONCE15, CAP20"]
    );
}

#[tokio::test]
async fn held_codes_follow_the_carts_currency() {
    let world = World::with(&json!({ "coupons_only_in_default_currency": false })).await;
    world.takes_amounts_as_told().await;
    let (natives, mut shopper, told) = held_in_euros(&world).await;
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout), [(natives[0].clone(), told.amount)]);
    // An amount means nothing in another currency: it leaves.
    let mut other = world.shopper().await;
    world.add(&mut other, "TAKE20").await;
    other.change_currency("EUR").await.unwrap();
    let refreshed = world.refresh(&other).await;
    assert_eq!(refreshed.dropped[0].reason, "other_currency");
}

/// A store whose coupons take nothing off in another currency: the code leaves, and that is told.
#[tokio::test]
async fn held_codes_leave_where_they_take_nothing_off_in_the_carts_currency() {
    let world = World::with(&json!({ "coupons_only_in_default_currency": true })).await;
    let (_, mut shopper, _) = held_in_euros(&world).await;
    world.counted_again(&mut shopper).await;
    let refreshed = world.refresh(&shopper).await;
    assert!(refreshed.codes.is_empty());
    assert_eq!(refreshed.dropped[0].reason, "other_currency");
    assert!(refreshed.dropped[0].message.contains("currency"));
    assert_eq!(coupons(&shopper.read().await.unwrap()), []);
    assert_eq!(world.usage("SAVE10").await, (0, 0));
}

/// SAVE10 on a cart that becomes one in euros; answers its native codes and what the page is told.
async fn held_in_euros(world: &World) -> (Vec<String>, Shopper, AppliedCode) {
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10").await;
    shopper.change_currency("EUR").await.unwrap();
    let mut refreshed = world.refresh(&shopper).await;
    let told = refreshed.codes.remove(0);
    assert_eq!(told.currency, "EUR");
    (natives, shopper, told)
}

/// A card that stands before a coupon in the entry takes nothing of what the coupon is calculated on.
#[tokio::test]
async fn a_coupon_behind_a_card_in_one_entry() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper_with(&[(112, 212, 1)]).await;
    let entered = world.enter(&shopper, "GIFT50 SAVE10").await;
    assert_eq!(entered.rejected, []);
    assert_eq!(entered.natives.len(), 2);
    shopper.apply_coupon(&entered.natives[0]).await.unwrap();
    assert_eq!(entered.codes[0].amount, 250);
}
