//! What a store has and sells, and who its customers are.

use serde::Deserialize;

use super::super::numbers::{Decimal, optional_id, or_default};

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Product {
    pub(in crate::bigcommerce) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) categories: Vec<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) retail_price: Decimal,
}

/// What tells whether a product can be added without the shopper.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct StockedProduct {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) availability: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) inventory_tracking: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) inventory_level: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) variants: Vec<StockedVariant>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) modifiers: Vec<Modifier>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct StockedVariant {
    pub(in crate::bigcommerce) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) inventory_level: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) purchasing_disabled: bool,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Modifier {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) required: bool,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct VariantOf {
    pub(in crate::bigcommerce) id: i64,
    pub(in crate::bigcommerce) product_id: i64,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Customer {
    pub(in crate::bigcommerce) id: i64,
    pub(in crate::bigcommerce) email: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) first_name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) last_name: String,
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) customer_group_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct CustomerGroup {
    pub(in crate::bigcommerce) id: i64,
    pub(in crate::bigcommerce) name: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct StoreInformation {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) name: String,
    pub(in crate::bigcommerce) secure_url: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) currency: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct StoreCurrency {
    pub(in crate::bigcommerce) currency_code: String,
    pub(in crate::bigcommerce) decimal_places: u8,
    #[serde(default)]
    pub(in crate::bigcommerce) is_default: bool,
    /// "Float, Float as String, Integer".
    #[serde(default)]
    pub(in crate::bigcommerce) currency_exchange_rate: serde_json::Value,
}
