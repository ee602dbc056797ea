//! Checkouts and their carts.

use serde::Deserialize;

use super::super::numbers::{Decimal, Precise, optional_id, or_default};

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Checkout {
    pub(in crate::bigcommerce) cart: Cart,
    #[serde(default)]
    pub(in crate::bigcommerce) billing_address: Option<Billing>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) coupons: Vec<Coupon>,
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) order_id: Option<i64>,
    pub(in crate::bigcommerce) grand_total: Precise,
    #[serde(default)]
    pub(in crate::bigcommerce) subtotal_inc_tax: Option<Precise>,
    #[serde(default)]
    pub(in crate::bigcommerce) subtotal_ex_tax: Option<Precise>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Billing {
    #[serde(default)]
    pub(in crate::bigcommerce) email: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Coupon {
    pub(in crate::bigcommerce) code: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) discounted_amount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Cart {
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) customer_id: Option<i64>,
    #[serde(default)]
    pub(in crate::bigcommerce) email: Option<String>,
    pub(in crate::bigcommerce) currency: CartCurrency,
    #[serde(default = "first_channel")]
    pub(in crate::bigcommerce) channel_id: i64,
    pub(in crate::bigcommerce) line_items: LineItems,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) tax_included: bool,
    #[serde(default)]
    pub(in crate::bigcommerce) base_amount: Option<Precise>,
    #[serde(default)]
    pub(in crate::bigcommerce) cart_amount_inc_tax: Option<Precise>,
    #[serde(default)]
    pub(in crate::bigcommerce) cart_amount_ex_tax: Option<Precise>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) manual_discount_amount: Precise,
}

fn first_channel() -> i64 {
    1
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct CartCurrency {
    pub(in crate::bigcommerce) code: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct LineItems {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) physical_items: Vec<LineItem>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) digital_items: Vec<LineItem>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) custom_items: Vec<LineItem>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) gift_certificates: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct LineItem {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) product_id: i64,
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) variant_id: Option<i64>,
    #[serde(default)]
    pub(in crate::bigcommerce) sku: Option<String>,
    pub(in crate::bigcommerce) name: String,
    pub(in crate::bigcommerce) quantity: i64,
    pub(in crate::bigcommerce) extended_list_price: Precise,
    #[serde(default)]
    pub(in crate::bigcommerce) extended_sale_price: Option<Precise>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) discount_amount: Precise,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) coupon_amount: Precise,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) added_by_promotion: bool,
}
