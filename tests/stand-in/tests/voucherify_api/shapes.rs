//! What the stand-in answers, held against the shapes of the official API description: every field
//! is one of the schema's, of its type, and null only where the schema or an official example has it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Voucherify, cart, line};

const SHAPES: &str = include_str!("../../../fixtures/voucherify/shapes.json");

/// The description's schemas of the operations that the backend uses.
struct Shapes(Value);

impl Shapes {
    fn read() -> Self {
        Self(serde_json::from_str(SHAPES).unwrap())
    }

    /// What is wrong with an answer of an operation.
    fn problems(&self, operation: &str, answer: &Value) -> Vec<String> {
        let shape = &self.0["operations"][operation];
        assert!(shape.is_object(), "{operation}");
        let mut problems = Vec::new();
        self.check(shape, answer, operation, operation, &mut problems);
        problems
    }

    fn check(
        &self,
        shape: &Value,
        value: &Value,
        path: &str,
        key: &str,
        problems: &mut Vec<String>,
    ) {
        if let Some(name) = shape["$ref"].as_str() {
            return self.check(&self.0["schemas"][name], value, path, key, problems);
        }
        if let Some(choices) = shape["oneOf"].as_array() {
            return self.check_choices(choices, value, path, key, problems);
        }
        let Some(types) = shape["type"].as_array() else {
            return;
        };
        if !types.iter().any(|name| is_of(name, value)) && !self.is_null_in_examples(value, path) {
            problems.push(format!("{path} is {value}, not {types:?}"));
            return;
        }
        if let (Some(known), false) = (shape["enum"].as_array(), value.is_null())
            && !known.contains(value)
        {
            problems.push(format!("{path} is {value}, which is none of {known:?}"));
        }
        match value {
            Value::Array(entries) => {
                for entry in entries {
                    self.check(&shape["items"], entry, &format!("{path}[]"), key, problems);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let own = format!("{path}.{name}");
                    self.check_field(shape, name, field, &own, problems);
                }
                let required = shape["required"].as_array().into_iter().flatten();
                for name in required.filter_map(Value::as_str) {
                    if !fields.contains_key(name) {
                        problems.push(format!("{path}.{name} is missing"));
                    }
                }
            }
            _ => {}
        }
    }

    fn check_field(
        &self,
        shape: &Value,
        name: &str,
        field: &Value,
        path: &str,
        problems: &mut Vec<String>,
    ) {
        if let Some(known) = shape["properties"].get(name) {
            return self.check(known, field, path, name, problems);
        }
        // Metadata, and lists of redemptions by their ids.
        if shape["additionalProperties"].is_object() {
            return self.check(&shape["additionalProperties"], field, path, name, problems);
        }
        if shape["properties"].is_object() {
            problems.push(format!("{path} is no field of the description"));
        }
    }

    /// One of several shapes has to fit; told is what the best of them lacks.
    fn check_choices(
        &self,
        choices: &[Value],
        value: &Value,
        path: &str,
        key: &str,
        problems: &mut Vec<String>,
    ) {
        let of = |choice: &Value| {
            let mut own = Vec::new();
            self.check(choice, value, path, key, &mut own);
            own
        };
        let best = choices.iter().map(of).min_by_key(Vec::len);
        problems.extend(best.unwrap_or_default());
    }

    fn is_null_in_examples(&self, value: &Value, path: &str) -> bool {
        let mut names = path.rsplit('.').map(|name| name.trim_end_matches("[]"));
        let (own, parent) = (names.next().unwrap(), names.next().unwrap_or_default());
        let known = self.0["null_in_examples"].as_array().unwrap();
        value.is_null() && known.contains(&json!(format!("{parent}.{own}")))
    }
}

fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("{other}"),
    }
}

