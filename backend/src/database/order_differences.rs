//! Orders that are not what their codes were validated for, with both sides.

use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};
use strum::{EnumString, IntoStaticStr};

use super::{
    DatabaseError,
    stores::{from_json, to_json},
    turns::{self, Waiting},
};
use crate::domain::{
    LockId, OrderId, StoreHash, name_of,
    order_difference::{DifferenceKind, Side},
};

/// What becomes of the redemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum DifferenceState {
    /// It goes on, and nobody has looked yet.
    Noted,
    /// It waits for a person.
    Held,
    /// A person had it go on.
    Redeemed,
    /// A person had the code given back.
    Dismissed,
    /// It went on, and a person has looked.
    Seen,
}

impl DifferenceState {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Whether it is to be seen on the order, in the notes of the store's staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Flag {
    /// Nobody wants that.
    None,
    /// It is to be written.
    Wanted,
    /// It was written; what staff make of it is theirs.
    Written,
    /// It cannot be: the order is gone, or its notes are full.
    Left,
}

/// A difference of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDifference {
    /// The order.
    pub order: OrderId,
    /// The lock whose codes it used.
    pub lock: LockId,
    /// In what they differ, at least one.
    pub kinds: Vec<DifferenceKind>,
    /// What was validated.
    pub validated: Side,
    /// What was ordered.
    pub ordered: Side,
    /// What becomes of the redemption.
    pub state: DifferenceState,
    /// When it was found, in Unix milliseconds.
    pub found_at_ms: i64,
    /// Whether it is to be seen on the order.
    pub flag: Flag,
}

impl OrderDifference {
    /// Whether nobody has decided or looked at it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, DifferenceState::Noted | DifferenceState::Held)
    }
}

const COLUMNS: &str = "order_id, lock_id, kinds, validated, ordered, state, found_at_ms, flag";

/// Writes one down; false if this order's lock has one already, which stays as it is.
pub async fn insert(
    connection: &mut AnyConnection,
    store: &StoreHash,
    difference: &OrderDifference,
) -> Result<bool, DatabaseError> {
    let written = sqlx::query(
        "INSERT INTO order_differences \
         (store, order_id, lock_id, kinds, validated, ordered, state, found_at_ms, flag) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (store, order_id, lock_id) DO NOTHING",
    )
    .bind(store.as_str())
    .bind(difference.order.0)
    .bind(difference.lock.as_str())
    .bind(to_json(&difference.kinds, "order difference")?)
    .bind(to_json(&difference.validated, "order difference")?)
    .bind(to_json(&difference.ordered, "order difference")?)
    .bind(difference.state.as_str())
    .bind(difference.found_at_ms)
    .bind(name_of(difference.flag))
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Those of an order.
pub async fn of_order(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
) -> Result<Vec<OrderDifference>, DatabaseError> {
    let sql = format!("SELECT {COLUMNS} FROM order_differences WHERE store = $1 AND order_id = $2");
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(order.0);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Those nobody has decided or looked at, the earliest first.
pub async fn open(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<Vec<OrderDifference>, DatabaseError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM order_differences WHERE store = $1 \
         AND state IN ('noted', 'held') ORDER BY found_at_ms, order_id, lock_id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The orders that are to be flagged since `before_ms` and are not, as many as have their turn at `now_ms`.
pub async fn unflagged(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
    now_ms: i64,
) -> Result<Vec<OrderId>, DatabaseError> {
    let unflagged = Waiting {
        table: "order_differences",
        condition: "flag = 'wanted' AND state IN ('noted', 'held') AND found_at_ms <= $2",
    };
    turns::orders(connection, &unflagged, store, before_ms, now_ms).await
}

/// Whether the redemption of a lock waits for a person.
pub async fn is_held(connection: &mut AnyConnection, lock: &LockId) -> Result<bool, DatabaseError> {
    let query =
        sqlx::query("SELECT 1 FROM order_differences WHERE lock_id = $1 AND state = 'held'");
    let row = query.bind(lock.as_str()).fetch_optional(connection).await?;
    Ok(row.is_some())
}

/// Moves those of an order that are in one state to another; how many there were.
pub async fn decide(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
    from: DifferenceState,
    to: DifferenceState,
) -> Result<u64, DatabaseError> {
    let query = sqlx::query(
        "UPDATE order_differences SET state = $1 WHERE store = $2 AND order_id = $3 AND state = $4",
    );
    let query = query.bind(to.as_str()).bind(store.as_str());
    let query = query.bind(order.0).bind(from.as_str());
    Ok(query.execute(connection).await?.rows_affected())
}

/// What became of flagging an order for one of its differences.
pub async fn flagged(
    connection: &mut AnyConnection,
    store: &StoreHash,
    difference: &OrderDifference,
    became: Flag,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "UPDATE order_differences SET flag = $1 WHERE store = $2 AND order_id = $3 AND lock_id = $4",
    );
    let query = query.bind(name_of(became)).bind(store.as_str());
    let query = query
        .bind(difference.order.0)
        .bind(difference.lock.as_str());
    query.execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<OrderDifference, DatabaseError> {
    const WHAT: &str = "order difference";
    let unreadable = |_| DatabaseError::Unreadable(WHAT);
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(OrderDifference {
        order: OrderId(row.try_get("order_id")?),
        lock: LockId::parse(&text("lock_id")?).map_err(|_| DatabaseError::Unreadable(WHAT))?,
        kinds: from_json(&text("kinds")?, WHAT)?,
        validated: from_json(&text("validated")?, WHAT)?,
        ordered: from_json(&text("ordered")?, WHAT)?,
        state: text("state")?.parse().map_err(unreadable)?,
        found_at_ms: row.try_get("found_at_ms")?,
        flag: text("flag")?.parse().map_err(unreadable)?,
    })
}
