//! How every look at the codes of an open checkout begins, whoever asks for it.

use crate::{
    bigcommerce::Checkout,
    context::Connection,
    domain::{
        lock::{Lock, LockKind},
        snapshot::Snapshot,
    },
    error::FlowError,
    flows::{
        cart::describe_cart::describe,
        locks::{cart_context::Cart, leased::Leased},
    },
};

/// A checkout in Voucherify's terms, with what is known of its store.
pub(crate) struct Opening<'a> {
    work: &'a Leased<'a>,
    connection: &'a Connection,
    checkout: &'a Checkout,
    snapshot: Snapshot,
}

impl<'a> Opening<'a> {
    /// Describes a checkout.
    pub(crate) async fn of(
        work: &'a Leased<'a>,
        connection: &'a Connection,
        checkout: &'a Checkout,
    ) -> Result<Self, FlowError> {
        Ok(Self {
            work,
            connection,
            checkout,
            snapshot: describe(work.context, connection, checkout).await?,
        })
    }

    /// The checkout for codes to be judged by.
    pub(crate) fn cart(&self) -> Cart<'_> {
        Cart {
            context: self.work.context,
            connection: self.connection,
            work: self.work,
            checkout: self.checkout,
            snapshot: &self.snapshot,
            one_rule: self.work.one_rule(),
        }
    }

    /// The locks that it may carry: coupons, and certificates.
    pub(crate) async fn locks(&self) -> Result<(Vec<Lock>, Vec<Lock>), FlowError> {
        let all = self.work.on_cart().await?;
        let is_coupon = |lock: &Lock| lock.kind == LockKind::Coupon;
        Ok(all.into_iter().partition(is_coupon))
    }
}

/// Whether the checkout shows a coupon: what it takes off is in the sums then.
pub(crate) fn is_counted(checkout: &Checkout, lock: &Lock) -> bool {
    let mut shown = checkout.coupons.iter();
    shown.any(|coupon| lock.native_code.is(&coupon.code))
}
