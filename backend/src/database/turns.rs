//! What the sweep asks for next, where more waits than it asks for at once.
//!
//! What was asked for longest ago comes first. In the order of numbers or of age, what fails each time would
//! keep all others waiting.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::DatabaseError;
use crate::domain::{OrderId, StoreHash};

/// How many orders are asked for at once.
const ORDERS: i64 = 100;

/// Rows by which an order waits.
pub(super) struct Waiting {
    /// Their table, with the columns `store`, `order_id` and `asked_at_ms`.
    pub(super) table: &'static str,
    /// Which of its rows wait: `$2` is the moment until which they have waited.
    pub(super) condition: &'static str,
}

/// The orders whose turn it is; what they have waited for since `before_ms` is asked for at `now_ms`.
pub(super) async fn orders(
    connection: &mut AnyConnection,
    waiting: &Waiting,
    store: &StoreHash,
    before_ms: i64,
    now_ms: i64,
) -> Result<Vec<OrderId>, DatabaseError> {
    let Waiting { table, condition } = waiting;
    let sql = format!(
        "SELECT order_id FROM {table} WHERE store = $1 AND {condition} \
         GROUP BY order_id ORDER BY MIN(asked_at_ms), order_id LIMIT $3"
    );
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(before_ms);
    let rows = query.bind(ORDERS).fetch_all(&mut *connection).await?;
    let mut orders = Vec::with_capacity(rows.len());
    for row in rows {
        orders.push(OrderId(row.try_get("order_id")?));
    }
    let sql = format!("UPDATE {table} SET asked_at_ms = $1 WHERE store = $2 AND order_id = $3");
    for order in &orders {
        let query = sqlx::query(AssertSqlSafe(sql.as_str()))
            .bind(now_ms)
            .bind(store.as_str());
        query.bind(order.0).execute(&mut *connection).await?;
    }
    Ok(orders)
}
