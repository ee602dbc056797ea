//! What Voucherify was told an order is.

use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};
use strum::{EnumString, IntoStaticStr};

use super::{
    DatabaseError,
    turns::{self, Waiting},
};
use crate::domain::{OrderId, StoreHash, order::OrderStatus};

/// How far the telling is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum VoucherifyOrderState {
    /// It has to be told.
    Planned,
    /// Voucherify was told, or is about to be; its answer is not written down.
    Sent,
    /// Voucherify has it so.
    Told,
    /// Voucherify will not have it so.
    Refused,
}

impl VoucherifyOrderState {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// An order at Voucherify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherifyOrder {
    /// The store.
    pub store: StoreHash,
    /// The order of the shop.
    pub order: OrderId,
    /// What Voucherify knows it by.
    pub source_id: String,
    /// What it is to be there.
    pub status: OrderStatus,
    /// How far that is told.
    pub state: VoucherifyOrderState,
    /// When Voucherify was last told, in Unix milliseconds; 0 if never.
    pub sent_at_ms: i64,
}

impl VoucherifyOrder {
    /// Whether there is nothing left to tell.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(
            self.state,
            VoucherifyOrderState::Told | VoucherifyOrderState::Refused
        )
    }
}

const COLUMNS: &str = "store, order_id, source_id, status, state, sent_at_ms";

/// Writes one down, new or changed.
pub async fn put(
    connection: &mut AnyConnection,
    told: &VoucherifyOrder,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO voucherify_orders (store, order_id, source_id, status, state, sent_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store, source_id) \
         DO UPDATE SET order_id = excluded.order_id, status = excluded.status, \
         state = excluded.state, sent_at_ms = excluded.sent_at_ms",
    )
    .bind(told.store.as_str())
    .bind(told.order.0)
    .bind(&told.source_id)
    .bind(told.status.as_str())
    .bind(told.state.as_str())
    .bind(told.sent_at_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of an order of the shop.
pub async fn of_order(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
) -> Result<Vec<VoucherifyOrder>, DatabaseError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM voucherify_orders WHERE store = $1 AND order_id = $2 ORDER BY source_id"
    );
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(order.0);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The orders of the shop of which something is not told, and was not since `before_ms`, as many as have
/// their turn at `now_ms`.
pub async fn untold(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
    now_ms: i64,
) -> Result<Vec<OrderId>, DatabaseError> {
    let untold = Waiting {
        table: "voucherify_orders",
        condition: "state IN ('planned', 'sent') AND sent_at_ms <= $2",
    };
    turns::orders(connection, &untold, store, before_ms, now_ms).await
}

fn read(row: &AnyRow) -> Result<VoucherifyOrder, DatabaseError> {
    let unreadable = || DatabaseError::Unreadable("told order");
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(VoucherifyOrder {
        store: StoreHash::parse(&text("store")?).map_err(|_| unreadable())?,
        order: OrderId(row.try_get("order_id")?),
        source_id: text("source_id")?,
        status: text("status")?.parse().map_err(|_| unreadable())?,
        state: text("state")?.parse().map_err(|_| unreadable())?,
        sent_at_ms: row.try_get("sent_at_ms")?,
    })
}
