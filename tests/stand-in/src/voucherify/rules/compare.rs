//! Comparing what is there with what a condition wants.

use std::slice;

use serde_json::Value;

use crate::voucherify::model::Rule;
use crate::voucherify::requests::Metadata;

/// Whether all conditions of a rule hold. Nothing there fulfils no condition.
pub(super) fn all_hold(rule: &Rule, actual: &[Value]) -> bool {
    let mut conditions = rule.conditions.iter();
    conditions.all(|(operator, wanted)| holds(operator, actual, wanted))
}

/// Whether a rule forbids instead of asking for something.
pub(super) fn is_negative(rule: &Rule) -> bool {
    let mut operators = rule.conditions.keys();
    operators.any(|operator| matches!(operator.as_str(), "$is_not" | "$not_in"))
}

fn holds(operator: &str, actual: &[Value], wanted: &[Value]) -> bool {
    let any_of = || {
        actual
            .iter()
            .any(|value| wanted.iter().any(|w| is(value, w)))
    };
    let compares = |test: fn(i64, i64) -> bool| {
        let limit = wanted.first().and_then(Value::as_i64);
        let mut numbers = actual.iter().filter_map(Value::as_i64);
        numbers.any(|value| limit.is_some_and(|limit| test(value, limit)))
    };
    match operator {
        "$is" | "$in" => any_of(),
        "$is_not" | "$not_in" => !actual.is_empty() && !any_of(),
        "$more_than" => compares(|value, limit| value > limit),
        "$more_than_or_equal" => compares(|value, limit| value >= limit),
        "$less_than" => compares(|value, limit| value < limit),
        "$less_than_or_equal" => compares(|value, limit| value <= limit),
        _ => false,
    }
}

/// Products and SKUs are wanted as objects that name them by id or source id.
fn is(actual: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(names) => ["id", "source_id"]
            .iter()
            .any(|key| names.get(*key).is_some_and(|name| name == actual)),
        _ => actual == wanted,
    }
}

/// The value at a dotted path; the elements of a list one by one.
pub(super) fn inside(metadata: &Metadata, property: &str) -> Vec<Value> {
    let mut parts = property.split('.');
    let first = parts.next().and_then(|name| metadata.get(name));
    let found = parts.fold(first, |value, name| value.and_then(|value| value.get(name)));
    match found {
        Some(Value::Array(list)) => list.clone(),
        Some(value) => slice::from_ref(value).to_vec(),
        None => Vec::new(),
    }
}
