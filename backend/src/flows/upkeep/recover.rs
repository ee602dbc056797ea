//! After a crash.

use tracing::info;

use crate::{context::Context, error::FlowError, store::recovery};

/// Frees what a killed process held.
///
/// Only where this is the one process that works on the database, which is so with SQLite: there
/// nobody else can be in the middle of anything. With several replicas leases end by their time.
pub async fn recover(context: &Context) -> Result<(), FlowError> {
    if !context.store.is_single_process() {
        return Ok(());
    }
    let mut tx = context.store.begin().await?;
    let freed = recovery::free_all(tx.connection(), context.clock.now_ms()).await?;
    tx.commit().await?;
    if freed > 0 {
        info!(freed, "work of the process before this one goes on");
    }
    Ok(())
}
