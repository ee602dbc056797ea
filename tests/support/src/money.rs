//! Money as the platforms write it.

use serde_json::Value;

/// A platform's decimal in hundredths.
#[allow(clippy::cast_possible_truncation)]
#[must_use]
pub fn cents(value: &Value) -> i64 {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    (text.parse::<f64>().unwrap() * 100.0).round() as i64
}
