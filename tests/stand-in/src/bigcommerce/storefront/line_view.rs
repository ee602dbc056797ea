//! Lines of carts as the storefront writes them.

use serde_json::{Value, json};

use super::visit::Include;
use crate::bigcommerce::model::{
    Checkout, LineItem, ModifierValue, OptionValue, Product, SoldCertificate, State,
};
use crate::bigcommerce::pricing::{line_total, unit_price};

/// The lines of a cart.
#[must_use]
pub fn line_items(store: &State, checkout: &Checkout, include: &Include, prefix: &str) -> Value {
    let mut physical = Vec::new();
    let mut digital = Vec::new();
    for item in &checkout.items {
        let is_digital = store
            .product_of(item)
            .is_some_and(|(product, _)| product.is_digital);
        let (list, name) = if is_digital {
            (&mut digital, "digital")
        } else {
            (&mut physical, "physical")
        };
        let wants = |what: &str| include.has(&format!("{prefix}lineItems.{name}Items.{what}"));
        list.push(line_item(
            store,
            checkout,
            item,
            wants("options"),
            wants("categoryNames"),
        ));
    }
    json!({
        "physicalItems": physical,
        "digitalItems": digital,
        "giftCertificates": checkout.gift_certificates.iter().map(sold_certificate).collect::<Vec<_>>(),
        "customItems": [],
    })
}

/// A gift certificate for sale.
fn sold_certificate(line: &SoldCertificate) -> Value {
    let mut view = json!(line);
    view["taxable"] = json!(false);
    view["type"] = json!("giftCertificate");
    view
}

fn line_item(
    store: &State,
    checkout: &Checkout,
    item: &LineItem,
    with_options: bool,
    with_categories: bool,
) -> Value {
    let discounts = checkout
        .evaluation
        .lines
        .get(&item.id)
        .cloned()
        .unwrap_or_default();
    let automatic = discounts.order.iter().chain(&discounts.item);
    let listed: Vec<Value> = automatic
        .map(|(id, amount)| json!({"id": id, "discountedAmount": amount}))
        .collect();
    let found = store.product_of(item);
    let (product, variant) = (found.map(|found| found.0), found.map(|found| found.1));
    let address = |path: String| format!("{}{path}", store.store.url);
    let mut view = json!({
        "id": item.id,
        "parentId": null,
        "variantId": item.variant_id,
        "productId": item.product_id,
        "sku": variant.map_or("", |variant| &variant.sku),
        "name": product.map_or("", |product| &product.name),
        "url": product.map(|product| address(product.url_path())),
        "quantity": item.quantity,
        "brand": "",
        "isTaxable": true,
        "imageUrl": product.map(|product| address(product.image_path.clone())),
        "discounts": listed,
        "discountAmount": discounts.on_item(),
        "couponAmount": discounts.coupon(),
        "originalPrice": item.price,
        "listPrice": item.price,
        "salePrice": unit_price(store, checkout, item),
        "retailPrice": product.and_then(|product| product.retail_price).map(|price| checkout.convert(price)),
        "extendedListPrice": item.total(),
        "extendedSalePrice": line_total(store, checkout, item),
        "comparisonPrice": unit_price(store, checkout, item),
        "extendedComparisonPrice": line_total(store, checkout, item),
        "isShippingRequired": product.is_some_and(|product| !product.is_digital),
        "giftWrapping": null,
        "addedByPromotion": item.gift_of.is_some(),
        "isMutable": item.gift_of.is_none(),
    });
    if with_options {
        let options = variant.map_or(&[][..], |variant| &variant.option_values);
        view["options"] = shown_options(options, &item.modifiers).into();
    }
    if with_categories {
        view["categoryNames"] = category_names(store, product);
    }
    view
}

fn category_names(store: &State, product: Option<&Product>) -> Value {
    let ids = product.into_iter().flat_map(|product| &product.categories);
    let known = ids.filter_map(|id| store.categories.get(id));
    known.map(|category| json!(category.name)).collect()
}

/// Options and modifiers, as items show them. What was typed has no number.
#[must_use]
pub fn shown_options(options: &[OptionValue], modifiers: &[ModifierValue]) -> Vec<Value> {
    let options = options.iter().map(|value| {
        json!({
            "name": value.option_display_name,
            "nameId": value.option_id,
            "value": value.label,
            "valueId": value.id,
        })
    });
    let modifiers = modifiers.iter().map(|typed| {
        json!({
            "name": typed.name,
            "nameId": typed.id,
            "value": typed.value,
            "valueId": null,
        })
    });
    options.chain(modifiers).collect()
}
