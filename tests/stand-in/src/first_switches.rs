//! Where the switches stand when a stand-in starts or is reset. The suite can be run with the other
//! position of each: `npm run test:switches`.

use std::env::{self, VarError};

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Its JSON has an object for each service, `bigcommerce` and `voucherify`, with the switches that
/// do not stand as they do by default.
const VARIABLE: &str = "VOUCHERBRIDGE_STAND_IN_SWITCHES";

/// The first positions of a service's switches.
///
/// # Panics
///
/// Where the variable holds what no switch can be: a suite must not run with other positions than
/// it was asked to.
pub(crate) fn first_switches<S: Default + DeserializeOwned>(service: &str) -> S {
    let named = match env::var(VARIABLE) {
        Ok(json) => json,
        Err(VarError::NotPresent) => return S::default(),
        Err(error) => panic!("{VARIABLE}: {error}"),
    };
    let mut services: Value =
        serde_json::from_str(&named).unwrap_or_else(|error| panic!("{VARIABLE}: {error}"));
    match services[service].take() {
        Value::Null => S::default(),
        switches => serde_json::from_value(switches)
            .unwrap_or_else(|error| panic!("{VARIABLE}, {service}: {error}")),
    }
}
