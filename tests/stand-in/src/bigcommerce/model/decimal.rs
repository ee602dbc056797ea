//! Exact amounts of money.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Ten-thousandths in one unit of the currency.
const SCALE: i64 = 10_000;
/// Ten-thousandths in one hundredth: the smallest step of a discount.
const CENT: i64 = 100;

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
        let half = if self.0 < 0 { -CENT / 2 } else { CENT / 2 };
        (self.0 + half) / CENT
    }

    /// Rounded to whole hundredths, half away from zero.
    #[must_use]
    pub const fn rounded(self) -> Self {
        Self::cents(self.to_cents())
    }

    /// This amount `quantity` times.
    #[must_use]
    pub const fn times(self, quantity: i64) -> Self {
        Self(self.0 * quantity)
    }

    /// `percent` of this amount, rounded to hundredths.
    #[must_use]
    pub fn percent(self, percent: Self) -> Self {
        let exact = i128::from(self.0) * i128::from(percent.0) / i128::from(100 * SCALE);
        Self(i64::try_from(exact).unwrap_or(i64::MAX)).rounded()
    }

    /// This amount in another currency, at units of it for one of this one, rounded to hundredths.
    #[must_use]
    pub fn at_rate(self, rate: Self) -> Self {
        self.converted(Self(SCALE), rate)
    }

    /// This amount from a currency of one rate to one of another, rounded to hundredths.
    #[must_use]
    pub fn converted(self, from: Self, to: Self) -> Self {
        let exact = i128::from(self.0) * i128::from(to.0) / i128::from(from.0.max(1));
        Self(i64::try_from(exact).unwrap_or(i64::MAX)).rounded()
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

impl FromStr for Decimal {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || NotAnAmount(text.to_owned());
        let (negative, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dot_without_digits = digits.contains('.') && fraction.is_empty();
        if whole.is_empty() || whole.len() > 12 || !all_digits(whole) || dot_without_digits {
            return Err(refuse());
        }
        if fraction.len() > 4 || !all_digits(fraction) {
            return Err(refuse());
        }
        let whole: i64 = whole.parse().map_err(|_| refuse())?;
        let fraction: i64 = format!("{fraction:0<4}").parse().map_err(|_| refuse())?;
        let amount = whole * SCALE + fraction;
        Ok(Self(if negative { -amount } else { amount }))
    }
}

impl fmt::Display for Decimal {
    /// The shortest text: `225`, `204.55`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.four_places();
        formatter.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % SCALE == 0 {
            return serializer.serialize_i64(self.0 / SCALE);
        }
        // The nearest double of a number with four decimals prints as those decimals.
        let number: f64 = self
            .to_string()
            .parse()
            .map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(number)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Decimal;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an amount as a number")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Decimal, E> {
        value.to_string().parse().map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Decimal, E> {
        value.to_string().parse().map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Decimal, E> {
        format!("{value:.4}").parse().map_err(E::custom)
    }
}

/// Amounts that travel as JSON texts (`"12.95"`), as in promotions.
pub mod text {
    use super::{Decimal, Deserialize, Deserializer, Serializer, de};

    /// Writes the amount as a text.
    pub fn serialize<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    /// Reads an amount that is written as a text and not below zero.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        let amount: Decimal = text.parse().map_err(de::Error::custom)?;
        if amount < Decimal::ZERO {
            return Err(de::Error::custom("an amount below zero"));
        }
        Ok(amount)
    }
}

/// Optional amounts that travel as JSON texts or null.
pub mod optional_text {
    use super::{Decimal, Deserialize, Deserializer, Serializer, text};

    #[derive(Deserialize)]
    struct AsText(#[serde(deserialize_with = "text::deserialize")] Decimal);

    /// Writes the amount as a text, or null.
    #[allow(
        clippy::ref_option,
        reason = "serde calls it with a reference to the field"
    )]
    pub fn serialize<S: Serializer>(
        amount: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match amount {
            Some(amount) => text::serialize(amount, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a text or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        Ok(Option::<AsText>::deserialize(deserializer)?.map(|AsText(amount)| amount))
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
        assert_eq!(price.percent("10".parse().unwrap()).to_cents(), 300);
        assert_eq!(price.percent("33.3333".parse().unwrap()).to_cents(), 998);
    }
}
