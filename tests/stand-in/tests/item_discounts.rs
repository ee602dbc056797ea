//! Amounts on items as a total: exact to the cent, beside each other and beside an amount on the
//! order in the same promotion.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::shop::Shop;
use voucherbridge_stand_in::bigcommerce::carts::{ChosenOption, NewItems, NewLine};
use voucherbridge_stand_in::bigcommerce::model::Decimal;

/// A rule that takes an amount off items, as a total.
fn off_items(items: &Value, cents: i64) -> Value {
    json!({
        "action": {"cart_items": {
            "discount": {"fixed_amount": Decimal::cents(cents).two_places()},
            "as_total": true,
            "items": items,
            "include_items_considered_by_condition": true,
        }},
        "condition": {"cart": {"items": items, "minimum_quantity": 1}},
        "stop": false,
        "apply_once": true,
    })
}

fn off_order(cents: i64) -> Value {
    let amount = Decimal::cents(cents).two_places();
    json!({
        "action": {"cart_value": {"discount": {"fixed_amount": amount}}},
        "stop": false,
        "apply_once": true,
    })
}

/// What the coupon took off each line of a cart, in cents.
fn taken(shop: &mut Shop, rules: &[Value]) -> Vec<i64> {
    shop.coupon("ITEMS", &json!(rules));
    shop.apply("ITEMS").unwrap();
    let checkout = shop.checkout();
    let lines = checkout.items.iter();
    lines
        .map(|item| checkout.evaluation.lines[&item.id].coupon().to_cents())
        .collect()
}

/// One pen for each engraving: several lines of one variant.
fn pens(quantities: &[i64]) -> Shop {
    let mut shop = Shop::with(&[(113, 1)]);
    let lines = quantities
        .iter()
        .enumerate()
        .map(|(at, &quantity)| NewLine {
            product_id: 118,
            quantity,
            options: vec![ChosenOption {
                id: 41,
                value: json!(format!("Pen {at}")),
            }],
            ..NewLine::default()
        });
    let items = NewItems {
        lines: lines.collect(),
        certificates: Vec::new(),
    };
    let cart = shop.cart.clone();
    shop.state.add_items(&cart, &items).unwrap();
    shop
}

#[test]
fn an_amount_is_spread_over_the_lines_of_a_product_by_their_prices() {
    let product = json!({"products": [118]});
    let mut shop = pens(&[1, 2]);
    assert_eq!(
        taken(&mut shop, &[off_items(&product, 1_000)]),
        [0, 333, 667]
    );
    let mut shop = pens(&[1, 1, 1]);
    assert_eq!(
        taken(&mut shop, &[off_items(&product, 100)]),
        [0, 34, 33, 33]
    );
    let mut shop = pens(&[1, 2]);
    let variant = json!({"variants": [220]});
    assert_eq!(
        taken(&mut shop, &[off_items(&variant, 4_501)]),
        [0, 1_500, 3_000]
    );
}

#[test]
fn an_amount_on_items_leaves_the_rest_to_the_amount_on_the_order() {
    let case = json!({"products": [113]});
    let mut shop = Shop::with(&[(113, 1), (115, 1)]);
    let rules = [off_items(&case, 1_990), off_order(750)];
    assert_eq!(taken(&mut shop, &rules), [1_990, 750]);
    let mut shop = Shop::with(&[(113, 1), (115, 1)]);
    let rules = [off_items(&case, 990), off_order(1_750)];
    assert_eq!(
        taken(&mut shop, &rules),
        [1_990, 750],
        "nothing is lost at the limits"
    );
}

#[test]
fn without_its_items_a_rule_gives_nothing_and_the_others_go_on() {
    let mut shop = Shop::with(&[(115, 1)]);
    let rules = [off_items(&json!({"products": [113]}), 500), off_order(100)];
    assert_eq!(taken(&mut shop, &rules), [100]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_fits_is_taken_to_the_cent(
        quantities in proptest::collection::vec(1i64..6, 5),
        pens_of in proptest::collection::vec(1i64..4, 0..3),
        shares in proptest::collection::vec(0i64..=1_000, 6),
        order_share in 0i64..=1_000,
    ) {
        let prices = [(111, 79_900), (113, 1_990), (114, 2_995), (115, 750), (116, 12_900)];
        let mut shop = pens(&pens_of);
        let lines = prices.iter().zip(&quantities).map(|(&(product_id, _), &quantity)| NewLine {
            product_id,
            quantity,
            ..NewLine::default()
        });
        let items = NewItems { lines: lines.collect(), certificates: Vec::new() };
        let cart = shop.cart.clone();
        shop.state.add_items(&cart, &items).unwrap();

        let mut rules = Vec::new();
        let mut wanted = 0;
        let pens_cost = pens_of.iter().sum::<i64>() * 1_500;
        let costs = prices.iter().zip(&quantities).map(|(&(id, price), quantity)| {
            // The shop comes with one phone case.
            (id, price * (quantity + i64::from(id == 113)))
        });
        for ((product, cost), share) in costs.chain([(118, pens_cost)]).zip(&shares) {
            let cents = cost * share / 1_000;
            if cents > 0 {
                rules.push(off_items(&json!({"products": [product]}), cents));
                wanted += cents;
            }
        }
        let left = shop.sums().subtotal.to_cents() - wanted;
        let on_order = left * order_share / 1_000;
        if on_order > 0 {
            rules.push(off_order(on_order));
        }
        let taken = taken(&mut shop, &rules);
        prop_assert_eq!(taken.iter().sum::<i64>(), wanted + on_order);
        prop_assert_eq!(shop.sums().coupons.to_cents(), wanted + on_order);
        let checkout = shop.checkout();
        for (item, taken) in checkout.items.iter().zip(&taken) {
            prop_assert!(*taken >= 0 && *taken <= item.total().to_cents());
        }
    }
}
