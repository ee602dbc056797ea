//! Validation rules are judged by what a request says.

use serde_json::{Value, json};

use crate::support::{Voucherify, cart, codes, line, reason};

/// Makes `RULED` with one rule, and tells whether it applies to these lines.
async fn verdict(voucherify: &Voucherify, rule: &Value, body: &Value) -> String {
    let voucher = json!({
        "code": "RULED",
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "AMOUNT", "amount_off": 1_000, "effect": "APPLY_TO_ORDER"},
        "rules": [rule],
    });
    voucherify.ok("/control/vouchers", voucher).await;
    let answer = voucherify.validate(body.clone()).await;
    if answer["valid"] == true {
        return "valid".to_owned();
    }
    reason(&answer).to_owned()
}

async fn check(cases: &[(Value, &str)], body: &Value) {
    let voucherify = Voucherify::start();
    for (rule, expected) in cases {
        let verdict = verdict(&voucherify, rule, body).await;
        assert_eq!(verdict, *expected, "{rule}");
    }
}

fn at_least(name: &str, value: i64) -> Value {
    json!({"name": name, "conditions": {"$more_than_or_equal": [value]}})
}

const ORDER: &str = "order_rules_violated";

#[tokio::test]
async fn the_order_is_looked_at() {
    let lines = [line("213", 2, 2_500), line("217", 1, 750)];
    let mut body = cart(&["RULED"], &lines);
    body["order"]["metadata"] = json!({"channel": 1});
    let metadata = |value: i64, property: &str| json!({"name": "order.metadata", "property": property, "conditions": {"$is": [value]}});
    let not = json!({"name": "order.metadata", "property": "gift", "conditions": {"$is_not": [1]}});
    let cases = [
        (at_least("order.amount", 5_750), "valid"),
        (at_least("order.amount", 5_751), ORDER),
        (at_least("order.initial_amount", 5_750), "valid"),
        (at_least("order.total_amount", 4_750), "valid"),
        (at_least("order.total_amount", 4_751), ORDER),
        (at_least("order.items.count", 3), "valid"),
        (at_least("order.items.count", 4), ORDER),
        (at_least("order.items.price_any", 2_500), "valid"),
        (at_least("order.items.price_each", 2_500), ORDER),
        (metadata(1, "channel"), "valid"),
        (metadata(2, "channel"), ORDER),
        (metadata(1, "shop"), ORDER),
        (not, ORDER),
    ];
    check(&cases, &body).await;
}

/// A rule with one condition.
fn of(name: &str, operator: &str, value: &Value) -> Value {
    let mut rule = json!({"name": name, "conditions": {}});
    rule["conditions"][operator] = json!([value]);
    rule
}

fn category(operator: &str, value: i64) -> Value {
    let mut rule = of("product.metadata", operator, &json!(value));
    rule["property"] = json!("bigcommerce_product_categories");
    rule
}

