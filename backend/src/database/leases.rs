//! One piece of work at a time for a checkout, whichever replica does it.
//!
//! A lease ends by itself, so that a killed process blocks nobody for long; whoever works longer
//! than its lease must not go on.

use sqlx::AnyConnection;

use super::DatabaseError;
use crate::domain::{CheckoutId, StoreHash};

/// Takes the checkout's lease for `owner` if nobody has it at `now_ms`.
pub async fn take(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
    now_ms: i64,
    until_ms: i64,
) -> Result<bool, DatabaseError> {
    let done = sqlx::query(
        "INSERT INTO checkout_leases (store, checkout, owner, until_ms) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (store, checkout) DO UPDATE SET owner = excluded.owner, \
         until_ms = excluded.until_ms WHERE checkout_leases.until_ms <= $5",
    )
    .bind(store.as_str())
    .bind(checkout.as_str())
    .bind(owner)
    .bind(until_ms)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives the lease back.
pub async fn give_back(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
) -> Result<(), DatabaseError> {
    sqlx::query("DELETE FROM checkout_leases WHERE store = $1 AND checkout = $2 AND owner = $3")
        .bind(store.as_str())
        .bind(checkout.as_str())
        .bind(owner)
        .execute(connection)
        .await?;
    Ok(())
}
