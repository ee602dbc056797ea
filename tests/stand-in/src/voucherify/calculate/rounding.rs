//! How money is rounded and divided: nothing is lost, nothing is made.

use serde_json::Number;

/// A percentage of an amount, rounded half up. `None` when it is no plain decimal number.
#[must_use]
pub fn percent_of(amount: i64, percent: &Number) -> Option<i64> {
    let text = percent.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_i128
        .checked_pow(u32::try_from(fraction.len()).ok()?)?
        .checked_mul(100)?;
    let product = i128::from(amount).checked_mul(digits)?;
    i64::try_from((product + scale / 2).div_euclid(scale)).ok()
}

/// `amount * part / whole`, rounded half up.
#[must_use]
pub fn share_of(amount: i64, part: i64, whole: i64) -> i64 {
    if whole <= 0 {
        return 0;
    }
    let (product, whole) = (i128::from(amount) * i128::from(part), i128::from(whole));
    i64::try_from((product + whole / 2).div_euclid(whole)).unwrap_or(amount)
}

/// Divides an amount by weights. Each part is rounded down; the cents that are left go to the parts
/// that lost most, the earlier of equals first.
#[must_use]
pub fn divide(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if whole <= 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: &i64| i128::from(amount) * i128::from(*weight);
    let mut parts: Vec<_> = weights
        .iter()
        .map(|weight| i64::try_from(exact(weight) / whole).unwrap_or(0))
        .collect();
    let mut lost: Vec<_> = weights
        .iter()
        .enumerate()
        .map(|(index, weight)| (exact(weight) % whole, index))
        .collect();
    lost.sort_by_key(|(rest, index)| (std::cmp::Reverse(*rest), *index));
    let left = amount - parts.iter().sum::<i64>();
    for (_, index) in lost.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[index] += 1;
    }
    parts
}

/// The same, but no part is above its limit: what does not fit is divided among the others.
#[must_use]
pub fn divide_within(amount: i64, weights: &[i64], limits: &[i64]) -> Vec<i64> {
    let mut parts = vec![0; weights.len()];
    loop {
        let left = amount - parts.iter().sum::<i64>();
        let open: Vec<_> = (0..parts.len())
            .map(|index| {
                if parts[index] < limits[index] {
                    weights[index]
                } else {
                    0
                }
            })
            .collect();
        if left <= 0 || open.iter().all(|weight| *weight <= 0) {
            return parts;
        }
        for (index, more) in divide(left, &open).into_iter().enumerate() {
            parts[index] = (parts[index] + more).min(limits[index]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn percentages_are_exact_and_rounded_half_up() {
        assert_eq!(percent_of(9_990, &percent("10")), Some(999));
        assert_eq!(percent_of(5, &percent("10")), Some(1));
        assert_eq!(percent_of(4, &percent("10")), Some(0));
        assert_eq!(percent_of(10_001, &percent("33.3")), Some(3_330));
        assert_eq!(percent_of(i64::MAX, &percent("100")), Some(i64::MAX));
        assert_eq!(percent_of(100, &percent("1e-9")), None);
    }

    #[test]
    fn divided_cents_go_where_most_was_lost() {
        assert_eq!(divide(1_000, &[2_000, 4_500, 6_000]), [160, 360, 480]);
        assert_eq!(divide(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(divide(5, &[1, 2]), [2, 3]);
        assert_eq!(divide(7, &[0, 0]), [0, 0]);
        assert_eq!(divide(0, &[3]), [0]);
    }

    #[test]
    fn what_does_not_fit_goes_to_the_others() {
        assert_eq!(divide_within(100, &[1, 1], &[20, 500]), [20, 80]);
        assert_eq!(divide_within(100, &[1, 1], &[20, 30]), [20, 30]);
        assert_eq!(divide_within(9, &[5, 1, 1], &[3, 3, 9]), [3, 3, 3]);
        assert_eq!(divide_within(100, &[], &[]), Vec::<i64>::new());
    }
}
