//! What Voucherify says a discount is, and whether that is understood here. What is not is refused:
//! nothing is given away on a guess.

#![allow(clippy::struct_field_names)] // the names are Voucherify's

use serde::Deserialize;
use serde_json::Value;

/// `DiscountAmount…EffectTypes`, `DiscountPercent…`, `DiscountFixed…` of the API description.
const ON_AMOUNT: [&str; 5] = [
    "APPLY_TO_ORDER",
    "APPLY_TO_ITEMS",
    "APPLY_TO_ITEMS_PROPORTIONALLY",
    "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY",
    "APPLY_TO_ITEMS_BY_QUANTITY",
];
const ON_PERCENT: [&str; 2] = ["APPLY_TO_ORDER", "APPLY_TO_ITEMS"];
/// Of `DiscountUnit…EffectTypes`. Left out is `ADD_SAME_ITEMS`, of which nothing says what it adds,
/// and `REPLACE_ITEMS`, which only `ApplicationDetails` names: the store cannot replace what a
/// shopper put into the cart.
const ADDS: [&str; 3] = ["ADD_MISSING_ITEMS", "ADD_NEW_ITEMS", "ADD_MANY_ITEMS"];
/// `ApplicableToEffect`.
const ON_APPLICABLE: [&str; 5] = [
    EVERY,
    "APPLY_TO_CHEAPEST",
    "APPLY_FROM_CHEAPEST",
    "APPLY_TO_MOST_EXPENSIVE",
    "APPLY_FROM_MOST_EXPENSIVE",
];
const EVERY: &str = "APPLY_TO_EVERY";
const ITEMS: &str = "APPLY_TO_ITEMS";

/// The product that stands for shipping in every project (the free-shipping unit discount's
/// `unit_type`).
pub(super) const SHIPPING: &str = "prod_5h1pp1ng";

/// `result.discount` of a validation.
#[derive(Debug, Deserialize)]
pub(super) struct Discount {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    effect: Option<String>,
    #[serde(default)]
    percent_off_formula: Option<String>,
    #[serde(default)]
    unit_off_formula: Option<String>,
    #[serde(default)]
    unit_type: Option<String>,
    #[serde(default)]
    product: Option<Referred>,
    /// Of a discount that adds several items, each of them.
    #[serde(default)]
    units: Option<Vec<Unit>>,
    #[serde(default)]
    amount_limit: Option<Value>,
    #[serde(default)]
    aggregated_amount_limit: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Unit {
    #[serde(default)]
    effect: Option<String>,
    #[serde(default)]
    unit_off_formula: Option<String>,
    #[serde(default)]
    unit_type: Option<String>,
    #[serde(default)]
    product: Option<Referred>,
}

/// A product or SKU named inside an item or a discount.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Referred {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) source_id: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ApplicableItem {
    #[serde(default)]
    pub(super) effect: Option<String>,
    #[serde(default)]
    pub(super) amount_limit: Option<Value>,
    #[serde(default)]
    pub(super) aggregated_amount_limit: Option<Value>,
    #[serde(default)]
    pub(super) quantity_limit: Option<Value>,
    #[serde(default)]
    pub(super) repeat: Option<Value>,
    #[serde(default)]
    pub(super) skip_initially: Option<Value>,
}

impl Discount {
    /// Whether its type and its effects are known ones. An effect that is not said is the type's
    /// plain one.
    pub(super) fn is_understood(&self) -> bool {
        let effects: &[&str] = match self.kind.as_deref() {
            Some("AMOUNT") => &ON_AMOUNT,
            Some("PERCENT" | "FIXED") => &ON_PERCENT,
            Some("UNIT") => &ADDS,
            _ => return false,
        };
        let of_units = self.units.iter().flatten().map(|unit| &unit.effect);
        let mut all = of_units.chain([&self.effect]).flatten();
        all.all(|effect| effects.contains(&effect.as_str()))
    }

    /// Whether it adds pieces.
    pub(super) fn adds(&self) -> bool {
        self.kind.as_deref() == Some("UNIT")
    }

    /// Whether what it adds is shipping.
    pub(super) fn is_free_shipping(&self) -> bool {
        let is_shipping = |kind: Option<&String>, product: Option<&Referred>| {
            let named = product.and_then(|product| product.id.as_ref());
            kind.into_iter().chain(named).any(|id| id == SHIPPING)
        };
        let mut units = self.units.iter().flatten();
        let is_of = |unit: &Unit| is_shipping(unit.unit_type.as_ref(), unit.product.as_ref());
        self.adds()
            && (is_shipping(self.unit_type.as_ref(), self.product.as_ref()) || units.any(is_of))
    }

    pub(super) fn fits_every_currency(&self) -> bool {
        let mut units = self.units.iter().flatten();
        let limits = [&self.amount_limit, &self.aggregated_amount_limit];
        match self.kind.as_deref() {
            Some("UNIT") => {
                let is_plain = |unit: &Unit| unit.unit_off_formula.is_none();
                self.unit_off_formula.is_none() && units.all(is_plain)
            }
            Some("PERCENT") => {
                self.percent_off_formula.is_none() && limits.into_iter().all(Option::is_none)
            }
            _ => false,
        }
    }

    /// Whether each line of the order gets as much, however many pieces it has.
    pub(super) fn counts_lines(&self) -> bool {
        let limited = self.amount_limit.is_some();
        let on_items = self.effect.as_deref() == Some(ITEMS);
        on_items && (limited || self.kind.as_deref() == Some("AMOUNT"))
    }
}

impl ApplicableItem {
    pub(super) fn is_understood(&self) -> bool {
        let effect = self.effect.as_deref();
        effect.is_none_or(|effect| ON_APPLICABLE.contains(&effect))
    }

    pub(super) fn has_amount(&self) -> bool {
        self.amount_limit.is_some() || self.aggregated_amount_limit.is_some()
    }

    /// Whether a limit of it, or a choice, is of lines and not of pieces.
    pub(super) fn counts_lines(&self) -> bool {
        let limits = [
            &self.amount_limit,
            &self.quantity_limit,
            &self.repeat,
            &self.skip_initially,
        ];
        limits.into_iter().any(Option::is_some)
            || self.effect.as_deref().is_some_and(|effect| effect != EVERY)
    }
}
