//! What promotions give.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::shop::{Shop, amount_off, percent_off};
use voucherbridge_stand_in::bigcommerce::model::{Decimal, State};
use voucherbridge_stand_in::bigcommerce::pricing;

#[test]
fn an_order_discount_is_spread_over_the_lines_and_never_exceeds_them() {
    let mut shop = Shop::with(&[(111, 1), (113, 2), (115, 3)]);
    shop.coupon("TEN", &amount_off("10.00"));
    shop.apply("ten").unwrap();
    let checkout = shop.checkout();
    let shares: Vec<i64> = checkout
        .items
        .iter()
        .map(|item| checkout.evaluation.lines[&item.id].coupon().to_cents())
        .collect();
    assert_eq!(shares, [928, 46, 26]);
    let sums = shop.sums();
    assert_eq!(
        (sums.coupons.to_cents(), sums.automatic),
        (1000, Decimal::ZERO)
    );

    let mut shop = Shop::with(&[(115, 1)]);
    shop.coupon("HUGE", &amount_off("100.00"));
    shop.apply("HUGE").unwrap();
    assert_eq!(
        (shop.sums().coupons.to_cents(), shop.sums().cart),
        (750, Decimal::ZERO)
    );
}

#[test]
fn items_are_discounted_each_as_total_or_by_strategy() {
    let each = |action: Value| json!([{"action": {"cart_items": action}, "stop": false}]);
    let given = |rules: Value| {
        let mut shop = Shop::with(&[(111, 1), (113, 2), (115, 3)]);
        shop.coupon("I", &rules);
        shop.apply("I").unwrap();
        shop.sums().coupons.to_cents()
    };
    let accessories = json!({"categories": [3]});
    let fixed = json!({"fixed_amount": "4"});
    assert_eq!(
        given(each(json!({"discount": fixed, "items": accessories}))),
        800
    );
    let total = json!({"discount": fixed, "items": accessories, "as_total": true});
    assert_eq!(given(each(total)), 400);
    let cheapest = json!({
        "discount": {"percentage_amount": "50"}, "strategy": "LEAST_EXPENSIVE", "quantity": 4,
    });
    assert_eq!(given(each(cheapest)), 3 * 375 + 995);
    let not = json!({
        "discount": {"percentage_amount": "10"},
        "items": {"not": {"or": [{"products": [111]}, {"variants": [217]}]}},
    });
    assert_eq!(given(each(not)), 398);
}

#[test]
fn items_of_the_condition_are_left_out_unless_included() {
    let rules = |included: bool| {
        json!([{
            "action": {"cart_items": {
                "discount": {"percentage_amount": "100"}, "quantity": 1,
                "items": {"products": [113]}, "include_items_considered_by_condition": included,
            }},
            "condition": {"cart": {"items": {"products": [113]}, "minimum_quantity": 1}},
        }])
    };
    for (quantity, included, expected) in [(1, true, 1990), (1, false, 0), (2, false, 1990)] {
        let mut shop = Shop::with(&[(113, quantity)]);
        shop.coupon("B", &rules(included));
        shop.apply("B").unwrap();
        assert_eq!(shop.sums().coupons.to_cents(), expected);
    }
}

#[test]
fn a_rule_that_does_not_say_otherwise_stops_the_rules_after_it() {
    let rule = |stop: Value| {
        let action = json!({"cart_value": {"discount": {"fixed_amount": "1"}}});
        json!([{"action": action, "stop": stop}, {"action": action, "stop": false}])
    };
    let mut shop = Shop::with(&[(113, 1)]);
    shop.coupon("BOTH", &rule(json!(false)));
    shop.apply("BOTH").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 200);
    let mut shop = Shop::with(&[(113, 1)]);
    shop.coupon("FIRST", &rule(json!(true)));
    shop.apply("FIRST").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 100);
}

#[test]
fn a_gift_is_put_into_the_cart_for_nothing_and_leaves_with_its_coupon() {
    let gift = json!([{"action": {"gift_item": {"quantity": 1, "product_id": 115}}}]);
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("GIFT", &gift);
    shop.apply("GIFT").unwrap();
    let sums = shop.sums();
    assert_eq!(
        (sums.coupons.to_cents(), sums.cart.to_cents()),
        (750, 12_900)
    );
    let first = shop.checkout().items[1].id.clone();
    assert_eq!(shop.checkout().items[1].id, first, "the line keeps its id");
    let cart = shop.cart.clone();
    shop.state.remove_coupon(&cart, "gift").unwrap();
    assert_eq!(shop.checkout().items.len(), 1);
}

#[test]
fn a_set_has_one_price() {
    let set = json!([{"action": {"fixed_price_set": {
        "quantity": 3, "fixed_price": "20", "items": {"products": [115]},
    }}}]);
    let mut shop = Shop::with(&[(115, 4)]);
    shop.coupon("SET", &set);
    shop.apply("SET").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 250);
}

#[test]
fn free_shipping_adds_an_option_and_forgets_the_chosen_one() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.ship();
    assert_eq!(shop.sums().shipping.to_cents(), 500);
    shop.coupon(
        "FREE",
        &json!([{"action": {"shipping": {"free_shipping": true, "zone_ids": "*"}}}]),
    );
    shop.apply("FREE").unwrap();
    let checkout = shop.checkout();
    assert_eq!(checkout.consignments[0].selected_option, None);
    let options = pricing::shipping_options(&checkout, &checkout.consignments[0]);
    assert_eq!(
        (options.len(), options[0].kind.as_str()),
        (3, "freeshipping")
    );
    shop.choose(pricing::FREE);
    assert_eq!(shop.sums().shipping, Decimal::ZERO);
    let cart = shop.cart.clone();
    shop.state.remove_coupon(&cart, "FREE").unwrap();
    assert_eq!(shop.checkout().consignments[0].selected_option, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn line_discounts_sum_to_the_totals(
        quantities in proptest::collection::vec(1i64..6, 5),
        coupon_cents in 1i64..200_000,
        percent in 0u32..100,
        each_cents in 0i64..3_000,
    ) {
        let products = [111, 112, 113, 114, 115];
        let lines: Vec<(u64, i64)> = products.into_iter().zip(quantities).collect();
        let mut shop = Shop::with(&lines);
        let each = Decimal::cents(each_cents).two_places();
        shop.automatic(&percent_off(&percent.to_string()));
        shop.automatic(&json!([{"action": {"cart_items": {"discount": {"fixed_amount": each}}}}]));
        shop.coupon("P", &amount_off(&Decimal::cents(coupon_cents).two_places()));
        shop.apply("P").unwrap();
        let checkout = shop.checkout();
        let sums = shop.sums();
        let mut coupons = Decimal::ZERO;
        for item in &checkout.items {
            let discounts = &checkout.evaluation.lines[&item.id];
            prop_assert!(discounts.total() <= item.total());
            prop_assert_eq!(discounts.total(), discounts.total().rounded(2));
            coupons += discounts.coupon();
        }
        prop_assert_eq!(coupons, sums.coupons);
        prop_assert_eq!(coupons, State::coupon_amount(&checkout, "P"));
        prop_assert_eq!(sums.cart, sums.subtotal - sums.automatic - sums.coupons);
        let wanted = Decimal::cents(coupon_cents).min(sums.subtotal - sums.automatic);
        prop_assert_eq!(sums.coupons, wanted);
    }
}
