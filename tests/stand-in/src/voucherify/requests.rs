//! What a client may send. Every struct refuses fields that the API description does not have.
//!
//! These types are the stand-in's own reading of the API description; nothing is shared with the
//! backend, so that a misspelt field fails here.

use serde::Deserialize;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::error::ApiError;
use crate::kit::strict::Refusal;

/// Custom attributes.
pub type Metadata = Map<String, Value>;

/// Body of validations and redemptions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackBody {
    /// What the answer should contain.
    pub options: Option<StackOptions>,
    /// The codes, in the order of calculation.
    pub redeemables: Vec<RedeemableBody>,
    /// The cart.
    pub order: Option<OrderBody>,
    /// The shopper.
    pub customer: Option<CustomerBody>,
    /// The lock.
    pub session: Option<SessionBody>,
    /// A source id given only to be hashed.
    pub tracking_id: Option<String>,
    /// Metadata of the redemptions.
    pub metadata: Option<Metadata>,
}

/// `options` of validations and redemptions.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackOptions {
    /// Parts to show in full.
    pub expand: Option<Vec<Expand>>,
}

/// A part of the answer that can be shown in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expand {
    /// The order after each redeemable.
    Order,
    /// Accepted, changes nothing.
    Redemption,
    /// Metadata and campaign of each redeemable.
    Redeemable,
    /// Name and hierarchy of each category.
    Category,
}

/// One redeemable.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemableBody {
    /// What `id` names.
    pub object: RedeemableKind,
    /// Voucher code or id.
    pub id: String,
    /// Credits to take from a gift card.
    pub gift: Option<GiftCredits>,
    /// Points to take from a loyalty card.
    pub reward: Option<RewardBody>,
}

/// Kinds of redeemables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedeemableKind {
    /// A voucher code.
    Voucher,
    /// A promotion tier.
    PromotionTier,
    /// A stack of promotion tiers.
    PromotionStack,
}

impl RedeemableKind {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Voucher => "voucher",
            Self::PromotionTier => "promotion_tier",
            Self::PromotionStack => "promotion_stack",
        }
    }
}

/// `gift` of a redeemable.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiftCredits {
    /// Hundredths to take; all that are needed when left out.
    pub credits: Option<i64>,
}

/// `reward` of a redeemable.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RewardBody {
    /// A reward of the card's campaign.
    pub id: Option<String>,
    /// Points to spend; all that are needed when left out.
    pub points: Option<i64>,
}

/// `session` of validations and redemptions.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionBody {
    /// The key; made when left out.
    pub key: Option<String>,
    /// `LOCK` establishes a session.
    #[serde(rename = "type")]
    pub kind: Option<SessionKind>,
    /// How long, in `ttl_unit`.
    pub ttl: Option<serde_json::Number>,
    /// Unit of `ttl`.
    pub ttl_unit: Option<TtlUnit>,
}

/// Types of sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SessionKind {
    /// Holds quantity, credits and points.
    #[serde(rename = "LOCK")]
    Lock,
}

/// Units of a session's time to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum TtlUnit {
    Days,
    Hours,
    Microseconds,
    Milliseconds,
    Minutes,
    Nanoseconds,
    Seconds,
}

/// Status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum OrderStatus {
    Created,
    Paid,
    Canceled,
    Fulfilled,
}

/// An order, in validations, redemptions and in the orders API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OrderBody {
    pub id: Option<String>,
    pub source_id: Option<String>,
    pub status: Option<OrderStatus>,
    pub amount: Option<i64>,
    pub initial_amount: Option<i64>,
    pub discount_amount: Option<i64>,
    pub items: Option<Vec<ItemBody>>,
    pub metadata: Option<Metadata>,
    /// Orders API only, as the three below.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub created_at: Option<OffsetDateTime>,
    pub referrer_id: Option<String>,
    pub customer: Option<CustomerBody>,
    pub referrer: Option<CustomerBody>,
}

impl OrderBody {
    /// Limits that hold for every order, wherever it is sent.
    pub fn check(&self, path: &str) -> Result<(), ApiError> {
        let items = self.items.as_deref().unwrap_or_default();
        if items.len() > 500 {
            let what = format!("{} items, at most 500 are accepted", items.len());
            return Err(Refusal::field(&format!("{path}.items"), what).into());
        }
        if self.amount.is_some_and(|amount| amount < 0) {
            return Err(Refusal::field(&format!("{path}.amount"), "must not be negative").into());
        }
        for (index, item) in items.iter().enumerate() {
            item.check(&format!("{path}.items[{index}]"))?;
        }
        self.check_sum(path)
    }

