//! Free items.
//!
//! An added piece goes to the line of the same product and SKU, if the order has one with a price,
//! else to a line of its own that names product and SKU by `product` and `sku`, without `source_id`.
//! `ADD_NEW_ITEMS` makes the added pieces free. `ADD_MISSING_ITEMS` first makes free what is there and
//! not free yet (of a product: pieces of all its SKUs), and adds the rest.

use super::Calculation;
use super::applicable::Products;
use super::line::{Initial, Line, too_large};
use super::rounding::share_of;
use crate::voucherify::discount::Effect;
use crate::voucherify::error::ApiError;
use crate::voucherify::requests::{ItemBody, ItemProduct, ItemSku};

/// Free items of one product or SKU.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct FreeUnit {
    pub product: Option<ItemProduct>,
    pub sku: Option<ItemSku>,
    /// Of one piece; 0 for a product without a price, such as shipping.
    pub price: i64,
    pub quantity: i64,
    pub effect: Effect,
}

impl FreeUnit {
    fn product_id(&self) -> Option<&str> {
        self.product.as_ref()?.id.as_deref()
    }

    fn sku_id(&self) -> Option<&str> {
        self.sku.as_ref()?.id.as_deref()
    }

    /// Whether a line is of its SKU, or of its product where it names no SKU.
    fn counts(&self, line: &Line) -> bool {
        match self.sku_id() {
            Some(sku) => line.sku_ids().any(|id| id == sku),
            None => line.product_ids().any(|id| self.product_id() == Some(id)),
        }
    }

    /// Whether its pieces can be added to a line.
    fn is_same(&self, line: &Line) -> bool {
        let priced = line.price.is_some() || self.price == 0;
        self.counts(line) && priced && self.sku_id().is_some() == line.sku_ids().next().is_some()
    }
}

impl Calculation {
    /// Adds free items and gives the money taken off.
    pub fn add_units(&mut self, units: &[FreeUnit], once: bool) -> Result<i64, ApiError> {
        let before = self.items_discount_amount();
        for unit in units {
            let there = match unit.effect {
                Effect::AddMissingItems => self.free_what_is_there(unit, once),
                _ => 0,
            };
            if there < unit.quantity {
                self.add(unit, unit.quantity - there)?;
            }
        }
        Ok(self.items_discount_amount() - before)
    }

    /// Replaces pieces of what `products` names by the pieces of a unit, at the price of what they
    /// replace.
    pub fn replace_units(
        &mut self,
        units: &[FreeUnit],
        products: &Products,
    ) -> Result<i64, ApiError> {
        let before = self.items_discount_amount();
        let entries = products.entries();
        for unit in units {
            let is_source = |line: &Line| {
                line.paid_pieces() > 0 && entries.iter().any(|entry| entry.matches(line))
            };
            let Some(index) = self.lines.iter().position(is_source) else {
                continue;
            };
            let source = &mut self.lines[index];
            let pieces = unit.quantity.min(source.paid_pieces());
            let worth = share_of(source.amount, pieces, source.quantity);
            source.remember();
            source.quantity -= pieces;
            source.amount -= worth;
            source.applied.quantity -= pieces;
            source.applied.quantity_amount -= worth;
            self.amount = self.amount.map(|amount| amount - worth);
            self.upgrade(unit, pieces, worth)?;
        }
        Ok(self.items_discount_amount() - before)
    }

    /// Adds pieces that cost what they replace.
    fn upgrade(&mut self, unit: &FreeUnit, pieces: i64, worth: i64) -> Result<(), ApiError> {
        let index = self.add_line(unit);
        let line = &mut self.lines[index];
        let amount = unit.price.checked_mul(pieces).ok_or_else(too_large)?;
        line.remember();
        line.quantity = pieces;
        line.amount = amount;
        line.applied.quantity = pieces;
        line.applied.quantity_amount = amount;
        line.take((amount - worth).max(0));
        self.amount = self.amount.map(|whole| whole + amount);
        Ok(())
    }

    /// Makes pieces free that the order has, and gives how many.
    fn free_what_is_there(&mut self, unit: &FreeUnit, once: bool) -> i64 {
        let mut wanted = unit.quantity;
        for index in 0..self.lines.len() {
            let left = self.total_amount().max(0);
            let line = &mut self.lines[index];
            let pieces = line.paid_pieces().min(wanted);
            if pieces <= 0 || !unit.counts(line) || (once && line.discounted) {
                continue;
            }
            wanted -= pieces;
            let worth = share_of(line.subtotal(), pieces, line.paid_pieces());
            line.remember();
            line.free(pieces, worth.min(left));
        }
        unit.quantity - wanted
    }

    fn add(&mut self, unit: &FreeUnit, pieces: i64) -> Result<(), ApiError> {
        let index = match self.lines.iter().position(|line| unit.is_same(line)) {
            Some(index) => index,
            None => self.add_line(unit),
        };
        let line = &mut self.lines[index];
        let price = line.price.unwrap_or(0);
        let worth = price.checked_mul(pieces).ok_or_else(too_large)?;
        let amount = self.amount.unwrap_or(0).checked_add(worth);
        self.amount = Some(amount.ok_or_else(too_large)?);
        line.remember();
        line.quantity += pieces;
        line.amount += worth;
        line.applied.quantity += pieces;
        line.applied.quantity_amount += worth;
        line.free(pieces, worth);
        Ok(())
    }

    fn add_line(&mut self, unit: &FreeUnit) -> usize {
        let body = ItemBody {
            product_id: unit.product_id().map(str::to_owned),
            sku_id: unit.sku_id().map(str::to_owned),
            product: unit.product.clone(),
            sku: unit.sku.clone(),
            ..ItemBody::default()
        };
        let number = self.lines.iter().map(|line| line.number + 1).max();
        self.lines.push(Line {
            number: number.unwrap_or(0),
            body,
            quantity: 0,
            price: Some(unit.price),
            amount: 0,
            initial: None,
            discount_quantity: 0,
            discount_amount: 0,
            applied: super::line::Applied::default(),
            discounted: false,
        });
        self.lines.len() - 1
    }
}

impl Line {
    /// Keeps what the line was before the first unit discount.
    fn remember(&mut self) {
        let (quantity, amount) = (self.quantity, self.amount);
        self.initial.get_or_insert(Initial { quantity, amount });
    }

    fn free(&mut self, pieces: i64, worth: i64) {
        self.discount_quantity += pieces;
        self.applied.discount_quantity += pieces;
        self.take(worth);
    }
}
