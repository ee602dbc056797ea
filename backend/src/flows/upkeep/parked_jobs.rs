//! An operator looks at parked jobs, and asks for them again.

use serde_json::json;

use crate::{
    context::Context,
    database::{
        DatabaseError,
        audit::{self, AuditEntry},
        jobs::{self, ParkedJob},
    },
    domain::StoreHash,
};

/// What is asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The job with this id.
    One(String),
    /// Every parked one.
    All,
}

/// The parked jobs, and the chores that failed.
pub async fn list(context: &Context) -> Result<Vec<ParkedJob>, DatabaseError> {
    let mut reading = context.database.read().await?;
    let all = jobs::parked(&mut reading).await?;
    drop(reading);
    Ok(all)
}

/// Asks for parked jobs again; answers how many.
pub async fn ask_again(
    context: &Context,
    which: &Which,
    actor: &str,
) -> Result<usize, DatabaseError> {
    let now = context.clock.now_ms();
    let mut asked = 0;
    let mut tx = context.database.begin().await?;
    for job in jobs::parked(tx.connection()).await? {
        let is_meant = *which == Which::All || *which == Which::One(job.id.clone());
        if !is_meant || !jobs::unpark(tx.connection(), &job.id, now).await? {
            continue;
        }
        asked += 1;
        let entry = AuditEntry {
            at_ms: now,
            actor: actor.to_owned(),
            action: "job_again".to_owned(),
            details: json!({ "kind": job.kind, "subject": job.subject, "reason": job.reason }),
        };
        if let Ok(store) = StoreHash::parse(&job.store) {
            audit::write(&mut tx, &store, &entry).await?;
        }
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(asked)
}
