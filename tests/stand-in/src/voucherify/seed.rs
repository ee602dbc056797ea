//! The codes of the demo.

use std::collections::BTreeMap;

use serde_json::{Number, Value, json};
use time::{Duration, OffsetDateTime};

use super::ids;
use super::model::{Discount, Effect, Gift, Rule, Voucher, VoucherValue};
use super::requests::Metadata;

/// All codes, each with a sentence about it.
#[must_use]
pub fn vouchers(now: OffsetDateTime) -> Vec<Voucher> {
    let days = Duration::days;
    let mut list = vec![
        voucher(now, "SAVE10", percent(10), "10 % off"),
        voucher(now, "TAKE20", amount(2_000), "20.00 off"),
        voucher(now, "WELCOME5", amount(500), "5.00 off"),
        single_use(voucher(now, "ONCE15", percent(15), "15 % off, once")),
        single_use(voucher(now, "ONCE50", amount(5_000), "50.00 off, once")),
        with_rule(
            voucher(
                now,
                "BIG100",
                amount(10_000),
                "100.00 off orders of at least 300.00",
            ),
            "order.amount",
            None,
            ("$more_than_or_equal", json!(30_000)),
        ),
        with_rule(
            voucher(
                now,
                "STAFF25",
                percent(25),
                "25 % off for the customer group STAFF",
            ),
            "customer.metadata",
            Some("bigcommerce_customer_group.name"),
            ("$is", json!("STAFF")),
        ),
        voucher(now, "EXPIRED10", percent(10), "10 % off, expired yesterday"),
        voucher(now, "DISABLED10", percent(10), "10 % off, disabled"),
        voucher(now, "NOTYET10", percent(10), "10 % off, from next month"),
        voucher(
            now,
            "SPRING/SALE+10%",
            percent(10),
            "10 % off, a code BigCommerce cannot hold",
        ),
        with_rule(
            voucher(
                now,
                "PHONES10",
                percent(10),
                "10 % off when a phone is in the cart",
            ),
            "product.metadata",
            Some("bigcommerce_product_categories"),
            ("$is", json!(1)),
        ),
    ];
    list.extend(cards(now));
    for voucher in &mut list {
        match voucher.code.as_str() {
            "EXPIRED10" | "GIFTEXPIRED" => voucher.expiration_date = Some(now - days(1)),
            "DISABLED10" | "GIFTDISABLED" => voucher.active = false,
            "NOTYET10" | "GIFTNOTYET" => voucher.start_date = Some(now + days(30)),
            _ => {}
        }
    }
    list
}

/// The gift cards.
fn cards(now: OffsetDateTime) -> Vec<Voucher> {
    let mut empty = card(now, "GIFTEMPTY", 2_500, "A gift card that is used up");
    if let VoucherValue::Gift(gift) = &mut empty.value {
        gift.subtracted = gift.amount;
        gift.balance = 0;
    }
    vec![
        with_rule(
            card(
                now,
                "GIFT150",
                15_000,
                "A gift card of 150.00, for orders of at least 600.00",
            ),
            "order.amount",
            None,
            ("$more_than_or_equal", json!(60_000)),
        ),
        card(now, "GIFT50", 5_000, "A gift card of 50.00"),
        card(now, "GIFT25", 2_500, "A gift card of 25.00"),
        with_rule(
            card(
                now,
                "GIFTVIP",
                10_000,
                "A gift card of 100.00 for the customer group STAFF",
            ),
            "customer.metadata",
            Some("bigcommerce_customer_group.name"),
            ("$is", json!("STAFF")),
        ),
        empty,
        card(
            now,
            "GIFTEXPIRED",
            5_000,
            "A gift card of 50.00, expired yesterday",
        ),
        card(now, "GIFTDISABLED", 5_000, "A gift card of 50.00, disabled"),
        card(
            now,
            "GIFTNOTYET",
            5_000,
            "A gift card of 50.00, from next month",
        ),
    ]
}

fn card(now: OffsetDateTime, code: &str, amount: i64, about: &str) -> Voucher {
    let gift = Gift {
        amount,
        subtracted: 0,
        balance: amount,
        effect: Effect::ApplyToOrder,
    };
    with_value(now, code, VoucherValue::Gift(gift), about)
}

fn voucher(now: OffsetDateTime, code: &str, discount: Discount, about: &str) -> Voucher {
    with_value(now, code, VoucherValue::Discount(discount), about)
}

fn with_value(now: OffsetDateTime, code: &str, value: VoucherValue, about: &str) -> Voucher {
    Voucher {
        id: ids::long("v_"),
        code: code.to_owned(),
        value,
        start_date: None,
        expiration_date: None,
        active: true,
        quantity: None,
        redeemed_quantity: 0,
        additional_info: Some(about.to_owned()),
        metadata: Metadata::new(),
        category_id: None,
        rules: Vec::new(),
        created_at: now,
        updated_at: None,
    }
}

fn percent(percent: u32) -> Discount {
    Discount::Percent {
        percent_off: Number::from(percent),
        amount_limit: None,
        effect: Some(Effect::ApplyToOrder),
    }
}

fn amount(amount_off: i64) -> Discount {
    Discount::Amount {
        amount_off,
        aggregated_amount_limit: None,
        effect: Some(Effect::ApplyToOrder),
    }
}

fn single_use(voucher: Voucher) -> Voucher {
    Voucher {
        quantity: Some(1),
        ..voucher
    }
}

fn with_rule(
    mut voucher: Voucher,
    name: &str,
    property: Option<&str>,
    (operator, value): (&str, Value),
) -> Voucher {
    voucher.rules.push(Rule {
        name: name.to_owned(),
        property: property.map(str::to_owned),
        conditions: BTreeMap::from([(operator.to_owned(), vec![value])]),
        error: None,
    });
    voucher
}
