//! Gift cards.

use super::build::voucher;
use crate::voucherify::discount::Effect;
use crate::voucherify::model::{Gift, Voucher, VoucherValue};

pub(super) fn vouchers() -> Vec<Voucher> {
    let mut empty = card("GIFTEMPTY", 2_500, "A gift card that is used up")
        .noted("refused: everything on it is spent");
    if let VoucherValue::Gift(gift) = &mut empty.value {
        gift.subtracted = gift.amount;
        gift.balance = 0;
    }
    vec![
        card(
            "GIFT150",
            15_000,
            "A gift card of 150.00, for orders of at least 600.00",
        )
        .when("order.initial_amount", "$more_than_or_equal", 60_000),
        card("GIFT50", 5_000, "A gift card of 50.00"),
        card("GIFT25", 2_500, "A gift card of 25.00"),
        card(
            "GIFTVIP",
            10_000,
            "A gift card of 100.00 for the customer group STAFF",
        )
        .when_metadata(
            "customer.metadata",
            "bigcommerce_customer_group.name",
            "$is",
            "STAFF",
        ),
        empty,
        card(
            "GIFTEXPIRED",
            5_000,
            "A gift card of 50.00, expired yesterday",
        ),
        card("GIFTDISABLED", 5_000, "A gift card of 50.00, disabled"),
        card("GIFTNOTYET", 5_000, "A gift card of 50.00, from next month"),
    ]
}

fn card(code: &str, amount: i64, about: &str) -> Voucher {
    let gift = Gift {
        amount,
        subtracted: 0,
        balance: amount,
        effect: Effect::ApplyToOrder,
    };
    voucher(code, VoucherValue::Gift(gift), about)
}
