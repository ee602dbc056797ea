//! Rules on items. A rule matches lines; rules within it look at the matched lines only.

use serde_json::Value;

use super::compare::{all_hold, inside, is_negative};
use crate::voucherify::calculate::Line;
use crate::voucherify::model::Rule;

/// Whether a rule on items holds.
pub(super) fn hold(rule: &Rule, lines: &[Line]) -> bool {
    let matched: Vec<_> = lines.iter().filter(|line| matches(rule, line)).collect();
    let every = matches!(
        rule.name.as_str(),
        "order.items.every" | "order.items.price_each"
    );
    if rule.name == "order.items.none" {
        return matched.is_empty();
    }
    // What must not be there must be absent from each line, and each line must say so.
    if (every || is_negative(rule)) && matched.len() != lines.len() {
        return false;
    }
    let within = |inner: &Rule| holds_within(inner, &matched, every);
    !matched.is_empty() && rule.rules.iter().all(within)
}

/// Whether a line is one that the rule is about. Without conditions every line is.
fn matches(rule: &Rule, line: &Line) -> bool {
    let values = match rule.name.as_str() {
        "product.id" => line.product_ids().map(Value::from).collect(),
        "sku.id" => line.sku_ids().map(Value::from).collect(),
        "product.metadata" => {
            let property = rule.property.as_deref().unwrap_or_default();
            product_metadata(line, property)
        }
        "order.items.price_any" | "order.items.price_each" => price(line),
        _ => {
            let ids = line.product_ids().chain(line.sku_ids());
            ids.map(Value::from).collect()
        }
    };
    all_hold(rule, &values)
}

fn holds_within(inner: &Rule, matched: &[&Line], every: bool) -> bool {
    let sum = |of: fn(&Line) -> i64| {
        vec![Value::from(
            matched.iter().map(|line| of(line)).sum::<i64>(),
        )]
    };
    let each = |values: &dyn Fn(&Line) -> Vec<Value>| {
        let mut holds = matched.iter().map(|line| all_hold(inner, &values(line)));
        if every {
            holds.all(|yes| yes)
        } else {
            holds.any(|yes| yes)
        }
    };
    match inner.name.as_str() {
        "order.items.aggregated_quantity" => all_hold(inner, &sum(|line| line.quantity)),
        "order.items.aggregated_amount" => all_hold(inner, &sum(|line| line.amount)),
        "order.items.quantity" => each(&|line| vec![Value::from(line.quantity)]),
        "order.items.price" => each(&price),
        _ => {
            let property = inner.property.as_deref().unwrap_or_default();
            each(&|line| {
                let metadata = line.body.metadata.as_ref();
                metadata.map_or_else(Vec::new, |metadata| inside(metadata, property))
            })
        }
    }
}

fn price(line: &Line) -> Vec<Value> {
    line.price.map(Value::from).into_iter().collect()
}

/// Metadata of product and SKU, as sent or stored.
fn product_metadata(line: &Line, property: &str) -> Vec<Value> {
    let product = line.body.product.as_ref();
    let product = product.and_then(|product| product.metadata.as_ref());
    let sku = line.body.sku.as_ref().and_then(|sku| sku.metadata.as_ref());
    let both = [product, sku].into_iter().flatten();
    both.flat_map(|metadata| inside(metadata, property))
        .collect()
}
