//! Stored things as Voucherify shows them. Amounts of zero are left out, as in its examples.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use super::model::{Customer, Product, Session, Voucher, VoucherValue};
use super::project::Project;

mod discounts;
mod orders;
mod redemptions;
mod rewards;
mod summary;
mod transactions;

pub use discounts::{discount, products};
pub use orders::{calculated_order, money as order_money, order, order_with};
pub use redemptions::{of_stack, redemption, rollback};
pub use rewards::{redeemed_reward, reward, reward_assignment};
pub use transactions::transaction;

const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A point of time with milliseconds.
#[must_use]
pub fn instant(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC)
        .format(INSTANT)
        .unwrap_or_default()
}

fn maybe_instant(at: Option<OffsetDateTime>) -> Value {
    at.map(instant).into()
}

fn put(map: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    map.insert(key.to_owned(), value.into());
}

fn put_some<T: Into<Value>>(map: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        put(map, key, value);
    }
}

fn put_amount(map: &mut Map<String, Value>, key: &str, amount: i64) {
    if amount != 0 {
        put(map, key, amount);
    }
}

/// Turns what `json!` made of an object into a map.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// The discount or gift of a voucher, under the key it has everywhere.
fn value_of(voucher: &Voucher) -> (Value, Value, &'static str) {
    match &voucher.value {
        VoucherValue::Discount(discount) => (json!(discount), Value::Null, "DISCOUNT_VOUCHER"),
        VoucherValue::Loyalty(_) => (Value::Null, Value::Null, "LOYALTY_CARD"),
        VoucherValue::Gift(gift) => {
            let gift = json!({
                "amount": gift.amount,
                "subtracted_amount": gift.subtracted,
                "balance": gift.balance,
                "effect": gift.effect,
            });
            (Value::Null, gift, "GIFT_VOUCHER")
        }
    }
}

/// A voucher in full.
#[must_use]
pub fn voucher(project: &Project, voucher: &Voucher) -> Value {
    let campaign = project.campaign_of(voucher);
    let (discount, gift, kind) = value_of(voucher);
    let mut shown = json!({
        "id": voucher.id,
        "code": voucher.code,
        "campaign": campaign.map(|campaign| &campaign.name),
        "campaign_id": voucher.campaign_id,
        "category": null,
        "category_id": voucher.category_id,
        "categories": [],
        "type": kind,
        "discount": discount,
        "gift": gift,
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
    match &voucher.value {
        VoucherValue::Gift(gift) => {
            shown["redemption"]["redeemed_amount"] = json!(gift.redeemed());
        }
        VoucherValue::Loyalty(card) => {
            let points = json!({
                "points": card.points,
                "balance": card.balance,
                "subtracted_points": card.subtracted,
                "next_expiration_date": null,
                "next_expiration_points": null,
            });
            shown["loyalty_card"] = points;
            shown["redemption"]["redeemed_points"] = json!(card.redeemed());
        }
        VoucherValue::Discount(_) => {}
    }
    if project.is_referral(voucher) {
        shown["is_referral_code"] = json!(true);
        shown["referrer_id"] = json!(voucher.holder_id);
    }
    shown
}

/// A customer in full.
#[must_use]
pub fn customer(project: &Project, customer: &Customer) -> Value {
    json!({
        "id": customer.id,
        "source_id": customer.source_id,
        "name": customer.name,
        "description": customer.description,
        "email": customer.email,
        "phone": customer.phone,
        "birthday": customer.birthday,
        "birthdate": customer.birthdate,
        "address": customer.address,
        "summary": summary::of(project, &customer.id),
        "loyalty": {"points": 0, "referred_customers": 0, "campaigns": {}},
        "referrals": {"total": 0, "campaigns": []},
        "metadata": customer.metadata,
        "system_metadata": {},
        "created_at": instant(customer.created_at),
        "updated_at": maybe_instant(customer.updated_at),
        "object": "customer",
    })
}

fn simple_customer(project: &Project, id: Option<&str>) -> Value {
    let customer = id.and_then(|id| project.customers.iter().find(|customer| customer.id == id));
    customer.map_or(Value::Null, |customer| {
        json!({
            "id": customer.id,
            "name": customer.name,
            "email": customer.email,
            "source_id": customer.source_id,
            "metadata": customer.metadata,
            "object": "customer",
        })
    })
}

/// A session as echoed.
#[must_use]
pub fn session(session: &Session) -> Value {
    json!({
        "key": session.key,
        "type": "LOCK",
        "ttl": session.ttl,
        "ttl_unit": session.ttl_unit,
    })
}

/// A product.
#[must_use]
pub fn product(product: &Product) -> Value {
    json!({
        "id": product.id,
        "source_id": product.source_id,
        "name": product.name,
        "price": product.price,
        "attributes": product.attributes,
        "metadata": product.metadata,
        "image_url": product.image_url,
        "created_at": instant(product.created_at),
        "updated_at": maybe_instant(product.updated_at),
        "object": "product",
    })
}

/// A SKU.
#[must_use]
pub fn sku(sku: &Product) -> Value {
    json!({
        "id": sku.id,
        "source_id": sku.source_id,
        "product_id": sku.product_id,
        "sku": sku.name,
        "price": sku.price,
        "currency": sku.currency,
        "attributes": sku.attributes,
        "image_url": sku.image_url,
        "metadata": sku.metadata,
        "created_at": instant(sku.created_at),
        "updated_at": maybe_instant(sku.updated_at),
        "object": "sku",
    })
}

/// One page of a list.
#[must_use]
pub fn list(name: &str, entries: &[Value], total: usize) -> Value {
    json!({"object": "list", "data_ref": name, name: entries, "total": total})
}
