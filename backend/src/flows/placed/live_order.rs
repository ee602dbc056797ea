//! A lock is not given up while a live order carries its code.

use tracing::error;

use crate::{
    bigcommerce::{BigCommerceError, Order},
    context::{Connection, Context},
    domain::{
        OrderId,
        lock::{Lock, LockKind, LockState, ORDER_NOT_FOUND, ReleaseReason},
        order::Standing,
    },
    error::FlowError,
    flows::{
        later::process_now,
        locks::{changes::save, native_parts::kill_native},
        placed::{
            compare_order,
            order_certificates::Certificates,
            order_coupons::{self, Named, Used, wait_for_coupons},
        },
    },
};

/// When a live order is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// While the native part lives: what is not decided counts as carried.
    First,
    /// Its code's uses went with it: what is not decided was looked at before.
    AfterDeath,
}

/// If a live order carries the code, the lock belongs to that order. What is in `decided` did not use
/// it, and is not looked at again; what is found so is added.
pub(crate) async fn keep_for_order(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    when: When,
    decided: &mut Vec<OrderId>,
) -> Result<bool, FlowError> {
    let found = live_order_with(context, connection, lock, when, decided).await?;
    let Some((order, used)) = found else {
        return Ok(false);
    };
    if used == Used::Unknown {
        wait_for_coupons(context, &order, lock).await?;
        return Ok(true);
    }
    if lock.order.is_none() {
        compare_order::compare_found(context, connection, &order, lock).await?;
    }
    lock.state = LockState::Ordered;
    lock.order = Some(order.id);
    save(context, lock, LockState::Releasing).await?;
    process_now(context, &lock.store, order.id).await?;
    Ok(true)
}

/// An order that carries the lock's native code and was not cancelled or refunded: one of its cart,
/// or the one it is known to pay for.
pub(crate) async fn live_order_with(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
    when: When,
    decided: &mut Vec<OrderId>,
) -> Result<Option<(Order, Used)>, FlowError> {
    let bigcommerce = &connection.bigcommerce;
    let mut orders = bigcommerce.orders_of_cart(&lock.checkout).await?;
    if let Some(id) = lock
        .order
        .filter(|id| !orders.iter().any(|order| order.id == *id))
    {
        match bigcommerce.order(id).await {
            Ok(order) => orders.push(order),
            Err(BigCommerceError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for order in orders {
        if decided.contains(&order.id) || !counts(&order, lock) {
            continue;
        }
        let used = use_of(context, connection, &order, lock).await?;
        // An unfinished order's cart is open: it names what it carries.
        let is_kept = match used {
            Used::Named(_) | Used::Inferred => true,
            Used::Unknown => when == When::First && !order.is_unfinished(),
            Used::No => false,
        };
        if is_kept {
            return Ok(Some((order, used)));
        }
        if used == Used::No {
            decided.push(order.id);
        }
    }
    Ok(None)
}

/// An order used the native code, and none is known: lists may leave archived orders out, and of another
/// cart's order nobody may have told yet.
pub(crate) async fn keep_for_person(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
) -> Result<bool, FlowError> {
    if !may_be_used_unseen(lock) || !was_used(connection, lock).await? {
        return Ok(false);
    }
    let orders = connection
        .bigcommerce
        .orders_of_cart(&lock.checkout)
        .await?;
    if !orders.is_empty() {
        return Ok(false);
    }
    lock.state = LockState::NeedsPerson;
    lock.because(ORDER_NOT_FOUND);
    save(context, lock, LockState::Releasing).await?;
    error!(
        store = %lock.store, lock = %lock.id,
        "an order used a code and cannot be found: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
    // What is left of a certificate pays no other order. A coupon's uses would go with it.
    if lock.kind == LockKind::Certificate {
        kill_native(connection, lock).await?;
    }
    Ok(true)
}

/// Whether an order that is not known may have used a lock that is given up for its reason.
fn may_be_used_unseen(lock: &Lock) -> bool {
    let reasons = [
        ReleaseReason::Expired,
        ReleaseReason::CartGone,
        ReleaseReason::Removed,
        ReleaseReason::Replaced,
        ReleaseReason::NoLongerValid,
    ];
    let is_one = |reason: &ReleaseReason| lock.reason.as_deref() == Some(reason.as_str());
    lock.order.is_none() && reasons.iter().any(is_one)
}

/// Whether the native code was used: its uses are counted; a certificate holds less than it was given. Of one
/// whose change was cut off, it is not known what it was given.
async fn was_used(connection: &Connection, lock: &Lock) -> Result<bool, FlowError> {
    if lock.kind == LockKind::Coupon {
        let uses = order_coupons::uses(connection, lock).await?;
        return Ok(uses.unwrap_or(0) > 0);
    }
    let given = lock.native_discount.min(lock.discount);
    let Some(id) = lock
        .certificate
        .filter(|_| given.is_positive() && lock.cut_off_at_ms.is_none())
    else {
        return Ok(false);
    };
    let left = connection.bigcommerce.certificate_balance(id).await?;
    Ok(left.is_some_and(|left| left < given))
}

/// Whether an order in this state keeps a lock that is given up for its reason.
fn counts(order: &Order, lock: &Lock) -> bool {
    let reason = |reason: ReleaseReason| lock.reason.as_deref() == Some(reason.as_str());
    // A person has seen that order.
    if reason(ReleaseReason::Dismissed) {
        return false;
    }
    match order.standing() {
        Standing::Paid => true,
        // The shopper may be in the middle of paying, unless it is the shopper who gives it up.
        Standing::Pending if order.is_unfinished() => {
            let over = [
                ReleaseReason::Removed,
                ReleaseReason::Replaced,
                ReleaseReason::NoLongerValid,
                ReleaseReason::Expired,
                ReleaseReason::NeverPaid,
            ];
            !over.into_iter().any(reason)
        }
        Standing::Pending => !reason(ReleaseReason::NeverPaid),
        Standing::Void | Standing::Refunded => false,
    }
}

async fn use_of(
    context: &Context,
    connection: &Connection,
    order: &Order,
    lock: &Lock,
) -> Result<Used, FlowError> {
    let bigcommerce = &connection.bigcommerce;
    if lock.kind == LockKind::Coupon {
        let listed = bigcommerce.order_coupons(order.id).await?;
        let named = Named::of(connection, order, listed).await?;
        return named
            .use_of(context, connection, order, lock, lock.discount)
            .await;
    }
    if !order.certificate_amount.is_positive() {
        return Ok(Used::No);
    }
    // An order that waits for its payment does not name its certificates.
    let certificates = Certificates::of(connection, order).await?;
    let is_used = certificates
        .have_paid(context, connection, order, lock)
        .await?;
    Ok(if is_used { Used::Inferred } else { Used::No })
}
