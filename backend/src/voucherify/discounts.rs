//! What Voucherify says a discount is, and whether that is understood here. What is not is refused:
//! nothing is given away on a guess.

#![allow(clippy::struct_field_names)] // the names are Voucherify's

use serde::Deserialize;
use serde_json::Value;

use super::verdict::{ApplicableItem, Referred, SHIPPING, Verdict};

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

impl Discount {
    /// Whether its type and its effects are known ones. An effect that is not said is the type's
    /// plain one.
    fn is_understood(&self) -> bool {
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

    fn fits_every_currency(&self) -> bool {
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
    fn counts_lines(&self) -> bool {
        let limited = self.amount_limit.is_some();
        let on_items = self.effect.as_deref() == Some(ITEMS);
        on_items && (limited || self.kind.as_deref() == Some("AMOUNT"))
    }
}

impl ApplicableItem {
    fn is_understood(&self) -> bool {
        let effect = self.effect.as_deref();
        effect.is_none_or(|effect| ON_APPLICABLE.contains(&effect))
    }

    fn has_amount(&self) -> bool {
        self.amount_limit.is_some() || self.aggregated_amount_limit.is_some()
    }

    /// Whether a limit of it, or a choice, is of lines and not of pieces.
    fn counts_lines(&self) -> bool {
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

impl Verdict {
    fn applicable_items(&self) -> impl Iterator<Item = &ApplicableItem> {
        let list = self.applicable_to.iter();
        list.flat_map(|list| list.data.iter().flatten())
    }

    /// Whether everything that says what the code does is known here.
    pub(super) fn is_understood(&self) -> bool {
        let items = self
            .order
            .iter()
            .flat_map(|order| order.items.iter().flatten());
        let result = self.result.as_ref();
        let kinds = result.map_or(0, |result| {
            let kinds = [
                result.discount.is_some(),
                result.gift.is_some(),
                result.loyalty_card.is_some(),
            ];
            kinds.into_iter().filter(|there| *there).count()
        });
        let order = self.order.as_ref();
        let amounts = order.map(|order| {
            [
                order.total_applied_discount_amount,
                order.applied_discount_amount,
            ]
        });
        let mut amounts = amounts.into_iter().flatten().flatten();
        self.object.as_deref().is_none_or(|kind| kind == "voucher")
            && kinds == 1
            && self.discount().is_none_or(Discount::is_understood)
            && self.applicable_items().all(ApplicableItem::is_understood)
            && items.into_iter().all(|item| !item.is_reduced())
            && amounts.all(|amount| amount >= 0)
    }

    /// Whether the code means the same in every currency: a percentage that no amount of money
    /// limits, free items and free shipping that none is calculated from.
    pub(super) fn fits_every_currency(&self) -> bool {
        let has_amount = self.applicable_items().any(ApplicableItem::has_amount);
        self.discount().is_some_and(Discount::fits_every_currency) && !has_amount
    }

    /// Whether one line of the cart told as two gets more, or less.
    pub(super) fn counts_lines(&self) -> bool {
        let counts = self.discount().is_some_and(Discount::counts_lines);
        let mut items = self.applicable_items();
        counts || (self.discount().is_some() && items.any(ApplicableItem::counts_lines))
    }
}
