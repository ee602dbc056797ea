//! Properties of the calculation.

use proptest::prelude::*;
use serde_json::{Number, Value};
use voucherbridge_stand_in::voucherify::calculate::{
    Calculation, FreeUnit, Line, Products, divide, divide_within, percent_of,
};
use voucherbridge_stand_in::voucherify::discount::{Discount, Effect};
use voucherbridge_stand_in::voucherify::requests::{ItemBody, ItemProduct};
use voucherbridge_stand_in::voucherify::views;

/// What one code does: a discount of money, or free items.
#[derive(Debug, Clone)]
enum Code {
    Money(Discount),
    Free(Vec<FreeUnit>),
}

fn percentage() -> impl Strategy<Value = Number> {
    (0_u32..=10_000).prop_map(|hundredths| {
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        serde_json::from_str(&text).unwrap()
    })
}

fn limit() -> impl Strategy<Value = Option<i64>> {
    proptest::option::of(0_i64..50_000)
}

fn order_or_items() -> impl Strategy<Value = Option<Effect>> {
    proptest::sample::select(vec![
        Some(Effect::ApplyToOrder),
        Some(Effect::ApplyToItems),
        None,
    ])
}

fn discount() -> impl Strategy<Value = Discount> {
    let amount_effects = vec![
        Effect::ApplyToOrder,
        Effect::ApplyToItems,
        Effect::ApplyToItemsProportionally,
        Effect::ApplyToItemsProportionallyByQuantity,
        Effect::ApplyToItemsByQuantity,
    ];
    prop_oneof![
        (percentage(), limit(), limit(), order_or_items()).prop_map(
            |(percent_off, amount_limit, aggregated_amount_limit, effect)| Discount::Percent {
                percent_off,
                percent_off_formula: None,
                amount_limit,
                aggregated_amount_limit,
                effect,
            }
        ),
        (
            0_i64..200_000,
            limit(),
            proptest::sample::select(amount_effects)
        )
            .prop_map(|(amount_off, aggregated_amount_limit, effect)| {
                Discount::Amount {
                    amount_off,
                    amount_off_formula: None,
                    aggregated_amount_limit,
                    effect: Some(effect),
                }
            }),
        (0_i64..200_000, order_or_items()).prop_map(|(fixed_amount, effect)| Discount::Fixed {
            fixed_amount,
            fixed_amount_formula: None,
            effect
        }),
    ]
}

fn product(number: usize) -> ItemProduct {
    ItemProduct {
        id: Some(format!("prod_{number}")),
        ..ItemProduct::default()
    }
}

fn unit() -> impl Strategy<Value = FreeUnit> {
    let effects = vec![Effect::AddNewItems, Effect::AddMissingItems];
    let effects = proptest::sample::select(effects);
    (0_usize..8, 0_i64..100_000, 1_i64..5, effects).prop_map(|(number, price, quantity, effect)| {
        FreeUnit {
            product: Some(product(number)),
            sku: None,
            price,
            quantity,
            effect,
        }
    })
}

fn code() -> impl Strategy<Value = Code> {
    prop_oneof![
        3 => discount().prop_map(Code::Money),
        1 => proptest::collection::vec(unit(), 1..3).prop_map(Code::Free),
    ]
}

fn order(items: &[(i64, i64)]) -> Calculation {
    let lines = items
        .iter()
        .enumerate()
        .map(|(number, &(quantity, price))| {
            let item = ItemBody {
                quantity: Some(quantity),
                price: Some(price),
                product: Some(product(number)),
                ..ItemBody::default()
            };
            Line::new(item).unwrap()
        });
    Calculation::new(None, None, lines.collect()).unwrap()
}

fn apply(money: &mut Calculation, code: &Code) -> i64 {
    match code {
        Code::Money(discount) => money.apply(discount, &Products::default(), false),
        Code::Free(units) => money.add_units(units, false),
    }
    .unwrap()
}

fn check_lines(money: &Calculation) -> Result<(), TestCaseError> {
    for line in &money.lines {
        prop_assert!(
            (0..=line.amount).contains(&line.discount_amount),
            "{line:?}"
        );
        prop_assert!(
            (0..=line.quantity).contains(&line.discount_quantity),
            "{line:?}"
        );
        prop_assert!(line.applied.discount_amount >= 0, "{line:?}");
    }
    let amounts = money.lines.iter().map(|line| line.amount);
    prop_assert_eq!(money.amount, Some(amounts.sum()));
    Ok(())
}

proptest! {
    #[test]
    fn discounts_never_exceed_the_order_and_add_up(
        items in proptest::collection::vec((1_i64..20, 0_i64..100_000), 1..6),
        codes in proptest::collection::vec(code(), 1..5),
    ) {
        let mut money = order(&items);
        let amount = money.amount.unwrap();
        prop_assert_eq!(amount, items.iter().map(|(quantity, price)| quantity * price).sum::<i64>());
        let (mut sum, mut steps) = (0, Vec::new());
        for code in &codes {
            money.begin_step();
            let taken = apply(&mut money, code);
            prop_assert!(taken >= 0);
            prop_assert_eq!(money.total_applied_discount_amount(), taken);
            sum += taken;
            prop_assert_eq!(money.total_discount_amount(), sum);
            prop_assert!(money.total_amount() >= 0);
            prop_assert_eq!(money.initial_amount(), Some(amount));
            check_lines(&money)?;
            steps.push(money.clone());
        }
        let shown = Value::Object(views::order_money(&money));
        prop_assert_eq!(shown["total_amount"].as_i64(), Some(money.amount.unwrap() - sum));
        for step in steps.iter().rev() {
            money.undo(step);
            check_lines(&money)?;
        }
        prop_assert_eq!((money.amount, money.total_discount_amount()), (Some(amount), 0));
        prop_assert_eq!(money.lines.len(), items.len());
    }

    #[test]
    fn a_split_amount_is_the_sum_of_its_parts(
        amount in 0_i64..1_000_000,
        weights in proptest::collection::vec((0_i64..100_000, 0_i64..100_000), 1..8),
    ) {
        let (weights, limits): (Vec<_>, Vec<_>) = weights.into_iter().unzip();
        let whole: i64 = weights.iter().sum();
        let parts = divide(amount, &weights);
        prop_assert_eq!(parts.iter().sum::<i64>(), if whole > 0 { amount } else { 0 });
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(amount) * i128::from(*weight);
            let distance = i128::from(*part) * i128::from(whole) - exact;
            prop_assert!(whole == 0 || distance.abs() < i128::from(whole));
        }
        let pieces: Vec<_> = weights.iter().map(|weight| weight % 20 + 1).collect();
        let within = divide_within(amount, &pieces, &limits);
        prop_assert_eq!(within.iter().sum::<i64>(), amount.min(limits.iter().sum()));
        prop_assert!(within.iter().zip(&limits).all(|(part, limit)| (0..=*limit).contains(part)));
    }

    /// Compared with the same percentage in millionths, by another way of rounding half up.
    #[test]
    fn a_percentage_is_the_nearest_cent(amount in 0_i64..1_000_000_000, hundredths in 0_i64..=10_000) {
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let got = percent_of(amount, &serde_json::from_str(&text).unwrap()).unwrap();
        let exact = i128::from(amount) * i128::from(hundredths);
        let distance = exact - i128::from(got) * 10_000;
        prop_assert!((-5_000..5_000).contains(&distance), "{} of {}: {}", text, amount, got);
    }
}
