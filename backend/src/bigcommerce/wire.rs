//! BigCommerce's JSON, as far as it is read or written here. Nothing outside this folder sees it.

#![allow(clippy::struct_field_names)] // the names are BigCommerce's

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;

use crate::domain::{Currency, Hundredths, NativeCode, discount::ItemId};

/// A decimal: a JSON number, or in v2 a string. Read from its text, never through a float.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decimal(pub(super) Hundredths);

/// A price: what is below the hundredth is left out, where the currency has thousandths.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Price {
    rounded: Hundredths,
    rounded_down: Hundredths,
}

impl Price {
    pub(super) fn in_currency(self, currency: Currency) -> Hundredths {
        if currency.has_thousandths() {
            self.rounded_down
        } else {
            self.rounded
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plain = read_decimal(deserializer)?;
        Hundredths::from_decimal(&plain)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let plain = read_decimal(deserializer)?;
        let rounded = Hundredths::from_decimal(&plain).map_err(D::Error::custom)?;
        let rounded_down =
            Hundredths::from_decimal_rounded_down(&plain).map_err(D::Error::custom)?;
        Ok(Self {
            rounded,
            rounded_down,
        })
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

/// An id that is a number in some answers and a string in others; 0 and "" are none.
fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    let Some(raw) = raw else { return Ok(None) };
    let text = raw.get().trim_matches('"');
    if text.is_empty() || text == "null" {
        return Ok(None);
    }
    let id: i64 = text.parse().map_err(|_| D::Error::custom("not an id"))?;
    Ok((id != 0).then_some(id))
}

/// v3's envelope.
#[derive(Debug, Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
    #[serde(default)]
    pub(super) meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) pagination: Pagination,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Pagination {
    #[serde(default)]
    pub(super) total_pages: i64,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) title: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Checkout {
    pub(super) cart: Cart,
    #[serde(default)]
    pub(super) billing_address: Option<Billing>,
    #[serde(default)]
    pub(super) coupons: Vec<Coupon>,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) order_id: Option<i64>,
    pub(super) grand_total: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct Billing {
    #[serde(default)]
    pub(super) email: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Coupon {
    pub(super) code: String,
    #[serde(default)]
    pub(super) discounted_amount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct Cart {
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) customer_id: Option<i64>,
    #[serde(default)]
    pub(super) email: Option<String>,
    pub(super) currency: CartCurrency,
    #[serde(default = "first_channel")]
    pub(super) channel_id: i64,
    pub(super) line_items: LineItems,
}

fn first_channel() -> i64 {
    1
}

#[derive(Debug, Deserialize)]
pub(super) struct CartCurrency {
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct LineItems {
    #[serde(default)]
    pub(super) physical_items: Vec<LineItem>,
    #[serde(default)]
    pub(super) digital_items: Vec<LineItem>,
    #[serde(default)]
    pub(super) custom_items: Vec<LineItem>,
    #[serde(default)]
    pub(super) gift_certificates: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LineItem {
    #[serde(default)]
    pub(super) product_id: i64,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) variant_id: Option<i64>,
    #[serde(default)]
    pub(super) sku: Option<String>,
    pub(super) name: String,
    pub(super) quantity: i64,
    pub(super) extended_list_price: Price,
    #[serde(default)]
    pub(super) discount_amount: Decimal,
    #[serde(default)]
    pub(super) coupon_amount: Exact,
    #[serde(default)]
    pub(super) added_by_promotion: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Id {
    pub(super) id: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Promotion {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct CouponCode {
    pub(super) code: String,
}

#[derive(Debug, Serialize)]
pub(super) struct NewCode<'a> {
    pub(super) code: &'a str,
    pub(super) max_uses: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) cart_id: Option<String>,
    pub(super) status_id: i64,
    #[serde(default)]
    pub(super) payment_status: Option<String>,
    pub(super) total_inc_tax: Decimal,
    pub(super) currency_code: String,
    #[serde(default)]
    pub(super) gift_certificate_amount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct Certificate {
    pub(super) id: i64,
    pub(super) code: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) balance: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct Transaction {
    #[serde(default)]
    pub(super) event: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) amount: Decimal,
    #[serde(default)]
    pub(super) gift_certificate: Option<TransactionCertificate>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TransactionCertificate {
    #[serde(default)]
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    #[serde(default)]
    pub(super) total_amount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrderCoupon {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) discount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrderProduct {
    #[serde(default)]
    pub(super) product_id: i64,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) variant_id: Option<i64>,
    #[serde(default)]
    pub(super) quantity: i64,
    #[serde(default)]
    pub(super) base_total: Exact,
    #[serde(default)]
    pub(super) applied_discounts: Vec<AppliedDiscount>,
}

impl OrderProduct {
    pub(super) fn is_of(&self, item: ItemId) -> bool {
        item.is(self.product_id, self.variant_id)
    }

    /// The line's price, if the coupon paid all of it.
    pub(super) fn paid_by(&self, code: &NativeCode) -> Option<Exact> {
        let is_own = |one: &&AppliedDiscount| one.code.as_deref().is_some_and(|text| code.is(text));
        let own = self.applied_discounts.iter().find(is_own)?;
        (own.amount == self.base_total).then_some(own.amount)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct AppliedDiscount {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) amount: Exact,
}

#[derive(Debug, Deserialize)]
pub(super) struct Product {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) categories: Vec<i64>,
    #[serde(default)]
    pub(super) retail_price: Decimal,
}

/// What tells whether a product can be added without the shopper.
#[derive(Debug, Deserialize)]
pub(super) struct StockedProduct {
    #[serde(default)]
    pub(super) availability: String,
    #[serde(default)]
    pub(super) inventory_tracking: String,
    #[serde(default)]
    pub(super) inventory_level: i64,
    #[serde(default)]
    pub(super) variants: Vec<StockedVariant>,
    #[serde(default)]
    pub(super) modifiers: Vec<Modifier>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StockedVariant {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) inventory_level: i64,
    #[serde(default)]
    pub(super) purchasing_disabled: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Modifier {
    #[serde(default)]
    pub(super) required: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct VariantOf {
    pub(super) id: i64,
    pub(super) product_id: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) id: i64,
    pub(super) email: String,
    #[serde(default)]
    pub(super) first_name: String,
    #[serde(default)]
    pub(super) last_name: String,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) customer_group_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CustomerGroup {
    pub(super) id: i64,
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct StoreInformation {
    #[serde(default)]
    pub(super) name: String,
    pub(super) secure_url: String,
    #[serde(default)]
    pub(super) currency: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct PromotionSettings {
    pub(super) number_of_coupons_allowed_at_checkout: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct LegacyCoupon {
    pub(super) name: String,
    #[serde(default)]
    pub(super) enabled: bool,
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
