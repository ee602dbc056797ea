//! At start-up: what a killed process held is freed.

use tracing::info;

use crate::{context::Context, database::recovery, error::FlowError};

/// Frees what a killed process held.
///
/// Only where no other process works on the database, which is known with SQLite: then nobody can be in
/// the middle of anything. Else leases end by their time, within a minute.
pub async fn recover(context: &Context) -> Result<(), FlowError> {
    let Some(_alone) = context.database.alone() else {
        return Ok(());
    };
    let mut tx = context.database.begin().await?;
    let freed = recovery::free_all(tx.connection(), context.clock.now_ms()).await?;
    tx.commit().await?;
    if freed > 0 {
        info!(freed, "work of the process before this one goes on");
    }
    Ok(())
}
