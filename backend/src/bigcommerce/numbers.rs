//! Amounts and ids as BigCommerce writes them.

use std::{
    iter::Sum,
    ops::{Add, Sub},
};

use rust_decimal::Decimal as Number;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;

use crate::domain::{Hundredths, money::parts};

/// A decimal: a JSON number, or in v2 a string. Read from its text, never through a float.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decimal(pub(super) Hundredths);

/// A decimal in parts of which ten to the power of `DIGITS` make one, at least two: added up and
/// subtracted before it is rounded. What is finer is rounded off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Parts<const DIGITS: u32>(i64);

/// The finest that prices have: what is finer is a float's noise.
pub(super) type Precise = Parts<4>;

/// A part of an order.
pub(super) type Exact = Parts<3>;

impl<const DIGITS: u32> Parts<DIGITS> {
    const OF_A_HUNDREDTH: i64 = 10_i64.pow(DIGITS - 2);

    pub(super) fn hundredths(count: i64) -> Self {
        Self(count.saturating_mul(Self::OF_A_HUNDREDTH))
    }

    pub(super) fn rounded(self) -> Hundredths {
        Self(self.0.saturating_add(Self::OF_A_HUNDREDTH / 2)).rounded_down()
    }

    pub(super) fn rounded_down(self) -> Hundredths {
        Hundredths(self.0.div_euclid(Self::OF_A_HUNDREDTH))
    }

    pub(super) fn rounded_up(self) -> Hundredths {
        Self(self.0.saturating_add(Self::OF_A_HUNDREDTH - 1)).rounded_down()
    }

    /// The part of so many of `all` pieces.
    pub(super) fn of_pieces(self, pieces: i64, all: i64) -> Self {
        Self(self.0.saturating_mul(pieces) / all.max(1))
    }

    /// The part of this amount that is for `room` of `all`: in whole hundredths, except all of it.
    pub(super) fn part(self, room: Self, all: Self) -> Self {
        if all.0 <= 0 {
            return Self(0);
        }
        if room == all {
            return self;
        }
        let whole = i128::from(Self::OF_A_HUNDREDTH) * i128::from(all.0);
        let exact = i128::from(self.0) * i128::from(room.0.max(0));
        let hundredths = (exact + whole / 2) / whole;
        Self::hundredths(i64::try_from(hundredths).unwrap_or(i64::MAX))
    }
}

impl<const DIGITS: u32> Add for Parts<DIGITS> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl<const DIGITS: u32> Sub for Parts<DIGITS> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl<const DIGITS: u32> Sum for Parts<DIGITS> {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

impl<'de, const DIGITS: u32> Deserialize<'de> for Parts<DIGITS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get().trim_matches('"');
        // Floats near zero arrive as `1.5e-7`, which is read too.
        let number: Option<Number> = text.parse().ok();
        let amount = number.and_then(|number| parts(number, DIGITS));
        amount
            .map(Self)
            .ok_or_else(|| D::Error::custom("not a decimal"))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Parts::<2>(hundredths) = Parts::deserialize(deserializer)?;
        Ok(Self(Hundredths(hundredths)))
    }
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decimals_survive_the_way_there_and_back(amount in -1_000_000_000_i64..1_000_000_000) {
            let text = Hundredths(amount).to_decimal();
            for json in [format!("\"{text}\""), text] {
                prop_assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap().0.0, amount);
            }
        }
    }

    #[test]
    fn reads_decimals_from_their_text() {
        let read = |json: &str| serde_json::from_str::<Decimal>(json).map(|decimal| decimal.0.0);
        assert_eq!(read("225").unwrap(), 22_500);
        assert_eq!(read("204.54545454545").unwrap(), 20_455);
        assert_eq!(read("7.27272727273").unwrap(), 727);
        assert_eq!(read("-0.5").unwrap(), -50);
        assert_eq!(read("0.005").unwrap(), 1);
        assert_eq!(read("\"25.0000\"").unwrap(), 2_500);
        assert_eq!(read("1.5e2").unwrap(), 15_000);
        assert_eq!(read("-1.4210854715202e-14").unwrap(), 0);
        assert_eq!(read("2E-2").unwrap(), 2);
        for wrong in ["\"\"", "true", "null", "[1]", "1e99", "\"ten\""] {
            assert!(read(wrong).is_err(), "{wrong} was taken");
        }
        for wrong in [".", "1,5", "NaN", "--1", "99999999999999999999"] {
            assert!(
                read(&format!("\"{wrong}\"")).is_err(),
                "{wrong:?} was taken"
            );
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
