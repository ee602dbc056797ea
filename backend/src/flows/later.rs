//! What is done later: a job is asked for, or an error says when to come back.

use std::time::Duration;

use sqlx::AnyConnection;

use crate::{
    context::Context,
    database::{
        DatabaseError, Tx,
        jobs::{self, JobKind},
    },
    domain::{OrderId, StoreHash, lock::Lock},
    error::FlowError,
};

/// When the job looks that follows up a change cut off in the middle.
pub(crate) const FOLLOW_UP_MS: i64 = 60_000;

/// An error before that moment: a job is tried again then.
pub(crate) fn not_before(context: &Context, at_ms: i64) -> Result<(), FlowError> {
    match u64::try_from(at_ms - context.clock.now_ms()) {
        Ok(left) if left > 0 => Err(FlowError::NotYet(Duration::from_millis(left))),
        _ => Ok(()),
    }
}

/// Asks for a job in a transaction of its own.
pub(crate) async fn ask_for(
    context: &Context,
    store: &StoreHash,
    kind: JobKind,
    subject: &str,
    run_at_ms: i64,
) -> Result<(), DatabaseError> {
    let mut tx = context.database.begin().await?;
    jobs::enqueue(
        tx.connection(),
        store,
        kind,
        subject,
        run_at_ms,
        context.clock.now_ms(),
    )
    .await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

/// Asks, in the transaction, for the native part of a lock that is over to end.
pub(crate) async fn clean_up_later(
    context: &Context,
    tx: &mut Tx,
    lock: &Lock,
) -> Result<(), DatabaseError> {
    let (now, subject) = (context.clock.now_ms(), lock.id.as_str());
    let kind = JobKind::CleanUpNative;
    jobs::enqueue(tx.connection(), &lock.store, kind, subject, now, now).await
}

/// Asks for an order to be looked at now, in a transaction of its own.
pub(crate) async fn process_now(
    context: &Context,
    store: &StoreHash,
    order: OrderId,
) -> Result<(), DatabaseError> {
    let (kind, now) = (JobKind::ProcessOrder, context.clock.now_ms());
    ask_for(context, store, kind, &order.to_string(), now).await
}

/// Asks for an order to be looked at.
pub(crate) async fn process_later(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
    run_at_ms: i64,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    let subject = order.to_string();
    jobs::enqueue(
        connection,
        store,
        JobKind::ProcessOrder,
        &subject,
        run_at_ms,
        now_ms,
    )
    .await
}
