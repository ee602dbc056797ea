//! The rules of promotions: conditions and actions, with the field names of the promotions API.

use serde::{Deserialize, Serialize};

use super::Decimal;
use super::decimal::{optional_text, text};

const fn yes() -> bool {
    true
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
#[allow(
    clippy::struct_excessive_bools,
    reason = "they are the real API's fields"
)]
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
