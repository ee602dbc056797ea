//! What was learnt of a store by watching it, because no document says it.

use sqlx::{AnyConnection, Row};

use super::DatabaseError;
use crate::domain::{Fact, StoreHash, name_of};

/// Writes one down; known already is fine.
pub async fn learn(
    connection: &mut AnyConnection,
    store: &StoreHash,
    fact: Fact,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "INSERT INTO store_facts (store, fact, learnt_at_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (store, fact) DO NOTHING",
    );
    let query = query.bind(store.as_str()).bind(name_of(fact)).bind(now_ms);
    query.execute(connection).await?;
    Ok(())
}

/// Whether it is known.
pub async fn is_known(
    connection: &mut AnyConnection,
    store: &StoreHash,
    fact: Fact,
) -> Result<bool, DatabaseError> {
    let query = sqlx::query("SELECT fact FROM store_facts WHERE store = $1 AND fact = $2");
    let query = query.bind(store.as_str()).bind(name_of(fact));
    Ok(query.fetch_optional(connection).await?.is_some())
}

/// Everything that is known of a store.
pub async fn known(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<Vec<Fact>, DatabaseError> {
    let query = sqlx::query("SELECT fact FROM store_facts WHERE store = $1 ORDER BY fact");
    let rows = query.bind(store.as_str()).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let name: String = row.try_get("fact")?;
            name.parse().map_err(|_| DatabaseError::Unreadable("fact"))
        })
        .collect()
}

/// Forgets one; unknown is fine.
pub async fn forget(
    connection: &mut AnyConnection,
    store: &StoreHash,
    fact: Fact,
) -> Result<(), DatabaseError> {
    let query = sqlx::query("DELETE FROM store_facts WHERE store = $1 AND fact = $2");
    let query = query.bind(store.as_str()).bind(name_of(fact));
    query.execute(connection).await?;
    Ok(())
}
