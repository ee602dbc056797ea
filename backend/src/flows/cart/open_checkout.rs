//! Whether a checkout is open still.

use crate::{
    bigcommerce::{BigCommerceError, Checkout},
    context::Connection,
    domain::{
        CheckoutId,
        lock::{Lock, LockKind},
        order::{Standing, is_unfinished, standing},
    },
    error::FlowError,
};

/// What there is of a checkout.
#[derive(Debug)]
pub(crate) enum Found {
    /// It can be changed and ordered.
    Open(Box<Checkout>),
    /// It became an order.
    Ordered,
    /// The store has no such checkout (any more).
    Gone,
}

impl Found {
    /// The checkout, if it is open.
    pub(crate) fn open(self) -> Option<Checkout> {
        match self {
            Self::Open(checkout) => Some(*checkout),
            Self::Ordered | Self::Gone => None,
        }
    }
}

/// Reads a checkout. One whose payment failed may name the order that this left, and is open all
/// the same.
pub(crate) async fn find(connection: &Connection, id: &CheckoutId) -> Result<Found, FlowError> {
    let checkout = match connection.bigcommerce.checkout(id).await {
        Ok(checkout) => checkout,
        Err(BigCommerceError::NotFound) => return Ok(Found::Gone),
        Err(error) => return Err(error.into()),
    };
    let Some(order) = checkout.order_id else {
        return Ok(Found::Open(Box::new(checkout)));
    };
    let order = match connection.bigcommerce.order(order).await {
        Ok(order) => order,
        Err(BigCommerceError::NotFound) => return Ok(Found::Open(Box::new(checkout))),
        Err(error) => return Err(error.into()),
    };
    let failed = is_unfinished(order.status_id)
        || standing(order.status_id, &order.payment_status) == Standing::Void;
    Ok(if failed {
        Found::Open(Box::new(checkout))
    } else {
        Found::Ordered
    })
}

/// Whether the cart is open still and carries the code: a declined payment may be tried again.
pub(crate) async fn is_on_open_cart(
    connection: &Connection,
    lock: &Lock,
) -> Result<bool, FlowError> {
    let found = find(connection, &lock.checkout).await?;
    let Some(checkout) = found.open() else {
        return Ok(false);
    };
    // What certificates it carries is not told.
    let mut codes = checkout.coupons.iter().map(|coupon| &coupon.code);
    Ok(lock.kind == LockKind::Certificate || codes.any(|code| lock.native_code.is(code)))
}
