//! Codes, what they are worth and the rules they have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::voucherify::calculate::Products;
use crate::voucherify::discount::{Discount, Effect};
use crate::voucherify::requests::Metadata;

/// Types of vouchers that are imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum VoucherKind {
    DiscountVoucher,
    GiftVoucher,
    LoyaltyCard,
}

/// A code.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Voucher {
    pub id: String,
    pub code: String,
    pub value: VoucherValue,
    pub start_date: Option<OffsetDateTime>,
    pub expiration_date: Option<OffsetDateTime>,
    pub active: bool,
    /// How often it can be redeemed; `None` is without limit.
    pub quantity: Option<u32>,
    pub redeemed_quantity: u32,
    pub additional_info: Option<String>,
    pub metadata: Metadata,
    pub category_id: Option<String>,
    pub campaign_id: Option<String>,
    /// Id of the customer whose code it is.
    pub holder_id: Option<String>,
    /// All must hold.
    pub rules: Vec<Rule>,
    /// What a discount on items is applicable to.
    pub products: Products,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}

/// Metadata of a demo code: what the shop, of which Voucherify knows nothing, makes of it.
pub const NOTE: &str = "demo_note";

/// What a code is worth.
#[derive(Debug, Clone)]
pub enum VoucherValue {
    /// `DISCOUNT_VOUCHER`.
    Discount(Discount),
    /// `GIFT_VOUCHER`.
    Gift(Gift),
    /// `LOYALTY_CARD`.
    Loyalty(LoyaltyCard),
}

/// A gift card's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gift {
    /// Loaded, over its life.
    pub amount: i64,
    /// Taken off by hand, over its life.
    pub subtracted: i64,
    /// Left.
    pub balance: i64,
    /// What it pays for.
    pub effect: Effect,
}

impl Gift {
    /// Spent by redemptions that stand.
    #[must_use]
    pub fn redeemed(&self) -> i64 {
        self.total() - self.balance
    }

    /// Loaded and not taken off again: what a balance calls `total`.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.amount - self.subtracted
    }
}

/// A loyalty card's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoyaltyCard {
    /// Added, over its life.
    pub points: i64,
    /// Taken off by hand, over its life.
    pub subtracted: i64,
    /// Left.
    pub balance: i64,
}

impl LoyaltyCard {
    /// Spent by redemptions that stand.
    #[must_use]
    pub const fn redeemed(&self) -> i64 {
        self.points - self.subtracted - self.balance
    }
}

/// One condition, in the words of Voucherify's validation rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What is looked at, such as `order.amount` or `customer.metadata`.
    pub name: String,
    /// Path inside metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// Rules on the items that this one matches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Self>,
    /// Operator (`$is`, `$more_than_or_equal` …) and values.
    #[serde(default)]
    pub conditions: BTreeMap<String, Vec<Value>>,
    /// What the merchant wants a shopper to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RuleError>,
}

/// `error` of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RuleError {
    pub message: String,
}
