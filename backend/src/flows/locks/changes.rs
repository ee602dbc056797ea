//! A lock is read, changed and given up: each change in one transaction with the job that sees it through.

use std::time::Duration;

use crate::{
    context::{Connection, Context},
    database::{
        DatabaseError, Tx,
        jobs::{self, JobKind},
        locks,
    },
    domain::{
        CheckoutId, Hundredths, StoreHash,
        lock::{Lock, LockState, ReleaseReason},
    },
    error::FlowError,
    flows::locks::dropped_codes,
};

/// What BigCommerce was last told of an amount is not known.
pub(crate) const NOT_TOLD: Hundredths = Hundredths(-1);

/// The locks of a checkout, whatever their state.
pub(crate) async fn locks_of(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, DatabaseError> {
    let mut tx = context.database.begin().await?;
    let all = locks::of_checkout(tx.connection(), store, checkout).await?;
    tx.commit().await?;
    Ok(all)
}

/// Writes a change of one lock down; false when it had moved on.
pub(crate) async fn save(
    context: &Context,
    lock: &Lock,
    from: LockState,
) -> Result<bool, DatabaseError> {
    let mut tx = context.database.begin().await?;
    let saved = locks::update(tx.connection(), lock, from).await?;
    tx.commit().await?;
    Ok(saved)
}

/// Asks, in the transaction, for a lock to be released: from here a job sees it through.
///
/// Answers false when the lock is no longer in the state it was read in.
pub(crate) async fn ask_for_release(
    tx: &mut Tx,
    lock: &mut Lock,
    reason: ReleaseReason,
    run_at_ms: i64,
) -> Result<bool, DatabaseError> {
    let from = lock.state;
    let lost = lock.is_taken_apart();
    lock.cut_off_at_ms = lock.newest_cut_off_ms();
    lock.state = LockState::Releasing;
    lock.reason = Some(reason.as_str().to_owned());
    if !locks::update(tx.connection(), lock, from).await? {
        return Ok(false);
    }
    if lost {
        dropped_codes::tell_of(tx, lock, run_at_ms).await?;
    }
    let subject = lock.id.as_str();
    jobs::enqueue(
        tx.connection(),
        &lock.store,
        JobKind::ReleaseLock,
        subject,
        run_at_ms,
        run_at_ms,
    )
    .await?;
    Ok(true)
}

/// The same in a transaction of its own.
pub(crate) async fn give_up(
    context: &Context,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<bool, DatabaseError> {
    give_up_after(context, lock, reason, Duration::ZERO).await
}

/// The same, released not before `wait` is over.
pub(crate) async fn give_up_after(
    context: &Context,
    lock: &mut Lock,
    reason: ReleaseReason,
    wait: Duration,
) -> Result<bool, DatabaseError> {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    let mut tx = context.database.begin().await?;
    let asked = ask_for_release(&mut tx, lock, reason, context.clock.now_ms() + wait).await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(asked)
}

/// The locks an open cart may carry. An order that was not paid leaves its cart open, and the
/// shopper goes on with it.
pub(crate) async fn on_cart(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, FlowError> {
    let mut all = locks_of(context, &connection.store, checkout).await?;
    all.retain(|lock| {
        let may_be = matches!(lock.state, LockState::Held | LockState::Ordered);
        may_be && !lock.is_apart()
    });
    Ok(all)
}
