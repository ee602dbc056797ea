//! Codes that take off the whole order.

use serde_json::Number;

use super::build::{amount, coupon, fixed, percent};
use crate::voucherify::discount::{Discount, Effect};
use crate::voucherify::model::Voucher;

pub(super) fn vouchers() -> Vec<Voucher> {
    let capped = Discount::Percent {
        percent_off: Number::from(20),
        percent_off_formula: None,
        amount_limit: Some(3_000),
        aggregated_amount_limit: None,
        effect: Some(Effect::ApplyToOrder),
    };
    let lucky = Discount::Amount {
        amount_off: 100,
        amount_off_formula: Some("ROUND(ORDER_AMOUNT * 0.05;0)".to_owned()),
        aggregated_amount_limit: None,
        effect: Some(Effect::ApplyToOrder),
    };
    let mut list = vec![
        coupon("SAVE10", percent(10), "10 % off"),
        coupon("TAKE20", amount(2_000), "20.00 off"),
        coupon("WELCOME5", amount(500), "5.00 off"),
        coupon("DON'T10", percent(10), "10 % off"),
        coupon("10€OFF", amount(1_000), "10.00 off"),
        coupon("EASY-5", amount(500), "5.00 off"),
        coupon("CAT BIRD", percent(5), "5 % off"),
        coupon("CAP20", capped, "20 % off, at most 30.00"),
        coupon(
            "PAY500",
            fixed(50_000, Effect::ApplyToOrder),
            "The order for 500.00",
        ),
        coupon("LUCKY", lucky, "5 % off, rounded to whole dollars"),
        coupon("ONCE15", percent(15), "15 % off, once").single_use(),
        coupon("ONCE50", amount(5_000), "50.00 off, once").single_use(),
    ];
    list.extend(with_conditions());
    list.extend(refused());
    list
}

fn with_conditions() -> Vec<Voucher> {
    vec![
        coupon(
            "BIG100",
            amount(10_000),
            "100.00 off orders of at least 300.00",
        )
        .when("order.initial_amount", "$more_than_or_equal", 30_000),
        coupon("THREE15", percent(15), "15 % off with at least 3 pieces")
            .when("order.items.count", "$more_than_or_equal", 3)
            .or_say("This code needs at least three pieces in the cart."),
        coupon(
            "STAFF25",
            percent(25),
            "25 % off for the customer group STAFF",
        )
        .when_metadata(
            "customer.metadata",
            "bigcommerce_customer_group.name",
            "$is",
            "STAFF",
        ),
        coupon(
            "PHONES10",
            percent(10),
            "10 % off when a phone is in the cart",
        )
        .when_metadata(
            "product.metadata",
            "bigcommerce_product_categories",
            "$is",
            1,
        ),
    ]
}

fn refused() -> Vec<Voucher> {
    vec![
        coupon("EXPIRED10", percent(10), "10 % off, expired yesterday"),
        coupon("DISABLED10", percent(10), "10 % off, disabled"),
        coupon("NOTYET10", percent(10), "10 % off, from next month"),
        coupon(
            "SPRING/SALE+10%",
            percent(10),
            "10 % off, a code BigCommerce cannot hold",
        ),
    ]
}
