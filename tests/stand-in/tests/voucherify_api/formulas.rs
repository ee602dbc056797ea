//! Discounts that are calculated by a formula.

use serde_json::{Value, json};

use crate::support::{Voucherify, cart, codes, line, of_items};

#[tokio::test]
async fn the_answer_has_the_calculated_amount() {
    let voucherify = Voucherify::start();
    for (amount, expected) in [(79_900, 4_000), (1_900, 100), (900, 0)] {
        let answer = voucherify.validate(codes(&["LUCKY"], amount)).await;
        let taken = answer["order"]["applied_discount_amount"].as_i64();
        assert_eq!(taken.unwrap_or(0), expected, "{amount}");
        let discount = &answer["redeemables"][0]["result"]["discount"];
        assert_eq!(discount["amount_off"], expected, "{amount}");
        assert_eq!(discount["is_dynamic"], true);
    }
    let plain = voucherify.validate(codes(&["SAVE10"], 1_000)).await;
    let discount = &plain["redeemables"][0]["result"]["discount"];
    assert_eq!(discount["is_dynamic"], false);
    let (_, voucher) = voucherify.get("/v1/vouchers/LUCKY").await;
    assert_eq!(voucher["discount"]["amount_off"], 100, "the fallback");
}

async fn put(voucherify: &Voucherify, discount: Value) -> u16 {
    let voucher = json!({"code": "FORMULA", "type": "DISCOUNT_VOUCHER", "discount": discount});
    voucherify.post("/control/vouchers", voucher).await.0
}

#[tokio::test]
async fn every_kind_of_value_can_be_calculated() {
    let voucherify = Voucherify::start();
    let age = "CUSTOMER_METADATA(\"age\")";
    let percent = json!({
        "type": "PERCENT", "percent_off": 1, "percent_off_formula": age,
        "effect": "APPLY_TO_ITEMS",
    });
    let fixed = json!({
        "type": "FIXED", "fixed_amount": 1_500, "fixed_amount_formula": age,
        "effect": "APPLY_TO_ITEMS",
    });
    for (discount, with_age, without) in [(percent, 398, 20), (fixed, 0, 490)] {
        assert_eq!(put(&voucherify, discount.clone()).await, 201, "{discount}");
        let mut body = cart(&["FORMULA"], &[line("215", 1, 1_990)]);
        let answer = voucherify.validate(body.clone()).await;
        let taken = of_items(&answer["order"], "applied_discount_amount");
        assert_eq!(taken, [without], "{discount}");
        body["customer"] = json!({"source_id": "11", "metadata": {"age": 20}});
        let answer = voucherify.validate(body).await;
        let taken = of_items(&answer["order"], "applied_discount_amount");
        assert_eq!(taken, [with_age], "{discount}");
    }
    let units = json!({
        "type": "UNIT", "unit_off": 1, "unit_off_formula": "ORDER_UNITS_QUANTITY / 2",
        "unit_type": "prod_0d3m0115", "effect": "ADD_NEW_ITEMS",
    });
    assert_eq!(put(&voucherify, units).await, 201);
    let body = cart(&["FORMULA"], &[line("215", 5, 1_990)]);
    let answer = voucherify.validate(body).await;
    assert_eq!(of_items(&answer["order"], "applied_quantity"), [0, 2]);
    let discount = &answer["redeemables"][0]["result"]["discount"];
    assert_eq!(
        (&discount["unit_off"], &discount["is_dynamic"]),
        (&json!(2), &json!(true))
    );
}

#[tokio::test]
async fn formulas_that_are_not_imitated_are_refused() {
    let voucherify = Voucherify::start();
    let formula = "SWITCH(ORDER_METADATA(\"city\");SWITCH_CASE(\"Boston\";10);5)";
    let discount = json!({"type": "AMOUNT", "amount_off": 1, "amount_off_formula": formula});
    assert_eq!(put(&voucherify, discount).await, 400);
}
