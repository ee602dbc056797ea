//! A lock is not released while a live order carries its code.

use tracing::error;

use crate::{
    bigcommerce::BigCommerceError,
    context::{Connection, Context},
    domain::{
        OrderId,
        lock::{Apart, Lock, LockKind, LockState},
        order::Order,
        order_search::{Finding, When, finding},
        order_use::Used,
    },
    error::FlowError,
    flows::{
        later::process_now,
        locks::{changes::save, native_parts::end_native},
        placed::{
            compare_order,
            order_certificates::Certificates,
            order_coupons::{self, Named, wait_for_coupons},
        },
    },
};

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
    lock.enter(LockState::Ordered, context.clock.now_ms());
    lock.order = Some(order.id);
    save(context, lock).await?;
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
        if decided.contains(&order.id) || !order.keeps(lock) {
            continue;
        }
        let used = use_of(context, connection, &order, lock).await?;
        match finding(used, when, order.is_unfinished()) {
            Finding::Keeps => return Ok(Some((order, used))),
            Finding::DidNotUse => decided.push(order.id),
            Finding::Open => {}
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
    told_is_known: bool,
) -> Result<bool, FlowError> {
    if !lock.leaves_use_to_person() || !was_used(connection, lock, told_is_known).await? {
        return Ok(false);
    }
    let orders = connection
        .bigcommerce
        .orders_of_cart(&lock.checkout)
        .await?;
    if !orders.is_empty() {
        return Ok(false);
    }
    lock.enter(LockState::NeedsPerson, context.clock.now_ms());
    lock.set_apart(Apart::OrderNotFound);
    save(context, lock).await?;
    error!(
        store = %lock.store, lock = %lock.id,
        "an order used a code and cannot be found: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
    // What is left of a certificate pays no other order. A coupon's uses would go with it.
    if lock.kind == LockKind::Certificate {
        end_native(connection, lock).await?;
    }
    Ok(true)
}

/// Whether the native code was used: its uses are counted; a certificate holds less than it was given.
async fn was_used(
    connection: &Connection,
    lock: &Lock,
    told_is_known: bool,
) -> Result<bool, FlowError> {
    if lock.kind == LockKind::Coupon {
        let uses = order_coupons::uses(connection, lock).await?;
        return Ok(uses.unwrap_or(0) > 0);
    }
    let told = lock.native_discount.unwrap_or_default();
    let given = told.min(lock.discount);
    let Some(id) = lock
        .certificate
        .filter(|_| told_is_known && given.is_positive())
    else {
        return Ok(false);
    };
    let balance = connection.bigcommerce.certificate_balance(id).await?;
    Ok(balance.is_some_and(|balance| balance < given))
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
