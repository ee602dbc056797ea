//! Discounts on items, with the sample order of Voucherify's guide and the demo's codes.

use serde_json::{Value, json};

use crate::support::{Voucherify, cart, codes, line, of_items, reason};

/// Mug, poster, T-shirt of one brand, and a bottle of another.
fn sample() -> Vec<Value> {
    let item = |id: &str, quantity: i64, price: i64| {
        json!({
            "source_id": id,
            "related_object": "product",
            "quantity": quantity,
            "price": price,
        })
    };
    vec![
        item("mug", 2, 1_000),
        item("poster", 3, 1_500),
        item("shirt", 3, 2_000),
        item("bottle", 2, 2_500),
    ]
}

/// Makes `BRAND`, and gives what it takes off each line.
async fn taken(
    voucherify: &Voucherify,
    discount: &Value,
    applicable_to: &Value,
    lines: &[Value],
) -> Vec<i64> {
    let voucher = json!({
        "code": "BRAND",
        "type": "DISCOUNT_VOUCHER",
        "discount": discount,
        "applicable_to": applicable_to,
    });
    voucherify.ok("/control/vouchers", voucher).await;
    let answer = voucherify.validate(cart(&["BRAND"], lines)).await;
    assert_eq!(answer["redeemables"][0]["order"], answer["order"]);
    of_items(&answer["order"], "applied_discount_amount")
}

/// The tables of the guide, and what it says in words.
#[tokio::test]
async fn each_effect_takes_off_what_the_guide_says() {
    let voucherify = Voucherify::start();
    let entry = |id: &str| json!({"object": "product", "source_id": id});
    let brand = json!({"included": [entry("mug"), entry("poster"), entry("shirt")]});
    let amount = |effect: &str| json!({"type": "AMOUNT", "amount_off": 1_000, "effect": effect});
    let percent = json!({"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ITEMS"});
    let price = json!({"type": "FIXED", "fixed_amount": 1_000, "effect": "APPLY_TO_ITEMS"});
    let mut amount_together = amount("APPLY_TO_ITEMS");
    amount_together["aggregated_amount_limit"] = json!(2_500);
    let mut percent_within = percent.clone();
    percent_within["amount_limit"] = json!(400);
    percent_within["aggregated_amount_limit"] = json!(900);
    let cases = [
        (amount("APPLY_TO_ITEMS"), [1_000, 1_000, 1_000, 0]),
        (
            amount("APPLY_TO_ITEMS_BY_QUANTITY"),
            [2_000, 3_000, 3_000, 0],
        ),
        (amount("APPLY_TO_ITEMS_PROPORTIONALLY"), [160, 360, 480, 0]),
        (
            amount("APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"),
            [250, 375, 375, 0],
        ),
        (percent, [200, 450, 600, 0]),
        (price, [0, 1_500, 3_000, 0]),
        (amount_together, [1_000, 1_000, 500, 0]),
        (percent_within, [200, 400, 300, 0]),
    ];
    for (discount, expected) in cases {
        let taken = taken(&voucherify, &discount, &brand, &sample()).await;
        assert_eq!(taken, expected, "{discount}");
        let answer = voucherify.validate(cart(&["BRAND"], &sample())).await;
        let (order, sum) = (&answer["order"], expected.iter().sum::<i64>());
        assert_eq!(order["items_applied_discount_amount"], sum, "{discount}");
        assert_eq!(order["total_amount"], 17_500 - sum, "{discount}");
        assert!(order.get("discount_amount").is_none(), "{discount}");
    }
}

#[tokio::test]
async fn selected_products_have_limits_and_an_order() {
    let voucherify = Voucherify::start();
    let percent = json!({"type": "PERCENT", "percent_off": 50, "effect": "APPLY_TO_ITEMS"});
    let with = |limit: &str, value: i64| {
        let mut poster = json!({"object": "product", "source_id": "poster"});
        poster[limit] = json!(value);
        json!({"included": [poster, {"object": "product", "source_id": "mug"}]})
    };
    let excluded = json!({"excluded": [{"object": "product", "source_id": "shirt"}]});
    let cases = [
        (with("quantity_limit", 3), [1_000, 2_250, 0, 0]),
        (with("quantity_limit", 2), [1_000, 1_500, 0, 0]),
        (with("aggregated_quantity_limit", 1), [1_000, 750, 0, 0]),
        (with("amount_limit", 100), [1_000, 100, 0, 0]),
        (with("aggregated_amount_limit", 99), [1_000, 99, 0, 0]),
        (excluded, [1_000, 2_250, 0, 2_500]),
    ];
    for (products, expected) in cases {
        let taken = taken(&voucherify, &percent, &products, &sample()).await;
        assert_eq!(taken, expected, "{products}");
    }
    let lines = [
        line("214", 2, 2_500),
        line("212", 1, 2_000),
        line("213", 3, 3_000),
    ];
    for (effect, expected) in [
        ("APPLY_TO_EVERY", [2_500, 500, 0]),
        ("APPLY_TO_CHEAPEST", [0, 1_000, 0]),
        ("APPLY_FROM_CHEAPEST", [2_000, 1_000, 0]),
        ("APPLY_TO_MOST_EXPENSIVE", [0, 0, 3_000]),
        ("APPLY_FROM_MOST_EXPENSIVE", [0, 0, 3_000]),
    ] {
        let shirts = json!({"included": [{
            "object": "product",
            "source_id": "112",
            "effect": effect,
            "aggregated_amount_limit": 3_000,
        }]});
        let taken = taken(&voucherify, &percent, &shirts, &lines).await;
        assert_eq!(taken, expected, "{effect}");
    }
}

