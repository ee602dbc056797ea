//! What a discount takes off, and from what; of [`dynamic`] ones a formula says how much.

use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::kit::strict::Refusal;

mod dynamic;

/// The four types of discounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "UPPERCASE", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Discount {
    Percent {
        percent_off: Number,
        #[serde(skip_serializing_if = "Option::is_none")]
        percent_off_formula: Option<String>,
        /// Of the order, or of each line where it is applied to items.
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_limit: Option<i64>,
        /// Of all lines together.
        #[serde(skip_serializing_if = "Option::is_none")]
        aggregated_amount_limit: Option<i64>,
        effect: Option<Effect>,
    },
    Amount {
        amount_off: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        amount_off_formula: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        aggregated_amount_limit: Option<i64>,
        effect: Option<Effect>,
    },
    Fixed {
        fixed_amount: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        fixed_amount_formula: Option<String>,
        effect: Option<Effect>,
    },
    Unit {
        #[serde(skip_serializing_if = "Option::is_none")]
        unit_off: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unit_off_formula: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unit_type: Option<String>,
        effect: Option<Effect>,
        /// `ADD_MANY_ITEMS` only.
        #[serde(skip_serializing_if = "Option::is_none")]
        units: Option<Vec<Unit>>,
    },
}

/// One kind of free item among several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Unit {
    pub unit_off: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_off_formula: Option<String>,
    /// Id of a stored product or SKU.
    pub unit_type: String,
    pub effect: Effect,
}

/// What a discount changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum Effect {
    ApplyToOrder,
    ApplyToItems,
    ApplyToItemsProportionally,
    ApplyToItemsProportionallyByQuantity,
    ApplyToItemsByQuantity,
    AddMissingItems,
    AddNewItems,
    AddManyItems,
    AddSameItems,
    /// An "upgrade bonus": pieces of what the discount is applicable to become those of its unit.
    /// The description names it (`ApplicationDetails`) and no list of effects has it.
    ReplaceItems,
}

impl Discount {
    /// What it changes; on the order when nothing else is said.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Percent { effect, .. }
            | Self::Amount { effect, .. }
            | Self::Fixed { effect, .. } => effect.unwrap_or(Effect::ApplyToOrder),
            Self::Unit { effect, .. } => effect.unwrap_or(Effect::AddNewItems),
        }
    }

    /// The free items; none for a discount of money.
    #[must_use]
    pub fn units(&self) -> Vec<Unit> {
        let Self::Unit {
            unit_off,
            unit_off_formula,
            unit_type,
            units,
            ..
        } = self
        else {
            return Vec::new();
        };
        if let Some(units) = units {
            return units.clone();
        }
        let one = unit_type.as_ref().map(|unit_type| Unit {
            unit_off: unit_off.unwrap_or(1),
            unit_off_formula: unit_off_formula.clone(),
            unit_type: unit_type.clone(),
            effect: self.effect(),
        });
        one.into_iter().collect()
    }

    /// Refuses numbers out of range, and effects that the type does not have.
    pub fn check(&self) -> Result<(), Refusal> {
        let effect = self.effect();
        let (field, fits) = match self {
            Self::Percent { percent_off, .. } => {
                let percent = percent_off.as_f64().unwrap_or(-1.0);
                let has_effect = matches!(effect, Effect::ApplyToOrder | Effect::ApplyToItems);
                (
                    "percent_off",
                    has_effect && (0.0..=100.0).contains(&percent),
                )
            }
            Self::Amount { amount_off, .. } => {
                ("amount_off", effect.takes_money() && *amount_off >= 0)
            }
            Self::Fixed { fixed_amount, .. } => {
                let has_effect = matches!(effect, Effect::ApplyToOrder | Effect::ApplyToItems);
                ("fixed_amount", has_effect && *fixed_amount >= 0)
            }
            Self::Unit { units, .. } => {
                let own = self.units();
                let adds = |effect| {
                    matches!(
                        effect,
                        Effect::AddMissingItems | Effect::AddNewItems | Effect::ReplaceItems
                    )
                };
                let many = effect == Effect::AddManyItems;
                let shape = many == units.is_some() && (many || adds(effect));
                let each = own
                    .iter()
                    .all(|unit| adds(unit.effect) && unit.unit_off > 0);
                ("units", shape && each && !own.is_empty())
            }
        };
        if fits || effect == Effect::AddSameItems {
            return self.check_formulas();
        }
        let what = format!("is out of range, or does not go with effect {effect:?}");
        Err(Refusal::field(&format!("discount.{field}"), what))
    }
}

impl Effect {
    /// Whether it takes money off items.
    #[must_use]
    pub const fn is_on_items(self) -> bool {
        self.takes_money() && !matches!(self, Self::ApplyToOrder)
    }

    /// Whether it takes money off instead of adding items.
    #[must_use]
    pub const fn takes_money(self) -> bool {
        !matches!(
            self,
            Self::AddMissingItems
                | Self::AddNewItems
                | Self::AddManyItems
                | Self::AddSameItems
                | Self::ReplaceItems
        )
    }
}
