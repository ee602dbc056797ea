//! What nobody needs any more is deleted. How long each kind of row is kept, and why, is a table in ARCHITECTURE.md.

use crate::{
    clock::MINUTE_MS,
    context::Context,
    database::{
        left_stores,
        retention::{Over, ROWS, delete_some, delete_some_of_store},
    },
    domain::StoreHash,
    error::FlowError,
};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// How many days a row is kept after it was last changed. The locks of an order go before what Voucherify was told
/// of it.
const KEPT: [(Over, i64); 10] = [
    (Over::Products, 1),
    (Over::Customers, 1),
    (Over::DroppedCodes, 1),
    (Over::Checkouts, 1),
    (Over::Webhooks, 7),
    (Over::ReleasedLocks, 30),
    (Over::OrderLocks, ORDER_DAYS),
    (Over::VoucherifyOrders, ORDER_DAYS),
    (Over::Differences, ORDER_DAYS),
    (Over::AuditEntries, 1_100),
];
/// An order can be cancelled or refunded for so long after its last change.
const ORDER_DAYS: i64 = 400;
/// Everything of a store is kept for so long after it was disconnected.
const LEFT_DAYS: i64 = ORDER_DAYS;

/// The chore: forgets what nobody needs any more of a store.
pub async fn forget(context: &Context, store: &StoreHash) -> Result<(), FlowError> {
    while forget_some(context, store).await? {}
    Ok(())
}

/// The same for a store that was disconnected; after a time, for all that is known of it.
pub async fn forget_left(context: &Context, store: &StoreHash) -> Result<(), FlowError> {
    forget(context, store).await?;
    while forget_some_of_store(context, store).await? > 0 {}
    Ok(())
}

/// Forgets some of each kind; answers whether there may be more. Between two of these transactions others have
/// their turn.
async fn forget_some(context: &Context, store: &StoreHash) -> Result<bool, FlowError> {
    let now = context.clock.now_ms();
    let mut may_be_more = false;
    let mut tx = context.database.begin().await?;
    for (over, days) in KEPT {
        let before = now - days * DAY_MS;
        may_be_more |= delete_some(tx.connection(), over, store, before).await? == ROWS;
    }
    tx.commit().await?;
    Ok(may_be_more)
}

/// Nothing where it has not been disconnected for long enough, or is connected again.
async fn forget_some_of_store(context: &Context, store: &StoreHash) -> Result<u64, FlowError> {
    let before = context.clock.now_ms() - LEFT_DAYS * DAY_MS;
    let mut tx = context.database.begin().await?;
    if !left_stores::left_before(tx.connection(), store, before).await? {
        return Ok(0);
    }
    let forgotten = delete_some_of_store(tx.connection(), store).await?;
    if forgotten == 0 {
        left_stores::forget(tx.connection(), store).await?;
    }
    tx.commit().await?;
    Ok(forgotten)
}
