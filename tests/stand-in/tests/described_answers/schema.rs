//! Compares an answer with what the description says of it: types, nulls, words, required fields,
//! and nothing that it does not name.

use std::fs;

use regex::Regex;
use serde_json::{Map, Value};

/// What the description says of the answer of some operations.
pub struct Described {
    operations: Vec<String>,
    schema: Value,
}

/// Everything under `tests/fixtures/bigcommerce/answers`.
pub fn described() -> Vec<Described> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/bigcommerce/answers"
    );
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let file: Value = serde_json::from_str(&text).unwrap();
            let operations = file["operations"].as_array().unwrap();
            let name = |one: &Value| one.as_str().unwrap().to_owned();
            Described {
                operations: operations.iter().map(name).collect(),
                schema: file["schema"].clone(),
            }
        })
        .collect()
}

impl Described {
    /// What it says of an operation, written as `GET /v2/store 200`.
    pub fn of<'a>(all: &'a [Self], operation: &str) -> &'a Value {
        let found = all.iter().find(|one| {
            let mut names = one.operations.iter();
            names.any(|name| name == operation)
        });
        &found
            .unwrap_or_else(|| panic!("{operation} has no fixture"))
            .schema
    }

    /// Every operation there is.
    pub fn operations(all: &[Self]) -> Vec<&str> {
        let names = all.iter().flat_map(|one| &one.operations);
        names.map(String::as_str).collect()
    }
}

/// Where `value` is not what `schema` says, each with its path.
pub fn differences(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(schema, value, "", &mut found);
    found
}

fn compare(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let Some(rules) = schema.as_object().filter(|rules| !rules.is_empty()) else {
        return;
    };
    if value.is_null() {
        if rules.get("nullable") != Some(&Value::Bool(true)) {
            found.push(format!("{path}: null"));
        }
        return;
    }
    for name in ["oneOf", "anyOf"] {
        if let Some(ways) = rules.get(name).and_then(Value::as_array) {
            compare_with_one_of(ways, value, path, found);
        }
    }
    if let Some(kind) = rules.get("type").and_then(Value::as_str)
        && !is_of(kind, value)
    {
        found.push(format!("{path}: {value} is no {kind}"));
        return;
    }
    if let Some(words) = rules.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        found.push(format!("{path}: {value} is none of the words"));
    }
    compare_text(rules, value, path, found);
    if let Some(items) = rules.get("items")
        && let Some(list) = value.as_array()
    {
        for (at, one) in list.iter().enumerate() {
            compare(items, one, &format!("{path}[{at}]"), found);
        }
    }
    if let Some(fields) = value.as_object() {
        compare_fields(rules, fields, path, found);
    }
}

/// The way that fits best tells what is wrong.
fn compare_with_one_of(ways: &[Value], value: &Value, path: &str, found: &mut Vec<String>) {
    let tried = ways.iter().map(|way| {
        let mut wrong = Vec::new();
        compare(way, value, path, &mut wrong);
        wrong
    });
    if let Some(least) = tried.min_by_key(Vec::len) {
        found.extend(least);
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("the type {kind}"),
    }
}

fn compare_text(rules: &Map<String, Value>, value: &Value, path: &str, found: &mut Vec<String>) {
    let Some(text) = value.as_str() else { return };
    let length = text.chars().count() as u64;
    let bound = |name: &str| rules.get(name).and_then(Value::as_u64);
    if bound("minLength").is_some_and(|least| length < least)
        || bound("maxLength").is_some_and(|most| length > most)
    {
        found.push(format!("{path}: a text of {length} characters"));
    }
    let pattern = match rules.get("format").and_then(Value::as_str) {
        Some("date-time") => r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$",
        Some("uuid") => "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        _ => return,
    };
    if !Regex::new(pattern).unwrap().is_match(text) {
        found.push(format!("{path}: {text} has not its format"));
    }
}

fn compare_fields(
    rules: &Map<String, Value>,
    fields: &Map<String, Value>,
    path: &str,
    found: &mut Vec<String>,
) {
    let required = rules.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten() {
        if !fields.contains_key(name.as_str().unwrap()) {
            found.push(format!("{path}.{}: missing", name.as_str().unwrap()));
        }
    }
    // An object without any named field may hold anything.
    let Some(known) = rules.get("properties").and_then(Value::as_object) else {
        return;
    };
    if known.is_empty() {
        return;
    }
    for (name, value) in fields {
        match known.get(name) {
            Some(schema) => compare(schema, value, &format!("{path}.{name}"), found),
            None => found.push(format!("{path}.{name}: not described")),
        }
    }
}
