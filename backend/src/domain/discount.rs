//! What codes give.

use serde::{Deserialize, Serialize};

use super::Hundredths;

/// A product or a variant of the store's catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemId {
    /// A product.
    Product(i64),
    /// A variant of a product.
    Variant(i64),
}

impl ItemId {
    /// Whether it means this product, or this variant of it.
    #[must_use]
    pub fn is(self, product_id: i64, variant_id: Option<i64>) -> bool {
        match self {
            Self::Product(product) => product_id == product,
            Self::Variant(variant) => variant_id == Some(variant),
        }
    }
}

/// An amount off an item, all its pieces together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffItem {
    /// The item.
    pub item: ItemId,
    /// How much.
    pub amount: Hundredths,
}

/// Pieces the store adds for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreeItem {
    /// What.
    pub item: ItemId,
    /// How many.
    pub quantity: i64,
}

/// What one code gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// Off the order as a whole.
    pub on_order: Hundredths,
    /// Off single items.
    pub on_items: Vec<OffItem>,
    /// Pieces added.
    pub free_items: Vec<FreeItem>,
    /// Whether shipping is free.
    pub free_shipping: bool,
}

impl Discount {
    /// A discount on the order alone.
    #[must_use]
    pub fn on_order(amount: Hundredths) -> Self {
        Self {
            on_order: amount,
            ..Self::default()
        }
    }

    /// The money it takes off what the shopper put into the cart.
    #[must_use]
    pub fn money(&self) -> Hundredths {
        let on_items: Hundredths = self.on_items.iter().map(|off| off.amount).sum();
        self.on_order + on_items
    }

    /// Whether it changes anything.
    #[must_use]
    pub fn has_effect(&self) -> bool {
        self.money().is_positive() || !self.free_items.is_empty() || self.free_shipping
    }

    /// How many pieces it adds.
    #[must_use]
    pub fn pieces_added(&self) -> i64 {
        self.free_items.iter().map(|free| free.quantity).sum()
    }
}

/// What several codes add together, each item once.
pub fn free_items<'a>(discounts: impl Iterator<Item = &'a Discount>) -> Vec<FreeItem> {
    let mut free: Vec<FreeItem> = Vec::new();
    for new in discounts.flat_map(|discount| &discount.free_items) {
        match free.iter_mut().find(|known| known.item == new.item) {
            Some(known) => known.quantity += new.quantity,
            None => free.push(*new),
        }
    }
    free
}

pub(super) fn add(items: &mut Vec<OffItem>, item: ItemId, amount: Hundredths) {
    match items.iter_mut().find(|one| one.item == item) {
        Some(one) => one.amount = one.amount + amount,
        None => items.push(OffItem { item, amount }),
    }
}
