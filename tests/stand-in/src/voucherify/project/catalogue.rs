//! Products and SKUs: stored ones, what an order's items take from them, and what is given for free.

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Project, merged, set};
use crate::kit::strict::Refusal;
use crate::voucherify::calculate::{Calculation, FreeUnit, Line};
use crate::voucherify::discount::{Discount, Effect, Unit};
use crate::voucherify::error::ApiError;
use crate::voucherify::ids;
use crate::voucherify::model::Product;
use crate::voucherify::requests::{
    ItemBody, ItemProduct, ItemSku, Metadata, OrderBody, RelatedObject,
};

/// A product or a SKU to create or update.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProductBody {
    pub id: Option<String>,
    pub source_id: Option<String>,
    /// Products only.
    pub name: Option<String>,
    /// SKUs only, as `currency`.
    pub sku: Option<String>,
    pub price: Option<i64>,
    pub currency: Option<String>,
    pub attributes: Option<Value>,
    pub image_url: Option<String>,
    pub metadata: Option<Metadata>,
}

impl Project {
    /// Creates a product or updates the one with that id or source id. Gives its id.
    pub fn upsert_product(
        &mut self,
        body: ProductBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        if body.sku.is_some() || body.currency.is_some() {
            let field = if body.sku.is_some() {
                "sku"
            } else {
                "currency"
            };
            return Err(Refusal::field(field, "unknown field").into());
        }
        let name = body.name.clone();
        Ok(upsert(&mut self.products, "prod_", body, name, None, now))
    }

    /// Creates a SKU of a product, or updates it. Gives its id.
    pub fn upsert_sku(
        &mut self,
        product: &str,
        body: ProductBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        if body.name.is_some() {
            return Err(Refusal::field("name", "unknown field").into());
        }
        let product = self.product(product).map(|product| product.id.clone());
        let name = body.sku.clone();
        Ok(upsert(&mut self.skus, "sku_", body, name, product, now))
    }

    /// A product by id or source id.
    #[must_use]
    pub fn product(&self, id_or_source_id: &str) -> Option<&Product> {
        find(&self.products, id_or_source_id)
    }

    /// A SKU by id or source id.
    #[must_use]
    pub fn sku(&self, id_or_source_id: &str) -> Option<&Product> {
        find(&self.skus, id_or_source_id)
    }

    /// The money of an order as sent, with what is stored about its products.
    pub fn money_of(&self, order: &OrderBody) -> Result<Calculation, ApiError> {
        let items = order.items.clone().unwrap_or_default();
        let lines: Result<Vec<_>, _> = items
            .into_iter()
            .map(|item| Line::new(self.complete(item)))
            .collect();
        Calculation::new(order.amount, order.discount_amount, lines?)
    }

    /// Fills in what the item leaves out and the stored product or SKU has.
    fn complete(&self, mut item: ItemBody) -> ItemBody {
        let is = |kind| item.related_object == Some(kind);
        let own = item.source_id.as_deref();
        let sent_sku = item.sku.as_ref();
        let sku_ids = [
            item.sku_id.as_deref(),
            own.filter(|_| is(RelatedObject::Sku)),
            sent_sku.and_then(|sku| sku.id.as_deref()),
            sent_sku.and_then(|sku| sku.source_id.as_deref()),
        ];
        let sku = sku_ids.into_iter().flatten().find_map(|id| self.sku(id));
        let sent = item.product.as_ref();
        let product_ids = [
            item.product_id.as_deref(),
            own.filter(|_| is(RelatedObject::Product)),
            sent.and_then(|product| product.id.as_deref()),
            sent.and_then(|product| product.source_id.as_deref()),
            sku.and_then(|sku| sku.product_id.as_deref()),
        ];
        let product = product_ids
            .into_iter()
            .flatten()
            .find_map(|id| self.product(id));
        if let Some(product) = product {
            let sent = item.product.take().unwrap_or_default();
            item.product_id = Some(product.id.clone());
            item.product = Some(ItemProduct {
                id: Some(product.id.clone()),
                source_id: product.source_id.clone().or(sent.source_id),
                overrides: None,
                name: sent.name.or_else(|| product.name.clone()),
                metadata: Some(merged(&product.metadata, sent.metadata)),
                price: sent.price.or(product.price),
            });
        }
        if let Some(sku) = sku {
            let sent = item.sku.take().unwrap_or_default();
            item.sku_id = Some(sku.id.clone());
            item.sku = Some(ItemSku {
                id: Some(sku.id.clone()),
                source_id: sku.source_id.clone().or(sent.source_id),
                overrides: None,
                sku: sent.sku.or_else(|| sku.name.clone()),
                price: sent.price.or(sku.price),
                metadata: Some(merged(&sku.metadata, sent.metadata)),
            });
        }
        let stored = sku.and_then(|sku| sku.price);
        let stored = stored.or(product.and_then(|product| product.price));
        if item.price.is_none() && stored.is_some() && self.switches.stored_prices_count {
            // `amount` is price times quantity: of the price that is known.
            (item.price, item.amount) = (stored, None);
        }
        item
    }

