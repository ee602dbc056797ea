use serde_json::json;

use super::*;
use crate::domain::{
    Hundredths,
    discount::ItemId,
    messages::Shopper,
    room::{Calculated, CalculatedItem, tests::cart},
};

fn codes(texts: &[&str]) -> Vec<Code> {
    texts
        .iter()
        .map(|text| Code::parse(text).unwrap())
        .collect()
}

fn read(texts: &[&str], verdicts: serde_json::Value) -> Option<Validation> {
    let verdicts = serde_json::from_value(verdicts).unwrap();
    let asked = super::read(&codes(texts), &socks(1), verdicts);
    asked.map(|asked| asked.validation)
}

#[test]
fn sorts_verdicts_by_status_wherever_they_are_listed() {
    let verdicts = json!({ "valid": false, "redeemables": [
        { "status": "APPLICABLE", "id": "A", "object": "voucher",
          "order": { "total_applied_discount_amount": 1700, "applied_discount_amount": 1700 },
          "result": { "discount": { "type": "PERCENT", "percent_off": 10 } } },
        { "status": "INAPPLICABLE", "id": "B", "result": { "error":
          { "key": "not_found", "message": "Resource not found" } } },
        { "status": "SKIPPED", "id": "c", "result": {} },
    ]});
    let validation = read(&["A", "B", "C"], verdicts).unwrap();
    let applicable = &validation.applicable[0];
    let calculated = applicable.calculated.as_ref().unwrap();
    assert_eq!(
        (applicable.code.as_str(), calculated.on_order.0),
        ("A", 1700)
    );
    assert!(applicable.fits_every_currency);
    assert_eq!(validation.inapplicable[0].key, "not_found");
    assert_eq!(validation.skipped[0].code.as_str(), "C");
    assert_eq!(validation.skipped[0].key, "unknown");
}

/// A cart with so many pairs of socks, the variant 217, of 7.50 each.
fn socks(quantity: i64) -> Snapshot {
    let mut snapshot = cart("USD", &[750 * quantity]);
    snapshot.items[0].variant_id = Some(217);
    snapshot.items[0].quantity = quantity;
    snapshot
}

/// What a code gives that says this of itself and of the order.
fn given(result: &serde_json::Value, order: &serde_json::Value) -> Option<Calculated> {
    let verdict = json!({ "status": "APPLICABLE", "id": "A", "result": result, "order": order });
    of(&verdict).calculated
}

fn of(verdict: &serde_json::Value) -> Applicable {
    let verdicts = json!({ "redeemables": [verdict] });
    read(&["A"], verdicts).unwrap().applicable.remove(0)
}

#[test]
fn tells_which_codes_fit_every_currency() {
    let fits = |discount: serde_json::Value| {
        let result = json!({ "discount": discount });
        of(&json!({ "status": "APPLICABLE", "id": "A", "result": result })).fits_every_currency
    };
    assert!(fits(json!({ "type": "PERCENT", "percent_off": 10 })));
    assert!(fits(json!({ "type": "UNIT", "unit_off": 1 })));
    assert!(!fits(json!({ "type": "PERCENT", "amount_limit": 500 })));
    assert!(!fits(
        json!({ "type": "PERCENT", "percent_off_formula": "5" })
    ));
    assert!(!fits(json!({ "type": "AMOUNT", "amount_off": 500 })));
    assert!(!fits(
        json!({ "type": "UNIT", "unit_off": 1, "unit_off_formula": "FLOOR(ORDER_AMOUNT/100;0)" })
    ));
    let units = json!([{ "unit_off": 1 }, { "unit_off_formula": "2" }]);
    assert!(!fits(json!({ "type": "UNIT", "units": units })));
    let percent = json!({ "discount": { "type": "PERCENT", "percent_off": 10 } });
    let limited = of(
        &json!({ "status": "APPLICABLE", "id": "A", "result": percent,
        "applicable_to": { "data": [{ "aggregated_amount_limit": 500 }] } }),
    );
    assert!(!limited.fits_every_currency);
}

