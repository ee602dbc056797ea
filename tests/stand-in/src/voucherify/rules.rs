//! Validation rules: conditions on the order, its items, the customer and earlier redemptions.

use std::slice;

use serde_json::Value;

use super::calculate::{Calculation, Line};
use super::error::ApiError;
use super::model::Rule;
use super::requests::Metadata;

/// Names a rule may have, and the error of an unfulfilled one.
const NAMES: [(&str, &str); 9] = [
    ("order.amount", ORDER),
    ("order.items.count", ORDER),
    ("order.metadata", ORDER),
    ("product.source_id", ORDER),
    ("product.metadata", ORDER),
    ("customer.source_id", CUSTOMER),
    ("customer.metadata", CUSTOMER),
    ("redemption.count.per_customer", REDEMPTION),
    ("redemption.metadata", REDEMPTION),
];
const OPERATORS: [&str; 8] = [
    "$is",
    "$is_not",
    "$in",
    "$not_in",
    "$more_than",
    "$more_than_or_equal",
    "$less_than",
    "$less_than_or_equal",
];
const ORDER: &str = "order_rules_violated";
const CUSTOMER: &str = "customer_rules_violated";
const REDEMPTION: &str = "redemption_rules_violated";

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The order's money and items.
    pub money: &'a Calculation,
    /// `order.metadata`.
    pub order: &'a Metadata,
    /// The customer, stored and sent data merged.
    pub customer: Option<CustomerFacts<'a>>,
    /// `metadata` of the request.
    pub redemption: &'a Metadata,
    /// Redemptions of the code by this customer.
    pub redeemed_by_customer: u32,
    /// Qualifications leave out limits of redemptions.
    pub ignore_redemptions: bool,
}

/// What rules know of a customer.
#[derive(Debug, Clone, Copy)]
pub struct CustomerFacts<'a> {
    /// `source_id`.
    pub source_id: Option<&'a str>,
    /// `metadata`.
    pub metadata: &'a Metadata,
}

/// Refuses rules that would never be evaluated.
pub fn check(rule: &Rule) -> Result<(), String> {
    if !NAMES.iter().any(|(name, _)| *name == rule.name) {
        return Err(format!("rules: unknown name {:?}", rule.name));
    }
    match rule
        .conditions
        .keys()
        .find(|operator| !OPERATORS.contains(&operator.as_str()))
    {
        Some(operator) => Err(format!("rules: unknown operator {operator:?}")),
        None => Ok(()),
    }
}

/// Whether every rule holds; the error of the first that does not.
pub fn evaluate(rules: &[Rule], facts: Facts<'_>) -> Result<(), ApiError> {
    rules.iter().try_for_each(|rule| evaluate_one(rule, facts))
}

fn evaluate_one(rule: &Rule, facts: Facts<'_>) -> Result<(), ApiError> {
    let violated = NAMES
        .iter()
        .find(|(name, _)| *name == rule.name)
        .map_or(ORDER, |(_, key)| key);
    if violated == CUSTOMER && facts.customer.is_none() {
        return Err(ApiError::bad("missing_customer", "missing customer"));
    }
    if rule.name.starts_with("product.") && facts.money.lines.is_empty() {
        return Err(ApiError::bad("missing_order_items", "missing order items"));
    }
    if violated == REDEMPTION && facts.ignore_redemptions {
        return Ok(());
    }
    let actual = values_of(rule, facts);
    if rule
        .conditions
        .iter()
        .all(|(operator, wanted)| holds(operator, &actual, wanted))
    {
        return Ok(());
    }
    let message = match violated {
        CUSTOMER => "customer does not match validation rules",
        REDEMPTION => "redemption does not match validation rules",
        _ => "order does not match validation rules",
    };
    let rule_message = rule
        .error
        .as_ref()
        .map(|error| error.message.as_str().into());
    Err(ApiError {
        rule_message,
        ..ApiError::bad(violated, message)
    })
}

fn values_of(rule: &Rule, facts: Facts<'_>) -> Vec<Value> {
    let property = rule.property.as_deref().unwrap_or_default();
    match rule.name.as_str() {
        "order.amount" => vec![Value::from(facts.money.amount.unwrap_or(0))],
        "order.items.count" => {
            vec![Value::from(
                facts
                    .money
                    .lines
                    .iter()
                    .map(|line| line.quantity)
                    .sum::<i64>(),
            )]
        }
        "order.metadata" => inside(facts.order, property),
        "product.source_id" => facts.money.lines.iter().flat_map(source_ids).collect(),
        "product.metadata" => facts
            .money
            .lines
            .iter()
            .flat_map(|line| line_metadata(line, property))
            .collect(),
        "customer.source_id" => facts
            .customer
            .and_then(|c| c.source_id)
            .map(Value::from)
            .into_iter()
            .collect(),
        "customer.metadata" => facts
            .customer
            .map(|c| inside(c.metadata, property))
            .unwrap_or_default(),
        "redemption.count.per_customer" => vec![Value::from(facts.redeemed_by_customer + 1)],
        _ => inside(facts.redemption, property),
    }
}

/// All source ids that an item goes by.
fn source_ids(line: &Line) -> Vec<Value> {
    let body = &line.body;
    let product = body
        .product
        .as_ref()
        .and_then(|product| product.source_id.as_ref());
    let sku = body.sku.as_ref().and_then(|sku| sku.source_id.as_ref());
    let ids = [body.source_id.as_ref(), product, sku];
    ids.into_iter()
        .flatten()
        .map(|id| Value::from(id.as_str()))
        .collect()
}

fn line_metadata(line: &Line, property: &str) -> Vec<Value> {
    let product = line
        .body
        .product
        .as_ref()
        .and_then(|product| product.metadata.as_ref());
    let sku = line.body.sku.as_ref().and_then(|sku| sku.metadata.as_ref());
    [product, sku]
        .into_iter()
        .flatten()
        .flat_map(|metadata| inside(metadata, property))
        .collect()
}

/// The value at a dotted path; the elements of a list one by one.
fn inside(metadata: &Metadata, property: &str) -> Vec<Value> {
    let mut parts = property.split('.');
    let first = parts.next().and_then(|name| metadata.get(name));
    let found = parts.fold(first, |value, name| value.and_then(|value| value.get(name)));
    match found {
        Some(Value::Array(list)) => list.clone(),
        Some(value) => slice::from_ref(value).to_vec(),
        None => Vec::new(),
    }
}

fn holds(operator: &str, actual: &[Value], wanted: &[Value]) -> bool {
    let any_of = || actual.iter().any(|value| wanted.contains(value));
    let compares = |test: fn(i64, i64) -> bool| {
        let limit = wanted.first().and_then(Value::as_i64);
        actual
            .iter()
            .filter_map(Value::as_i64)
            .any(|value| limit.is_some_and(|l| test(value, l)))
    };
    match operator {
        "$is" | "$in" => any_of(),
        "$is_not" | "$not_in" => !any_of(),
        "$more_than" => compares(|value, limit| value > limit),
        "$more_than_or_equal" => compares(|value, limit| value >= limit),
        "$less_than" => compares(|value, limit| value < limit),
        "$less_than_or_equal" => compares(|value, limit| value <= limit),
        _ => false,
    }
}
