//! BigCommerce's JSON, as far as it is read or written here. Nothing outside this folder sees it.

#![allow(clippy::struct_field_names)] // the names are BigCommerce's

use serde::{Deserialize, Serialize};

pub(super) use super::numbers::{Decimal, Exact, Precise};
use super::numbers::{optional_id, or_default};
use crate::domain::{
    NativeCode,
    discount::ItemId,
    refunds::{self, RefundWay},
};

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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) total_pages: i64,
}

/// An error, in the shape that its API has.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Problem {
    /// v2.
    List(Vec<Title>),
    /// Promotions and checkouts.
    Errors { errors: Vec<Title> },
    /// Every other v3.
    Plain(Title),
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Title {
    #[serde(default, alias = "message")]
    title: String,
}

impl Default for Problem {
    fn default() -> Self {
        Self::Plain(Title::default())
    }
}

impl Problem {
    pub(super) fn title(&self) -> &str {
        let first = match self {
            Self::List(all) | Self::Errors { errors: all } => all.first(),
            Self::Plain(one) => Some(one),
        };
        first.map_or("", |one| &one.title)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Checkout {
    pub(super) cart: Cart,
    #[serde(default)]
    pub(super) billing_address: Option<Billing>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) coupons: Vec<Coupon>,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) order_id: Option<i64>,
    pub(super) grand_total: Precise,
    #[serde(default)]
    pub(super) subtotal_inc_tax: Option<Precise>,
    #[serde(default)]
    pub(super) subtotal_ex_tax: Option<Precise>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Billing {
    #[serde(default)]
    pub(super) email: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Coupon {
    pub(super) code: String,
    #[serde(default, deserialize_with = "or_default")]
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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tax_included: bool,
    #[serde(default)]
    pub(super) base_amount: Option<Precise>,
    #[serde(default)]
    pub(super) cart_amount_inc_tax: Option<Precise>,
    #[serde(default)]
    pub(super) cart_amount_ex_tax: Option<Precise>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) manual_discount_amount: Precise,
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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) physical_items: Vec<LineItem>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) digital_items: Vec<LineItem>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) custom_items: Vec<LineItem>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) gift_certificates: Vec<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LineItem {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_id: i64,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) variant_id: Option<i64>,
    #[serde(default)]
    pub(super) sku: Option<String>,
    pub(super) name: String,
    pub(super) quantity: i64,
    pub(super) extended_list_price: Precise,
    #[serde(default)]
    pub(super) extended_sale_price: Option<Precise>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) discount_amount: Precise,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) coupon_amount: Precise,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) added_by_promotion: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Id {
    pub(super) id: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Promotion {
    pub(super) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct CouponCode {
    pub(super) code: String,
    #[serde(default)]
    pub(super) current_uses: i64,
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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) gift_certificate_amount: Decimal,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) customer_id: Option<i64>,
    #[serde(default)]
    pub(super) billing_address: Option<Billing>,
    #[serde(default)]
    pub(super) coupon_discount: Decimal,
    #[serde(default)]
    pub(super) discount_amount: Decimal,
    #[serde(default)]
    pub(super) is_deleted: bool,
    #[serde(default)]
    pub(super) date_created: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Certificate {
    pub(super) id: i64,
    pub(super) code: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) balance: Decimal,
    #[serde(default)]
    pub(super) currency_code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Transaction {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) event: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) amount: Decimal,
    #[serde(default)]
    pub(super) gift_certificate: Option<TransactionCertificate>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TransactionCertificate {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) total_amount: Decimal,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) payments: Vec<RefundPayment>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RefundPayment {
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) id: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) provider_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) amount: Decimal,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) offline: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_declined: bool,
}

impl RefundPayment {
    /// `giftcertificate` and `custom` are gateways of Get Transactions.
    fn way(&self) -> RefundWay {
        match self.provider_id.as_str() {
            "giftcertificate" => RefundWay::Certificates,
            "custom" => RefundWay::Offline,
            _ if self.offline => RefundWay::Offline,
            _ => RefundWay::Other,
        }
    }
}

impl Refund {
    pub(super) fn payments(&self) -> Vec<refunds::RefundPayment> {
        // At least one is promised. Of a refund without any nothing is known but its sum.
        if self.payments.is_empty() {
            return vec![refunds::RefundPayment {
                id: self.id.to_string(),
                way: RefundWay::Other,
                amount: self.total_amount.0,
                is_declined: false,
            }];
        }
        let payment = |(at, one): (usize, &RefundPayment)| refunds::RefundPayment {
            id: match one.id {
                Some(id) => format!("{}-{id}", self.id),
                None => format!("{}-at-{at}", self.id),
            },
            way: one.way(),
            amount: one.amount.0,
            is_declined: one.is_declined,
        };
        self.payments.iter().enumerate().map(payment).collect()
    }
}

