//! The demo shop's products as they were synchronised, with prices and without categories: rules on
//! categories are to see what a request says.

use serde_json::json;
use time::OffsetDateTime;

use crate::voucherify::model::Product;
use crate::voucherify::requests::Metadata;

/// Id and source id of the product that stands for shipping, which every project has.
const SHIPPING: &str = "prod_5h1pp1ng";

/// Source id, name, price, and the SKUs by source id and name.
type Entry = (&'static str, &'static str, i64, Skus);
type Skus = &'static [(&'static str, &'static str)];

const PRODUCTS: [Entry; 8] = [
    ("111", "iPhone 8", 79_900, &[("211", "IPHONE8")]),
    (
        "112",
        "T-shirt",
        2_500,
        &[("212", "size S"), ("213", "size M"), ("214", "size L")],
    ),
    ("113", "Phone case", 1_990, &[("215", "CASE")]),
    ("114", "Charger", 2_995, &[("216", "CHARGER")]),
    ("115", "Socks", 750, &[("217", "SOCKS")]),
    ("116", "Headphones", 12_900, &[("218", "HEADPHONES")]),
    ("117", "Mug", 1_200, &[("219", "MUG")]),
    ("118", "Engraved pen", 1_500, &[("220", "PEN")]),
];

/// Products and SKUs.
#[must_use]
pub fn catalogue(now: OffsetDateTime) -> (Vec<Product>, Vec<Product>) {
    let shipping = entry(SHIPPING.to_owned(), SHIPPING, "Shipping", now);
    let (mut products, mut skus) = (vec![shipping], Vec::new());
    for (source_id, name, price, own) in PRODUCTS {
        let id = product_id(source_id);
        for (sku_source_id, sku) in own {
            skus.push(Product {
                price: Some(price),
                currency: Some("USD".to_owned()),
                product_id: Some(id.clone()),
                ..entry(sku_id(sku_source_id), sku_source_id, sku, now)
            });
        }
        products.push(Product {
            price: Some(price),
            ..entry(id, source_id, name, now)
        });
    }
    (products, skus)
}

/// Voucherify's id of a demo product.
pub(super) fn product_id(source_id: &str) -> String {
    if source_id == SHIPPING {
        return SHIPPING.to_owned();
    }
    format!("prod_0d3m0{source_id}")
}

/// Voucherify's id of a demo SKU.
pub(super) fn sku_id(source_id: &str) -> String {
    format!("sku_0d3m0{source_id}")
}

fn entry(id: String, source_id: &str, name: &str, now: OffsetDateTime) -> Product {
    Product {
        id,
        source_id: Some(source_id.to_owned()),
        name: Some(name.to_owned()),
        price: None,
        currency: None,
        attributes: json!([]),
        image_url: None,
        metadata: Metadata::new(),
        product_id: None,
        created_at: now,
        updated_at: None,
    }
}