#[test]
fn tells_item_by_item_what_a_code_gives() {
    let items = json!([
        { "related_object": "sku", "source_id": "211", "applied_discount_amount": 500 },
        { "related_object": "product", "source_id": "115", "applied_quantity": 2,
          "applied_quantity_amount": 1500, "applied_discount_amount": 1500 },
        { "related_object": "product", "source_id": "prod_5h1pp1ng", "applied_quantity": 1,
          "applied_quantity_amount": 700, "applied_discount_amount": 700 },
        { "related_object": "product", "source_id": "116", "applied_discount_amount": 0 },
        { "product": { "source_id": "112" }, "sku": { "source_id": "213" },
          "applied_quantity": 1, "applied_discount_amount": 0 },
    ]);
    let order = json!({ "total_applied_discount_amount": 2700, "items": items });
    let calculated = given(&json!({ "discount": { "type": "UNIT" } }), &order).unwrap();
    assert!(calculated.free_shipping);
    assert_eq!(calculated.total.0, 2000);
    assert_eq!(calculated.items.len(), 3);
    assert_eq!(calculated.items[2].item, Some(ItemId::Variant(213)));
    assert_eq!(calculated.items[0].item, Some(ItemId::Variant(211)));
    assert_eq!(calculated.items[1].item, Some(ItemId::Product(115)));
    assert_eq!(
        (calculated.items[1].added, calculated.items[1].added_worth.0),
        (2, 1500)
    );
}

/// The shape of the description's one example of a line with free pieces.
#[test]
fn free_pieces_are_known_by_what_the_line_was() {
    let unit = json!({ "discount": { "type": "UNIT", "effect": "ADD_NEW_ITEMS" } });
    let line = |quantity: i64, initial: Option<i64>| {
        let mut line = json!({
            "object": "order_item", "quantity": quantity, "discount_quantity": 2,
            "amount": 750 * quantity, "discount_amount": 1500, "applied_discount_amount": 1500,
            "price": 750, "sku": { "source_id": "217" },
        });
        if let Some(initial) = initial {
            line["initial_quantity"] = json!(initial);
        }
        json!({ "total_applied_discount_amount": 1500, "items": [line] })
    };
    let free = given(&unit, &line(3, Some(1))).unwrap();
    let socks = CalculatedItem {
        item: Some(ItemId::Variant(217)),
        discount: Hundredths(1_500),
        added: 2,
        added_worth: Hundredths(1_500),
    };
    assert_eq!(free.items, [socks]);
    // Nothing tells whether the order has more than was sent, or was always so.
    assert_eq!(given(&unit, &line(3, None)), None);
    assert_eq!(given(&unit, &line(3, Some(2))), None);
    assert_eq!(
        given(
            &unit,
            &json!({ "items": [{ "sku": { "source_id": "217" } }] })
        ),
        None
    );
    assert_eq!(
        given(&unit, &json!({ "total_applied_discount_amount": 1500 })),
        None
    );
    // Pieces that were there are no pieces added.
    let there = given(&unit, &line(1, None)).unwrap();
    assert_eq!(
        (there.items[0].added, there.items[0].discount.0),
        (0, 1_500)
    );
}

#[test]
fn understands_what_the_description_names_and_nothing_else() {
    let order = json!({ "total_applied_discount_amount": 100, "applied_discount_amount": 100 });
    let with = |discount: serde_json::Value| given(&json!({ "discount": discount }), &order);
    for (kind, effects) in [
        (
            "AMOUNT",
            &[
                "APPLY_TO_ORDER",
                "APPLY_TO_ITEMS",
                "APPLY_TO_ITEMS_BY_QUANTITY",
            ][..],
        ),
        ("PERCENT", &["APPLY_TO_ORDER", "APPLY_TO_ITEMS"][..]),
        ("FIXED", &["APPLY_TO_ORDER", "APPLY_TO_ITEMS"][..]),
    ] {
        for effect in effects {
            let known = with(json!({ "type": kind, "effect": effect }));
            assert!(known.is_some(), "{kind} {effect}");
        }
        assert!(with(json!({ "type": kind, "effect": null })).is_some());
        for effect in [
            "REPLACE_ITEMS",
            "ADD_SAME_ITEMS",
            "ADD_NEW_ITEMS",
            "apply_to_order",
        ] {
            assert_eq!(with(json!({ "type": kind, "effect": effect })), None);
        }
    }
    for kind in ["CASHBACK", ""] {
        assert_eq!(with(json!({ "type": kind })), None);
    }
    assert_eq!(with(json!({ "effect": "APPLY_TO_ORDER" })), None);
    let units = |effect: &str| json!({ "type": "UNIT", "units": [{ "effect": effect }] });
    let line = json!({ "quantity": 1, "amount": 750, "sku": { "source_id": "217" } });
    let items = json!({ "items": [line] });
    let unit = |discount| given(&json!({ "discount": discount }), &items);
    assert!(unit(units("ADD_NEW_ITEMS")).is_some());
    for effect in ["ADD_SAME_ITEMS", "REPLACE_ITEMS", "APPLY_TO_ORDER"] {
        assert_eq!(unit(units(effect)), None, "{effect}");
        assert_eq!(unit(json!({ "type": "UNIT", "effect": effect })), None);
    }
}

