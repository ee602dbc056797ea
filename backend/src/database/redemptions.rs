//! Codes used by orders.

use sqlx::{AnyConnection, Row, any::AnyRow};
use strum::{EnumString, IntoStaticStr};

use super::{
    DatabaseError,
    turns::{self, Waiting},
};
use crate::domain::{Code, Hundredths, LockId, OrderId, StoreHash};

/// Where a redemption is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum RedemptionState {
    /// Voucherify was asked, or is about to be; its answer is not written down.
    Sent,
    /// Done.
    Redeemed,
    /// Voucherify will not: a person has to look.
    Refused,
    /// Given back.
    RolledBack,
    /// To be given back, and Voucherify will not: a person has to look.
    NotReturned,
}

impl RedemptionState {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A code used by an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    /// The store.
    pub store: StoreHash,
    /// The order.
    pub order: OrderId,
    /// The code.
    pub code: Code,
    /// The lock it was held by.
    pub lock: LockId,
    /// Where it is.
    pub state: RedemptionState,
    /// Voucherify's id of the redemption.
    pub redemption_id: Option<String>,
    /// Voucherify's id of the stack, where there is one: a stack is rolled back by it alone.
    pub parent_id: Option<String>,
    /// Why it was refused, or cannot be given back.
    pub reason: Option<String>,
    /// What a gift card paid; of other codes nothing.
    pub credits: Option<Hundredths>,
    /// When Voucherify was last asked.
    pub sent_at_ms: i64,
}

/// Writes a redemption down, new or changed. A code has one for an order and a lock.
pub async fn put(
    connection: &mut AnyConnection,
    redemption: &Redemption,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO redemptions (store, order_id, code, lock_id, state, redemption_id, \
         parent_id, reason, sent_at_ms, credits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (store, order_id, code, lock_id) DO UPDATE SET state = excluded.state, \
         redemption_id = excluded.redemption_id, parent_id = excluded.parent_id, \
         reason = excluded.reason, sent_at_ms = excluded.sent_at_ms, credits = excluded.credits",
    )
    .bind(redemption.store.as_str())
    .bind(redemption.order.0)
    .bind(redemption.code.as_str())
    .bind(redemption.lock.as_str())
    .bind(redemption.state.as_str())
    .bind(redemption.redemption_id.as_deref())
    .bind(redemption.parent_id.as_deref())
    .bind(redemption.reason.as_deref())
    .bind(redemption.sent_at_ms)
    .bind(redemption.credits.map(|credits| credits.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// The redemptions of an order.
pub async fn of_order(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
) -> Result<Vec<Redemption>, DatabaseError> {
    let query = sqlx::query(
        "SELECT store, order_id, code, lock_id, state, redemption_id, parent_id, reason, \
         sent_at_ms, credits FROM redemptions WHERE store = $1 AND order_id = $2 ORDER BY code, lock_id",
    );
    let rows = query
        .bind(store.as_str())
        .bind(order.0)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// The orders with a redemption that was asked for before `before_ms` and has no answer, as many as have
/// their turn at `now_ms`.
pub async fn unanswered(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
    now_ms: i64,
) -> Result<Vec<OrderId>, DatabaseError> {
    let unanswered = Waiting {
        table: "redemptions",
        condition: "state = 'sent' AND sent_at_ms <= $2",
    };
    turns::orders(connection, &unanswered, store, before_ms, now_ms).await
}

fn unreadable<E>(_: E) -> DatabaseError {
    DatabaseError::Unreadable("redemption")
}

fn read(row: &AnyRow) -> Result<Redemption, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(Redemption {
        store: StoreHash::parse(&text("store")?).map_err(unreadable)?,
        order: OrderId(row.try_get("order_id")?),
        code: Code::parse(&text("code")?).map_err(unreadable)?,
        lock: LockId::parse(&text("lock_id")?).map_err(unreadable)?,
        // Anything unknown is uncertain, and Voucherify is asked what happened.
        state: text("state")?.parse().unwrap_or(RedemptionState::Sent),
        redemption_id: row.try_get("redemption_id")?,
        parent_id: row.try_get("parent_id")?,
        reason: row.try_get("reason")?,
        credits: row.try_get::<Option<i64>, _>("credits")?.map(Hundredths),
        sent_at_ms: row.try_get("sent_at_ms")?,
    })
}
