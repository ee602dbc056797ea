//! Amounts: integers of hundredths, as in Voucherify's API, never floats.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Sub},
};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An amount in hundredths of a currency unit.
#[derive(
    Debug, Default, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Hundredths(pub i64);

/// An ISO 4217 currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// How much.
    pub amount: Hundredths,
    /// Of what.
    pub currency: Currency,
}

/// Why a text is no currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("{0:?} is not an ISO 4217 currency code")]
    Currency(String),
}

impl Hundredths {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The decimal BigCommerce takes, as `10.00`.
    #[must_use]
    pub fn to_decimal(self) -> String {
        Decimal::new(self.0, 2).to_string()
    }

    /// Whether there is any.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// So many times the amount.
    #[must_use]
    pub fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// The most whole units in it: an amount that is not negative, rounded down.
    #[must_use]
    pub fn rounded_down_to(self, unit: Self) -> Self {
        Self(self.0 - self.0.rem_euclid(unit.0.max(1)))
    }
}

/// A number in parts of which ten to the power of `digits` make one, rounded half away from zero;
/// none if they are too many.
pub(crate) fn parts(number: Decimal, digits: u32) -> Option<i64> {
    let mut number = number.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    number.rescale(digits);
    i64::try_from(number.mantissa()).ok()
}

impl Add for Hundredths {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Hundredths {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Hundredths {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_decimal())
    }
}

impl Currency {
    /// Takes three letters, in either case.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Currency(text.chars().take(10).collect());
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| wrong())?;
        if !bytes.iter().all(u8::is_ascii_alphabetic) {
            return Err(wrong());
        }
        Ok(Self(bytes.map(|byte| byte.to_ascii_uppercase())))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The least amount that can be taken off: the currency's smallest unit, or a hundredth where
    /// that is smaller.
    #[must_use]
    pub fn unit(self) -> Hundredths {
        Hundredths(if self.decimals() == Some(0) { 100 } else { 1 })
    }

    /// Whether amounts have thousandths, which hundredths cannot express.
    #[must_use]
    pub fn has_thousandths(self) -> bool {
        self.decimals() == Some(3)
    }

    /// As in ISO 4217.
    fn decimals(self) -> Option<u16> {
        iso_currency::Currency::from_code(self.as_str())?.exponent()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;
    fn try_from(text: String) -> Result<Self, MoneyError> {
        Self::parse(&text)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_have_their_smallest_unit() {
        let unit = |code: &str| Currency::parse(code).unwrap().unit().0;
        assert_eq!((unit("USD"), unit("JPY"), unit("KWD")), (1, 100, 1));
        assert!(Currency::parse("KWD").unwrap().has_thousandths());
        let yen = Hundredths(100);
        assert_eq!(Hundredths(10_050).rounded_down_to(yen).0, 10_000);
        assert_eq!(Hundredths(10_000).rounded_down_to(yen).0, 10_000);
        assert_eq!(Hundredths(0).rounded_down_to(yen).0, 0);
    }
}
