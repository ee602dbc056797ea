//! The money of an order while discounts are applied to it one after the other.
//!
//! Voucherify does not document how it rounds a percentage. Here it is rounded half up to the cent,
//! of what is left of the order after the discounts before it.

use super::discount::{Discount, Effect};
use super::error::ApiError;

mod applicable;
mod items;
mod line;
mod rounding;
mod units;

pub use applicable::{ALL_PRODUCTS, Applicable, ApplicableEffect, ApplicableKind, Products};
use line::too_large;
pub use line::{Applied, Initial, Line};
pub use rounding::{divide, divide_within, percent_of};
pub use units::FreeUnit;

/// An order's money. All amounts are hundredths.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calculation {
    /// Before discounts; `None` when neither the order nor an item says it.
    pub amount: Option<i64>,
    /// Discounts on the whole order.
    pub discount_amount: i64,
    /// Discount on the whole order by the last redeemable (or by the request).
    pub applied_discount_amount: i64,
    /// The items.
    pub lines: Vec<Line>,
}

impl Calculation {
    /// An order as sent. Where items have prices their sum is the amount, whatever the order says:
    /// the API description calls `amount` the sum of the items' amounts.
    pub fn new(
        amount: Option<i64>,
        discount_amount: Option<i64>,
        lines: Vec<Line>,
    ) -> Result<Self, ApiError> {
        let lines = lines.into_iter().enumerate();
        let lines = lines
            .map(|(number, line)| Line { number, ..line })
            .collect();
        let mut order = Self::of_lines(amount, lines)?;
        let most = order.amount.unwrap_or(0).max(0);
        order.discount_amount = discount_amount.unwrap_or(0).clamp(0, most);
        Ok(order)
    }

    fn of_lines(amount: Option<i64>, lines: Vec<Line>) -> Result<Self, ApiError> {
        let mut amounts = lines.iter().map(|line| line.amount);
        let of_items = amounts
            .try_fold(0_i64, i64::checked_add)
            .ok_or_else(too_large)?;
        let priced = lines.iter().any(Line::is_priced);
        Ok(Self {
            amount: if priced { Some(of_items) } else { amount },
            discount_amount: 0,
            applied_discount_amount: 0,
            lines,
        })
    }

    /// Discounts on items.
    #[must_use]
    pub fn items_discount_amount(&self) -> i64 {
        self.lines.iter().map(|line| line.discount_amount).sum()
    }

    /// Discounts on items by the last redeemable.
    #[must_use]
    pub fn items_applied_discount_amount(&self) -> i64 {
        self.lines
            .iter()
            .map(|line| line.applied.discount_amount)
            .sum()
    }

    /// All discounts.
    #[must_use]
    pub fn total_discount_amount(&self) -> i64 {
        self.discount_amount + self.items_discount_amount()
    }

    /// All discounts by the last redeemable.
    #[must_use]
    pub fn total_applied_discount_amount(&self) -> i64 {
        self.applied_discount_amount + self.items_applied_discount_amount()
    }

    /// What is left to pay.
    #[must_use]
    pub fn total_amount(&self) -> i64 {
        self.amount.unwrap_or(0) - self.total_discount_amount()
    }

    /// What it was before unit discounts.
    #[must_use]
    pub fn initial_amount(&self) -> Option<i64> {
        let amount = self.amount?;
        let added = self.lines.iter().filter_map(|line| {
            let initial = line.initial?;
            Some(line.amount - initial.amount)
        });
        Some(amount - added.sum::<i64>())
    }

    /// Applies a discount of money to the order, or to the items it is applicable to, and gives the
    /// amount it took off. `once` leaves out items that were discounted before in this request.
    pub fn apply(
        &mut self,
        discount: &Discount,
        products: &Products,
        once: bool,
    ) -> Result<i64, ApiError> {
        if discount.effect() != Effect::ApplyToOrder {
            return self.apply_to_items(discount, products, once);
        }
        self.amount.ok_or_else(missing_amount)?;
        let left = self.total_amount();
        let wanted = match discount {
            Discount::Percent {
                percent_off,
                amount_limit,
                aggregated_amount_limit,
                ..
            } => {
                let part = percent_of(left, percent_off).ok_or_else(invalid_percentage)?;
                let limits = [amount_limit, aggregated_amount_limit];
                limits
                    .into_iter()
                    .flatten()
                    .fold(part, |part, limit| part.min(*limit))
            }
            Discount::Amount {
                amount_off,
                aggregated_amount_limit,
                ..
            } => (*amount_off).min(aggregated_amount_limit.unwrap_or(i64::MAX)),
            Discount::Fixed { fixed_amount, .. } => left - fixed_amount,
            Discount::Unit { .. } => 0,
        };
        Ok(self.take(wanted))
    }

