//! The protocol of every change of what the session of a cart's codes holds, coupons or cards.
//!
//! 1. Begin: what waits for an order leaves the session. What is about to be held is gathered to be written
//!    down, with the job that finishes or undoes what is cut off.
//! 2. Write down, then ask Voucherify, then tell BigCommerce.
//! 3. End, well or not. After a change that was cut off, a late request of it may still change the session:
//!    until then the checkout is not done, and the job that follows it up looks at it again.

use crate::{
    domain::{
        Code, SessionKey,
        lock::{Coupon, Lock, LockState},
    },
    error::FlowError,
    flows::{
        locks::{
            cart_context::Cart,
            lock_steps::{cut_off_at_ms, new_lock},
        },
        sessions::leave_session::make_way,
    },
};

/// A change that has begun.
pub(crate) struct SessionChange {
    key: SessionKey,
    cut_off_at_ms: Option<i64>,
    began_at_ms: i64,
    /// The `applying` lock of a cart that had none.
    pub(crate) intent: Option<Lock>,
}

impl SessionChange {
    /// What waits for an order leaves the session, and the change begins. Where there are no locks, `new` are
    /// all codes that may be held in the end, however the entry is read. The caller writes it down.
    pub(crate) async fn begin(
        cart: Cart<'_>,
        locks: &[Lock],
        new: &[Code],
        key: &SessionKey,
    ) -> Result<Self, FlowError> {
        make_way(cart, key, locks).await?;
        let are_held = locks.iter().any(|lock| lock.state != LockState::Applying);
        let began_at_ms = cart.work.begin(are_held);
        let first = new.first().filter(|_| locks.is_empty());
        let intent = first.map(|first| {
            let (context, connection) = (cart.context, cart.connection);
            let mut lock = new_lock(context, connection, cart.checkout, first, key.clone());
            lock.coupons = new.iter().map(Coupon::new).collect();
            cart.stage_applying(&lock);
            lock
        });
        Ok(Self {
            key: key.clone(),
            cut_off_at_ms: cut_off_at_ms(cart),
            began_at_ms,
            intent,
        })
    }

    /// Whether a request of an earlier change may still arrive.
    pub(crate) fn is_after_cut_off(&self) -> bool {
        self.cut_off_at_ms.is_some()
    }

    /// The locks are what the session holds. What BigCommerce is not known to have been told, and what a late
    /// request may undo, is looked at again.
    pub(crate) fn succeeded(&self, cart: Cart<'_>, locks: &[Lock]) {
        if let Some(at_ms) = self.cut_off_at_ms {
            cart.work.end_open(at_ms);
            if !locks.is_empty() {
                cart.stage_look_again(at_ms);
            }
            return;
        }
        if !locks.iter().all(Lock::is_told) {
            cart.work.end_open(self.began_at_ms);
            cart.stage_look_again(cart.context.clock.now_ms());
            return;
        }
        cart.work.end_well(&self.key);
    }

    /// It failed. A request that got no answer may still be under way.
    pub(crate) fn failed(&self, cart: Cart<'_>, error: &FlowError) {
        if error.may_have_happened() {
            cart.work.may_arrive_late();
        } else if !self.is_after_cut_off() {
            cart.work.fail();
        }
    }
}
