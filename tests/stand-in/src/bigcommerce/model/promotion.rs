//! Promotions, their rules and codes, with the field names of the promotions API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Decimal;
use super::decimal::{optional_text, text};

const fn yes() -> bool {
    true
}

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
#[allow(clippy::struct_excessive_bools, reason = "they are the real API's fields")]
pub struct Promotion {
    /// Its number.
    pub id: u64,
    /// Automatic or by coupon.
    pub redemption_type: RedemptionType,
    /// The merchant's name for it.
    pub name: String,
    /// The shopper's name for it.
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
    pub shipping_address: Option<AddressMatcher>,
    /// Days and hours of the week (kept, not evaluated).
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
    pub segments: Option<serde_json::Value>,
}

/// Condition and action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What to do.
    pub action: Action,
    /// Whether it is done once, or as often as the condition holds.
    #[serde(default = "yes")]
    pub apply_once: bool,
    /// Whether the rules after it are skipped when it applies.
    #[serde(default = "yes")]
    pub stop: bool,
    /// When to do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

/// When a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// What is in the cart.
    Cart(CartCondition),
    /// All of these.
    And(Vec<Condition>),
}

/// What must be in the cart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CartCondition {
    /// The items that are looked at; none is all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<ItemMatcher>,
    /// What they must cost together.
    #[serde(with = "optional_text", skip_serializing_if = "Option::is_none")]
    pub minimum_spend: Option<Decimal>,
    /// How many there must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_quantity: Option<u64>,
}

/// Which items are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemMatcher {
    /// Items of these brands.
    Brands(Vec<u64>),
    /// Items in these categories.
    Categories(Vec<u64>),
    /// These products.
    Products(Vec<u64>),
    /// These variants.
    Variants(Vec<u64>),
    /// Items with this option value.
    ProductOption(ProductOption),
    /// Items with this custom field (products here have none).
    ProductCustomField(ProductCustomField),
    /// All of these.
    And(Vec<ItemMatcher>),
    /// One of these.
    Or(Vec<ItemMatcher>),
    /// Not this.
    Not(Box<ItemMatcher>),
}

/// An option value of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductOption {
    /// Always `string_match`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name of the option.
    pub name: String,
    /// One of these values.
    pub values: Vec<String>,
}

/// A custom field of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductCustomField {
    /// Name of the field.
    pub name: String,
    /// One of these values.
    pub values: Vec<String>,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A discount on the whole cart.
    CartValue(CartValueAction),
    /// A discount on items.
    CartItems(CartItemsAction),
    /// A free item is put into the cart.
    GiftItem(GiftItemAction),
    /// A set of items for one price.
    FixedPriceSet(FixedPriceSetAction),
    /// Free shipping.
    Shipping(ShippingAction),
}

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// So much money.
    FixedAmount(#[serde(with = "text")] Decimal),
    /// So many percent.
    PercentageAmount(#[serde(with = "text")] Decimal),
}

/// A discount on the whole cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartValueAction {
    /// How much.
    pub discount: Discount,
    /// Never more than this.
    #[serde(
        default,
        with = "optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub maximum_allowed_discount_amount: Option<Decimal>,
}

/// Which of several items are discounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Strategy {
    /// Cheap ones first.
    LeastExpensive,
    /// Only those with the lowest price.
    LeastExpensiveOnly,
    /// Dear ones first.
    MostExpensive,
    /// Only those with the highest price.
    MostExpensiveOnly,
}

/// A discount on items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "they are the real API's fields")]
pub struct CartItemsAction {
    /// How much.
    pub discount: Discount,
    /// Never more than this in all.
    #[serde(
        default,
        with = "optional_text",
        skip_serializing_if = "Option::is_none"
    )]
    pub maximum_allowed_discount_amount: Option<Decimal>,
    /// Whether the amount is for all matching items together, not for each.
    #[serde(default)]
    pub as_total: bool,
    /// Which items; none is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<ItemMatcher>,
    /// Whether items that made the condition true are discounted too.
    #[serde(default)]
    pub include_items_considered_by_condition: bool,
    /// Whether items below their usual price are left out.
    #[serde(default)]
    pub exclude_items_on_sale: bool,
    /// Which ones first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// How many; none is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// Whether a missing item is put into the cart.
    #[serde(default)]
    pub add_free_item: bool,
}

/// A free item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GiftItemAction {
    /// How many.
    pub quantity: u64,
    /// Of this product …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<u64>,
    /// … or this variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_id: Option<u64>,
}

/// A set of items for one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedPriceSetAction {
    /// How many items make the set.
    pub quantity: u64,
    /// What the set costs.
    #[serde(with = "text")]
    pub fixed_price: Decimal,
    /// Which items; none is all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<ItemMatcher>,
    /// Which ones first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// Whether items below their usual price are left out.
    #[serde(default)]
    pub exclude_items_on_sale: bool,
    /// Whether items that made the condition true count.
    #[serde(default = "yes")]
    pub include_items_considered_by_condition: bool,
}

/// Free shipping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingAction {
    /// Whether a free method is offered.
    #[serde(default = "yes")]
    pub free_shipping: bool,
    /// For which zones.
    pub zone_ids: ZoneIds,
}

/// Shipping zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ZoneIds {
    /// These.
    These(Vec<u64>),
    /// `*`: all.
    All(AllZones),
}

/// The text `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AllZones {
    /// All zones.
    #[serde(rename = "*")]
    All,
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