    /// Pays with credits of a gift card and gives how many were needed.
    pub fn pay(&mut self, credits: i64) -> Result<i64, ApiError> {
        self.amount.ok_or_else(missing_amount)?;
        Ok(self.take(credits))
    }

    /// Pays with credits of a gift card for the items it is applicable to, one line after the
    /// other, and gives how many were needed.
    pub fn pay_items(&mut self, credits: i64, products: &Products) -> i64 {
        let entries = products.entries();
        let mut left = credits.min(self.total_amount().max(0));
        let before = left;
        for line in &mut self.lines {
            let is_named = |entry: &Applicable| entry.matches(line);
            if entries.iter().any(is_named) && !products.excluded.iter().any(is_named) {
                left -= line.take(left);
            }
        }
        before - left
    }

    /// Begins a request: no redeemable of it has discounted a line yet.
    pub fn begin_request(&mut self) {
        self.begin_step();
        for line in &mut self.lines {
            line.discounted = false;
        }
    }

    /// Forgets which part of the discounts came last.
    pub fn begin_step(&mut self) {
        self.applied_discount_amount = 0;
        for line in &mut self.lines {
            line.applied = Applied::default();
        }
    }

    /// Counts as applied what changed since an earlier state.
    pub fn apply_since(&mut self, earlier: &Self) {
        self.applied_discount_amount = self.discount_amount - earlier.discount_amount;
        for line in &mut self.lines {
            line.applied = line.since(earlier.line(line.number));
        }
    }

    /// Takes back what the last redeemable of `step` did, as a rollback does. A line whose pieces
    /// were all added goes with them.
    pub fn undo(&mut self, step: &Self) {
        self.begin_step();
        for line in &mut self.lines {
            let Some(done) = step.line(line.number) else {
                continue;
            };
            let amount = line.amount;
            line.undo(done.applied);
            self.amount = self.amount.map(|whole| whole - (amount - line.amount));
        }
        self.lines.retain(|line| line.quantity > 0);
        let most = (self.amount.unwrap_or(0) - self.items_discount_amount()).max(0);
        let discount_amount = self.discount_amount - step.applied_discount_amount;
        self.discount_amount = discount_amount.clamp(0, most);
    }

    /// This order with the discounts that redemptions left on an earlier state of it. Lines that
    /// were added and are not named now stay.
    pub fn with_discounts_of(mut self, earlier: &Self) -> Result<Self, ApiError> {
        let mut old = earlier.lines.clone();
        let mut number = old.iter().map(|line| line.number + 1).max().unwrap_or(0);
        for line in &mut self.lines {
            let known = old.iter().position(|old| line.is_same_item(old));
            if let Some(index) = known {
                line.take_over(&old.remove(index));
            } else {
                line.number = number;
                number += 1;
            }
        }
        let added = |line: &Line| line.initial.is_some_and(|initial| initial.quantity == 0);
        self.lines.extend(old.into_iter().filter(added));
        let Self { amount, lines, .. } = self;
        let mut order = Self::of_lines(amount, lines)?;
        let most = order.total_amount().max(0);
        order.discount_amount = earlier.discount_amount.clamp(0, most);
        Ok(order)
    }

    /// Whether the last redeemable changed anything.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        self.total_applied_discount_amount() != 0
            || self
                .lines
                .iter()
                .any(|line| line.applied != Applied::default())
    }

    fn line(&self, number: usize) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    fn take(&mut self, wanted: i64) -> i64 {
        let taken = wanted.clamp(0, self.total_amount().max(0));
        self.discount_amount += taken;
        self.applied_discount_amount = taken;
        taken
    }
}

fn missing_amount() -> ApiError {
    ApiError::bad("missing_amount", "missing amount").details("order.amount is missing")
}

fn invalid_percentage() -> ApiError {
    ApiError::bad("invalid_voucher", "invalid voucher").details("percent_off is no decimal number")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voucherify::requests::ItemBody;

    #[test]
    fn items_with_prices_overrule_the_order_amount() {
        let item = ItemBody {
            quantity: Some(3),
            price: Some(100),
            ..ItemBody::default()
        };
        let line = Line::new(item).unwrap();
        assert_eq!(
            Calculation::new(Some(5), None, vec![line]).unwrap().amount,
            Some(300)
        );
        let bare = Line::new(ItemBody::default()).unwrap();
        assert_eq!(
            Calculation::new(Some(5), None, vec![bare]).unwrap().amount,
            Some(5)
        );
    }
}
