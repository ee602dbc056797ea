//! Bodies that are not what the API description says.

use serde_json::{Value, json};

use crate::support::{Voucherify, codes};

fn with(path: &[&str], value: Value) -> Value {
    let mut body = codes(&["SAVE10"], 1_000);
    body["order"]["items"] = json!([{"source_id": "1", "related_object": "product"}]);
    let target = path
        .iter()
        .fold(&mut body, |inner, name| match name.parse::<usize>() {
            Ok(index) => &mut inner[index],
            Err(_) => &mut inner[*name],
        });
    *target = value;
    body
}

/// Bodies, and the field of each that is refused.
fn wrong_bodies() -> Vec<(Value, &'static str)> {
    let many: Vec<_> = (0..501)
        .map(|_| json!({"product_id": "p", "quantity": 1}))
        .collect();
    let thirty_one: Vec<_> = (0..31)
        .map(|n| json!({"object": "voucher", "id": format!("C{n}")}))
        .collect();
    let twice = json!([{"object": "voucher", "id": "A"}, {"object": "voucher", "id": "A"}]);
    vec![
        (with(&["extra"], json!(1)), "extra"),
        (with(&["order", "extra"], json!(1)), "order.extra"),
        (with(&["order", "amount"], json!("1000")), "order.amount"),
        (with(&["order", "amount"], json!(10.5)), "order.amount"),
        (with(&["order", "amount"], json!(-1)), "order.amount"),
        (
            with(&["order", "items", "0", "qty"], json!(1)),
            "order.items[0].qty",
        ),
        (
            with(&["order", "items", "0", "quantity"], json!(0)),
            "order.items[0].quantity",
        ),
        (
            with(&["order", "items", "0"], json!({"quantity": 1})),
            "order.items[0]",
        ),
        (with(&["order", "items"], json!(many)), "order.items"),
        (with(&["order", "customer"], json!({})), "order.customer"),
        (with(&["order", "status"], json!("PAYED")), "order.status"),
        (with(&["customer"], json!({"mail": "a"})), "customer.mail"),
        (with(&["session"], json!({"key": "k"})), "session.type"),
        (
            with(&["session"], json!({"type": "LOCK", "ttl": 0})),
            "session.ttl",
        ),
        (
            with(&["session"], json!({"type": "LOCK", "ttl_unit": "WEEKS"})),
            "session.ttl_unit",
        ),
        (
            with(&["options"], json!({"expand": ["orders"]})),
            "options.expand[0]",
        ),
        (with(&["redeemables"], json!([])), "redeemables"),
        (with(&["redeemables"], json!(thirty_one)), "redeemables"),
        (with(&["redeemables"], twice), "redeemables[1]"),
        (
            with(&["redeemables", "0", "object"], json!("coupon")),
            "redeemables[0].object",
        ),
        (json!({"order": {"amount": 1}}), "redeemables"),
    ]
}

#[tokio::test]
async fn the_refusal_names_the_field() {
    let voucherify = Voucherify::start();
    for (body, field) in wrong_bodies() {
        for path in ["/v1/validations", "/v1/redemptions"] {
            let (status, error) = voucherify.post(path, body.clone()).await;
            assert_eq!(status, 400, "{field}: {error}");
            assert_eq!(error["key"], "invalid_payload", "{field}");
            let details = error["details"].as_str().unwrap();
            assert!(details.contains(field), "{field}: {details}");
        }
    }
    let (_, state) = voucherify.get("/control/state").await;
    assert_eq!(state["redemptions"], json!([]));
    assert_eq!(state["orders"], json!([]));
}

#[tokio::test]
async fn queries_are_checked() {
    let voucherify = Voucherify::start();
    for query in [
        "limit=0",
        "limit=101",
        "page=100",
        "colour=red",
        "order=amount",
    ] {
        let (status, error) = voucherify.get(&format!("/v1/redemptions?{query}")).await;
        assert_eq!(
            (status, error["key"].as_str()),
            (400, Some("invalid_query_params")),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_is_not_imitated_is_not_passed_off_as_an_answer() {
    let voucherify = Voucherify::start();
    let tier = json!({"redeemables": [{"object": "promotion_tier", "id": "promo_1"}]});
    for path in ["/v1/validations", "/v1/redemptions"] {
        let (status, error) = voucherify.post(path, tier.clone()).await;
        assert_eq!((status, error["key"].as_str()), (501, Some("not_imitated")));
    }
    let same = json!({
        "type": "DISCOUNT_VOUCHER",
        "discount": {
            "type": "UNIT",
            "unit_off": 1,
            "unit_type": "prod_0d3m0115",
            "effect": "ADD_SAME_ITEMS",
        },
    });
    assert_eq!(voucherify.post("/v1/vouchers/SAME", same).await.0, 501);
    let (_, list) = voucherify.get("/v1/redemptions").await;
    assert_eq!(list["total"], 0);
}
