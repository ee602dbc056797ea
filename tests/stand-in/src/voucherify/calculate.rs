//! The money of an order while discounts are applied to it one after the other.
//!
//! Voucherify does not document how it rounds a percentage. Here it is rounded half up to the cent,
//! of what is left of the order after the discounts before it.

use serde_json::Number;

use super::error::ApiError;
use super::model::{Discount, Effect};
use super::requests::ItemBody;

/// One item with its amounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What was sent, completed from the stored product.
    pub body: ItemBody,
    /// Pieces.
    pub quantity: i64,
    /// Of one piece.
    pub price: Option<i64>,
    /// Of all pieces.
    pub amount: i64,
    /// Discounts on this item.
    pub discount_amount: i64,
    /// Discount on this item by the last redeemable.
    pub applied_discount_amount: i64,
}

impl Line {
    /// An item with its amount: the one sent, else price times quantity.
    pub fn new(body: ItemBody) -> Result<Self, ApiError> {
        let quantity = body.quantity.unwrap_or(1);
        let product_price = body.product.as_ref().and_then(|product| product.price);
        let sku_price = body.sku.as_ref().and_then(|sku| sku.price);
        let price = body.price.or(sku_price).or(product_price);
        let product = price
            .unwrap_or(0)
            .checked_mul(quantity)
            .ok_or_else(too_large)?;
        let amount = body.amount.unwrap_or(product);
        let discount_amount = body.discount_amount.unwrap_or(0).clamp(0, amount);
        Ok(Self {
            body,
            quantity,
            price,
            amount,
            discount_amount,
            applied_discount_amount: 0,
        })
    }

    fn is_priced(&self) -> bool {
        self.price.is_some() || self.body.amount.is_some()
    }
}

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
        let of_items = lines
            .iter()
            .try_fold(0_i64, |sum, line| sum.checked_add(line.amount));
        let of_items = of_items.ok_or_else(too_large)?;
        let amount = if lines.iter().any(Line::is_priced) {
            Some(of_items)
        } else {
            amount
        };
        let most = amount.unwrap_or(0).max(0);
        let discount_amount = discount_amount.unwrap_or(0).clamp(0, most);
        Ok(Self {
            amount,
            discount_amount,
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
            .map(|line| line.applied_discount_amount)
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

    /// Applies a discount and gives the amount it took off.
    pub fn apply(&mut self, discount: &Discount) -> Result<i64, ApiError> {
        if discount.effect() != Effect::ApplyToOrder {
            return Err(ApiError::not_imitated("discounts on items and free items"));
        }
        self.amount.ok_or_else(missing_amount)?;
        let left = self.total_amount();
        let wanted = match discount {
            Discount::Percent {
                percent_off,
                amount_limit,
                ..
            } => {
                let part = percent_of(left, percent_off).ok_or_else(invalid_percentage)?;
                part.min(amount_limit.unwrap_or(i64::MAX))
            }
            Discount::Amount { amount_off, .. } => *amount_off,
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

    /// Forgets which part of the discounts came last.
    pub fn begin_step(&mut self) {
        self.applied_discount_amount = 0;
        for line in &mut self.lines {
            line.applied_discount_amount = 0;
        }
    }

    /// Takes back what the last redeemable of `step` took off, as a rollback does.
    pub fn undo(&mut self, step: &Self) {
        self.begin_step();
        self.discount_amount = (self.discount_amount - step.applied_discount_amount).max(0);
        for (line, done) in self.lines.iter_mut().zip(&step.lines) {
            line.discount_amount = (line.discount_amount - done.applied_discount_amount).max(0);
        }
    }

    fn take(&mut self, wanted: i64) -> i64 {
        let taken = wanted.clamp(0, self.total_amount().max(0));
        self.discount_amount += taken;
        self.applied_discount_amount = taken;
        taken
    }
}

/// A percentage of an amount, rounded half up. `None` when it is no plain decimal number.
#[must_use]
pub fn percent_of(amount: i64, percent: &Number) -> Option<i64> {
    let text = percent.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_i128
        .checked_pow(u32::try_from(fraction.len()).ok()?)?
        .checked_mul(100)?;
    let product = i128::from(amount).checked_mul(digits)?;
    i64::try_from((product + scale / 2).div_euclid(scale)).ok()
}

fn missing_amount() -> ApiError {
    ApiError::bad("missing_amount", "missing amount").details("order.amount is missing")
}

fn too_large() -> ApiError {
    ApiError::bad("invalid_amount", "invalid amount").details("the order's amount is too large")
}

fn invalid_percentage() -> ApiError {
    ApiError::bad("invalid_voucher", "invalid voucher").details("percent_off is no decimal number")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn percentages_are_exact_and_rounded_half_up() {
        assert_eq!(percent_of(9_990, &percent("10")), Some(999));
        assert_eq!(percent_of(5, &percent("10")), Some(1));
        assert_eq!(percent_of(4, &percent("10")), Some(0));
        assert_eq!(percent_of(10_001, &percent("33.3")), Some(3_330));
        assert_eq!(percent_of(i64::MAX, &percent("100")), Some(i64::MAX));
        assert_eq!(percent_of(100, &percent("1e-9")), None);
    }

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
