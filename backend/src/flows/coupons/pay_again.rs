//! A payment failed and left an unfinished order: the cart is open still, and its coupon must be too.
//!
//! Whether such an order counts against `max_uses` is not documented. So its coupon may be used once
//! more for each of them, and no more: what another cart's order used stays used.

use tracing::{info, warn};

use crate::{
    bigcommerce::{BigCommerceError, Checkout},
    context::Connection,
    domain::{
        CheckoutId, NativeCode,
        lock::{Lock, LockKind, LockState},
        order::{Standing, is_unfinished, standing},
    },
    error::FlowError,
    flows::{cart::open_checkout, locks::cart_context::Cart},
};

/// Lets the coupon of a held lock be used once more than its cart left unfinished orders; answers
/// whether it left any.
async fn allow(connection: &Connection, lock: &Lock) -> Result<bool, FlowError> {
    let Some(promotion) = lock.promotion else {
        return Ok(false);
    };
    let bigcommerce = &connection.bigcommerce;
    let orders = bigcommerce.orders_of_cart(&lock.checkout).await?;
    let failed = orders.iter().filter(|order| {
        is_unfinished(order.status_id)
            || standing(order.status_id, &order.payment_status) == Standing::Void
    });
    let failed = i64::try_from(failed.count()).unwrap_or(i64::MAX);
    if failed == 0 {
        return Ok(false);
    }
    bigcommerce.allow_uses(promotion, failed + 1).await?;
    info!(store = %lock.store, lock = %lock.id, failed, "a coupon may be used again after a failed payment");
    Ok(true)
}

fn is_open_coupon(lock: &Lock) -> bool {
    lock.kind == LockKind::Coupon && lock.state == LockState::Held
}

/// An order of the lock's own cart was not paid: its coupon stays on the cart, or comes back.
pub(crate) async fn keep_on_cart(connection: &Connection, lock: &Lock) -> Result<(), FlowError> {
    if !is_open_coupon(lock) || !allow(connection, lock).await? {
        return Ok(());
    }
    let found = open_checkout::find(connection, &lock.checkout).await?;
    if let Some(checkout) = found.open() {
        put_on_cart(connection, lock, &checkout).await?;
    }
    Ok(())
}

/// The page may try again before the order is heard of: a coupon that left an unchanged cart comes back
/// where a failed payment took it off. Answers whether it did.
pub(crate) async fn put_back(cart: Cart<'_>, lock: &Lock) -> Result<bool, FlowError> {
    let mut coupons = cart.checkout.coupons.iter();
    let is_there = coupons.any(|coupon| lock.native_code.is(&coupon.code));
    if is_there || !is_open_coupon(lock) || !allow(cart.connection, lock).await? {
        return Ok(false);
    }
    Ok(put_on_cart(cart.connection, lock, cart.checkout).await?)
}

/// BigCommerce takes a coupon off by itself when the cart is worth less than its condition says, or
/// when the shopper signs in. The code still holds, so it comes back; answers whether it did.
pub(crate) async fn put_on_cart(
    connection: &Connection,
    lock: &Lock,
    checkout: &Checkout,
) -> Result<bool, BigCommerceError> {
    let mut coupons = checkout.coupons.iter();
    if coupons.any(|coupon| lock.native_code.is(&coupon.code)) {
        return Ok(false);
    }
    let added = put_on(connection, &checkout.id, &lock.native_code).await?;
    Ok(added.is_some())
}

/// Puts a coupon on its checkout, and tries once more if that fails: it is held, and the page may show
/// it. Answers the checkout; none where the store does not take the coupon.
pub(crate) async fn put_on(
    connection: &Connection,
    checkout: &CheckoutId,
    native: &NativeCode,
) -> Result<Option<Checkout>, BigCommerceError> {
    let bigcommerce = &connection.bigcommerce;
    let mut added = bigcommerce.add_coupon(checkout, native).await;
    if added.as_ref().is_err_and(|error| !is_refusal(error)) {
        added = bigcommerce.add_coupon(checkout, native).await;
    }
    match added {
        Ok(checkout) => Ok(Some(checkout)),
        Err(error) if is_refusal(&error) || is_for_the_merchant(&error) => {
            // The shopper can type the code again: it is held for this checkout.
            warn!(%error, %checkout, "the store does not take a coupon");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn is_refusal(error: &BigCommerceError) -> bool {
    matches!(
        error,
        BigCommerceError::Refused { .. } | BigCommerceError::NotFound
    )
}

/// A token that is not good twice is not good in a minute either: no job is to ask on and on.
fn is_for_the_merchant(error: &BigCommerceError) -> bool {
    matches!(
        error,
        BigCommerceError::Unauthorized | BigCommerceError::Forbidden { .. }
    )
}
