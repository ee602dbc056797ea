//! What an order of the shop is called at Voucherify.
//!
//! It may be several orders there: the codes of a second redemption would be judged by the order as the
//! first left it, so what gift cards pay are orders of their own. Only the order itself counts.

use crate::{
    context::Connection,
    domain::{
        OrderId,
        lock::{Lock, LockKind},
        order::{Order, OrderStatus},
    },
};

/// The name of an order, and of the one at Voucherify that codes of it are redeemed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderNames {
    /// The order itself.
    pub(crate) whole: String,
    /// The order that a redemption is of: the same, or one for what gift cards paid.
    pub(crate) redeemed: String,
}

impl OrderNames {
    /// Gift cards that came from another checkout than the order's own are an order of their own once
    /// more.
    pub(crate) fn of_lock(connection: &Connection, order: &Order, lock: &Lock) -> Self {
        let whole = source_id(connection, order.id);
        let redeemed = match lock.kind {
            LockKind::Coupon => whole.clone(),
            LockKind::Certificate if order.is_of_cart_of(lock) => format!("{whole}-gift-cards"),
            LockKind::Certificate => format!("{whole}-gift-cards-{}", lock.checkout),
        };
        Self { whole, redeemed }
    }

    /// What the order that the redemption is of has to be.
    pub(crate) fn status(&self) -> OrderStatus {
        if self.redeemed == self.whole {
            OrderStatus::Paid
        } else {
            OrderStatus::Created
        }
    }
}

/// The source id of an order. Where several stores share a project, it has the store's name too.
pub(crate) fn source_id(connection: &Connection, order: OrderId) -> String {
    if connection.settings.prefix_orders {
        format!("{}-{order}", connection.store)
    } else {
        order.to_string()
    }
}
