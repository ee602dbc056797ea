//! Rows that are over, found by their age and deleted: a few in each transaction, so that a checkout never waits for
//! many. How long each kind is kept is decided in `flows::upkeep::forget`.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::DatabaseError;
use crate::domain::StoreHash;

/// How many rows are deleted at once.
pub const ROWS: u64 = 100;

/// What can be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Webhooks as received.
    Webhooks,
    /// Codes that a job took off and that no page asked for.
    DroppedCodes,
    /// What was read of products.
    Products,
    /// What was read of customers.
    Customers,
    /// What a killed process left of checkouts at which nobody looked again.
    Checkouts,
    /// Locks that came to nothing.
    ReleasedLocks,
    /// Locks of orders whose codes were redeemed or given back, with everything that is known of them by the lock.
    OrderLocks,
    /// What Voucherify was told of orders that have no lock any more.
    VoucherifyOrders,
    /// Differences that a person has seen, of locks that are gone.
    Differences,
    /// Entries of the audit log.
    AuditEntries,
}

/// Rows of one table: its primary key, and which are over. `$2` is the moment before which they were last changed.
struct Rows {
    table: &'static str,
    key: &'static str,
    are_over: &'static str,
}

/// Deletes some of what was last changed before `before_ms`; answers how many, at most [`ROWS`].
pub async fn delete_some(
    connection: &mut AnyConnection,
    over: Over,
    store: &StoreHash,
    before_ms: i64,
) -> Result<u64, DatabaseError> {
    let rows = match over {
        Over::OrderLocks => return order_locks(connection, store, before_ms).await,
        Over::Webhooks => aged("inbox", "store, delivery", "received_at_ms < $2"),
        Over::DroppedCodes => aged(
            "dropped_codes",
            "store, checkout, code",
            "dropped_at_ms < $2",
        ),
        Over::Products => aged("product_facts", "store, product_id", "read_at < $2"),
        Over::Customers => aged("customer_facts", "store, customer_id", "read_at < $2"),
        Over::Checkouts => aged("checkouts", "store, checkout", LEFT),
        Over::AuditEntries => aged("audit_log", "id", "at < $2"),
        Over::ReleasedLocks => aged("locks", "id", RELEASED),
        Over::VoucherifyOrders => aged("voucherify_orders", "store, source_id", TOLD),
        Over::Differences => aged("order_differences", "store, order_id, lock_id", SEEN),
    };
    delete(connection, &rows, store, before_ms).await
}

/// A lock whose order was redeemed by some of its codes is kept like one that was redeemed.
const RELEASED: &str = "state = 'released' AND ends_at_ms < $2 AND state_since_ms < $2 \
    AND session_ends_at_ms < $2 \
    AND NOT EXISTS (SELECT 1 FROM redemptions WHERE redemptions.lock_id = locks.id)";

const LEFT: &str = "lease_until_ms < $2 AND changed_at_ms < $2 AND late_at_ms < $2";

const TOLD: &str = "state IN ('told', 'refused') AND sent_at_ms < $2 \
    AND NOT EXISTS (SELECT 1 FROM redemptions WHERE redemptions.store = voucherify_orders.store \
    AND redemptions.order_id = voucherify_orders.order_id) \
    AND NOT EXISTS (SELECT 1 FROM locks WHERE locks.store = voucherify_orders.store \
    AND locks.order_id = voucherify_orders.order_id)";

const SEEN: &str = "state IN ('redeemed', 'dismissed', 'seen') AND found_at_ms < $2 \
    AND NOT EXISTS (SELECT 1 FROM locks WHERE locks.id = order_differences.lock_id)";

/// Nothing of the order is younger, unanswered, undecided or owed. A redemption that was refused or could not be
/// returned waits for a person.
const ORDER_LOCKS: &str = "DELETE FROM locks WHERE id IN (SELECT id FROM locks WHERE store = $1 \
    AND state IN ('released', 'redeemed', 'rolled_back') AND ends_at_ms < $2 \
    AND state_since_ms < $2 AND session_ends_at_ms < $2 \
    AND NOT EXISTS (SELECT 1 FROM redemptions WHERE redemptions.lock_id = locks.id \
    AND (redemptions.state NOT IN ('redeemed', 'rolled_back') OR redemptions.sent_at_ms >= $2 \
    OR EXISTS (SELECT 1 FROM card_refunds WHERE card_refunds.store = redemptions.store \
    AND card_refunds.order_id = redemptions.order_id AND card_refunds.lock_id = locks.id \
    AND (card_refunds.state <> 'done' OR card_refunds.sent_at_ms >= $2)) \
    OR EXISTS (SELECT 1 FROM voucherify_orders WHERE voucherify_orders.store = redemptions.store \
    AND voucherify_orders.order_id = redemptions.order_id \
    AND (voucherify_orders.state NOT IN ('told', 'refused') OR voucherify_orders.sent_at_ms >= $2)))) \
    AND NOT EXISTS (SELECT 1 FROM order_differences WHERE order_differences.lock_id = locks.id \
    AND order_differences.state IN ('noted', 'held')) LIMIT $3) RETURNING id";

