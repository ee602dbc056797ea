//! How amounts are read and written.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Decimal, NotAnAmount, SCALE};

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
