//! Amounts: integers of hundredths, as in Voucherify's API, never floats.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Sub},
};

use serde::{Deserialize, Serialize};

/// Currencies without decimals (ISO 4217, minor unit 0).
const WITHOUT_DECIMALS: [&str; 16] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
    "XAF", "XOF", "XPF",
];
/// Currencies with three decimals (ISO 4217, minor unit 3).
const WITH_THREE_DECIMALS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

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

/// Why a text is no amount or no currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a decimal number, or one too large.
    #[error("{0:?} is not a decimal amount")]
    Decimal(String),
    /// Not three capital letters.
    #[error("{0:?} is not an ISO 4217 currency code")]
    Currency(String),
}

impl Hundredths {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Reads a JSON decimal's own text, rounding half away from zero to the hundredth.
    ///
    /// BigCommerce sends numbers (`7.27272727273`) and, in v2, strings (`25.0000`).
    pub fn from_decimal(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Decimal(text.chars().take(40).collect());
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(wrong());
        }
        let whole: i64 = whole.parse().map_err(|_| wrong())?;
        let digit = |index: usize| fraction.as_bytes().get(index).map_or(0, |byte| byte - b'0');
        let hundredths = i64::from(digit(0)) * 10 + i64::from(digit(1)) + i64::from(digit(2) >= 5);
        let amount = whole
            .checked_mul(100)
            .and_then(|sum| sum.checked_add(hundredths));
        let amount = amount.ok_or_else(wrong)?;
        Ok(Self(if negative { -amount } else { amount }))
    }

    /// Reads a decimal as [`Hundredths::from_decimal`] does, but leaves out what is below the
    /// hundredth: a discount must not exceed a price that has thousandths.
    pub fn from_decimal_rounded_down(text: &str) -> Result<Self, MoneyError> {
        match text.split_once('.') {
            Some((whole, fraction)) if fraction.is_ascii() && fraction.len() > 2 => {
                Self::from_decimal(&format!("{whole}.{}", &fraction[..2]))
            }
            _ => Self::from_decimal(text),
        }
    }

    /// The decimal BigCommerce takes, as `10.00`.
    #[must_use]
    pub fn to_decimal(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", amount / 100, amount % 100)
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
        let is_whole = WITHOUT_DECIMALS.contains(&self.as_str());
        Hundredths(if is_whole { 100 } else { 1 })
    }

    /// Whether amounts have thousandths, which hundredths cannot express.
    #[must_use]
    pub fn has_thousandths(self) -> bool {
        WITH_THREE_DECIMALS.contains(&self.as_str())
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
    use proptest::prelude::*;

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

    #[test]
    fn reads_the_decimals_bigcommerce_sends() {
        let read = |text| Hundredths::from_decimal(text).map(|amount| amount.0);
        assert_eq!(read("225"), Ok(22_500));
        assert_eq!(read("204.54545454545"), Ok(20_455));
        assert_eq!(read("7.27272727273"), Ok(727));
        assert_eq!(read("25.0000"), Ok(2_500));
        assert_eq!(read("-0.5"), Ok(-50));
        assert_eq!(read("0.005"), Ok(1));
        for wrong in ["", ".", "1e3", "1,5", "NaN", "--1", "99999999999999999999"] {
            assert!(read(wrong).is_err(), "{wrong:?} was taken");
        }
    }

    proptest! {
        #[test]
        fn decimals_survive_the_way_there_and_back(amount in -1_000_000_000_i64..1_000_000_000) {
            let amount = Hundredths(amount);
            prop_assert_eq!(Hundredths::from_decimal(&amount.to_decimal()), Ok(amount));
        }
    }
}
