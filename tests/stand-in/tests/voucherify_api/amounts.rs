//! Properties of the calculation.

use proptest::prelude::*;
use serde_json::{Number, Value};
use voucherbridge_stand_in::voucherify::calculate::{Calculation, Line, percent_of};
use voucherbridge_stand_in::voucherify::model::{Discount, Effect};
use voucherbridge_stand_in::voucherify::requests::ItemBody;
use voucherbridge_stand_in::voucherify::views;

fn discount() -> impl Strategy<Value = Discount> {
    let effect = Some(Effect::ApplyToOrder);
    prop_oneof![
        (0_u32..=10_000, proptest::option::of(0_i64..50_000)).prop_map(
            move |(hundredths, limit)| {
                let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
                let percent_off: Number = serde_json::from_str(&text).unwrap();
                Discount::Percent {
                    percent_off,
                    amount_limit: limit,
                    effect,
                }
            }
        ),
        (0_i64..200_000).prop_map(move |amount_off| Discount::Amount {
            amount_off,
            aggregated_amount_limit: None,
            effect,
        }),
        (0_i64..200_000).prop_map(move |fixed_amount| Discount::Fixed {
            fixed_amount,
            effect
        }),
    ]
}

fn order(items: &[(i64, i64)]) -> Calculation {
    let lines = items.iter().map(|&(quantity, price)| {
        let item = ItemBody {
            quantity: Some(quantity),
            price: Some(price),
            ..ItemBody::default()
        };
        Line::new(item).unwrap()
    });
    Calculation::new(None, None, lines.collect()).unwrap()
}

proptest! {
    #[test]
    fn discounts_never_exceed_the_order_and_add_up(
        items in proptest::collection::vec((1_i64..20, 0_i64..100_000), 1..6),
        discounts in proptest::collection::vec(discount(), 1..5),
    ) {
        let mut money = order(&items);
        let amount = money.amount.unwrap();
        prop_assert_eq!(amount, items.iter().map(|(quantity, price)| quantity * price).sum::<i64>());
        let mut sum = 0;
        for discount in &discounts {
            money.begin_step();
            let taken = money.apply(discount).unwrap();
            prop_assert!(taken >= 0);
            prop_assert_eq!(money.total_applied_discount_amount(), taken);
            sum += taken;
            prop_assert_eq!(money.total_discount_amount(), sum);
            prop_assert_eq!(money.total_amount(), amount - sum);
            prop_assert!(money.total_amount() >= 0);
        }
        let shown = Value::Object(views::order_money(&money));
        prop_assert_eq!(shown["total_amount"].as_i64(), Some(amount - sum));
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
