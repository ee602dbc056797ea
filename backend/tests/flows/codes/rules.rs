//! Rules that Voucherify checks with what it is sent: each demo code where it holds, and where not.

use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::platforms::{ALICE, BOB};

use crate::world::World;

/// Product, variant and how many of it.
type Item = (i64, i64, i64);
type Case<T> = (&'static str, i64, &'static [Item], T);

const PHONE: Item = (111, 211, 1);
const SHIRT: Item = (112, 213, 1);

#[tokio::test]
async fn codes_hold_by_volume_quantity_category_group_and_referral() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let amount_of = async |shopper: &Shopper, code: &str| {
        let entered = world.enter(shopper, code).await;
        entered.codes[0].amount
    };
    let cases: [Case<i64>; 7] = [
        ("BIG100", ALICE, &[PHONE], 10_000),
        ("STAFF25", BOB, &[SHIRT], 625),
        ("PHONES10", ALICE, &[PHONE, SHIRT], 8_240),
        ("CLOTHES20", ALICE, &[PHONE, SHIRT], 500),
        ("THREE15", ALICE, &[(115, 217, 3)], 338),
        ("FRIEND-ALICE", BOB, &[SHIRT], 1_000),
        ("LUCKY", ALICE, &[PHONE], 4_000),
    ];
    for (code, customer, items, expected) in cases {
        let shopper = world.customer(customer, items).await;
        assert_eq!(amount_of(&shopper, code).await, expected, "{code}");
    }
    let refused: [Case<&str>; 5] = [
        ("BIG100", ALICE, &[SHIRT], "rules_not_met"),
        ("STAFF25", ALICE, &[SHIRT], "customer_not_eligible"),
        ("PHONES10", ALICE, &[SHIRT], "rules_not_met"),
        ("THREE15", ALICE, &[(115, 217, 2)], "rules_not_met"),
        ("FRIEND-ALICE", ALICE, &[SHIRT], "own_referral"),
    ];
    for (code, customer, items, reason) in refused {
        let shopper = world.customer(customer, items).await;
        assert_eq!(world.reason(&shopper, code).await, reason, "{code}");
    }
}

/// An address may be enough, an account may help, and an account may be the wrong one.
#[tokio::test]
async fn a_refusal_for_the_customers_sake_says_what_helps_this_shopper() {
    let world = World::new().await;
    let mut nobody = Shopper::enter(&world.stand_in.shop_url);
    nobody.fill_cart(&[SHIRT]).await.unwrap();
    let guest = world.shopper_with(&[SHIRT]).await;
    let alice = world.customer(ALICE, &[SHIRT]).await;
    for code in [
        "FIRST10",
        "FRIEND-ALICE",
        "STAFF25",
        "GIFTVIP",
        "LOYALTY500",
    ] {
        assert_eq!(
            world.reason(&nobody, code).await,
            "address_needed",
            "{code}"
        );
    }
    for code in ["STAFF25", "GIFTVIP", "LOYALTY500"] {
        assert_eq!(world.reason(&guest, code).await, "sign_in_needed", "{code}");
        let reason = world.reason(&alice, code).await;
        assert_eq!(reason, "customer_not_eligible", "{code}");
    }
    for code in ["FIRST10", "FRIEND-ALICE"] {
        let entered = world.enter(&world.shopper_with(&[SHIRT]).await, code).await;
        assert_eq!(entered.codes[0].amount, 1_000, "{code}");
    }
}

/// A code of the account's leaves with it.
#[tokio::test]
async fn a_code_that_leaves_when_the_shopper_signs_out_says_to_sign_in() {
    let world = World::new().await;
    for code in ["STAFF25", "GIFTVIP"] {
        let shopper = world.customer(BOB, &[SHIRT]).await;
        world.enter(&shopper, code).await;
        world.sign_in(&shopper, 0).await;
        let refreshed = world.refresh(&shopper).await;
        let dropped = &refreshed.dropped[0];
        assert_eq!((&*dropped.code, &*dropped.reason), (code, "sign_in_needed"));
    }
}

/// Never a paid item in the cart: what cannot be added by itself is not added at all.
#[tokio::test]
async fn free_items_that_cannot_be_added_are_refused() {
    let world = World::new().await;
    let refused = [
        ("FREEMUG", "free_item_out_of_stock"),
        ("FREESHIRT", "free_item_needs_choice"),
        ("FREEPEN", "free_item_needs_choice"),
    ];
    for (code, reason) in refused {
        let mut shopper = world.shopper().await;
        assert_eq!(world.reason(&shopper, code).await, reason, "{code}");
        let checkout = shopper.read().await.unwrap();
        let lines = &checkout["cart"]["lineItems"]["physicalItems"];
        assert_eq!(lines.as_array().unwrap().len(), 1, "{code}");
        assert_eq!(world.usage(code).await, (0, 0), "{code}");
    }
}

#[tokio::test]
async fn a_code_for_each_customer_once_and_a_budget_that_ends() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.customer(ALICE, &[SHIRT]).await;
    world.apply(&mut shopper, "FIRST10").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let again = world.customer(ALICE, &[SHIRT]).await;
    assert_eq!(
        world.reason(&again, "FIRST10").await,
        "redemption_rules_not_met"
    );
    // 20 % of a phone is more than the 50.00 that are left.
    let phone = world.customer(BOB, &[PHONE]).await;
    assert_eq!(
        world.reason(&phone, "BUDGET").await,
        "redemption_rules_not_met"
    );
    let shirt = world.customer(BOB, &[SHIRT]).await;
    assert_eq!(world.enter(&shirt, "BUDGET").await.codes[0].amount, 500);
}

/// A code that stands no other does not cost those that are held, nor the others of its entry.
#[tokio::test]
async fn an_exclusive_code_beside_others() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "SAVE10").await;
    assert_eq!(world.reason(&shopper, "ALONE30").await, "not_combinable");
    assert_eq!(world.usage("SAVE10").await, (0, 1));
    let entered = world.enter(&shopper, "ALONE30,TAKE20").await;
    assert_eq!(entered.rejected[0].code, "ALONE30");
    assert_eq!(entered.codes.len(), 2);
    assert_eq!(world.usage("ALONE30").await, (0, 0));
    assert_eq!(world.usage("TAKE20").await, (0, 1));
}
