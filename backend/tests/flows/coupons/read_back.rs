//! What BigCommerce says a promotion of ours is, is what was meant: nothing of its rules is left to
//! a default.

use serde_json::{Value, json};

use crate::world::World;

/// Amounts are written with more or fewer decimals, dates with or without an offset.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => json!(number),
            Err(_) => json!(text.replace("+00:00", "Z")),
        },
        Value::Array(all) => all.iter().map(plain).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}

/// The promotion that a code made: as sent, and as answered.
async fn sent_and_answered(code: &str) -> (Value, Value) {
    let world = World::new().await;
    let items = [(111, 211, 1), (112, 212, 2), (116, 218, 1)];
    let mut shopper = world.shopper_with(&items).await;
    world.apply(&mut shopper, code).await;
    let calls = world.calls("management", 0);
    let mut made = calls
        .iter()
        .filter(|call| call.method == "POST" && call.path.ends_with("/v3/promotions"));
    let call = made.next().unwrap();
    (
        plain(&call.request_body),
        plain(&call.response_body["data"]),
    )
}

#[tokio::test]
async fn nothing_that_a_promotion_does_is_left_to_a_default() {
    for code in ["SAVE10", "PHONE15", "FREETEE", "FREESHIP"] {
        let (sent, mut answered) = sent_and_answered(code).await;
        for rule in answered["rules"].as_array_mut().unwrap() {
            if let Some(shipping) = rule["action"].get_mut("shipping") {
                // It is read-only.
                let free = shipping.as_object_mut().unwrap().remove("free_shipping");
                assert_eq!(free, Some(json!(true)), "{code}");
            }
        }
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(answered[name], *value, "{code}: {name}");
        }
        let answered = answered.as_object().unwrap().iter();
        let not_sent = answered.filter(|(name, _)| sent.get(name.as_str()).is_none());
        for (name, value) in not_sent {
            match name.as_str() {
                "id" | "start_date" | "created_from" => {}
                "current_uses" => assert_eq!(*value, json!(0)),
                "multiple_codes" => assert_eq!(value["has_multiple_codes"], false),
                // They may not be sent beside other promotions.
                "coupon_overrides_other_promotions"
                | "coupon_overrides_automatic_when_offering_higher_discounts" => {
                    assert_eq!(*value, json!(false), "{code}: {name}");
                }
                _ => panic!("{code}: {name} is {value} and was not sent"),
            }
        }
    }
}
