//! How views write: points of time, amounts, lists.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A point of time with milliseconds.
#[must_use]
pub fn instant(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC)
        .format(INSTANT)
        .unwrap_or_default()
}

pub fn maybe_instant(at: Option<OffsetDateTime>) -> Value {
    at.map(instant).into()
}

pub fn put(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    map.insert(key.to_owned(), value.into());
}

pub fn put_some<T: Into<Value>>(map: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        put(map, key, value);
    }
}

pub fn put_amount(map: &mut Map<String, Value>, key: &str, amount: i64) {
    if amount != 0 {
        put(map, key, amount);
    }
}

/// Turns what `json!` made of an object into a map.
pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// One page of a list.
#[must_use]
pub fn list(name: &str, entries: &[Value], total: usize) -> Value {
    json!({"object": "list", "data_ref": name, name: entries, "total": total})
}
