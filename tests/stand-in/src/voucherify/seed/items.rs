//! Codes that take off items.

use super::build::{amount_with, coupon, fixed, percent_with};
use crate::voucherify::discount::Effect;
use crate::voucherify::model::Voucher;

pub(super) fn vouchers() -> Vec<Voucher> {
    vec![
        coupon(
            "PHONE15",
            percent_with(15, Effect::ApplyToItems),
            "15 % off each iPhone 8",
        )
        .on_products(&["111"]),
        coupon(
            "CLOTHES20",
            percent_with(20, Effect::ApplyToItems),
            "20 % off clothing",
        )
        .on_products(&["112", "115"])
        .when_metadata(
            "product.metadata",
            "bigcommerce_product_categories",
            "$is",
            2,
        ),
        coupon(
            "CASE5",
            amount_with(500, Effect::ApplyToItems),
            "5.00 off phone cases, however many",
        )
        .on_products(&["113"]),
        coupon(
            "SPREAD30",
            amount_with(3_000, Effect::ApplyToItemsProportionally),
            "30.00 off, spread over the items by what they cost",
        ),
        coupon(
            "SPREADQTY30",
            amount_with(3_000, Effect::ApplyToItemsProportionallyByQuantity),
            "30.00 off, spread over the items by how many there are",
        ),
        coupon(
            "EACH2",
            amount_with(200, Effect::ApplyToItemsByQuantity),
            "2.00 off each piece",
        ),
        coupon(
            "CASE15",
            fixed(1_500, Effect::ApplyToItems),
            "Each phone case for 15.00",
        )
        .on_products(&["113"]),
    ]
}
