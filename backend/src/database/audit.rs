//! The audit log: every change a person makes.

use serde_json::Value;
use sqlx::Row;
use uuid::Uuid;

use super::{
    Database, DatabaseError, Tx,
    stores::{from_json, to_json},
};
use crate::domain::StoreHash;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// Who, such as `cli:alice`.
    pub actor: String,
    /// What, such as `connect`.
    pub action: String,
    /// What of it; never a secret.
    pub details: Value,
}

/// Writes an entry, in the transaction of what it tells of: there is never one without the other.
pub async fn write(
    tx: &mut Tx,
    store: &StoreHash,
    entry: &AuditEntry,
) -> Result<(), DatabaseError> {
    let sql = "INSERT INTO audit_log (id, at, store, actor, action, details) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql)
        .bind(Uuid::now_v7().to_string())
        .bind(entry.at_ms)
        .bind(store.as_str())
        .bind(&entry.actor)
        .bind(&entry.action)
        .bind(to_json(&entry.details, "audit entry")?);
    query.execute(tx.connection()).await?;
    Ok(())
}

impl Database {
    /// The latest entries of a store, newest first.
    pub async fn audit_entries(
        &self,
        store: &StoreHash,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, DatabaseError> {
        let sql = "SELECT at, actor, action, details FROM audit_log WHERE store = $1 \
                   ORDER BY at DESC, id DESC LIMIT $2";
        let query = sqlx::query(sql).bind(store.as_str()).bind(limit);
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        let read = |row: &sqlx::any::AnyRow| {
            Ok(AuditEntry {
                at_ms: row.try_get("at")?,
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                details: from_json(&row.try_get::<String, _>("details")?, "audit entry")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