#[test]
fn what_is_below_zero_or_of_two_kinds_is_not_understood() {
    let percent = json!({ "discount": { "type": "PERCENT", "percent_off": 10 } });
    for order in [
        json!({ "applied_discount_amount": -5 }),
        json!({ "items": [{ "applied_quantity": -1 }] }),
        json!({ "items": [{ "applied_quantity_amount": -1 }] }),
        json!({ "items": [{ "applied_discount_amount": -1 }] }),
        json!({ "items": [{ "application_details": [{ "source_index": 0 }] }] }),
    ] {
        assert_eq!(given(&percent, &order), None, "{order}");
    }
    let two = json!({ "discount": { "type": "PERCENT" }, "gift": { "credits": 1 } });
    let none = json!({});
    for result in [two, none] {
        assert_eq!(given(&result, &json!({})), None, "{result}");
    }
    let verdict = json!({ "status": "APPLICABLE", "id": "A", "object": "promotion_tier",
        "result": percent, "order": {} });
    assert_eq!(of(&verdict).calculated, None);
    let effect = json!({ "data": [{ "effect": "APPLY_TO_LAST" }] });
    let verdict = json!({ "status": "APPLICABLE", "id": "A", "applicable_to": effect,
        "result": percent, "order": {} });
    assert_eq!(of(&verdict).calculated, None);
    let verdicts = json!({ "redeemables": [{ "status": "PENDING", "id": "A" }] });
    assert_eq!(read(&["A"], verdicts), None);
}

#[test]
fn a_gift_card_pays_what_the_order_says_and_no_more() {
    let pays = |gift: serde_json::Value, order: serde_json::Value| {
        let result = json!({ "gift": gift });
        let verdict =
            json!({ "status": "APPLICABLE", "id": "A", "result": result, "order": order });
        of(&verdict).gift.unwrap()
    };
    let asked = json!({ "credits": 6_000 });
    let on_order = json!({ "total_applied_discount_amount": 4_000 });
    assert_eq!(pays(asked.clone(), on_order).credits.0, 4_000);
    assert_eq!(pays(asked.clone(), json!({})).credits.0, 0);
    assert_eq!(pays(asked.clone(), json!(null)).credits.0, 6_000);
    assert_eq!(pays(asked.clone(), json!(null)).balance, None);
    let item = |source: Option<&str>, name: &str, applied: i64, left: i64| {
        json!({ "source_id": source, "product": { "name": name },
            "applied_discount_amount": applied, "subtotal_amount": left })
    };
    let items = json!({ "items_applied_discount_amount": 6_000, "items": [
        item(Some("111"), "Phone", 3_000, 1_000),
        item(None, "Shipping and tax", 3_000, 0),
        item(Some("112"), "Shirt", 0, 2_500),
    ]});
    assert_eq!(pays(asked, items).credits.0, 4_000);
}

#[test]
fn keeps_a_merchants_own_sentence_apart_from_voucherifys() {
    let error = json!({ "key": "order_rules_violated", "message": "violated",
        "error": { "message": "Spend 300 first." } });
    let verdict = json!({ "status": "INAPPLICABLE", "id": "A", "result": { "error": error } });
    let validation = read(&["A"], json!({ "inapplicable_redeemables": [verdict] })).unwrap();
    let refused = &validation.inapplicable[0];
    assert_eq!(
        refused.merchant_message.as_deref(),
        Some("Spend 300 first.")
    );
    assert_eq!(refused.message.as_deref(), Some("violated"));
    assert_eq!(refused.refusal(Shopper::Guest).reason(), "rules_not_met");
}

#[test]
fn believes_no_verdict_on_a_code_it_did_not_ask_for() {
    let verdicts = json!({ "redeemables": [{ "status": "APPLICABLE", "id": "B" }] });
    assert_eq!(read(&["A"], verdicts), None);
}
