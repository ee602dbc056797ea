//! Codes that a job took off, until a page is told of them.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    DatabaseError,
    stores::{from_json, to_json},
};
use crate::domain::{CheckoutId, Code, StoreHash, messages::Refusal};

/// A code that a job took off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedCode {
    /// The typed code.
    pub code: Code,
    /// Its native code, if that is gone with it; empty if it lives on by other codes.
    pub native_code: String,
    /// Why it no longer holds.
    pub refusal: Refusal,
    /// When, in Unix milliseconds.
    pub dropped_at_ms: i64,
}

/// Writes one down; what was known of the same code is out of date.
pub async fn put(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    dropped: &DroppedCode,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO dropped_codes (store, checkout, code, native_code, refusal, dropped_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store, checkout, code) \
         DO UPDATE SET native_code = excluded.native_code, refusal = excluded.refusal, \
         dropped_at_ms = excluded.dropped_at_ms",
    )
    .bind(store.as_str())
    .bind(checkout.as_str())
    .bind(dropped.code.as_str())
    .bind(&dropped.native_code)
    .bind(to_json(&dropped.refusal, "refusal")?)
    .bind(dropped.dropped_at_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of a checkout, the earliest first.
pub async fn of_checkout(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<Vec<DroppedCode>, DatabaseError> {
    let query = sqlx::query(
        "SELECT code, native_code, refusal, dropped_at_ms FROM dropped_codes \
         WHERE store = $1 AND checkout = $2",
    );
    let query = query.bind(store.as_str()).bind(checkout.as_str());
    let rows = query.fetch_all(connection).await?;
    let dropped: Result<Vec<DroppedCode>, DatabaseError> = rows.iter().map(read).collect();
    let mut dropped = dropped?;
    // Sorted here: in the order of time SQLite would read those of all checkouts.
    dropped.sort_by(|one, other| {
        let by_code = || one.code.as_str().cmp(other.code.as_str());
        let by_time = one.dropped_at_ms.cmp(&other.dropped_at_ms);
        by_time.then_with(by_code)
    });
    Ok(dropped)
}

/// Takes one out, as it was read: it is told once.
pub async fn take_out(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    dropped: &DroppedCode,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "DELETE FROM dropped_codes WHERE store = $1 AND checkout = $2 AND code = $3 \
         AND dropped_at_ms = $4",
    );
    query
        .bind(store.as_str())
        .bind(checkout.as_str())
        .bind(dropped.code.as_str())
        .bind(dropped.dropped_at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<DroppedCode, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let code = Code::parse(&text("code")?);
    Ok(DroppedCode {
        code: code.map_err(|_| DatabaseError::Unreadable("dropped code"))?,
        native_code: text("native_code")?,
        refusal: from_json(&text("refusal")?, "refusal")?,
        dropped_at_ms: row.try_get("dropped_at_ms")?,
    })
}
