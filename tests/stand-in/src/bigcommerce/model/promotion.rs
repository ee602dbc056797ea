//! Promotions and their codes, with the field names of the promotions API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use super::rule::{
    Action, AllZones, CartCondition, CartItemsAction, CartValueAction, Condition, Discount,
    FixedPriceSetAction, GiftItemAction, ItemMatcher, ProductCustomField, ProductOption, Rule,
    ShippingAction, Strategy, ZoneIds,
};

/// How a promotion comes to a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RedemptionType {
    /// By itself.
    Automatic,
    /// By a code.
    Coupon,
}

/// How many codes a coupon promotion has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CouponType {
    /// One code.
    #[default]
    Single,
    /// Any number.
    Bulk,
}

/// Whether a promotion can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PromotionStatus {
    /// It can.
    #[default]
    Enabled,
    /// The merchant switched it off.
    Disabled,
    /// It refers to something that is gone.
    Invalid,
}

/// A promotion with its codes.
#[derive(Clone, Debug, Serialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are the real API's fields"
)]
pub struct Promotion {
    /// Its number.
    pub id: u64,
    /// Automatic or by coupon.
    pub redemption_type: RedemptionType,
    /// The merchant's name for it.
    pub name: String,
    /// The shopper's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Channels; none is all.
    pub channels: Vec<ChannelRef>,
    /// Who can use it.
    pub customer: CustomerLimit,
    /// What it does.
    pub rules: Vec<Rule>,
    /// How often it was used by orders.
    pub current_uses: u64,
    /// How often it may be used; none or 0 is without limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u64>,
    /// Whether it can be used.
    pub status: PromotionStatus,
    /// From when on.
    #[serde(with = "super::timestamp")]
    pub start_date: OffsetDateTime,
    /// Until when.
    #[serde(with = "super::timestamp::optional")]
    pub end_date: Option<OffsetDateTime>,
    /// Whether promotions after it are skipped when it applies.
    pub stop: bool,
    /// Whether others may apply beside it.
    pub can_be_used_with_other_promotions: bool,
    /// Whether it replaces what others gave, when it cannot be used with them.
    pub coupon_overrides_other_promotions: bool,
    /// The deprecated form of the field above.
    pub coupon_overrides_automatic_when_offering_higher_discounts: bool,
    /// The currency, or `*`.
    pub currency_code: String,
    /// Texts for the storefront (kept, not shown).
    pub notifications: Vec<serde_json::Value>,
    /// The addresses it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<AddressMatcher>,
    /// Days and hours of the week (kept, not evaluated).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<serde_json::Value>,
    /// One code or many.
    pub coupon_type: CouponType,
    /// Which program made it.
    pub created_from: String,
    /// Its codes (not part of the promotion's own JSON).
    #[serde(skip)]
    pub codes: Vec<CouponCode>,
}

/// A channel a promotion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRef {
    /// The channel's number.
    pub id: u64,
}

/// Who can use a promotion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerLimit {
    /// Only these groups (0: guests and customers without a group); none is all.
    pub group_ids: Vec<u64>,
    /// Orders the customer must have placed.
    pub minimum_order_count: u64,
    /// Not these groups.
    pub excluded_group_ids: Vec<u64>,
    /// Segments (kept, not evaluated).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<serde_json::Value>,
}

/// The addresses a promotion is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressMatcher {
    /// One of these countries.
    Countries(Vec<CountryRef>),
    /// Anything but this.
    Not(Box<AddressMatcher>),
}

/// A country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryRef {
    /// ISO 3166-1 alpha-2 code.
    pub iso2_country_code: String,
}

/// A code of a coupon promotion.
#[derive(Clone, Debug, Serialize)]
pub struct CouponCode {
    /// Its number.
    pub id: u64,
    /// The code.
    pub code: String,
    /// How often orders used it.
    pub current_uses: u64,
    /// How often it may be used; 0 is without limit.
    pub max_uses: u64,
    /// How often one customer may use it; 0 is without limit.
    pub max_uses_per_customer: u64,
    /// When it was made.
    #[serde(with = "super::timestamp")]
    pub created: OffsetDateTime,
    /// Uses of each customer, by e-mail.
    #[serde(skip)]
    pub uses_by_customer: BTreeMap<String, u64>,
    /// Storefront tries that still fail because the code is too fresh.
    #[serde(skip)]
    pub unseen_tries_left: u32,
}
