//! Voucherify's answer to a validation: a verdict on each code.

#![allow(clippy::struct_field_names)] // the names are Voucherify's

use serde::Deserialize;
use serde_json::Value;

use super::wire::Problem;
use crate::domain::{
    Hundredths,
    discount::{Calculated, CalculatedItem, ItemId},
};

/// The product that stands for shipping in every project (the free-shipping unit discount's
/// `unit_type`).
const SHIPPING: &str = "prod_5h1pp1ng";

#[derive(Debug, Deserialize)]
pub(super) struct Verdicts {
    #[serde(default)]
    pub(super) redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) inapplicable_redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) skipped_redeemables: Option<Vec<Verdict>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    pub(super) status: String,
    pub(super) id: String,
    #[serde(default)]
    pub(super) order: Option<VerdictOrder>,
    #[serde(default)]
    pub(super) result: Option<VerdictResult>,
    #[serde(default)]
    applicable_to: Option<ApplicableTo>,
}

/// The order after the code, and what this code changed of it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictOrder {
    /// Missing where the code took nothing off.
    #[serde(default)]
    pub(super) total_applied_discount_amount: Option<i64>,
    /// The part of it on the order as a whole.
    #[serde(default)]
    pub(super) applied_discount_amount: Option<i64>,
    #[serde(default)]
    pub(super) items: Option<Vec<VerdictItem>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictItem {
    #[serde(default)]
    pub(super) source_id: Option<String>,
    #[serde(default)]
    pub(super) product_id: Option<String>,
    #[serde(default)]
    pub(super) related_object: Option<String>,
    #[serde(default)]
    pub(super) applied_discount_amount: Option<i64>,
    /// Pieces that the code added.
    #[serde(default)]
    pub(super) applied_quantity: Option<i64>,
    #[serde(default)]
    pub(super) applied_quantity_amount: Option<i64>,
    #[serde(default)]
    pub(super) product: Option<Referred>,
    #[serde(default)]
    pub(super) sku: Option<Referred>,
}

/// A product or SKU named inside an item.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Referred {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) source_id: Option<String>,
}

impl VerdictOrder {
    pub(super) fn calculated(&self) -> Calculated {
        let amount = |amount: Option<i64>| Hundredths(amount.unwrap_or(0));
        let items = || self.items.iter().flatten();
        let free_shipping = items().any(|item| item.is_shipping() && item.is_changed());
        let shipping: Hundredths = items()
            .filter(|item| item.is_shipping())
            .map(|item| amount(item.applied_discount_amount))
            .sum();
        let changed = items().filter(|item| item.is_changed() && !item.is_shipping());
        let calculated = Calculated {
            // What shipping is worth at Voucherify is no money off the cart.
            total: amount(self.total_applied_discount_amount) - shipping,
            on_order: amount(self.applied_discount_amount),
            items: changed.map(VerdictItem::calculated).collect(),
            free_shipping,
        };
        calculated.checked()
    }
}

impl VerdictItem {
    fn is_changed(&self) -> bool {
        self.applied_discount_amount.unwrap_or(0) > 0 || self.applied_quantity.unwrap_or(0) > 0
    }

    /// Shipping is a product that every project has.
    fn is_shipping(&self) -> bool {
        let product = self.product.iter();
        let named = product.flat_map(|product| [&product.id, &product.source_id]);
        [&self.source_id, &self.product_id]
            .into_iter()
            .chain(named)
            .any(|id| id.as_deref() == Some(SHIPPING))
    }

    fn calculated(&self) -> CalculatedItem {
        let added = self.applied_quantity.unwrap_or(0).max(0);
        let worth = Hundredths(self.applied_quantity_amount.unwrap_or(0).max(0));
        CalculatedItem {
            item: self.item(),
            discount: Hundredths(self.applied_discount_amount.unwrap_or(0)),
            added,
            added_worth: if added > 0 { worth } else { Hundredths::ZERO },
        }
    }

    /// A SKU is a variant, anything else a product; by the store's own ids. What a code added may be
    /// named by the nested objects alone.
    fn item(&self) -> Option<ItemId> {
        let number = |id: Option<&String>| id.and_then(|id| id.parse::<i64>().ok());
        let nested = |one: &Option<Referred>| number(one.as_ref()?.source_id.as_ref());
        let own = number(self.source_id.as_ref());
        let is_sku = self.related_object.as_deref() == Some("sku");
        let sku = own.filter(|_| is_sku).or_else(|| nested(&self.sku));
        let product = || own.or_else(|| nested(&self.product));
        sku.map(ItemId::Variant)
            .or_else(|| product().filter(|_| !is_sku).map(ItemId::Product))
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictResult {
    #[serde(default)]
    pub(super) error: Option<Problem>,
    #[serde(default)]
    pub(super) details: Option<Problem>,
    /// What an applicable code gives; gift cards give something else.
    #[serde(default)]
    pub(super) discount: Option<Discount>,
    #[serde(default)]
    pub(super) gift: Option<Gift>,
    #[serde(default)]
    pub(super) loyalty_card: Option<LoyaltyCard>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LoyaltyCard {
    #[serde(default)]
    pub(super) points: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Gift {
    #[serde(default)]
    pub(super) balance: Option<i64>,
    #[serde(default)]
    pub(super) credits: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Discount {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    percent_off_formula: Option<String>,
    #[serde(default)]
    unit_off_formula: Option<String>,
    /// Of a discount that adds several items, each of them.
    #[serde(default)]
    units: Option<Vec<Unit>>,
    #[serde(default)]
    amount_limit: Option<Value>,
    #[serde(default)]
    aggregated_amount_limit: Option<Value>,
}

impl Discount {
    fn fits_every_currency(&self) -> bool {
        let mut units = self.units.iter().flatten();
        let limits = [&self.amount_limit, &self.aggregated_amount_limit];
        match self.kind.as_str() {
            "UNIT" => {
                let is_plain = |unit: &Unit| unit.unit_off_formula.is_none();
                self.unit_off_formula.is_none() && units.all(is_plain)
            }
            "PERCENT" => {
                self.percent_off_formula.is_none() && limits.into_iter().all(Option::is_none)
            }
            _ => false,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Unit {
    #[serde(default)]
    unit_off_formula: Option<String>,
}

/// What a discount on items is for, and what limits it there.
#[derive(Debug, Deserialize)]
pub(super) struct ApplicableTo {
    #[serde(default)]
    data: Option<Vec<ApplicableItem>>,
}

#[derive(Debug, Deserialize)]
struct ApplicableItem {
    #[serde(default)]
    amount_limit: Option<Value>,
    #[serde(default)]
    aggregated_amount_limit: Option<Value>,
}

impl ApplicableTo {
    fn has_amount(&self) -> bool {
        let mut items = self.data.iter().flatten();
        items.any(|one| one.amount_limit.is_some() || one.aggregated_amount_limit.is_some())
    }
}

impl Verdict {
    /// Whether the code means the same in every currency: a percentage that no amount of money
    /// limits, free items and free shipping that none is calculated from.
    pub(super) fn fits_every_currency(&self) -> bool {
        let result = self.result.as_ref();
        let given = result.and_then(|result| result.discount.as_ref());
        let has_amount = self
            .applicable_to
            .as_ref()
            .is_some_and(ApplicableTo::has_amount);
        given.is_some_and(Discount::fits_every_currency) && !has_amount
    }

    /// Why the code does not apply; a skipped one carries `details`, an inapplicable one `error`.
    pub(super) fn reason(self) -> Problem {
        let result = self.result.unwrap_or_default();
        result.error.or(result.details).unwrap_or_default()
    }
}