/// Answers by operation.
#[derive(Default)]
struct Answers(BTreeMap<&'static str, Vec<Value>>);

impl Answers {
    fn add(&mut self, operation: &'static str, answer: &Value) {
        self.0.entry(operation).or_default().push(answer.clone());
    }
}

/// A walk past every kind of code, refusal, redemption and rollback.
async fn walk(voucherify: &Voucherify) -> Answers {
    let mut answers = Answers::default();
    validate(voucherify, &mut answers).await;
    redeem_and_roll_back(voucherify, &mut answers).await;
    look_at_vouchers(voucherify, &mut answers).await;
    answers
}

fn lines() -> [Value; 3] {
    [
        line("211", 1, 79_900),
        line("217", 3, 750),
        line("215", 2, 1_990),
    ]
}

fn card() -> Value {
    json!({"object": "voucher", "id": "GIFT50", "gift": {"credits": 2_000}})
}

fn points() -> Value {
    json!({"object": "voucher", "id": "LOYALTY500",
        "reward": {"id": "rew_0d3m0paywithpoints", "points": 10}})
}

async fn validate(voucherify: &Voucherify, answers: &mut Answers) {
    let (card, points, bob) = (card(), points(), json!({"source_id": "12"}));
    let lines = lines();
    for codes in [
        &["SAVE10"][..],
        &["CASE5", "PAY500", "LUCKY"],
        &["FREESOCKS", "FREESET", "ADDCASE", "FREESHIP"],
        &["NOSUCHCODE", "SAVE10"],
        &["EXPIRED10"],
        &["STAFF25"],
        &["FRIEND-ALICE"],
        &["SPREAD30", "EACH2", "CASE15", "PHONE15"],
    ] {
        let mut body = cart(codes, &lines);
        body["customer"] = bob.clone();
        body["session"] = json!({"type": "LOCK", "key": "one"});
        answers.add("validate", &voucherify.validate(body).await);
    }
    for redeemables in [json!([card]), json!([points]), json!([card, points])] {
        let mut body = cart(&[], &lines);
        body["redeemables"] = redeemables;
        body["customer"] = bob.clone();
        answers.add("validate", &voucherify.validate(body).await);
    }
}

async fn redeem_and_roll_back(voucherify: &Voucherify, answers: &mut Answers) {
    let (card, points, bob) = (card(), points(), json!({"source_id": "12"}));
    let lines = lines();
    let ask = |codes: &[&str], order: &str, more: &[&Value]| {
        let mut body = cart(codes, &lines);
        let list = body["redeemables"].as_array_mut().unwrap();
        list.extend(more.iter().map(|one| (*one).clone()));
        body["order"]["source_id"] = json!(order);
        body["order"]["status"] = json!("PAID");
        body["customer"] = bob.clone();
        body["metadata"] = json!({"lock": "a"});
        body["session"] = json!({"type": "LOCK", "key": order});
        body
    };
    let bodies = [
        ask(&["SAVE10"], "701", &[]),
        ask(&["FREESOCKS", "CASE5"], "702", &[&card]),
        ask(&[], "703", &[&card]),
        ask(&[], "704", &[&points]),
    ];
    for body in bodies {
        let order = body["order"]["source_id"].as_str().unwrap().to_owned();
        let redeemed = voucherify.redeem(body).await;
        answers.add("redeem", &redeemed);
        show(voucherify, answers, &redeemed, &order).await;
        let parent = redeemed["parent_redemption"]["id"].as_str();
        let single = redeemed["redemptions"][0]["id"].as_str().unwrap();
        let (operation, path) = match parent {
            Some(id) => ("roll_back_stack", format!("/v1/redemptions/{id}/rollbacks")),
            None => ("roll_back", format!("/v1/redemptions/{single}/rollback")),
        };
        let undone = voucherify.ok(&path, json!({"reason": "cancelled"})).await;
        answers.add(operation, &undone);
        show(voucherify, answers, &redeemed, &order).await;
    }
    let failed = cart(&["EXPIRED10"], &lines);
    assert_eq!(voucherify.post("/v1/redemptions", failed).await.0, 400);
}

async fn look_at_vouchers(voucherify: &Voucherify, answers: &mut Answers) {
    let adjusted = json!({"amount": 100, "source_id": "a", "reason": "refund"});
    let adjusted = voucherify.ok("/v1/vouchers/GIFT50/balance", adjusted).await;
    answers.add("adjust_balance", &adjusted);
    for (operation, path) in [
        ("list_transactions", "/v1/vouchers/GIFT50/transactions"),
        ("list_transactions", "/v1/vouchers/LOYALTY500/transactions"),
        (
            "list_member_rewards",
            "/v1/loyalties/members/LOYALTY500/rewards",
        ),
        ("get_voucher", "/v1/vouchers/GIFT50"),
        ("get_voucher", "/v1/vouchers/SAVE10"),
        ("get_voucher", "/v1/vouchers/FREESOCKS"),
        ("get_voucher", "/v1/vouchers/FRIEND-ALICE"),
        ("get_voucher", "/v1/vouchers/LOYALTY500"),
    ] {
        let (status, answer) = voucherify.get(path).await;
        assert_eq!(status, 200, "{path}");
        answers.add(operation, &answer);
    }
}

/// Looks at an order and its redemptions.
async fn show(voucherify: &Voucherify, answers: &mut Answers, redeemed: &Value, order: &str) {
    let (_, found) = voucherify.get(&format!("/v1/orders/{order}")).await;
    answers.add("get_order", &found);
    let parent = std::iter::once(&redeemed["parent_redemption"]);
    let all = redeemed["redemptions"].as_array().unwrap().iter();
    for id in parent.chain(all).filter_map(|one| one["id"].as_str()) {
        let (_, found) = voucherify.get(&format!("/v1/redemptions/{id}")).await;
        let rollbacks = found["related_redemptions"]["rollbacks"].as_array();
        answers.add("get_redemption", &found);
        for rollback in rollbacks.into_iter().flatten() {
            let id = rollback["id"].as_str().unwrap();
            let (_, found) = voucherify.get(&format!("/v1/redemptions/{id}")).await;
            answers.add("get_redemption", &found);
        }
    }
}

#[tokio::test]
async fn answers_have_the_shapes_of_the_description() {
    let shapes = Shapes::read();
    for like_examples in [false, true] {
        let voucherify = Voucherify::start();
        let switch = json!({"answers_like_examples": like_examples});
        voucherify.switch(switch).await;
        let answers = walk(&voucherify).await;
        let mut problems = Vec::new();
        for (operation, answers) in &answers.0 {
            for answer in answers {
                problems.extend(shapes.problems(operation, answer));
            }
        }
        problems.sort();
        problems.dedup();
        assert!(problems.is_empty(), "{problems:#?}");
        let known = shapes.0["operations"].as_object().unwrap();
        assert_eq!(answers.0.len(), known.len(), "every operation is looked at");
    }
}

#[test]
fn a_shape_that_is_not_the_descriptions_is_found() {
    let shapes = Shapes::read();
    let good = json!({"amount": 1, "type": "gift_voucher", "object": "balance"});
    let none: Vec<String> = Vec::new();
    assert_eq!(shapes.problems("adjust_balance", &good), none);
    for bad in [
        json!({"amount": "1"}),
        json!({"points": 1}),
        json!({"type": "gift"}),
        json!({"related_object": []}),
    ] {
        assert_eq!(shapes.problems("adjust_balance", &bad).len(), 1, "{bad}");
    }
    let parent = json!({"parent_redemption": {"voucher": null}});
    let found = shapes.problems("redeem", &parent);
    let said = |one: &String| one.contains("parent_redemption.voucher is null");
    assert!(found.iter().any(said), "{found:?}");
}
