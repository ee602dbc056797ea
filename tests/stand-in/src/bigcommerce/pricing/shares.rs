//! How an amount is split over lines.

use crate::bigcommerce::model::Decimal;

/// Splits an amount by weights, in the smallest units of a currency with so many decimals; no share
/// is larger than its weight.
///
/// Every share is rounded down; the units left over go to the largest remainders, earlier lines
/// first, so that the same cart always gets the same split.
#[must_use]
pub fn distribute(amount: Decimal, weights: &[Decimal], places: u8) -> Vec<Decimal> {
    let units: Vec<i128> = weights
        .iter()
        .map(|weight| i128::from(weight.units(places).max(0)))
        .collect();
    let whole: i128 = units.iter().sum();
    let amount = i128::from(amount.units(places).max(0)).min(whole);
    if whole == 0 {
        return vec![Decimal::ZERO; weights.len()];
    }
    let mut shares: Vec<i128> = units.iter().map(|weight| amount * weight / whole).collect();
    let mut by_remainder: Vec<usize> = (0..units.len()).collect();
    by_remainder.sort_by_key(|&at| std::cmp::Reverse(amount * units[at] % whole));
    let mut left = amount - shares.iter().sum::<i128>();
    for at in by_remainder {
        if left > 0 && shares[at] < units[at] {
            shares[at] += 1;
            left -= 1;
        }
    }
    let to_decimal =
        |share: i128| Decimal::from_units(i64::try_from(share).unwrap_or(i64::MAX), places);
    shares.into_iter().map(to_decimal).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn leftover_cents_go_to_the_largest_remainders_first_lines_first() {
        let weights = [100, 100, 100].map(Decimal::cents);
        let shares = distribute(Decimal::cents(100), &weights, 2);
        assert_eq!(shares, [34, 33, 33].map(Decimal::cents));
        let shares = distribute(Decimal::cents(10), &[1, 999].map(Decimal::cents), 2);
        assert_eq!(shares, [0, 10].map(Decimal::cents));
    }

    #[test]
    fn a_currency_is_split_in_its_own_units() {
        let weights = [30_000, 30_000, 30_000].map(Decimal::cents);
        let yen = distribute(Decimal::cents(10_000), &weights, 0);
        assert_eq!(yen, [3_400, 3_300, 3_300].map(Decimal::cents));
        let dinars = distribute(Decimal::from_units(1_000, 3), &weights, 3);
        assert_eq!(
            dinars,
            [334, 333, 333].map(|units| Decimal::from_units(units, 3))
        );
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_amount_and_none_exceeds_its_line(
            amount in 0i64..2_000_000,
            weights in proptest::collection::vec(0i64..200_000, 1..12),
        ) {
            let whole: i64 = weights.iter().sum();
            let lines: Vec<Decimal> = weights.iter().copied().map(Decimal::cents).collect();
            let shares = distribute(Decimal::cents(amount), &lines, 2);
            let sum: Decimal = shares.iter().copied().sum();
            prop_assert_eq!(sum, Decimal::cents(amount.min(whole)));
            for (share, line) in shares.iter().zip(&lines) {
                prop_assert!(*share >= Decimal::ZERO && share <= line);
            }
        }
    }
}
