//! Whether the store can add an item by itself.

use reqwest::Method;

use super::{BigCommerceError, Client, wire};
use crate::domain::discount::ItemId;

/// Whether a promotion can add an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Available,
    /// Too few are left.
    OutOfStock,
    /// The shopper would have to choose something: a variant, or an option that must be filled in.
    NeedsChoice,
    /// It is not for sale, or not there.
    Unavailable,
}

impl Client {
    /// Get All Variants and Get a Product: `GET /v3/catalog/variants?id=…` where a variant is
    /// meant, then `GET /v3/catalog/products/{id}?include=variants,modifiers`. Never cached: stock
    /// changes with every order.
    ///
    /// `wanted` tells how many pieces of a product or a variant the cart would have then.
    pub async fn availability(
        &self,
        item: ItemId,
        wanted: impl Fn(ItemId) -> i64,
    ) -> Result<Availability, BigCommerceError> {
        let (product, variant) = match item {
            ItemId::Product(product) => (product, None),
            ItemId::Variant(variant) => match self.product_of(variant).await? {
                Some(product) => (product, Some(variant)),
                None => return Ok(Availability::Unavailable),
            },
        };
        let path = ["v3", "catalog", "products", &product.to_string()];
        let request = self
            .request(Method::GET, &path)
            .query(&[("include", "variants,modifiers")]);
        let answer: Result<wire::Data<wire::StockedProduct>, _> =
            self.read("get_product", request).await;
        match answer {
            Ok(answer) => Ok(judge(&answer.data, variant, |variant| {
                wanted(variant.map_or(ItemId::Product(product), ItemId::Variant))
            })),
            Err(BigCommerceError::NotFound) => Ok(Availability::Unavailable),
            Err(error) => Err(error),
        }
    }

    async fn product_of(&self, variant: i64) -> Result<Option<i64>, BigCommerceError> {
        let request = self
            .request(Method::GET, &["v3", "catalog", "variants"])
            .query(&[("id", variant.to_string())]);
        let answer: wire::Data<Vec<wire::VariantOf>> = self.read("get_variants", request).await?;
        let found = answer.data.iter().find(|one| one.id == variant);
        Ok(found.map(|one| one.product_id))
    }
}

/// `wanted` is asked about a variant, or about the whole product.
fn judge(
    product: &wire::StockedProduct,
    variant: Option<i64>,
    wanted: impl Fn(Option<i64>) -> i64,
) -> Availability {
    let chosen = match (variant, product.variants.as_slice()) {
        (Some(id), variants) => match variants.iter().find(|one| one.id == id) {
            Some(chosen) => Some(chosen),
            None => return Availability::Unavailable,
        },
        (None, []) => None,
        (None, [only]) => Some(only),
        (None, _) => return Availability::NeedsChoice,
    };
    let cannot_be_bought = chosen.is_some_and(|variant| variant.purchasing_disabled);
    if product.availability == "disabled" || cannot_be_bought {
        return Availability::Unavailable;
    }
    if product.modifiers.iter().any(|modifier| modifier.required) {
        return Availability::NeedsChoice;
    }
    let (level, wanted) = match product.inventory_tracking.as_str() {
        "product" => (product.inventory_level, wanted(None)),
        "variant" => {
            let level = chosen.map_or(0, |variant| variant.inventory_level);
            (level, wanted(chosen.map(|variant| variant.id)))
        }
        _ => return Availability::Available,
    };
    if level < wanted {
        return Availability::OutOfStock;
    }
    Availability::Available
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(change: &Value, variant: Option<i64>) -> Availability {
        let mut product = json!({
            "availability": "available", "inventory_tracking": "none", "inventory_level": 0,
            "variants": [{ "id": 1, "inventory_level": 2 }], "modifiers": [],
        });
        for (name, value) in change.as_object().unwrap() {
            product[name] = value.clone();
        }
        judge(&serde_json::from_value(product).unwrap(), variant, |_| 2)
    }

    #[test]
    fn a_free_item_must_be_in_stock_and_need_no_choice() {
        let two = json!({ "variants": [{ "id": 1 }, { "id": 2 }] });
        let tracked =
            |how: &str, level: i64| json!({ "inventory_tracking": how, "inventory_level": level });
        let optional = json!({ "modifiers": [{ "required": false }] });
        let required = json!({ "modifiers": [{ "required": true }] });
        let unbuyable = json!({ "variants": [{ "id": 1, "purchasing_disabled": true }] });
        let cases = [
            (json!({}), None, Availability::Available),
            (json!({}), Some(1), Availability::Available),
            (json!({}), Some(9), Availability::Unavailable),
            (two.clone(), None, Availability::NeedsChoice),
            (two, Some(2), Availability::Available),
            (tracked("product", 1), None, Availability::OutOfStock),
            (tracked("product", 2), None, Availability::Available),
            (tracked("variant", 0), Some(1), Availability::Available),
            (optional, None, Availability::Available),
            (required, None, Availability::NeedsChoice),
            (unbuyable, None, Availability::Unavailable),
            (
                json!({ "availability": "disabled" }),
                None,
                Availability::Unavailable,
            ),
        ];
        for (change, variant, expected) in cases {
            assert_eq!(of(&change, variant), expected, "{change} {variant:?}");
        }
    }
}
