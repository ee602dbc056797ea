//! Webhooks as received.

use sqlx::AnyConnection;

use super::DatabaseError;
use crate::domain::StoreHash;

/// Writes a webhook down; false when the same delivery (by its `webhook-id`) is there already.
pub async fn insert(
    connection: &mut AnyConnection,
    store: &StoreHash,
    delivery: &str,
    scope: &str,
    body: &str,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query(
        "INSERT INTO inbox (store, delivery, scope, body, received_at_ms) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (store, delivery) DO NOTHING",
    )
    .bind(store.as_str())
    .bind(delivery)
    .bind(scope)
    .bind(body)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
