//! One item of an order with its amounts.

use crate::voucherify::error::ApiError;
use crate::voucherify::requests::{ItemBody, RelatedObject};

/// One item with its amounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name in the order; stays when other lines go.
    pub number: usize,
    /// What was sent, completed from the stored product.
    pub body: ItemBody,
    /// Pieces, with added ones.
    pub quantity: i64,
    /// Of one piece.
    pub price: Option<i64>,
    /// Of all pieces.
    pub amount: i64,
    /// Pieces and their amount before a unit discount touched the line; `None` if none did.
    pub initial: Option<Initial>,
    /// Pieces that unit discounts made free.
    pub discount_quantity: i64,
    /// Discounts on this item.
    pub discount_amount: i64,
    /// What the last redeemable (or the request) did.
    pub applied: Applied,
    /// Whether a redeemable of this request took something off already.
    pub discounted: bool,
}

/// A line before unit discounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Initial {
    pub quantity: i64,
    pub amount: i64,
}

/// What one step changed in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Money off.
    pub discount_amount: i64,
    /// Pieces made free.
    pub discount_quantity: i64,
    /// Pieces added.
    pub quantity: i64,
    /// Worth of the added pieces.
    pub quantity_amount: i64,
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
            number: 0,
            body,
            quantity,
            price,
            amount,
            initial: None,
            discount_quantity: 0,
            discount_amount,
            applied: Applied::default(),
            discounted: false,
        })
    }

    /// Whether anything says what it costs.
    #[must_use]
    pub const fn is_priced(&self) -> bool {
        self.price.is_some() || self.body.amount.is_some()
    }

    /// What is left of it.
    #[must_use]
    pub const fn subtotal(&self) -> i64 {
        self.amount - self.discount_amount
    }

    /// Pieces that no unit discount made free.
    #[must_use]
    pub const fn paid_pieces(&self) -> i64 {
        self.quantity - self.discount_quantity
    }

    /// Id and source id of its product.
    pub fn product_ids(&self) -> impl Iterator<Item = &str> {
        let sent = self.body.product.as_ref();
        let ids = [
            self.body.product_id.as_deref(),
            self.source_id_as(RelatedObject::Product),
            sent.and_then(|product| product.id.as_deref()),
            sent.and_then(|product| product.source_id.as_deref()),
        ];
        ids.into_iter().flatten()
    }

    /// Id and source id of its SKU.
    pub fn sku_ids(&self) -> impl Iterator<Item = &str> {
        let sent = self.body.sku.as_ref();
        let ids = [
            self.body.sku_id.as_deref(),
            self.source_id_as(RelatedObject::Sku),
            sent.and_then(|sku| sku.id.as_deref()),
            sent.and_then(|sku| sku.source_id.as_deref()),
        ];
        ids.into_iter().flatten()
    }

    fn source_id_as(&self, kind: RelatedObject) -> Option<&str> {
        let source_id = self.body.source_id.as_deref();
        source_id.filter(|_| self.body.related_object == Some(kind))
    }

    /// Whether both are of one product and SKU.
    pub(super) fn is_same_item(&self, other: &Self) -> bool {
        let same = |own: Vec<&str>, others: Vec<&str>| {
            own.is_empty() == others.is_empty() && own.iter().all(|id| others.contains(id))
        };
        same(self.product_ids().collect(), other.product_ids().collect())
            && same(self.sku_ids().collect(), other.sku_ids().collect())
    }

    /// Takes over number and discounts of the line it was before.
    pub(super) fn take_over(&mut self, earlier: &Self) {
        self.number = earlier.number;
        self.initial = earlier.initial;
        self.discount_quantity = earlier.discount_quantity.min(self.quantity);
        self.discount_amount = earlier.discount_amount.min(self.amount);
    }

    /// Takes off, never more than is left of the line, and gives what was taken.
    pub(super) fn take(&mut self, wanted: i64) -> i64 {
        let taken = wanted.clamp(0, self.subtotal().max(0));
        self.discount_amount += taken;
        self.applied.discount_amount += taken;
        self.discounted |= taken > 0;
        taken
    }

    /// Takes back what a step did.
    pub(super) fn undo(&mut self, step: Applied) {
        self.quantity = (self.quantity - step.quantity).max(0);
        self.amount = (self.amount - step.quantity_amount).max(0);
        self.discount_quantity = (self.discount_quantity - step.discount_quantity).max(0);
        let discount_amount = self.discount_amount - step.discount_amount;
        self.discount_amount = discount_amount.clamp(0, self.amount);
    }

    /// What changed since an earlier state of it; everything, if there is none.
    pub(super) fn since(&self, earlier: Option<&Self>) -> Applied {
        Applied {
            discount_amount: self.discount_amount - earlier.map_or(0, |line| line.discount_amount),
            discount_quantity: self.discount_quantity
                - earlier.map_or(0, |line| line.discount_quantity),
            quantity: self.quantity - earlier.map_or(0, |line| line.quantity),
            quantity_amount: self.amount - earlier.map_or(0, |line| line.amount),
        }
    }
}

pub(super) fn too_large() -> ApiError {
    ApiError::bad("invalid_amount", "invalid amount").details("the order's amount is too large")
}
