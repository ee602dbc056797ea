//! One piece of work at a time for a checkout, and none abandoned halfway by a closed connection.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
    time::Duration,
};

use futures_util::FutureExt as _;
use tracing::warn;
use uuid::Uuid;

use crate::{
    context::Context,
    database::leases,
    domain::{CheckoutId, StoreHash},
    error::FlowError,
};

/// How long a lease lasts: a killed replica's work blocks its checkout this long at most.
const LEASE: Duration = Duration::from_secs(45);
/// Work ends before its lease does.
const LIMIT: Duration = Duration::from_secs(40);
const RETRY_EVERY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(3);

/// Runs `work` while nobody else works on the checkout.
pub(crate) async fn exclusively<T>(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
    work: impl Future<Output = Result<T, FlowError>> + Send,
) -> Result<T, FlowError> {
    let owner = Uuid::now_v7().to_string();
    take(context, store, checkout, &owner).await?;
    let work = AssertUnwindSafe(tokio::time::timeout(LIMIT, work)).catch_unwind();
    let result = work.await;
    if let Err(error) = give_back(context, store, checkout, &owner).await {
        // The lease ends by itself; the work's own result is what matters.
        warn!(%error, %checkout, "a checkout's lease could not be given back");
    }
    match result {
        Ok(done) => done.unwrap_or(Err(FlowError::TooSlow)),
        // The checkout is free again; what becomes of the panic, whoever asked for the work says.
        Err(panic) => resume_unwind(panic),
    }
}

async fn take(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
) -> Result<(), FlowError> {
    let lease_ms = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
    let tries = PATIENCE.as_millis() / RETRY_EVERY.as_millis();
    for _ in 0..tries {
        let now = context.clock.now_ms();
        let mut tx = context.database.begin().await?;
        let connection = tx.connection();
        let taken = leases::take(connection, store, checkout, owner, now, now + lease_ms).await?;
        tx.commit().await?;
        if taken {
            return Ok(());
        }
        context.clock.sleep(RETRY_EVERY).await;
    }
    Err(FlowError::Busy)
}

async fn give_back(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    leases::give_back(tx.connection(), store, checkout, owner).await?;
    tx.commit().await?;
    Ok(())
}

/// Runs a flow to its end even when the browser that asked goes away: actix drops the future of a
/// request whose connection closes.
pub async fn detached<T: Send + 'static>(
    flow: impl Future<Output = Result<T, FlowError>> + Send + 'static,
) -> Result<T, FlowError> {
    tokio::spawn(flow).await.unwrap_or_else(|error| {
        Err(FlowError::NeedsPerson(format!(
            "a flow ended abnormally: {error}"
        )))
    })
}
