//! What gift cards got back of refunded orders.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::DatabaseError;
use crate::domain::{Code, Hundredths, LockId, OrderId, StoreHash};

/// Money given back to a gift card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRefund {
    /// The store.
    pub store: StoreHash,
    /// The order.
    pub order: OrderId,
    /// For what: a payment of a refund, or what was left of an order that came to nothing.
    pub payment: String,
    /// The card.
    pub code: Code,
    /// The lock by which it paid.
    pub lock: LockId,
    /// What the card got for it.
    pub credits: Hundredths,
    /// Whether Voucherify is known to have done it; if not, it was asked or is about to be.
    pub done: bool,
    /// When it was last asked.
    pub sent_at_ms: i64,
}

/// Writes one down, new or changed.
pub async fn put(connection: &mut AnyConnection, refund: &CardRefund) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO card_refunds (store, order_id, payment, code, lock_id, credits, state, \
         sent_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (store, order_id, payment, code, lock_id) \
         DO UPDATE SET state = excluded.state, sent_at_ms = excluded.sent_at_ms",
    )
    .bind(refund.store.as_str())
    .bind(refund.order.0)
    .bind(&refund.payment)
    .bind(refund.code.as_str())
    .bind(refund.lock.as_str())
    .bind(refund.credits.0)
    .bind(if refund.done { "done" } else { "sent" })
    .bind(refund.sent_at_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of an order.
pub async fn of_order(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
) -> Result<Vec<CardRefund>, DatabaseError> {
    let query = sqlx::query(
        "SELECT store, order_id, payment, code, lock_id, credits, state, sent_at_ms \
         FROM card_refunds WHERE store = $1 AND order_id = $2 ORDER BY payment, lock_id, code",
    );
    let query = query.bind(store.as_str()).bind(order.0);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

fn unreadable<E>(_: E) -> DatabaseError {
    DatabaseError::Unreadable("card refund")
}

fn read(row: &AnyRow) -> Result<CardRefund, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(CardRefund {
        store: StoreHash::parse(&text("store")?).map_err(unreadable)?,
        order: OrderId(row.try_get("order_id")?),
        payment: text("payment")?,
        code: Code::parse(&text("code")?).map_err(unreadable)?,
        lock: LockId::parse(&text("lock_id")?).map_err(unreadable)?,
        credits: Hundredths(row.try_get("credits")?),
        done: text("state")? == "done",
        sent_at_ms: row.try_get("sent_at_ms")?,
    })
}
