//! Discounts on items.
//!
//! Limits are used up in the order of the lines (or from the cheapest or the most expensive, where the
//! discount says so). A percentage is rounded line by line. An amount that is split never loses a
//! cent: see [`super::rounding`]. Together the lines never get more than is left of the order.

use super::applicable::{Products, Share, shares};
use super::rounding::{divide, divide_within, percent_of};
use super::{Calculation, invalid_percentage};
use crate::voucherify::discount::{Discount, Effect};
use crate::voucherify::error::ApiError;

impl Calculation {
    /// Takes a discount off the items it is applicable to, and gives what was taken.
    pub(super) fn apply_to_items(
        &mut self,
        discount: &Discount,
        products: &Products,
        once: bool,
    ) -> Result<i64, ApiError> {
        if self.lines.is_empty() {
            return Err(ApiError::bad("missing_order_items", "missing order items"));
        }
        let entries = products.entries();
        let shares = shares(&self.lines, products, &entries, once);
        if shares
            .iter()
            .any(|share| !self.lines[share.line].is_priced())
        {
            let error = ApiError::bad("missing_order_items_amount", "missing order items amount");
            return Err(error.details("an item has neither a price nor an amount"));
        }
        let mut wanted = parts(discount, &shares)?;
        let mut left = vec![i64::MAX; entries.len()];
        for (part, share) in wanted.iter_mut().zip(&shares) {
            let entry = &entries[share.entry];
            let room = left[share.entry].min(entry.aggregated_amount_limit.unwrap_or(i64::MAX));
            *part = (*part)
                .min(entry.amount_limit.unwrap_or(i64::MAX))
                .min(room);
            left[share.entry] = room - *part;
        }
        let mut room = self.total_amount().max(0).min(limit_of(discount));
        let mut taken = 0;
        for (part, share) in wanted.into_iter().zip(&shares) {
            let part = self.lines[share.line].take(part.min(room));
            room -= part;
            taken += part;
        }
        Ok(taken)
    }
}

/// What all lines together may get.
fn limit_of(discount: &Discount) -> i64 {
    let limit = match discount {
        Discount::Percent {
            aggregated_amount_limit,
            ..
        }
        | Discount::Amount {
            aggregated_amount_limit,
            ..
        } => *aggregated_amount_limit,
        Discount::Fixed { .. } | Discount::Unit { .. } => None,
    };
    limit.unwrap_or(i64::MAX)
}

/// What each share gets, before the limits of entries and order.
fn parts(discount: &Discount, shares: &[Share]) -> Result<Vec<i64>, ApiError> {
    match discount {
        Discount::Percent {
            percent_off,
            amount_limit,
            ..
        } => shares
            .iter()
            .map(|share| {
                let part = percent_of(share.worth, percent_off).ok_or_else(invalid_percentage)?;
                Ok(part.min(amount_limit.unwrap_or(i64::MAX)))
            })
            .collect(),
        Discount::Amount { amount_off, .. } => Ok(amounts(*amount_off, discount.effect(), shares)),
        Discount::Fixed { fixed_amount, .. } => Ok(shares
            .iter()
            .map(|share| (share.worth - fixed_amount.saturating_mul(share.pieces)).max(0))
            .collect()),
        Discount::Unit { .. } => Ok(vec![0; shares.len()]),
    }
}

fn amounts(amount_off: i64, effect: Effect, shares: &[Share]) -> Vec<i64> {
    let worths: Vec<_> = shares.iter().map(|share| share.worth).collect();
    let split = amount_off.min(worths.iter().sum());
    match effect {
        Effect::ApplyToItemsProportionally => divide(split, &worths),
        Effect::ApplyToItemsProportionallyByQuantity => {
            let pieces: Vec<_> = shares.iter().map(|share| share.pieces).collect();
            divide_within(split, &pieces, &worths)
        }
        Effect::ApplyToItemsByQuantity => shares
            .iter()
            .map(|share| amount_off.saturating_mul(share.pieces).min(share.worth))
            .collect(),
        _ => worths.iter().map(|worth| amount_off.min(*worth)).collect(),
    }
}
