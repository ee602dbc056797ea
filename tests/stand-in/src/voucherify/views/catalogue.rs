//! Products and SKUs.

use serde_json::{Value, json};

use super::writing::{instant, maybe_instant};
use crate::voucherify::model::Product;

/// A product.
#[must_use]
pub fn product(product: &Product) -> Value {
    json!({
        "id": product.id,
        "source_id": product.source_id,
        "name": product.name,
        "price": product.price,
        "attributes": product.attributes,
        "metadata": product.metadata,
        "image_url": product.image_url,
        "created_at": instant(product.created_at),
        "updated_at": maybe_instant(product.updated_at),
        "object": "product",
    })
}

/// A SKU.
#[must_use]
pub fn sku(sku: &Product) -> Value {
    json!({
        "id": sku.id,
        "source_id": sku.source_id,
        "product_id": sku.product_id,
        "sku": sku.name,
        "price": sku.price,
        "currency": sku.currency,
        "attributes": sku.attributes,
        "image_url": sku.image_url,
        "metadata": sku.metadata,
        "created_at": instant(sku.created_at),
        "updated_at": maybe_instant(sku.updated_at),
        "object": "sku",
    })
}
