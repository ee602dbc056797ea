//! Consignments with their shipping options, as the storefront writes them.

use serde_json::{Value, json};

use super::visit::Include;
use crate::bigcommerce::model::{Checkout, Consignment, ShippingOption};
use crate::bigcommerce::pricing::{self, free_shipping_of, selected_option, shipping_options};

/// The consignments of a checkout.
#[must_use]
pub fn consignments(checkout: &Checkout, include: &Include) -> Vec<Value> {
    let with_options = include.has("consignments.availableShippingOptions");
    let parts = checkout.consignments.iter();
    parts
        .map(|part| consignment(checkout, part, with_options))
        .collect()
}

fn consignment(checkout: &Checkout, part: &Consignment, with_options: bool) -> Value {
    let selected = selected_option(checkout, part);
    let free = free_shipping_of(checkout).filter(|_| {
        selected
            .as_ref()
            .is_some_and(|option| option.id == pricing::FREE)
    });
    let discounts: Vec<Value> = free
        .iter()
        .map(|free| json!({"id": free.promotion_id}))
        .collect();
    let cost = pricing::shipping_cost(checkout, part);
    let mut view = json!({
        "id": part.id,
        "shippingCost": cost,
        "shippingCostBeforeDiscount": cost,
        "comparisonShippingCost": cost,
        "handlingCost": 0,
        "couponDiscounts": [],
        "discounts": discounts,
        "lineItemIds": part.line_item_ids,
        "selectedShippingOption": null,
        "shippingAddress": part.address,
        "address": part.address,
    });
    let option_view = |option: &ShippingOption| {
        json!({
            "id": option.id,
            "type": option.kind,
            "description": option.description,
            "imageUrl": "",
            "cost": option.cost,
            "transitTime": "",
            "additionalDescription": "",
        })
    };
    if let Some(option) = &selected {
        view["selectedShippingOption"] = option_view(option);
    }
    if with_options {
        let options = shipping_options(checkout, part);
        let offered = options.iter().map(|option| {
            let mut view = option_view(option);
            view["isRecommended"] = json!(option.is_recommended);
            view
        });
        view["availableShippingOptions"] = offered.collect();
    }
    view
}
