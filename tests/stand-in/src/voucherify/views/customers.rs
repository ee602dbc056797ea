//! Customers, with the summary of what they redeemed and ordered.

use serde_json::{Value, json};

use super::writing::{instant, maybe_instant};
use crate::voucherify::model::{Customer, Order, Redeemed, Redemption, VoucherValue};
use crate::voucherify::project::Project;
use crate::voucherify::requests::OrderStatus;

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
        "summary": summary(project, &customer.id),
        "loyalty": {"points": 0, "referred_customers": 0, "campaigns": {}},
        "referrals": {"total": 0, "campaigns": []},
        "metadata": customer.metadata,
        "system_metadata": {},
        "created_at": instant(customer.created_at),
        "updated_at": maybe_instant(customer.updated_at),
        "object": "customer",
    })
}

pub fn simple_customer(project: &Project, id: Option<&str>) -> Value {
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

/// The summary of the customer with this id.
fn summary(project: &Project, customer_id: &str) -> Value {
    json!({
        "redemptions": redemptions(project, customer_id),
        "orders": orders(project, customer_id),
    })
}

/// Orders that are `PAID` or `FULFILLED` now; no others, as the description says.
fn orders(project: &Project, customer_id: &str) -> Value {
    let counted = |order: &&Order| {
        let is_own = order.customer_id.as_deref() == Some(customer_id);
        is_own && matches!(order.status, OrderStatus::Paid | OrderStatus::Fulfilled)
    };
    let all: Vec<&Order> = project.orders.iter().filter(counted).collect();
    let total: i64 = all.iter().map(|order| order.money.total_amount()).sum();
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let last = all.iter().max_by_key(|order| order.created_at);
    json!({
        "total_amount": total,
        "total_count": count,
        "average_amount": total.checked_div(count).unwrap_or(0),
        "last_order_amount": last.map_or(0, |order| order.money.total_amount()),
        "last_order_date": last.map(|order| instant(order.created_at)),
    })
}

/// Redemptions of codes; the parents of stacks are no redemptions of their own.
fn redemptions(project: &Project, customer_id: &str) -> Value {
    let is_own = |one: &&Redemption| {
        let is_code = matches!(one.redeemed, Redeemed::Voucher { .. });
        is_code && one.customer_id.as_deref() == Some(customer_id)
    };
    let all: Vec<&Redemption> = project.redemptions.iter().filter(is_own).collect();
    let failed = all.iter().filter(|one| one.failure.is_some()).count();
    let rolled_back = all.iter().filter(|one| one.rollback.is_some()).count();
    let of_stands = |one: &&&Redemption| one.failure.is_none() && one.rollback.is_none();
    let spent = |one: &&Redemption| match &one.redeemed {
        Redeemed::Voucher { credits, spent, .. } => {
            let points = spent.as_ref().map_or(0, |spent| spent.points);
            (credits.unwrap_or(0), points)
        }
        Redeemed::Stack(_) => (0, 0),
    };
    let stands = all.iter().filter(of_stands).map(spent);
    let (credits, points) = stands.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (balance, points_left) = left(project, customer_id);
    json!({
        "total_redeemed": all.len() - failed,
        "total_failed": failed,
        "total_succeeded": all.len() - failed,
        "total_rolled_back": rolled_back,
        "total_rollback_failed": 0,
        "total_rollback_succeeded": rolled_back,
        "gift": {"redeemed_amount": credits, "amount_to_go": balance},
        "loyalty_card": {"redeemed_points": points, "points_to_go": points_left},
    })
}

/// What is left on the customer's own gift and loyalty cards.
fn left(project: &Project, customer_id: &str) -> (i64, i64) {
    let own = project.vouchers.iter();
    let own = own.filter(|voucher| voucher.holder_id.as_deref() == Some(customer_id));
    own.fold((0, 0), |(credits, points), voucher| match &voucher.value {
        VoucherValue::Gift(gift) => (credits + gift.balance, points),
        VoucherValue::Loyalty(card) => (credits, points + card.balance),
        VoucherValue::Discount(_) => (credits, points),
    })
}
