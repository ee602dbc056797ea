//! The order exactly as it was validated, kept with the lock and sent again to redeem.

use serde::{Deserialize, Serialize};

use super::{Currency, Hundredths};

/// What Voucherify is told of a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The sum of the items.
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
    /// What the line costs, all of `quantity` together.
    pub amount: Hundredths,
    /// Ids of the product's categories.
    pub categories: Vec<i64>,
}

/// The buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCustomer {
    /// The id Voucherify knows the customer by.
    pub source_id: String,
    /// E-mail.
    pub email: Option<String>,
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
