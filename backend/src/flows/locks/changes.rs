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
        CheckoutId, StoreHash,
        lock::{Lock, ReleaseReason},
    },
    error::FlowError,
    flows::locks::{dropped_codes, gathered::is_on_cart},
};

/// The locks of a checkout, whatever their state.
pub(crate) async fn locks_of(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, DatabaseError> {
    let mut connection = context.database.read().await?;
    locks::of_checkout(&mut connection, store, checkout).await
}

/// Writes a change of one lock down; an error when somebody else changed it since it was read.
pub(crate) async fn save(context: &Context, lock: &mut Lock) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    if !locks::put(tx.connection(), lock).await? {
        return Err(FlowError::Busy);
    }
    tx.commit().await?;
    Ok(())
}

/// Asks, in the transaction, for a lock to be released: from here a job sees it through.
///
/// Answers false when somebody else changed the lock since it was read.
pub(crate) async fn ask_for_release(
    tx: &mut Tx,
    lock: &mut Lock,
    reason: ReleaseReason,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    ask_for_release_at(tx, lock, reason, now_ms, now_ms).await
}

async fn ask_for_release_at(
    tx: &mut Tx,
    lock: &mut Lock,
    reason: ReleaseReason,
    now_ms: i64,
    run_at_ms: i64,
) -> Result<bool, DatabaseError> {
    let lost = lock.is_taken_apart;
    lock.give_up(reason, now_ms);
    lock.is_taken_apart = false;
    if !locks::put(tx.connection(), lock).await? {
        return Ok(false);
    }
    if lost {
        dropped_codes::tell_of(tx, lock, run_at_ms).await?;
    }
    let (kind, subject) = (JobKind::ReleaseLock, lock.id.as_str());
    jobs::enqueue(
        tx.connection(),
        &lock.store,
        kind,
        subject,
        run_at_ms,
        run_at_ms,
    )
    .await?;
    Ok(true)
}

/// The same in a transaction of its own; an error when somebody else changed the lock since it was read.
pub(crate) async fn give_up(
    context: &Context,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<(), FlowError> {
    give_up_after(context, lock, reason, Duration::ZERO).await
}

/// The same, released not before `wait` is over.
pub(crate) async fn give_up_after(
    context: &Context,
    lock: &mut Lock,
    reason: ReleaseReason,
    wait: Duration,
) -> Result<(), FlowError> {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await?;
    if !ask_for_release_at(&mut tx, lock, reason, now, now + wait).await? {
        return Err(FlowError::Busy);
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

/// The locks an open cart may carry, read while others may work on it.
pub(crate) async fn on_cart(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, FlowError> {
    let mut all = locks_of(context, &connection.store, checkout).await?;
    all.retain(is_on_cart);
    Ok(all)
}
