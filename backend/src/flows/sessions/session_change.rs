//! A change of what the session of a cart's codes holds.
//!
//! It is written down before Voucherify is asked, so that a job finishes or undoes what is cut off. After
//! one that was cut off, a late request of it may still change the session: until then the locks keep
//! their mark, and the job that follows it up looks at them again.

use crate::{
    database::locks,
    domain::{
        Code, SessionKey,
        lock::{Coupon, Lock},
    },
    error::FlowError,
    flows::{
        cart::cart_context::Cart,
        locks::lock_steps::{
            cut_off_at_ms, follow_up, keep_watch, look_again, new_lock, nothing_is_under_way,
            nothing_to_follow_up, settle_later,
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
    /// What waits for an order leaves the session; the locks that stay get a mark. Where there are none,
    /// `new` are all codes that may be held in the end, however the entry is read.
    pub(crate) async fn begin(
        cart: Cart<'_>,
        locks: &mut [Lock],
        new: &[Code],
        key: &SessionKey,
    ) -> Result<Self, FlowError> {
        make_way(cart, key, locks).await?;
        let cut_off_at_ms = cut_off_at_ms(cart, key).await?;
        let began_at_ms = cart.context.clock.now_ms();
        Ok(Self {
            key: key.clone(),
            cut_off_at_ms,
            began_at_ms,
            intent: write_down(cart, locks, new, key).await?,
        })
    }

    /// Whether a request of an earlier change may still arrive.
    pub(crate) fn is_after_cut_off(&self) -> bool {
        self.cut_off_at_ms.is_some()
    }

    /// The locks are what the session holds: the marks are taken off, unless a late request may come.
    pub(crate) async fn succeeded(
        &self,
        cart: Cart<'_>,
        locks: &mut [Lock],
    ) -> Result<(), FlowError> {
        match self.cut_off_at_ms {
            Some(at_ms) => keep_watch(cart, locks, at_ms).await,
            None => settled(cart, locks, self.began_at_ms).await,
        }
    }

    /// It failed. A request that got no answer may still be under way.
    pub(crate) async fn failed(&self, cart: Cart<'_>, error: &FlowError) -> Result<(), FlowError> {
        if self.is_after_cut_off() || error.may_have_happened() {
            return Ok(());
        }
        nothing_is_under_way(cart, &self.key).await
    }
}

/// So that a crash leaves a trace to clean up.
async fn write_down(
    cart: Cart<'_>,
    locks: &mut [Lock],
    new: &[Code],
    key: &SessionKey,
) -> Result<Option<Lock>, FlowError> {
    let context = cart.context;
    let mut tx = context.database.begin().await?;
    let mut intent = None;
    for lock in locks.iter_mut() {
        lock.reason = Some(cart.mark().to_owned());
        lock.checked_at_ms = context.clock.now_ms();
        locks::update(tx.connection(), lock, lock.state).await?;
    }
    if !locks.is_empty() {
        follow_up(cart, &mut tx).await?;
    } else if let Some(first) = new.first() {
        let mut lock = new_lock(context, cart.connection, cart.checkout, first, key.clone());
        lock.coupons = new.iter().map(Coupon::new).collect();
        locks::insert(tx.connection(), &lock).await?;
        settle_later(context, &mut tx, &lock).await?;
        intent = Some(lock);
    }
    tx.commit().await?;
    Ok(intent)
}

/// Nothing was cut off: the marks are taken off, and the job that would follow it up. What BigCommerce is
/// not known to have been told keeps its mark, and is followed up.
async fn settled(cart: Cart<'_>, locks: &mut [Lock], began_at_ms: i64) -> Result<(), FlowError> {
    let mut all_told = true;
    let mut tx = cart.context.database.begin().await?;
    for lock in locks.iter_mut().filter(|lock| lock.is_settling()) {
        if lock.native_discount != lock.discount {
            all_told = false;
            continue;
        }
        lock.reason = None;
        locks::update(tx.connection(), lock, lock.state).await?;
    }
    if all_told {
        nothing_to_follow_up(cart, &mut tx, began_at_ms).await?;
    } else {
        let (context, store) = (cart.context, &cart.connection.store);
        look_again(context, &mut tx, store, &cart.checkout.id).await?;
    }
    tx.commit().await?;
    Ok(())
}
