//! The order exactly as it was validated, kept with the lock and sent again to redeem.

use serde::{Deserialize, Serialize};

use super::{Currency, EmailAddress, Hundredths, discount::ItemId};

/// What Voucherify is told of a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The sum of the items' amounts.
    pub amount: Hundredths,
    /// The cart's currency; Voucherify itself knows none.
    pub currency: Currency,
    /// What is in the cart.
    pub items: Vec<SnapshotItem>,
    /// Who buys, once known.
    pub customer: Option<SnapshotCustomer>,
}

/// One line of the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotItem {
    /// BigCommerce's product id; 0 for a custom item.
    pub product_id: i64,
    /// BigCommerce's variant id, where the product has variants.
    pub variant_id: Option<i64>,
    /// Stock-keeping unit.
    pub sku: Option<String>,
    /// Name.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What Voucherify calculates with for the line, all of `quantity` together: what it costs, or
    /// its retail price.
    pub amount: Hundredths,
    /// What the line really costs: no discount may exceed it.
    #[serde(default)]
    pub cost: Hundredths,
    /// Ids of the product's categories.
    pub categories: Vec<i64>,
}

impl Snapshot {
    /// What the items really cost together.
    #[must_use]
    pub fn cost(&self) -> Hundredths {
        self.items.iter().map(|item| item.cost).sum()
    }
}

impl SnapshotItem {
    /// What it is in the catalogue; none for a custom item.
    #[must_use]
    pub fn id(&self) -> Option<ItemId> {
        if self.product_id == 0 {
            return None;
        }
        let product = ItemId::Product(self.product_id);
        Some(self.variant_id.map_or(product, ItemId::Variant))
    }
}

/// The buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCustomer {
    /// The id Voucherify knows the customer by.
    pub source_id: String,
    /// E-mail.
    pub email: Option<EmailAddress>,
    /// Full name.
    pub name: Option<String>,
    /// Customer group.
    pub group: Option<Group>,
}

/// A BigCommerce customer group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}
