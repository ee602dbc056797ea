//! Which lines a discount on items touches, and how many pieces of each.
//!
//! A line is matched by the first included entry that names its product or SKU. A product counts
//! with all its SKUs, as Voucherify's guide says. What is excluded stays untouched even if it is
//! included as well.

use serde::{Deserialize, Serialize};

use super::line::Line;
use super::rounding::share_of;

/// Products that a discount is, or is not, applicable to; `applicable_to` of a validation rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct Products {
    /// Empty means every product.
    pub included: Vec<Applicable>,
    pub excluded: Vec<Applicable>,
    pub included_all: bool,
}

/// One product or SKU, by id or source id, with its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Applicable {
    pub object: ApplicableKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    #[serde(default)]
    pub effect: ApplicableEffect,
    /// Pieces of each line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity_limit: Option<i64>,
    /// Pieces of all its lines together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregated_quantity_limit: Option<i64>,
    /// Money off each line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount_limit: Option<i64>,
    /// Money off all its lines together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregated_amount_limit: Option<i64>,
}

/// What an [`Applicable`] names. Collections have rules of their own and are not imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ApplicableKind {
    Product,
    Sku,
    /// Only as the collection of all products, which stands for no restriction.
    ProductsCollection,
}

/// Which of the matched lines, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum ApplicableEffect {
    #[default]
    ApplyToEvery,
    ApplyToCheapest,
    ApplyFromCheapest,
    ApplyToMostExpensive,
    ApplyFromMostExpensive,
}

/// Id of Voucherify's collection of all products.
pub const ALL_PRODUCTS: &str = "pc_a11pr0dUc75";

impl Products {
    /// The entries that lines are matched with.
    #[must_use]
    pub fn entries(&self) -> Vec<Applicable> {
        if self.included.is_empty() || self.included_all {
            return vec![Applicable::everything()];
        }
        self.included.clone()
    }
}

impl Applicable {
    fn everything() -> Self {
        Self {
            object: ApplicableKind::ProductsCollection,
            id: Some(ALL_PRODUCTS.to_owned()),
            source_id: None,
            effect: ApplicableEffect::ApplyToEvery,
            quantity_limit: None,
            aggregated_quantity_limit: None,
            amount_limit: None,
            aggregated_amount_limit: None,
        }
    }

    /// Whether a line is of this product or SKU.
    #[must_use]
    pub fn matches(&self, line: &Line) -> bool {
        let named =
            |id: &str| self.id.as_deref() == Some(id) || self.source_id.as_deref() == Some(id);
        match self.object {
            ApplicableKind::Product => line.product_ids().any(named),
            ApplicableKind::Sku => line.sku_ids().any(named),
            ApplicableKind::ProductsCollection => true,
        }
    }
}

impl ApplicableEffect {
    /// Puts the lines in the order in which limits are used up, or leaves one.
    fn arrange(self, lines: &mut Vec<(usize, &Line)>) {
        let unit_price = |line: &Line| line.price.unwrap_or(line.amount / line.quantity.max(1));
        match self {
            Self::ApplyToEvery => {}
            Self::ApplyToCheapest | Self::ApplyFromCheapest => {
                lines.sort_by_key(|(_, line)| unit_price(line));
            }
            Self::ApplyToMostExpensive | Self::ApplyFromMostExpensive => {
                lines.sort_by_key(|(_, line)| std::cmp::Reverse(unit_price(line)));
            }
        }
        if matches!(self, Self::ApplyToCheapest | Self::ApplyToMostExpensive) {
            lines.truncate(1);
        }
    }
}

/// A line, and the part of it that a discount may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    /// Place of the line.
    pub(super) line: usize,
    /// Place of the entry that it was matched with.
    pub(super) entry: usize,
    /// Pieces.
    pub(super) pieces: i64,
    /// What is left of their amount.
    pub(super) worth: i64,
}

/// The parts of lines that a discount may touch, in the order in which limits are used up.
/// `once` leaves out lines that an earlier redeemable of the request discounted.
pub(super) fn shares(
    lines: &[Line],
    products: &Products,
    entries: &[Applicable],
    once: bool,
) -> Vec<Share> {
    let entry_of = |line: &Line| {
        let excluded = products.excluded.iter().any(|entry| entry.matches(line));
        let found = entries.iter().position(|entry| entry.matches(line));
        let taken = once && line.discounted;
        found.filter(|_| !excluded && !taken)
    };
    let mut found = Vec::new();
    for (number, entry) in entries.iter().enumerate() {
        let own = lines.iter().enumerate();
        let mut own: Vec<_> = own
            .filter(|(_, line)| entry_of(line) == Some(number) && line.paid_pieces() > 0)
            .collect();
        entry.effect.arrange(&mut own);
        let mut pieces_left = entry.aggregated_quantity_limit.unwrap_or(i64::MAX);
        for (index, line) in own {
            let of_line = line
                .paid_pieces()
                .min(entry.quantity_limit.unwrap_or(i64::MAX));
            let pieces = of_line.min(pieces_left).max(0);
            pieces_left -= pieces;
            found.push(Share {
                line: index,
                entry: number,
                pieces,
                worth: share_of(line.subtotal(), pieces, line.paid_pieces()),
            });
        }
    }
    found.retain(|share| share.pieces > 0);
    found
}
