//! Exact amounts of money.

mod written;

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

pub use written::{optional_text, text};

/// Ten-thousandths in one unit of the currency.
const SCALE: i64 = 10_000;
/// Ten-thousandths in one hundredth.
const CENT: i64 = 100;

/// Ten-thousandths in the smallest unit of a currency with so many decimals.
const fn step(places: u8) -> i64 {
    match places {
        0 => SCALE,
        1 => 1_000,
        2 => CENT,
        3 => 10,
        _ => 1,
    }
}

/// An amount in ten-thousandths of the currency's unit, written as a JSON number (`225`, `204.55`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

/// A text that is not a decimal number with at most four decimals.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an amount")]
pub struct NotAnAmount(String);

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount given in hundredths: `Decimal::cents(79_900)` is 799.00.
    #[must_use]
    pub const fn cents(cents: i64) -> Self {
        Self(cents * CENT)
    }

    /// The amount in whole hundredths, rounded half away from zero.
    #[must_use]
    pub const fn to_cents(self) -> i64 {
        self.units(2)
    }

    /// An amount given in the smallest units of a currency with so many decimals.
    #[must_use]
    pub const fn from_units(units: i64, places: u8) -> Self {
        Self(units * step(places))
    }

    /// The amount in the smallest units of a currency, rounded half away from zero.
    #[must_use]
    pub const fn units(self, places: u8) -> i64 {
        let step = step(places);
        let half = if self.0 < 0 { -step / 2 } else { step / 2 };
        (self.0 + half) / step
    }

    /// Rounded to the decimals of a currency, half away from zero.
    #[must_use]
    pub const fn rounded(self, places: u8) -> Self {
        Self::from_units(self.units(places), places)
    }

    /// This amount `quantity` times.
    #[must_use]
    pub const fn times(self, quantity: i64) -> Self {
        Self(self.0 * quantity)
    }

    /// `percent` of this amount, in whole units of the currency.
    #[must_use]
    pub fn percent(self, percent: Self, places: u8) -> Self {
        self.converted(Self(100 * SCALE), percent, places)
    }

    /// The amount that becomes this one when `percent` of it are added.
    #[must_use]
    pub fn without_percent(self, percent: Self, places: u8) -> Self {
        let hundred = Self(100 * SCALE);
        self.converted(hundred + percent, hundred, places)
    }

    /// This amount from a currency of one rate to one of another, in whole units of the latter.
    #[must_use]
    pub fn converted(self, from: Self, to: Self, places: u8) -> Self {
        let exact = i128::from(self.0) * i128::from(to.0) / i128::from(from.0.max(1));
        Self(i64::try_from(exact).unwrap_or(i64::MAX)).rounded(places)
    }

    /// Whether this is more than nothing.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The amount, or nothing when it is below zero.
    #[must_use]
    pub const fn at_least_zero(self) -> Self {
        if self.0 < 0 { Self::ZERO } else { self }
    }

    /// The raw ten-thousandths.
    #[must_use]
    pub const fn raw(self) -> i64 {
        self.0
    }

    /// The amount as the order API writes it: a text with four decimals.
    #[must_use]
    pub fn four_places(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:04}", self.0.abs() / SCALE, self.0.abs() % SCALE)
    }

    /// The amount as a text with two decimals.
    #[must_use]
    pub fn two_places(self) -> String {
        let cents = self.to_cents();
        let sign = if cents < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
    }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Decimal {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Decimal {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for Decimal {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_the_shortest_number() {
        let written = |text: &str| {
            let amount: Decimal = text.parse().unwrap();
            serde_json::to_string(&amount).unwrap()
        };
        assert_eq!(written("225"), "225");
        assert_eq!(written("204.5500"), "204.55");
        assert_eq!(written("0.1"), "0.1");
        assert_eq!(written("-5.05"), "-5.05");
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in ["", ".", "1.", ".5", "1.23456", "1e3", "+1", "abc", "1,5"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn takes_percentages_to_the_cent() {
        let price: Decimal = "29.95".parse().unwrap();
        assert_eq!(price.percent("10".parse().unwrap(), 2).to_cents(), 300);
        assert_eq!(price.percent("33.3333".parse().unwrap(), 2).to_cents(), 998);
    }
    #[test]
    fn rounds_to_the_decimals_of_a_currency() {
        let amount: Decimal = "4492.5555".parse().unwrap();
        let rounded = |places| amount.rounded(places).to_string();
        assert_eq!(rounded(0), "4493");
        assert_eq!(rounded(2), "4492.56");
        assert_eq!(rounded(3), "4492.556");
        assert_eq!(Decimal::cents(-50).rounded(0).to_string(), "-1");
        assert_eq!(amount.units(3), 4_492_556);
        let rate: Decimal = "0.307".parse().unwrap();
        let one = Decimal::cents(100);
        assert_eq!(
            Decimal::cents(1_990).converted(one, rate, 3).to_string(),
            "6.109"
        );
    }

    #[test]
    fn takes_a_contained_percentage_out() {
        let with = Decimal::cents(22_500);
        let without = with.without_percent(Decimal::cents(1_000), 2);
        assert_eq!(without.to_string(), "204.55");
    }
}
