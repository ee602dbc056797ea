//! Countries and their subdivisions.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::bigcommerce::model::Address;

/// The countries a billing address can be in.
static STORE: LazyLock<Value> = LazyLock::new(|| {
    parsed(include_str!(
        "../../../../fixtures/storefront/store-countries.get.200.json"
    ))
});
/// The countries things are shipped to.
static SHIPPING: LazyLock<Value> = LazyLock::new(|| {
    parsed(include_str!(
        "../../../../fixtures/storefront/shipping-countries.get.200.json"
    ))
});

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({"data": [], "meta": {}}))
}

/// The countries a billing address can be in, as the internal API lists them.
#[must_use]
pub fn store_countries() -> &'static Value {
    &STORE
}

/// The countries things are shipped to, as the internal API lists them.
#[must_use]
pub fn shipping_countries() -> &'static Value {
    &SHIPPING
}

/// Fills in names where an address has codes only, and the other way round for states.
pub fn complete(address: &mut Address) {
    let Some(country) = find(&STORE["data"], "code", &address.country_code) else {
        return;
    };
    address.country = text(country, "name");
    let states = &country["subdivisions"];
    if let Some(state) = find(states, "code", &address.state_or_province_code) {
        address.state_or_province = text(state, "name");
    } else if let Some(state) = find(states, "name", &address.state_or_province) {
        address.state_or_province_code = text(state, "code");
    }
}

fn find<'a>(list: &'a Value, key: &str, wanted: &str) -> Option<&'a Value> {
    let mut entries = list.as_array()?.iter();
    entries.find(|entry| entry[key].as_str().is_some_and(|value| value == wanted))
}

fn text(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}