    /// The free items of a discount, from the stored products and SKUs.
    pub fn free_units(&self, discount: &Discount) -> Result<Vec<FreeUnit>, ApiError> {
        let units = discount.units();
        if units.is_empty() || discount.effect() == Effect::AddSameItems {
            return Err(ApiError::not_imitated("this kind of free items"));
        }
        units.iter().map(|unit| self.free_unit(unit)).collect()
    }

    fn free_unit(&self, unit: &Unit) -> Result<FreeUnit, ApiError> {
        let by_id = |entry: &&Product| entry.id == unit.unit_type;
        let sku = self.skus.iter().find(by_id);
        let product = match sku {
            Some(sku) => sku.product_id.as_deref().and_then(|id| self.product(id)),
            None => self.products.iter().find(by_id),
        };
        if product.is_none() && sku.is_none() {
            return Err(ApiError::not_found("product", &unit.unit_type));
        }
        let price = sku.and_then(|sku| sku.price);
        let price = price.or(product.and_then(|product| product.price));
        Ok(FreeUnit {
            product: product.map(|product| ItemProduct {
                id: Some(product.id.clone()),
                source_id: product.source_id.clone(),
                overrides: None,
                name: product.name.clone(),
                metadata: None,
                price: product.price,
            }),
            sku: sku.map(|sku| ItemSku {
                id: Some(sku.id.clone()),
                source_id: sku.source_id.clone(),
                overrides: None,
                sku: sku.name.clone(),
                price: sku.price,
                metadata: None,
            }),
            price: price.unwrap_or(0),
            quantity: unit.unit_off,
            effect: unit.effect,
        })
    }
}

fn upsert(
    list: &mut Vec<Product>,
    prefix: &str,
    body: ProductBody,
    name: Option<String>,
    product_id: Option<String>,
    now: OffsetDateTime,
) -> String {
    let known = list.iter().position(|entry| {
        body.id.as_ref() == Some(&entry.id)
            || (body.source_id.is_some() && entry.source_id == body.source_id)
    });
    let index = known.unwrap_or_else(|| {
        list.push(Product {
            id: body.id.clone().unwrap_or_else(|| ids::short(prefix)),
            source_id: None,
            name: None,
            price: None,
            currency: None,
            attributes: json!([]),
            image_url: None,
            metadata: Metadata::new(),
            product_id: None,
            created_at: now,
            updated_at: None,
        });
        list.len() - 1
    });
    let Some(entry) = list.get_mut(index) else {
        return String::new();
    };
    set(&mut entry.source_id, body.source_id);
    set(&mut entry.name, name);
    set(&mut entry.price, body.price);
    set(&mut entry.currency, body.currency);
    set(&mut entry.image_url, body.image_url);
    set(&mut entry.product_id, product_id);
    entry.attributes = body.attributes.unwrap_or_else(|| entry.attributes.take());
    entry.metadata = merged(&entry.metadata, body.metadata);
    entry.updated_at = known.map(|_| now);
    entry.id.clone()
}

fn find<'a>(list: &'a [Product], id: &str) -> Option<&'a Product> {
    list.iter()
        .find(|entry| entry.id == id || entry.source_id.as_deref() == Some(id))
}