#[tokio::test]
async fn the_answer_lists_what_the_discount_is_applicable_to() {
    let voucherify = Voucherify::start();
    let lines = [line("215", 1, 1_990), line("211", 1, 79_900)];
    let answer = voucherify.validate(cart(&["PHONE15"], &lines)).await;
    let one = &answer["redeemables"][0];
    assert_eq!(one["applicable_to"]["total"], 1);
    let entry = &one["applicable_to"]["data"][0];
    assert_eq!(
        (&entry["object"], &entry["source_id"], &entry["effect"]),
        (&json!("product"), &json!("111"), &json!("APPLY_TO_EVERY"))
    );
    assert_eq!(entry["order_item_indices"], json!([1]));
    assert_eq!(one["inapplicable_to"]["total"], 0);
    let taken = of_items(&one["order"], "applied_discount_amount");
    assert_eq!(taken, [0, 11_985]);

    let answer = voucherify.validate(cart(&["SPREAD30"], &lines)).await;
    let entries = &answer["redeemables"][0]["applicable_to"]["data"];
    assert_eq!(entries[0]["id"], "pc_a11pr0dUc75");
    assert_eq!(
        (&entries[1]["object"], &entries[1]["source_id"]),
        (&json!("sku"), &json!("215"))
    );
    assert_eq!(entries[1]["product_source_id"], "113");
    let none = voucherify.validate(cart(&["SAVE10"], &lines)).await;
    assert_eq!(none["redeemables"][0]["applicable_to"]["total"], 0);
}

#[tokio::test]
async fn demo_codes_take_off_items() {
    let voucherify = Voucherify::start();
    let lines = [
        line("211", 1, 79_900),
        line("213", 2, 2_500),
        line("215", 3, 1_990),
        line("217", 1, 750),
    ];
    for (code, expected) in [
        ("PHONE15", [11_985, 0, 0, 0]),
        ("CLOTHES20", [0, 1_000, 0, 150]),
        ("CASE5", [0, 0, 500, 0]),
        ("SPREAD30", [2_616, 164, 195, 25]),
        ("SPREADQTY30", [429, 857, 1_286, 428]),
        ("EACH2", [200, 400, 600, 200]),
        ("CASE15", [0, 0, 1_470, 0]),
    ] {
        let answer = voucherify.validate(cart(&[code], &lines)).await;
        let taken = of_items(&answer["order"], "applied_discount_amount");
        assert_eq!(taken, expected, "{code}");
    }
    for (code, expected) in [("CAP20", 3_000), ("PAY500", 41_620), ("THREE15", 13_743)] {
        let answer = voucherify.validate(cart(&[code], &lines)).await;
        let taken = &answer["order"]["applied_discount_amount"];
        assert_eq!(*taken, expected, "{code}");
    }
}

#[tokio::test]
async fn what_does_not_apply_has_a_reason_or_no_effect() {
    let voucherify = Voucherify::start();
    let mut socks = [line("217", 1, 750)];
    let answer = voucherify.validate(cart(&["PHONE15"], &socks)).await;
    assert_eq!(answer["valid"], true);
    let taken = answer["order"].get("total_applied_discount_amount");
    assert!(taken.is_none(), "{taken:?}");
    let answer = voucherify.validate(cart(&["CLOTHES20"], &socks)).await;
    assert_eq!(answer["valid"], true);
    socks[0]["product"]["metadata"] = json!({});
    let answer = voucherify.validate(cart(&["CLOTHES20"], &socks)).await;
    assert_eq!(reason(&answer), "order_rules_violated", "no category sent");
    let answer = voucherify.validate(codes(&["EACH2"], 1_000)).await;
    assert_eq!(reason(&answer), "missing_order_items");
    let unpriced = json!({"source_id": "nothing", "related_object": "product", "quantity": 1});
    let answer = voucherify.validate(cart(&["EACH2"], &[unpriced])).await;
    assert_eq!(reason(&answer), "missing_order_items_amount");
}

#[tokio::test]
async fn several_codes_discount_a_product_or_only_the_first_does() {
    let voucherify = Voucherify::start();
    let lines = [line("215", 1, 1_990), line("217", 1, 750)];
    let ask = || cart(&["CASE5", "EACH2"], &lines);
    let answer = voucherify.validate(ask()).await;
    assert_eq!(of_items(&answer["order"], "discount_amount"), [700, 200]);
    let second = &answer["redeemables"][1]["order"];
    let taken = of_items(second, "applied_discount_amount");
    assert_eq!(taken, [200, 200]);
    assert_eq!(of_items(second, "discount_amount"), [700, 200]);
    let once = json!({"stacking_rules": {"redeemables_products_application_mode": "ONCE"}});
    voucherify.switch(once).await;
    let answer = voucherify.validate(ask()).await;
    assert_eq!(of_items(&answer["order"], "discount_amount"), [500, 200]);
}

#[tokio::test]
async fn a_redemption_and_its_rollback_count_items() {
    let voucherify = Voucherify::start();
    let mut body = cart(&["CASE5", "SAVE10"], &[line("215", 2, 1_990)]);
    body["order"]["source_id"] = json!("300");
    let redeemed = voucherify.redeem(body).await;
    let stored = voucherify.get("/v1/orders/300").await.1;
    assert_eq!(stored["items_discount_amount"], 500);
    assert_eq!(stored["discount_amount"], 348);
    let parent = redeemed["parent_redemption"]["id"].as_str().unwrap();
    let path = format!("/v1/redemptions/{parent}/rollbacks");
    voucherify.ok(&path, json!({})).await;
    let stored = voucherify.get("/v1/orders/300").await.1;
    assert_eq!(stored["total_amount"], 3_980);
    assert!(stored.get("total_discount_amount").is_none());
}