#[tokio::test]
async fn items_are_looked_at() {
    let lines = [
        line("213", 2, 2_500),
        line("212", 1, 2_500),
        line("217", 1, 750),
    ];
    let shirt = json!({"id": "prod_0d3m0112"});
    let shirts_with = |within: &Value| json!({"name": "product.id", "conditions": {"$is": [shirt]}, "rules": [within]});
    let by_source_id = json!({"source_id": "112"});
    let cases = [
        (of("product.id", "$is", &shirt), "valid"),
        (of("product.id", "$is", &by_source_id), "valid"),
        (of("product.id", "$is", &json!({"id": "112x"})), ORDER),
        (of("product.id", "$is_not", &shirt), ORDER),
        (of("sku.id", "$is", &json!({"source_id": "212"})), "valid"),
        (of("order.items.any", "$is", &shirt), "valid"),
        (of("order.items.every", "$is", &shirt), ORDER),
        (of("order.items.none", "$is", &shirt), ORDER),
        (
            of("order.items.none", "$is", &json!({"id": "prod_0d3m0111"})),
            "valid",
        ),
        (
            shirts_with(&at_least("order.items.aggregated_quantity", 3)),
            "valid",
        ),
        (
            shirts_with(&at_least("order.items.aggregated_quantity", 4)),
            ORDER,
        ),
        (shirts_with(&at_least("order.items.quantity", 2)), "valid"),
        (shirts_with(&at_least("order.items.quantity", 3)), ORDER),
        (
            shirts_with(&at_least("order.items.aggregated_amount", 7_500)),
            "valid",
        ),
        (shirts_with(&at_least("order.items.price", 2_501)), ORDER),
        (category("$is", 2), "valid"),
        (category("$is", 1), ORDER),
        (category("$is_not", 1), "valid"),
        (category("$is_not", 2), ORDER),
    ];
    check(&cases, &cart(&["RULED"], &lines)).await;

    let mut silent = lines.clone();
    silent[2]["product"]["metadata"] = json!({});
    let negative = [(category("$is_not", 1), ORDER)];
    check(&negative, &cart(&["RULED"], &silent)).await;
    let cases = [
        (of("product.id", "$is", &shirt), "missing_order_items"),
        (at_least("order.items.count", 1), "missing_order_items"),
    ];
    check(&cases, &codes(&["RULED"], 10_000)).await;
}

#[tokio::test]
async fn the_customer_and_the_holder_are_looked_at() {
    let group = "bigcommerce_customer_group.name";
    let rule = |operator: &str| {
        let mut rule = json!({"name": "customer.metadata", "property": group, "conditions": {}});
        rule["conditions"][operator] = json!(["STAFF"]);
        rule
    };
    let violated = "customer_rules_violated";
    let mut body = codes(&["RULED"], 10_000);
    check(&[(rule("$is"), "missing_customer")], &body).await;
    body["customer"] = json!({"source_id": "12"});
    check(
        &[(rule("$is"), violated), (rule("$is_not"), violated)],
        &body,
    )
    .await;
    let metadata = json!({"bigcommerce_customer_group": {"id": 1, "name": "Retail"}});
    body["customer"]["metadata"] = metadata;
    check(
        &[(rule("$is"), violated), (rule("$is_not"), "valid")],
        &body,
    )
    .await;
}

#[tokio::test]
async fn amounts_before_and_after_a_code_depend_on_the_codes_before_it() {
    let voucherify = Voucherify::start();
    let verdict = |rule: Value| {
        let voucherify = &voucherify;
        async move {
            let body = codes(&["TAKE20", "RULED"], 10_000);
            verdict(voucherify, &rule, &body).await
        }
    };
    assert_eq!(verdict(at_least("order.amount", 8_000)).await, "valid");
    assert_eq!(verdict(at_least("order.amount", 8_001)).await, ORDER);
    let initial = at_least("order.initial_amount", 10_000);
    assert_eq!(verdict(initial).await, "valid");
    let after = at_least("order.total_amount", 7_001);
    assert_eq!(verdict(after).await, ORDER);
}

#[tokio::test]
async fn rules_that_would_not_be_evaluated_are_refused() {
    let voucherify = Voucherify::start();
    let rules = [
        json!({"name": "customer.segment", "conditions": {"$is": ["seg_1"]}}),
        json!({"name": "order.amount", "conditions": {"$about": [1]}}),
        json!({"name": "order.amount", "rules": [at_least("order.items.price", 1)]}),
        json!({"name": "product.id", "rules": [at_least("order.amount", 1)]}),
        json!({"name": "order.metadata", "conditions": {"$is": [1]}}),
        json!({"name": "order.amount", "when": 1}),
    ];
    for rule in rules {
        let voucher = json!({
            "code": "RULED",
            "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "AMOUNT", "amount_off": 1_000},
            "rules": [rule],
        });
        let (status, _) = voucherify.post("/control/vouchers", voucher).await;
        assert_eq!(status, 400, "{rule}");
    }
}
