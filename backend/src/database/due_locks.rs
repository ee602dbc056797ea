//! Locks of which a time is over. The sweep looks at them.

use sqlx::{AnyConnection, AssertSqlSafe};

use super::{
    DatabaseError,
    locks::{COLUMNS, read_all},
};
use crate::domain::{StoreHash, lock::Lock};

/// How many of the locks that wait are asked for at once, and when.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// How many have their turn.
    pub locks: i64,
    /// When it is, Unix milliseconds.
    pub at_ms: i64,
}

/// Held locks whose time was up before `now_ms`, the longest over first.
pub async fn expired(
    connection: &mut AnyConnection,
    store: &StoreHash,
    now_ms: i64,
    limit: i64,
) -> Result<Vec<Lock>, DatabaseError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM locks WHERE store = $1 AND state = 'held' AND ends_at_ms <= $2 \
         ORDER BY ends_at_ms LIMIT $3"
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(store.as_str());
    let rows = query.bind(now_ms).bind(limit).fetch_all(connection).await?;
    read_all(&rows)
}

/// Held locks whose checkout nobody has looked at since `before_ms`.
pub async fn unchecked(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
    turn: Turn,
) -> Result<Vec<Lock>, DatabaseError> {
    let held = "state = 'held'";
    waiting(connection, store, held, "checked_at_ms", before_ms, turn).await
}

/// Locks that wait for an order, for its payment or a word of its coupons, whose session would end
/// before `before_ms`.
pub async fn ordered_ending(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
    turn: Turn,
) -> Result<Vec<Lock>, DatabaseError> {
    // Both states first, for the index.
    let ordered = "state IN ('ordered', 'needs_person') AND (state = 'ordered' \
         OR apart IN ('order_coupons_unknown', 'order_not_found'))";
    let column = "session_ends_at_ms";
    waiting(connection, store, ordered, column, before_ms, turn).await
}

/// Locks whose apply or release should be over: begun before `before_ms`.
pub async fn stuck(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
    turn: Turn,
) -> Result<Vec<Lock>, DatabaseError> {
    let under_way = "state IN ('applying', 'releasing')";
    let column = "state_since_ms";
    waiting(connection, store, under_way, column, before_ms, turn).await
}

/// Locks of which a time is over, as many as have their turn (`turns`): those first that were asked for
/// longest ago, and of those the longest over.
async fn waiting(
    connection: &mut AnyConnection,
    store: &StoreHash,
    condition: &'static str,
    column: &'static str,
    until_ms: i64,
    turn: Turn,
) -> Result<Vec<Lock>, DatabaseError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM locks WHERE store = $1 AND {condition} AND {column} <= $2 \
         ORDER BY asked_at_ms, {column}, id LIMIT $3"
    );
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(until_ms);
    let rows = query.bind(turn.locks).fetch_all(&mut *connection).await?;
    let locks = read_all(&rows)?;
    for lock in &locks {
        let query = sqlx::query("UPDATE locks SET asked_at_ms = $1 WHERE id = $2");
        let query = query.bind(turn.at_ms).bind(lock.id.as_str());
        query.execute(&mut *connection).await?;
    }
    Ok(locks)
}
