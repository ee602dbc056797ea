//! Orders, and the customers and products they name.

use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::voucherify::calculate::Calculation;
use crate::voucherify::requests::{AddressBody, Metadata, OrderStatus};

/// A stored order.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Order {
    pub id: String,
    pub source_id: Option<String>,
    pub status: OrderStatus,
    pub money: Calculation,
    pub metadata: Metadata,
    pub customer_id: Option<String>,
    pub referrer_id: Option<String>,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}

/// `customer.order.created`, `.paid`, `.canceled` or `.fulfilled`.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct OrderEvent {
    pub source_id: Option<String>,
    pub customer_id: Option<String>,
    pub status: OrderStatus,
}

/// A stored customer.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Customer {
    pub id: String,
    pub source_id: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birthday: Option<String>,
    pub birthdate: Option<String>,
    pub address: Option<AddressBody>,
    pub metadata: Metadata,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}

/// A stored product or SKU.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Product {
    pub id: String,
    pub source_id: Option<String>,
    /// Name of a product, `sku` of a SKU.
    pub name: Option<String>,
    pub price: Option<i64>,
    pub currency: Option<String>,
    pub attributes: Value,
    pub image_url: Option<String>,
    pub metadata: Metadata,
    /// The product of a SKU.
    pub product_id: Option<String>,
    pub created_at: OffsetDateTime,
    pub updated_at: Option<OffsetDateTime>,
}
