//! What a discount gives and what it is applicable to, as results show it.

use serde_json::{Map, Value, json};

use super::writing::{object, put, put_some};
use crate::voucherify::calculate::{Applicable, Calculation, Line};
use crate::voucherify::discount::Discount;
use crate::voucherify::model::{Voucher, VoucherValue};
use crate::voucherify::project::Project;

/// A discount in a result: with the free products and SKUs by name.
#[must_use]
pub fn discount(project: &Project, discount: &Discount) -> Value {
    let mut shown = json!(discount);
    if let Some(Value::Array(units)) = shown.get_mut("units") {
        for unit in units {
            name_unit(project, unit);
        }
    } else {
        shown["is_dynamic"] = json!(discount.is_dynamic());
        name_unit(project, &mut shown);
    }
    shown
}

fn name_unit(project: &Project, unit: &mut Value) {
    let Some(id) = unit["unit_type"].as_str() else {
        return;
    };
    let sku = project.skus.iter().find(|sku| sku.id == id);
    let product_id = sku.map_or(Some(id), |sku| sku.product_id.as_deref());
    let product = product_id.and_then(|id| project.product(id));
    for (key, entry) in [("product", product), ("sku", sku)] {
        if let Some(entry) = entry {
            unit[key] = json!({"id": entry.id, "source_id": entry.source_id, "name": entry.name});
        }
    }
}

/// `applicable_to` and `inapplicable_to` of a discount. One on items that is not restricted lists
/// the collection of all products and every item of the order. `None` for what is no discount.
#[must_use]
pub fn products(voucher: &Voucher, money: &Calculation) -> Option<(Vec<Value>, Vec<Value>)> {
    let VoucherValue::Discount(discount) = &voucher.value else {
        return None;
    };
    let products = &voucher.products;
    let entries = products.entries();
    let all = products.included.is_empty() || products.included_all;
    let on_items = discount.units().is_empty() && discount.effect().is_on_items();
    let mut to = Vec::new();
    if !all || on_items {
        to.extend(entries.iter().map(|entry| applicable(entry, &money.lines)));
    }
    if all && on_items {
        to.extend(
            money
                .lines
                .iter()
                .enumerate()
                .map(|(index, line)| item(index, line)),
        );
    }
    let excluded = products.excluded.iter();
    let not_to = excluded
        .map(|entry| applicable(entry, &money.lines))
        .collect();
    Some((to, not_to))
}

/// One entry, with the places of the lines it covers.
fn applicable(entry: &Applicable, lines: &[Line]) -> Value {
    let places: Vec<_> = (0_usize..)
        .zip(lines)
        .filter(|(_, line)| entry.matches(line))
        .map(|(index, _)| index)
        .collect();
    let mut map = object(json!(entry));
    put(&mut map, "order_item_indices", places);
    put(&mut map, "target", "ITEM");
    Value::Object(map)
}

/// An item of the order as an entry.
fn item(index: usize, line: &Line) -> Value {
    let body = &line.body;
    let product = body.product.as_ref();
    let product_id = body.product_id.clone();
    let product_source_id = product.and_then(|product| product.source_id.clone());
    let mut map = Map::new();
    if let Some(sku) = body
        .sku
        .as_ref()
        .filter(|_| line.sku_ids().next().is_some())
    {
        put(&mut map, "object", "sku");
        let source_id = sku.source_id.clone().or(body.source_id.clone());
        put_some(&mut map, "id", body.sku_id.clone().or(source_id.clone()));
        put_some(&mut map, "source_id", source_id);
        put_some(&mut map, "product_id", product_id);
        put_some(&mut map, "product_source_id", product_source_id);
    } else {
        put(&mut map, "object", "product");
        let source_id = product_source_id.or(body.source_id.clone());
        put_some(&mut map, "id", product_id.or(source_id.clone()));
        put_some(&mut map, "source_id", source_id);
    }
    put(&mut map, "effect", "APPLY_TO_EVERY");
    put(&mut map, "order_item_indices", vec![index]);
    put(&mut map, "target", "ITEM");
    Value::Object(map)
}