    /// "This is the sum of the order items' amounts", where every item says its own.
    fn check_sum(&self, path: &str) -> Result<(), ApiError> {
        let items = self.items.as_deref().unwrap_or_default();
        let amounts: Option<Vec<i64>> = items.iter().map(ItemBody::own_amount).collect();
        let amounts = amounts.filter(|amounts| !amounts.is_empty());
        match (self.amount, amounts) {
            (Some(amount), Some(amounts)) if amounts.iter().sum::<i64>() != amount => {
                let what = "must be the sum of the items' amounts";
                Err(Refusal::field(&format!("{path}.amount"), what).into())
            }
            _ => Ok(()),
        }
    }

    /// Validations and redemptions know fewer fields than the orders API.
    pub fn check_in_stack(&self) -> Result<(), ApiError> {
        let extra = [
            ("created_at", self.created_at.is_some()),
            ("referrer_id", self.referrer_id.is_some()),
            ("customer", self.customer.is_some()),
            ("referrer", self.referrer.is_some()),
        ];
        match extra.iter().find(|(_, sent)| *sent) {
            Some((field, _)) => {
                Err(Refusal::field(&format!("order.{field}"), "unknown field").into())
            }
            None => self.check("order"),
        }
    }
}

/// One item of an order.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ItemBody {
    pub sku_id: Option<String>,
    pub product_id: Option<String>,
    pub related_object: Option<RelatedObject>,
    pub source_id: Option<String>,
    pub quantity: Option<i64>,
    pub discount_quantity: Option<i64>,
    pub initial_quantity: Option<i64>,
    pub amount: Option<i64>,
    pub discount_amount: Option<i64>,
    pub initial_amount: Option<i64>,
    pub price: Option<i64>,
    pub product: Option<ItemProduct>,
    pub sku: Option<ItemSku>,
    pub metadata: Option<Metadata>,
}

impl ItemBody {
    fn pieces(&self) -> i64 {
        self.quantity.unwrap_or(1)
    }

    /// What the item says that it costs.
    fn own_amount(&self) -> Option<i64> {
        let of_price = || self.price?.checked_mul(self.pieces());
        self.amount.or_else(of_price)
    }

    fn check(&self, path: &str) -> Result<(), ApiError> {
        let numbers = [
            ("quantity", self.quantity, 1),
            ("amount", self.amount, 0),
            ("price", self.price, 0),
        ];
        for (field, value, least) in numbers {
            if value.is_some_and(|value| value < least) {
                let what = format!("must be at least {least}");
                return Err(Refusal::field(&format!("{path}.{field}"), what).into());
            }
        }
        let product = self.price.map(|price| price.checked_mul(self.pieces()));
        if let (Some(product), Some(amount)) = (product, self.amount)
            && product != Some(amount)
        {
            let field = format!("{path}.amount");
            return Err(Refusal::field(&field, "must be price * quantity").into());
        }
        if self.source_id.is_some() && self.related_object.is_none() {
            let field = format!("{path}.related_object");
            return Err(Refusal::field(&field, "is required with source_id").into());
        }
        let named = self.source_id.is_some() || self.product_id.is_some() || self.sku_id.is_some();
        // A product that is in no catalogue has a `product` with a name only.
        if !named && self.product.is_none() && self.sku.is_none() {
            return Err(Refusal::field(path, "names no product and no SKU").into());
        }
        Ok(())
    }
}

/// What the `source_id` of an item names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum RelatedObject {
    Product,
    Sku,
}

/// `product` of an item.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ItemProduct {
    pub id: Option<String>,
    pub source_id: Option<String>,
    #[serde(rename = "override")]
    pub overrides: Option<bool>,
    pub name: Option<String>,
    pub metadata: Option<Metadata>,
    pub price: Option<i64>,
}

/// `sku` of an item.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ItemSku {
    pub id: Option<String>,
    pub source_id: Option<String>,
    #[serde(rename = "override")]
    pub overrides: Option<bool>,
    pub sku: Option<String>,
    pub price: Option<i64>,
    pub metadata: Option<Metadata>,
}

/// A customer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CustomerBody {
    pub id: Option<String>,
    pub source_id: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birthday: Option<String>,
    pub birthdate: Option<String>,
    pub address: Option<AddressBody>,
    pub metadata: Option<Metadata>,
}

/// A customer's address.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AddressBody {
    pub city: Option<String>,
    pub state: Option<String>,
    pub line_1: Option<String>,
    pub line_2: Option<String>,
    pub country: Option<String>,
    pub postal_code: Option<String>,
}

/// Body of both rollback endpoints.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RollbackBody {
    pub reason: Option<String>,
    pub tracking_id: Option<String>,
    pub customer: Option<CustomerBody>,
    pub order: Option<OrderBody>,
    pub metadata: Option<Metadata>,
}