/// A refund, as far as it says whose it is.
#[derive(Debug, Deserialize)]
pub(super) struct RefundedOrder {
    pub(super) order_id: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrderCoupon {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) discount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(super) struct OrderProduct {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) product_id: i64,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) variant_id: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) quantity: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) base_total: Exact,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) applied_discounts: Vec<AppliedDiscount>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default)]
    pub(super) sku: Option<String>,
    /// `physical`, `digital` or `giftcertificate`.
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default, deserialize_with = "optional_id")]
    pub(super) parent_order_product_id: Option<i64>,
}

impl OrderProduct {
    pub(super) fn is_of(&self, item: ItemId) -> bool {
        item.is(self.product_id, self.variant_id)
    }

    /// Whether promotions and coupons paid all of it, without what the coupons `own` paid.
    pub(super) fn is_free_without(&self, own: &[&NativeCode]) -> bool {
        self.base_total == self.taken_by(|one| !one.is_by_one_of(own))
    }

    /// What promotions and coupons took off it.
    pub(super) fn discount(&self) -> Exact {
        self.taken_by(|_| true)
    }

    fn taken_by(&self, counts: impl Fn(&AppliedDiscount) -> bool) -> Exact {
        let taken = self.applied_discounts.iter().filter(|one| counts(one));
        taken
            .map(|one| one.amount)
            .fold(Exact::default(), Exact::plus)
    }

    /// Whether what took something off it names a coupon.
    pub(super) fn names_coupons(&self) -> bool {
        let mut codes = self
            .applied_discounts
            .iter()
            .filter_map(|one| one.code.as_deref());
        codes.any(|code| !code.is_empty())
    }

    /// The line's price, if the coupon paid all of it.
    pub(super) fn paid_by(&self, code: &NativeCode) -> Option<Exact> {
        let mut discounts = self.applied_discounts.iter();
        let own = discounts.find(|one| one.is_by_one_of(&[code]))?;
        (own.amount == self.base_total).then_some(own.amount)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct AppliedDiscount {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) amount: Exact,
}

impl AppliedDiscount {
    fn is_by_one_of(&self, coupons: &[&NativeCode]) -> bool {
        let code = self.code.as_deref();
        code.is_some_and(|text| coupons.iter().any(|coupon| coupon.is(text)))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Product {
    pub(super) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) categories: Vec<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) retail_price: Decimal,
}

/// What tells whether a product can be added without the shopper.
#[derive(Debug, Deserialize)]
pub(super) struct StockedProduct {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) availability: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) inventory_tracking: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) inventory_level: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) variants: Vec<StockedVariant>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) modifiers: Vec<Modifier>,
}

#[derive(Debug, Deserialize)]
pub(super) struct StockedVariant {
    pub(super) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) inventory_level: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) purchasing_disabled: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Modifier {
    #[serde(default, deserialize_with = "or_default")]
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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) first_name: String,
    #[serde(default, deserialize_with = "or_default")]
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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    pub(super) secure_url: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) currency: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct PromotionSettings {
    pub(super) number_of_coupons_allowed_at_checkout: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct StoreCurrency {
    pub(super) currency_code: String,
    pub(super) decimal_places: u8,
    #[serde(default)]
    pub(super) is_default: bool,
    /// "Float, Float as String, Integer".
    #[serde(default)]
    pub(super) currency_exchange_rate: serde_json::Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct LegacyCoupon {
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) enabled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The descriptions name types; the real service is known to answer null in their place.
    #[test]
    fn null_is_as_good_as_nothing() {
        let transaction = r#"{"event": null, "status": null, "amount": null}"#;
        let read: Transaction = serde_json::from_str(transaction).unwrap();
        assert_eq!(read.event, "");
        let customer = r#"{"id": 1, "email": "a@example.com", "first_name": null}"#;
        let read: Customer = serde_json::from_str(customer).unwrap();
        assert_eq!(read.first_name, "");
        let product = r#"{"id": 1, "categories": null, "retail_price": null}"#;
        let read: Product = serde_json::from_str(product).unwrap();
        assert!(read.categories.is_empty());
        let promotion = r#"{"id": 1, "name": null, "status": null}"#;
        assert!(serde_json::from_str::<Promotion>(promotion).is_ok());
    }

    #[test]
    fn an_error_is_read_in_the_shape_of_its_api() {
        for body in [
            r#"[{"status": 400, "message": "why"}]"#,
            r#"{"errors": [{"status": 422, "title": "why"}]}"#,
            r#"{"status": 422, "title": "why", "errors": {"name": "why"}}"#,
        ] {
            let problem: Problem = serde_json::from_str(body).unwrap();
            assert_eq!(problem.title(), "why", "{body}");
        }
    }
}
