//! Orders, their lines and what paid for them.

use serde::Deserialize;

use super::super::numbers::{Decimal, Exact, optional_id, or_default};
use super::Billing;
use crate::domain::{NativeCode, discount::ItemId};

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Order {
    pub(in crate::bigcommerce) id: i64,
    #[serde(default)]
    pub(in crate::bigcommerce) cart_id: Option<String>,
    pub(in crate::bigcommerce) status_id: i64,
    #[serde(default)]
    pub(in crate::bigcommerce) payment_status: Option<String>,
    pub(in crate::bigcommerce) total_inc_tax: Decimal,
    /// What the pages showed; not always what is paid.
    pub(in crate::bigcommerce) currency_code: String,
    /// What is paid, in which the amounts are.
    #[serde(default)]
    pub(in crate::bigcommerce) default_currency_code: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) gift_certificate_amount: Decimal,
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) customer_id: Option<i64>,
    #[serde(default)]
    pub(in crate::bigcommerce) billing_address: Option<Billing>,
    #[serde(default)]
    pub(in crate::bigcommerce) coupon_discount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) discount_amount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) is_deleted: bool,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct StaffNotes {
    // Required, and null in recordings.
    #[serde(deserialize_with = "or_default")]
    pub(in crate::bigcommerce) staff_notes: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Transaction {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) event: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) amount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) gift_certificate: Option<TransactionCertificate>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct TransactionCertificate {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) code: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct OrderCoupon {
    #[serde(default)]
    pub(in crate::bigcommerce) code: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) discount: Decimal,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct OrderProduct {
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) product_id: i64,
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) variant_id: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) quantity: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) base_total: Exact,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) applied_discounts: Vec<AppliedDiscount>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) name: String,
    #[serde(default)]
    pub(in crate::bigcommerce) sku: Option<String>,
    /// `physical`, `digital` or `giftcertificate`.
    #[serde(default, rename = "type")]
    pub(in crate::bigcommerce) kind: Option<String>,
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) parent_order_product_id: Option<i64>,
}

impl OrderProduct {
    pub(in crate::bigcommerce) fn is_of(&self, item: ItemId) -> bool {
        item.is(self.product_id, self.variant_id)
    }

    /// Whether promotions and coupons paid all of it, without what the coupons `own` paid.
    pub(in crate::bigcommerce) fn is_free_without(&self, own: &[&NativeCode]) -> bool {
        self.base_total == self.taken_by(|one| !one.is_by_one_of(own))
    }

    /// What promotions and coupons took off it.
    pub(in crate::bigcommerce) fn discount(&self) -> Exact {
        self.taken_by(|_| true)
    }

    fn taken_by(&self, counts: impl Fn(&AppliedDiscount) -> bool) -> Exact {
        let taken = self.applied_discounts.iter().filter(|one| counts(one));
        taken.map(|one| one.amount).sum()
    }

    /// Whether what took something off it names a coupon.
    pub(in crate::bigcommerce) fn names_coupons(&self) -> bool {
        let mut codes = self
            .applied_discounts
            .iter()
            .filter_map(|one| one.code.as_deref());
        codes.any(|code| !code.is_empty())
    }

    /// The line's price, if the coupon paid all of it.
    pub(in crate::bigcommerce) fn paid_by(&self, code: &NativeCode) -> Option<Exact> {
        let mut discounts = self.applied_discounts.iter();
        let own = discounts.find(|one| one.is_by_one_of(&[code]))?;
        (own.amount == self.base_total).then_some(own.amount)
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct AppliedDiscount {
    #[serde(default)]
    pub(in crate::bigcommerce) code: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) amount: Exact,
}

impl AppliedDiscount {
    fn is_by_one_of(&self, coupons: &[&NativeCode]) -> bool {
        let code = self.code.as_deref();
        code.is_some_and(|text| coupons.iter().any(|coupon| coupon.is(text)))
    }
}
