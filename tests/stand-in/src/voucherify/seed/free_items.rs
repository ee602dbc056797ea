//! Codes that add something for free.

use serde_json::json;

use super::build::{coupon, free, free_set};
use super::catalogue::{product_id, sku_id};
use crate::voucherify::discount::Effect::{AddMissingItems, AddNewItems};
use crate::voucherify::model::Voucher;

pub(super) fn vouchers() -> Vec<Voucher> {
    let new = |source_id: &str| free(&product_id(source_id), AddNewItems);
    vec![
        coupon("FREESOCKS", new("115"), "A free pair of socks"),
        coupon(
            "FREETEE",
            free(&sku_id("213"), AddNewItems),
            "A free T-shirt, size M, with at least one iPhone 8",
        )
        .when("product.id", "$is", json!({"id": product_id("111")})),
        coupon(
            "FREESET",
            free_set(&[(1, &product_id("114")), (2, &product_id("115"))]),
            "A free charger and two free pairs of socks",
        ),
        coupon(
            "ADDCASE",
            free(&product_id("113"), AddMissingItems),
            "One phone case is free, added if there is none",
        ),
        coupon(
            "FREESHIP",
            free(&product_id("prod_5h1pp1ng"), AddMissingItems),
            "Free shipping",
        ),
        coupon("FREEMUG", new("117"), "A free mug, which is out of stock")
            .noted("refused: the mug is sold out"),
        coupon(
            "FREESHIRT",
            new("112"),
            "A free T-shirt of no particular size, so it cannot be added",
        )
        .noted("refused: a size would have to be chosen"),
        coupon(
            "FREEPEN",
            new("118"),
            "A free engraved pen, which needs a text, so it cannot be added",
        )
        .noted("refused: a text would have to be filled in"),
    ]
}
