//! What a Voucherify project consists of.

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use time::OffsetDateTime;

use super::calculate::{Calculation, Products};
use super::discount::{Discount, Effect};
use super::error::ApiError;
use super::loyalty::{LoyaltyCard, Spent};
use super::requests::{AddressBody, Metadata, TtlUnit};

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
    pub conditions: std::collections::BTreeMap<String, Vec<Value>>,
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

/// A lock on codes.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Session {
    pub key: String,
    pub ttl: Number,
    pub ttl_unit: TtlUnit,
    pub expires_at: OffsetDateTime,
    pub holds: Vec<Hold>,
}

/// One code in a session: one redemption, and the credits or points of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Hold {
    pub code: String,
    pub credits: Option<i64>,
    pub points: Option<i64>,
}

/// Status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum OrderStatus {
    Created,
    Paid,
    Canceled,
    Fulfilled,
}

/// A stored order.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Order {
    pub id: String,
    pub source_id: Option<String>,
    pub status: OrderStatus,
    pub money: Calculation,
    pub metadata: Metadata,
    pub customer_id: Option<String>,
    pub referrer_id: Option<String>,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}

/// `customer.order.created`, `.paid`, `.canceled` or `.fulfilled`.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct OrderEvent {
    pub source_id: Option<String>,
    pub customer_id: Option<String>,
    pub status: OrderStatus,
}

/// A stored customer.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Customer {
    pub id: String,
    pub source_id: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birthday: Option<String>,
    pub birthdate: Option<String>,
    pub address: Option<AddressBody>,
    pub metadata: Metadata,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}

/// What a redemption is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// One voucher.
    Voucher {
        /// Its code.
        code: String,
        /// Its id.
        id: String,
        /// Credits taken from a gift card.
        credits: Option<i64>,
        /// Points taken from a loyalty card.
        spent: Option<Spent>,
    },
    /// Several: the parent of these redemptions.
    Stack(Vec<String>),
}

/// A redemption, successful or not.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Redemption {
    pub id: String,
    pub date: OffsetDateTime,
    pub redeemed: Redeemed,
    /// Id of the parent, for a child.
    pub parent: Option<String>,
    pub customer_id: Option<String>,
    pub tracking_id: Option<String>,
    pub metadata: Metadata,
    pub order_id: Option<String>,
    /// The order's money right after this redeemable.
    pub money: Option<Calculation>,
    pub session_key: Option<String>,
    /// Why it failed, for a failed one.
    pub failure: Option<ApiError>,
    /// Id of its rollback.
    pub rollback: Option<String>,
}

/// A rollback of one redemption, or of a parent.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Rollback {
    pub id: String,
    pub date: OffsetDateTime,
    pub redemption_id: String,
    pub reason: Option<String>,
    pub metadata: Metadata,
    /// Credits given back to a gift card.
    pub credits: Option<i64>,
    /// Points given back to a loyalty card.
    pub points: Option<i64>,
}

/// A stored product or SKU.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Product {
    pub id: String,
    pub source_id: Option<String>,
    /// Name of a product, `sku` of a SKU.
    pub name: Option<String>,
    pub price: Option<i64>,
    pub currency: Option<String>,
    pub attributes: Value,
    pub image_url: Option<String>,
    pub metadata: Metadata,
    /// The product of a SKU.
    pub product_id: Option<String>,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}
