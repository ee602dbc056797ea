//! Voucherify's answer to a validation: a verdict on each code, as it is on the wire.

#![allow(clippy::struct_field_names)] // the names are Voucherify's

use serde::Deserialize;
use serde_json::Value;

use super::{
    discounts::{ApplicableItem, Discount, Referred, SHIPPING},
    wire::Problem,
};

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
    pub(super) object: Option<String>,
    #[serde(default)]
    pub(super) order: Option<VerdictOrder>,
    #[serde(default)]
    pub(super) result: Option<VerdictResult>,
    #[serde(default)]
    pub(super) applicable_to: Option<ApplicableTo>,
}

/// The order after the code, and what this code changed of it. Amounts of zero may be left out.
#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictOrder {
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
    pub(super) quantity: Option<i64>,
    /// Pieces before any code added some.
    #[serde(default)]
    pub(super) initial_quantity: Option<i64>,
    #[serde(default)]
    pub(super) discount_quantity: Option<i64>,
    #[serde(default)]
    pub(super) amount: Option<i64>,
    #[serde(default)]
    pub(super) subtotal_amount: Option<i64>,
    #[serde(default)]
    pub(super) applied_discount_amount: Option<i64>,
    /// Pieces that the code added; below zero where it replaced some.
    #[serde(default)]
    pub(super) applied_quantity: Option<i64>,
    #[serde(default)]
    pub(super) applied_quantity_amount: Option<i64>,
    /// What was replaced by what.
    #[serde(default)]
    pub(super) application_details: Option<Vec<Value>>,
    #[serde(default)]
    pub(super) product: Option<Referred>,
    #[serde(default)]
    pub(super) sku: Option<Referred>,
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

/// The official example of a gift card in an answer has no balance.
#[derive(Debug, Deserialize)]
pub(super) struct Gift {
    #[serde(default)]
    pub(super) balance: Option<i64>,
    #[serde(default)]
    pub(super) credits: Option<i64>,
}

/// What a discount on items is for, and what limits it there.
#[derive(Debug, Deserialize)]
pub(super) struct ApplicableTo {
    #[serde(default)]
    pub(super) data: Option<Vec<ApplicableItem>>,
}

impl Verdict {
    /// What the code takes off or adds; none for a card.
    pub(super) fn discount(&self) -> Option<&Discount> {
        self.result.as_ref()?.discount.as_ref()
    }

    /// Why the code does not apply; a skipped one carries `details`, an inapplicable one `error`.
    pub(super) fn reason(self) -> Problem {
        let result = self.result.unwrap_or_default();
        result.error.or(result.details).unwrap_or_default()
    }
}

impl VerdictItem {
    /// Shipping is a product that every project has.
    pub(super) fn is_shipping(&self) -> bool {
        let product = self.product.iter();
        let named = product.flat_map(|product| [&product.id, &product.source_id]);
        [&self.source_id, &self.product_id]
            .into_iter()
            .chain(named)
            .any(|id| id.as_deref() == Some(SHIPPING))
    }

    /// Whether it is the line of this name that stands for no product.
    pub(super) fn is_nameless(&self, name: &str) -> bool {
        let product = self.product.as_ref();
        let is_named = |product: &Referred| product.name.as_deref() == Some(name);
        self.source_id.is_none() && self.product_id.is_none() && product.is_some_and(is_named)
    }

    /// Whether a number is below zero: then something was replaced or taken away.
    pub(super) fn is_reduced(&self) -> bool {
        let numbers = [
            self.quantity,
            self.initial_quantity,
            self.discount_quantity,
            self.applied_quantity,
            self.applied_quantity_amount,
            self.applied_discount_amount,
        ];
        let details = self.application_details.as_ref();
        numbers.into_iter().flatten().any(|number| number < 0)
            || details.is_some_and(|details| !details.is_empty())
    }
}
