//! Stores that were disconnected. What is known of their orders is kept for a time: should one be connected again,
//! what is owed is given back.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::DatabaseError;
use crate::domain::StoreHash;

/// Writes down that a store has left.
pub async fn put(
    connection: &mut AnyConnection,
    store: &StoreHash,
    left_at_ms: i64,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "INSERT INTO left_stores (store, left_at_ms) VALUES ($1, $2) \
         ON CONFLICT (store) DO UPDATE SET left_at_ms = excluded.left_at_ms",
    );
    let query = query.bind(store.as_str()).bind(left_at_ms);
    query.execute(connection).await?;
    Ok(())
}

/// A store is connected again.
pub async fn remove(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<(), DatabaseError> {
    let query = sqlx::query("DELETE FROM left_stores WHERE store = $1").bind(store.as_str());
    query.execute(connection).await?;
    Ok(())
}

/// All of them.
pub async fn all(connection: &mut AnyConnection) -> Result<Vec<StoreHash>, DatabaseError> {
    let query = sqlx::query("SELECT store FROM left_stores ORDER BY store");
    let rows = query.fetch_all(connection).await?;
    let read = |row: &sqlx::any::AnyRow| {
        let hash: String = row.try_get("store")?;
        StoreHash::parse(&hash).map_err(|_| DatabaseError::Unreadable("store hash"))
    };
    rows.iter().map(read).collect()
}

/// Whether a store left before `before_ms`. Until the transaction ends, nobody connects it again.
pub async fn left_before(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
) -> Result<bool, DatabaseError> {
    let query =
        sqlx::query("UPDATE left_stores SET store = store WHERE store = $1 AND left_at_ms < $2");
    let query = query.bind(store.as_str()).bind(before_ms);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// Forgets that a store ever was, with the last chore that is done for it; not while the audit log tells of it.
pub async fn forget(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "DELETE FROM left_stores WHERE store = $1 \
         AND NOT EXISTS (SELECT 1 FROM audit_log WHERE audit_log.store = left_stores.store)",
    );
    let done = query.bind(store.as_str()).execute(&mut *connection).await?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    for table in ["jobs", "job_turns"] {
        let sql = format!("DELETE FROM {table} WHERE store = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(store.as_str());
        query.execute(&mut *connection).await?;
    }
    Ok(())
}
