//! Answers that leave out what the official examples leave out (`answers_like_examples`).

use serde_json::Value;

/// Only in some schemas of the description, and in none of its examples.
const OF_A_LINE: [&str; 3] = [
    "applied_quantity",
    "applied_quantity_amount",
    "applied_discount_quantity",
];

/// Leaves out, everywhere in an answer, what no example has.
pub fn like_examples(answer: &mut Value) {
    match answer {
        Value::Array(entries) => entries.iter_mut().for_each(like_examples),
        Value::Object(map) => {
            if map.get("object") == Some(&Value::from("order_item")) {
                map.retain(|key, _| !OF_A_LINE.contains(&key.as_str()));
            }
            if map.get("object") == Some(&Value::from("redemption")) {
                map.remove("status");
            }
            if let Some(Value::Object(gift)) = map.get_mut("gift")
                && gift.contains_key("credits")
            {
                gift.remove("balance");
            }
            map.values_mut().for_each(like_examples);
        }
        _ => {}
    }
}