/// What is known of a lock beside it. It goes in the transaction of the lock: of a redemption whose refund is not
/// known, the refund would be made again.
const BESIDE_A_LOCK: [&str; 3] = [
    "DELETE FROM card_refunds WHERE lock_id = $1 AND (store, order_id) IN \
     (SELECT store, order_id FROM redemptions WHERE lock_id = $1)",
    "DELETE FROM redemptions WHERE lock_id = $1",
    "DELETE FROM order_differences WHERE lock_id = $1",
];

async fn order_locks(
    connection: &mut AnyConnection,
    store: &StoreHash,
    before_ms: i64,
) -> Result<u64, DatabaseError> {
    let query = sqlx::query(ORDER_LOCKS)
        .bind(store.as_str())
        .bind(before_ms)
        .bind(limit());
    let locks = query.fetch_all(&mut *connection).await?;
    for lock in &locks {
        let id: String = lock.try_get("id")?;
        for sql in BESIDE_A_LOCK {
            let query = sqlx::query(sql).bind(&id);
            query.execute(&mut *connection).await?;
        }
    }
    Ok(locks.len() as u64)
}

/// Every table that has rows of a store, with its primary key and what stays, in the order in which those of a store
/// that left are deleted. What says that something was done goes after what would have it done again. The audit log
/// stays, and so does the chore that does this.
const OF_A_STORE: [(&str, &str, &str); 13] = [
    ("locks", "id", ""),
    ("redemptions", "store, order_id, code, lock_id", ""),
    (
        "card_refunds",
        "store, order_id, payment, code, lock_id",
        "",
    ),
    ("voucherify_orders", "store, source_id", ""),
    ("order_differences", "store, order_id, lock_id", ""),
    ("inbox", "store, delivery", ""),
    ("dropped_codes", "store, checkout, code", ""),
    ("checkouts", "store, checkout", ""),
    ("reading", "store, list", ""),
    ("store_facts", "store, fact", ""),
    ("product_facts", "store, product_id", ""),
    ("customer_facts", "store, customer_id", ""),
    ("jobs", "id", "AND kind <> 'forget'"),
];

/// Deletes some of the rows of a store that left, whatever their age; answers how many, at most [`ROWS`].
pub async fn delete_some_of_store(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<u64, DatabaseError> {
    for (table, key, but) in OF_A_STORE {
        let sql = format!(
            "DELETE FROM {table} WHERE ({key}) IN \
             (SELECT {key} FROM {table} WHERE store = $1 {but} LIMIT $2)"
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(store.as_str())
            .bind(limit());
        let deleted = query.execute(&mut *connection).await?.rows_affected();
        if deleted > 0 {
            return Ok(deleted);
        }
    }
    Ok(0)
}

const fn aged(table: &'static str, key: &'static str, are_over: &'static str) -> Rows {
    Rows {
        table,
        key,
        are_over,
    }
}

async fn delete(
    connection: &mut AnyConnection,
    rows: &Rows,
    store: &StoreHash,
    before_ms: i64,
) -> Result<u64, DatabaseError> {
    let Rows {
        table,
        key,
        are_over,
    } = rows;
    let sql = format!(
        "DELETE FROM {table} WHERE ({key}) IN \
         (SELECT {key} FROM {table} WHERE store = $1 AND {are_over} LIMIT $3)"
    );
    let query = sqlx::query(AssertSqlSafe(sql)).bind(store.as_str());
    let query = query.bind(before_ms).bind(limit());
    Ok(query.execute(connection).await?.rows_affected())
}

fn limit() -> i64 {
    i64::try_from(ROWS).unwrap_or(i64::MAX)
}
