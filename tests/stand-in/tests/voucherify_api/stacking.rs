//! Several codes in one request.

use serde_json::{Value, json};

use crate::support::{Voucherify, codes, reason};

fn statuses(answer: &Value) -> Vec<(&str, &str)> {
    let list = answer["redeemables"].as_array().unwrap();
    list.iter()
        .map(|r| (r["id"].as_str().unwrap(), r["status"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn codes_are_calculated_in_the_order_of_the_request() {
    let voucherify = Voucherify::start();
    let answer = voucherify
        .validate(codes(&["SAVE10", "TAKE20"], 10_005))
        .await;
    assert_eq!(
        answer["redeemables"][0]["order"]["applied_discount_amount"],
        1_001
    );
    assert_eq!(
        answer["redeemables"][1]["order"]["applied_discount_amount"],
        2_000
    );
    assert_eq!(answer["redeemables"][1]["order"]["discount_amount"], 3_001);
    let order = &answer["order"];
    assert_eq!(order["amount"], 10_005);
    assert_eq!(order["total_discount_amount"], 3_001);
    assert_eq!(order["total_applied_discount_amount"], 3_001);
    assert_eq!(order["total_amount"], 7_004);

    let turned = voucherify
        .validate(codes(&["TAKE20", "SAVE10"], 10_005))
        .await;
    assert_eq!(
        turned["redeemables"][1]["order"]["applied_discount_amount"],
        801
    );
}

#[tokio::test]
async fn one_inapplicable_code_spoils_all_in_mode_all() {
    let voucherify = Voucherify::start();
    let answer = voucherify
        .validate(codes(&["SAVE10", "EXPIRED10", "TAKE20"], 10_000))
        .await;
    assert_eq!(answer["valid"], false);
    let expected = [
        ("SAVE10", "APPLICABLE"),
        ("EXPIRED10", "INAPPLICABLE"),
        ("TAKE20", "SKIPPED"),
    ];
    assert_eq!(statuses(&answer), expected);
    assert_eq!(reason(&answer), "voucher_expired");
    let skipped = &answer["skipped_redeemables"][0];
    assert_eq!(
        skipped["result"]["details"]["key"],
        "preceding_validation_failed"
    );
    assert_eq!(
        answer["stacking_rules"]["redeemables_application_mode"],
        "ALL"
    );
}

#[tokio::test]
async fn the_rest_applies_in_mode_partial() {
    let voucherify = Voucherify::start();
    voucherify
        .switch(json!({"stacking_rules": {"redeemables_application_mode": "PARTIAL"}}))
        .await;
    let answer = voucherify
        .validate(codes(&["SAVE10", "NOPE", "TAKE20"], 10_000))
        .await;
    assert_eq!(answer["valid"], true);
    assert_eq!(
        statuses(&answer),
        [("SAVE10", "APPLICABLE"), ("TAKE20", "APPLICABLE")]
    );
    assert_eq!(reason(&answer), "not_found");
    assert_eq!(answer["order"]["total_discount_amount"], 3_000);

    let redeemed = voucherify
        .redeem(codes(&["SAVE10", "NOPE", "TAKE20"], 10_000))
        .await;
    assert_eq!(redeemed["redemptions"].as_array().unwrap().len(), 2);
    assert_eq!(reason(&redeemed), "not_found");
    let nothing = voucherify.validate(codes(&["NOPE"], 10_000)).await;
    assert_eq!(nothing["valid"], false);
}

#[tokio::test]
async fn codes_above_the_limit_are_skipped() {
    let voucherify = Voucherify::start();
    voucherify
        .switch(json!({"stacking_rules": {"applicable_redeemables_limit": 1}}))
        .await;
    let answer = voucherify
        .validate(codes(&["SAVE10", "TAKE20"], 10_000))
        .await;
    assert_eq!(answer["valid"], true);
    assert_eq!(statuses(&answer), [("SAVE10", "APPLICABLE")]);
    let key = &answer["skipped_redeemables"][0]["result"]["details"]["key"];
    assert_eq!(key, "applicable_redeemables_limit_exceeded");
}

#[tokio::test]
async fn categories_limit_and_exclude() {
    let voucherify = Voucherify::start();
    let categories = json!([
        {"id": "cat_a", "name": "A", "hierarchy": 2},
        {"id": "cat_b", "name": "B", "hierarchy": 1},
    ]);
    voucherify.switch(json!({"categories": categories})).await;
    for (code, category) in [("A1", "cat_a"), ("A2", "cat_a"), ("B1", "cat_b")] {
        let voucher = json!({
            "code": code,
            "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "AMOUNT", "amount_off": 100, "effect": "APPLY_TO_ORDER"},
            "category_id": category,
        });
        voucherify.ok("/control/vouchers", voucher).await;
    }
    let answer = voucherify
        .validate(codes(&["A1", "A2", "B1"], 10_000))
        .await;
    assert_eq!(
        statuses(&answer),
        [("A1", "APPLICABLE"), ("B1", "APPLICABLE")]
    );
    let key = &answer["skipped_redeemables"][0]["result"]["details"]["key"];
    assert_eq!(key, "applicable_redeemables_per_category_limit_exceeded");

    let exclusive = json!({"exclusive_categories": ["cat_b"]});
    voucherify
        .switch(json!({"stacking_rules": exclusive}))
        .await;
    let answer = voucherify.validate(codes(&["A1", "B1"], 10_000)).await;
    assert_eq!(statuses(&answer), [("B1", "APPLICABLE")]);
    let key = &answer["skipped_redeemables"][0]["result"]["details"]["key"];
    assert_eq!(key, "exclusion_rules_not_met");

    let by_hierarchy = json!({
        "exclusive_categories": [],
        "redeemables_sorting_rule": "CATEGORY_HIERARCHY",
    });
    voucherify
        .switch(json!({"stacking_rules": by_hierarchy}))
        .await;
    let answer = voucherify.validate(codes(&["A1", "B1"], 10_000)).await;
    assert_eq!(
        statuses(&answer),
        [("B1", "APPLICABLE"), ("A1", "APPLICABLE")]
    );
}

#[tokio::test]
async fn an_exclusive_code_goes_with_no_other() {
    let voucherify = Voucherify::start();
    for order in [["SAVE10", "ALONE30"], ["ALONE30", "SAVE10"]] {
        let answer = voucherify.validate(codes(&order, 10_000)).await;
        assert_eq!(statuses(&answer), [("ALONE30", "APPLICABLE")]);
        let skipped = &answer["skipped_redeemables"][0];
        assert_eq!(skipped["id"], "SAVE10");
        let key = &skipped["result"]["details"]["key"];
        assert_eq!(key, "exclusion_rules_not_met");
    }
    let categories = &voucherify.get("/control/switches").await.1["categories"];
    let mut body = codes(&["ALONE30"], 10_000);
    body["options"] = json!({"expand": ["category"]});
    let answer = voucherify.validate(body).await;
    let category = &answer["redeemables"][0]["categories"][0];
    assert_eq!(category["id"], categories[0]["id"]);
    assert_eq!(category["stacking_rules_type"], "EXCLUSIVE");
}

#[tokio::test]
async fn a_joint_code_goes_with_an_exclusive_one_and_an_inapplicable_one_excludes_nobody() {
    let voucherify = Voucherify::start();
    let exclusive = voucherify.get("/control/switches").await.1["categories"][0].clone();
    let joint = json!({"id": "cat_joint", "name": "Joint", "hierarchy": 2});
    let body = json!({
        "categories": [exclusive, joint],
        "stacking_rules": {
            "joint_categories": ["cat_joint"],
            "redeemables_application_mode": "PARTIAL",
        },
    });
    voucherify.switch(body).await;
    let voucher = json!({
        "code": "WITH",
        "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "AMOUNT", "amount_off": 100, "effect": "APPLY_TO_ORDER"},
        "category_id": "cat_joint",
    });
    voucherify.ok("/control/vouchers", voucher).await;
    let list = ["SAVE10", "WITH", "ALONE30"];
    let answer = voucherify.validate(codes(&list, 10_000)).await;
    let expected = [("WITH", "APPLICABLE"), ("ALONE30", "APPLICABLE")];
    assert_eq!(statuses(&answer), expected);
    voucherify
        .ok("/v1/vouchers/ALONE30/disable", json!({}))
        .await;
    let answer = voucherify.validate(codes(&list, 10_000)).await;
    let expected = [("SAVE10", "APPLICABLE"), ("WITH", "APPLICABLE")];
    assert_eq!(statuses(&answer), expected);
    assert_eq!(reason(&answer), "voucher_disabled");
}

#[tokio::test]
async fn stacking_rules_out_of_range_are_refused() {
    let voucherify = Voucherify::start();
    for rules in [
        json!({"redeemables_limit": 31}),
        json!({"applicable_redeemables_limit": 0}),
        json!({"redeemables_limit": 2, "applicable_redeemables_limit": 3}),
        json!({"applicable_exclusive_redeemables_limit": 6}),
        json!({"redeemables_products_application_mode": "TWICE"}),
    ] {
        let body = Some(json!({"stacking_rules": rules}));
        let path = "/control/switches";
        let (status, _) = voucherify.send(reqwest::Method::PUT, path, body).await;
        assert_eq!(status, 400, "{rules}");
    }
}

#[tokio::test]
async fn a_code_without_effect_is_redeemed_or_skipped_as_the_rules_say() {
    let voucherify = Voucherify::start();
    let answer = voucherify
        .validate(codes(&["BIG100", "TAKE20"], 30_000))
        .await;
    assert_eq!(answer["valid"], true);
    let all_gone = voucherify
        .validate(codes(&["TAKE20", "SAVE10"], 1_000))
        .await;
    assert_eq!(
        statuses(&all_gone),
        [("TAKE20", "APPLICABLE"), ("SAVE10", "APPLICABLE")]
    );
    voucherify
        .switch(json!({"stacking_rules": {"redeemables_no_effect_rule": "SKIP"}}))
        .await;
    let skipped = voucherify
        .validate(codes(&["TAKE20", "SAVE10"], 1_000))
        .await;
    assert_eq!(statuses(&skipped), [("TAKE20", "APPLICABLE")]);
    assert_eq!(
        skipped["skipped_redeemables"][0]["result"]["details"]["key"],
        "no_effect"
    );
}

#[tokio::test]
async fn expand_says_how_much_is_shown() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["SAVE10"], 1_000);
    body["options"] = json!({"expand": ["redeemable"]});
    let answer = voucherify.validate(body).await;
    let one = &answer["redeemables"][0];
    assert!(one.get("order").is_none() && one.get("metadata").is_some());
    let usual = voucherify.validate(codes(&["SAVE10"], 1_000)).await;
    let one = &usual["redeemables"][0];
    assert!(one.get("order").is_some() && one.get("metadata").is_none());
}
