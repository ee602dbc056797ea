//! What a process that was killed leaves behind.

use sqlx::AnyConnection;

use super::{DatabaseError, checkouts};

/// Ends every lease, and has applies that were cut off undone now. Answers how many were freed.
pub async fn free_all(connection: &mut AnyConnection, now_ms: i64) -> Result<u64, DatabaseError> {
    let leases = checkouts::free_all(&mut *connection).await?;
    let jobs = sqlx::query(
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, \
         run_at_ms = CASE WHEN run_at_ms = lease_until_ms THEN $1 ELSE run_at_ms END \
         WHERE lease_owner IS NOT NULL",
    );
    let jobs = jobs.bind(now_ms).execute(&mut *connection).await?;
    let applies = sqlx::query(
        "UPDATE jobs SET run_at_ms = $1 WHERE kind IN ('undo_apply', 'refresh_checkout') \
         AND state = 'waiting' AND run_at_ms > $1",
    );
    let applies = applies.bind(now_ms).execute(connection).await?;
    Ok(leases + jobs.rows_affected() + applies.rows_affected())
}
