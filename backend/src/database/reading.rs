//! How far a store's lists of changed orders and of refunds were read.

use sqlx::{AnyConnection, Row};
use strum::{EnumString, IntoStaticStr};

use super::DatabaseError;
use crate::domain::{StoreHash, name_of};

/// A list of BigCommerce's that is read from where the last reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum List {
    /// Orders that changed.
    Orders,
    /// Refunds that were made.
    Refunds,
}

/// How far a list was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Everything that changed before was read, Unix milliseconds.
    pub since_ms: i64,
    /// When the reading under way began; `None` where the last one ended.
    pub began_at_ms: Option<i64>,
    /// What of the reading under way is done: the highest order number, or pages of refunds.
    pub done: i64,
}

/// How far a list was read; `None` where it never was.
pub async fn find(
    connection: &mut AnyConnection,
    store: &StoreHash,
    list: List,
) -> Result<Option<Reading>, DatabaseError> {
    let sql = "SELECT since_ms, began_at_ms, done FROM reading WHERE store = $1 AND list = $2";
    let query = sqlx::query(sql).bind(store.as_str()).bind(name_of(list));
    let Some(row) = query.fetch_optional(connection).await? else {
        return Ok(None);
    };
    Ok(Some(Reading {
        since_ms: row.try_get("since_ms")?,
        began_at_ms: row.try_get("began_at_ms")?,
        done: row.try_get("done")?,
    }))
}

/// Notes how far a list was read: in the transaction that writes down what was found.
pub async fn save(
    connection: &mut AnyConnection,
    store: &StoreHash,
    list: List,
    reading: Reading,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO reading (store, list, since_ms, began_at_ms, done) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (store, list) DO UPDATE SET \
         since_ms = excluded.since_ms, began_at_ms = excluded.began_at_ms, done = excluded.done",
    )
    .bind(store.as_str())
    .bind(name_of(list))
    .bind(reading.since_ms)
    .bind(reading.began_at_ms)
    .bind(reading.done)
    .execute(connection)
    .await?;
    Ok(())
}
