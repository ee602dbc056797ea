//! Jobs that a shopper may be waiting for.

use super::work::job;
use crate::flows::{
    checkout::refresh_checkout::refresh,
    codes::asker::Asker,
    coupons::evict_coupon::evict,
    sessions::release_lock::{release, undo_apply},
};

job!(
    /// Gives up an apply that never became `held`.
    UndoApply, work => undo_apply(work.context, work.connection, &work.lock()?).await
);
job!(
    /// Releases a lock.
    ReleaseLock, work => release(work.context, work.connection, &work.lock()?).await
);
job!(
    /// Brings a checkout's codes up to date.
    RefreshCheckout, work => {
        let cart = work.cart()?;
        refresh(work.context, work.connection, &cart, Asker::Job).await.map(drop)
    }
);
job!(
    /// Takes coupons of ours off a cart that they were not made for.
    EvictCoupon, work => evict(work.context, work.connection, &work.cart()?).await
);
