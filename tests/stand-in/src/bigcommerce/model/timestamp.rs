//! Points in time as BigCommerce writes them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;

/// `2023-10-04T04:24:05+00:00`, the form of all v3 and storefront answers.
#[must_use]
pub fn iso(at: OffsetDateTime) -> String {
    let form = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory]:[offset_minute]"
    );
    at.format(form).unwrap_or_default()
}

/// `Wed, 04 Oct 2023 04:24:05 +0000`, the form of v2 answers.
#[must_use]
pub fn rfc2822(at: OffsetDateTime) -> String {
    at.format(&Rfc2822).unwrap_or_default()
}

/// Reads an RFC 3339 time in UTC.
#[must_use]
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(at.to_offset(time::UtcOffset::UTC))
}

/// For `#[serde(with = "timestamp")]`: writes [`iso`].
pub fn serialize<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    iso(*at).serialize(serializer)
}

/// For `#[serde(with = "timestamp")]`: reads RFC 3339.
pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<OffsetDateTime, D::Error> {
    let text = String::deserialize(input)?;
    parse(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is not a date and time")))
}

/// The same for a time that may be null.
pub mod optional {
    use super::{Deserialize, Deserializer, OffsetDateTime, Serialize, Serializer, de, iso, parse};

    /// Writes [`iso`] or null.
    #[allow(
        clippy::ref_option,
        reason = "serde calls it with a reference to the field"
    )]
    pub fn serialize<S: Serializer>(
        at: &Option<OffsetDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(iso).serialize(serializer)
    }

    /// Reads RFC 3339 or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<OffsetDateTime>, D::Error> {
        let Some(text) = Option::<String>::deserialize(input)? else {
            return Ok(None);
        };
        let wrong = || de::Error::custom(format!("{text:?} is not a date and time"));
        parse(&text).map(Some).ok_or_else(wrong)
    }
}
