//! Vouchers.

use serde_json::{Value, json};

use super::writing::{instant, maybe_instant};
use crate::voucherify::model::{Voucher, VoucherValue};
use crate::voucherify::project::Project;

/// A voucher in full.
#[must_use]
pub fn voucher(project: &Project, voucher: &Voucher) -> Value {
    let campaign = project.campaign_of(voucher);
    let mut shown = json!({
        "id": voucher.id,
        "code": voucher.code,
        "campaign": campaign.map(|campaign| &campaign.name),
        "campaign_id": voucher.campaign_id,
        "category": null,
        "category_id": voucher.category_id,
        "categories": [],
        "discount": null,
        "gift": null,
        "loyalty_card": null,
        "start_date": maybe_instant(voucher.start_date),
        "expiration_date": maybe_instant(voucher.expiration_date),
        "validity_timeframe": null,
        "validity_day_of_week": null,
        "active": voucher.active,
        "additional_info": voucher.additional_info,
        "metadata": voucher.metadata,
        "assets": {"qr": {}, "barcode": {}},
        "is_referral_code": false,
        "created_at": instant(voucher.created_at),
        "updated_at": maybe_instant(voucher.updated_at),
        "holder_id": voucher.holder_id,
        "validation_rules_assignments":
            {"object": "list", "data_ref": "data", "data": [], "total": 0},
        "redemption": {
            "quantity": voucher.quantity,
            "redeemed_quantity": voucher.redeemed_quantity,
            "object": "list",
            "url": format!("/v1/vouchers/{}/redemptions?page=1&limit=10", voucher.code),
        },
        "publish": {
            "object": "list",
            "count": 0,
            "url": format!("/v1/vouchers/{}/publications?page=1&limit=10", voucher.code),
        },
        "object": "voucher",
    });
    put_value(&mut shown, voucher);
    if project.is_referral(voucher) {
        shown["is_referral_code"] = json!(true);
        shown["referrer_id"] = json!(voucher.holder_id);
    }
    shown
}

/// Its type, with its discount, money or points under the key that each has everywhere.
fn put_value(shown: &mut Value, voucher: &Voucher) {
    match &voucher.value {
        VoucherValue::Discount(discount) => {
            shown["type"] = json!("DISCOUNT_VOUCHER");
            shown["discount"] = json!(discount);
        }
        VoucherValue::Gift(gift) => {
            shown["type"] = json!("GIFT_VOUCHER");
            shown["gift"] = json!({
                "amount": gift.amount,
                "subtracted_amount": gift.subtracted,
                "balance": gift.balance,
                "effect": gift.effect,
            });
            shown["redemption"]["redeemed_amount"] = json!(gift.redeemed());
        }
        VoucherValue::Loyalty(card) => {
            shown["type"] = json!("LOYALTY_CARD");
            shown["loyalty_card"] = json!({
                "points": card.points,
                "balance": card.balance,
                "subtracted_points": card.subtracted,
                "next_expiration_date": null,
                "next_expiration_points": null,
            });
            shown["redemption"]["redeemed_points"] = json!(card.redeemed());
        }
    }
}
