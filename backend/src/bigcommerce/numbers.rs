//! Amounts and ids as BigCommerce writes them.

use std::ops::{Add, Sub};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use crate::domain::Hundredths;

/// A decimal: a JSON number, or in v2 a string. Read from its text, never through a float.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decimal(pub(super) Hundredths);

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plain = read_decimal(deserializer)?;
        Hundredths::from_decimal(&plain)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

/// A decimal in ten-thousandths, the finest that prices have: added up and subtracted before it is
/// rounded. What is finer is a float's noise, and rounded off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Precise(i64);

impl Precise {
    pub(super) fn hundredths(count: i64) -> Self {
        Self(count.saturating_mul(100))
    }

    pub(super) fn rounded(self) -> Hundredths {
        Hundredths(self.0.saturating_add(50).div_euclid(100))
    }

    pub(super) fn rounded_down(self) -> Hundredths {
        Hundredths(self.0.div_euclid(100))
    }

    pub(super) fn rounded_up(self) -> Hundredths {
        Hundredths(self.0.saturating_add(99).div_euclid(100))
    }

    /// The part of this amount that is for `room` of `all`: in whole hundredths, except all of it.
    pub(super) fn part(self, room: Self, all: Self) -> Self {
        if all.0 <= 0 {
            return Self(0);
        }
        if room == all {
            return self;
        }
        let whole = 100 * i128::from(all.0);
        let exact = i128::from(self.0) * i128::from(room.0.max(0));
        let hundredths = (exact + whole / 2) / whole;
        Self::hundredths(i64::try_from(hundredths).unwrap_or(i64::MAX))
    }
}

impl Add for Precise {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Precise {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl<'de> Deserialize<'de> for Precise {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plain = read_decimal(deserializer)?;
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        // A hundred times the amount has its ten-thousandths where hundredths are.
        let padded = format!("{fraction:0<2}");
        let (first, rest) = padded
            .split_at_checked(2)
            .ok_or_else(|| D::Error::custom("not a decimal"))?;
        Hundredths::from_decimal(&format!("{whole}{first}.{rest}"))
            .map(|amount| Self(amount.0))
            .map_err(D::Error::custom)
    }
}

/// A decimal to be added to others before it is rounded, in thousandths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Exact(i64);

impl Exact {
    /// The part of so many of `all` pieces.
    pub(super) fn of_pieces(self, pieces: i64, all: i64) -> Self {
        Self(self.0.saturating_mul(pieces) / all.max(1))
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(super) fn sum(amounts: impl Iterator<Item = Self>) -> Hundredths {
        let thousandths: i64 = amounts.map(|amount| amount.0).sum();
        Hundredths(thousandths.saturating_add(5).div_euclid(10))
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plain = read_decimal(deserializer)?;
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        // Ten times the amount has its thousandths where hundredths are.
        let padded = format!("{fraction:0<1}");
        let (first, rest) = padded.split_at(1);
        Hundredths::from_decimal(&format!("{whole}{first}.{rest}"))
            .map(|amount| Self(amount.0))
            .map_err(D::Error::custom)
    }
}

fn read_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = raw.get().trim_matches('"');
    plain_decimal(text).ok_or_else(|| D::Error::custom("not a decimal"))
}

/// Writes `1.5e-7` without its exponent: that is how floats near zero arrive.
fn plain_decimal(text: &str) -> Option<String> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Some(text.to_owned());
    };
    let exponent: i32 = exponent.parse().ok()?;
    if exponent.abs() > 30 {
        return None;
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{:0>31}{whole}{fraction}{:0<31}", "", "");
    let point = i32::try_from(31 + whole.len()).ok()? + exponent;
    let (whole, fraction) = digits.split_at_checked(usize::try_from(point).ok()?)?;
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(format!("{sign}{whole}.{fraction}"))
}

/// Null in place of a value is as good as nothing.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An id that is a number in some answers and a string in others; 0 and "" are none.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    let Some(raw) = raw else { return Ok(None) };
    let text = raw.get().trim_matches('"');
    if text.is_empty() || text == "null" {
        return Ok(None);
    }
    let id: i64 = text.parse().map_err(|_| D::Error::custom("not an id"))?;
    Ok((id != 0).then_some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_from_their_text() {
        let read = |json: &str| serde_json::from_str::<Decimal>(json).map(|decimal| decimal.0.0);
        assert_eq!(read("204.54545454545").unwrap(), 20_455);
        assert_eq!(read("\"25.0000\"").unwrap(), 2_500);
        assert_eq!(read("1.5e2").unwrap(), 15_000);
        assert_eq!(read("-1.4210854715202e-14").unwrap(), 0);
        assert_eq!(read("2E-2").unwrap(), 2);
        for wrong in ["\"\"", "true", "null", "[1]", "1e99", "\"ten\""] {
            assert!(read(wrong).is_err(), "{wrong} was taken");
        }
    }

    #[test]
    fn reads_ids_of_either_kind() {
        #[derive(Deserialize)]
        struct Holder {
            #[serde(default, deserialize_with = "optional_id")]
            id: Option<i64>,
        }
        let read = |json: &str| serde_json::from_str::<Holder>(json).map(|holder| holder.id);
        assert_eq!(read(r#"{"id":"252"}"#).unwrap(), Some(252));
        assert_eq!(read(r#"{"id":252}"#).unwrap(), Some(252));
        for none in [r"{}", r#"{"id":null}"#, r#"{"id":""}"#, r#"{"id":0}"#] {
            assert_eq!(read(none).unwrap(), None, "{none}");
        }
    }
}
