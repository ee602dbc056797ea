//! Whether a checkout is open still.

use super::FlowError;
use crate::{
    bigcommerce::{BigCommerceError, Checkout},
    context::Connection,
    domain::{
        CheckoutId,
        order::{Standing, is_unfinished, standing},
    },
};

/// What there is of a checkout.
#[derive(Debug)]
pub(super) enum Found {
    /// It can be changed and ordered.
    Open(Box<Checkout>),
    /// It became an order.
    Ordered,
    /// The store has no such checkout (any more).
    Gone,
}

impl Found {
    /// The checkout, if it is open.
    pub(super) fn open(self) -> Option<Checkout> {
        match self {
            Self::Open(checkout) => Some(*checkout),
            Self::Ordered | Self::Gone => None,
        }
    }
}

/// Reads a checkout. One whose payment failed may name the order that this left, and is open all
/// the same.
pub(super) async fn find(connection: &Connection, id: &CheckoutId) -> Result<Found, FlowError> {
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
