//! A person looks at orders that are not what their codes were validated for, and decides.

use serde_json::json;

use crate::{
    context::Context,
    database::{
        DatabaseError, Tx,
        audit::{self, AuditEntry},
        locks,
        order_differences::{self, DifferenceState, OrderDifference},
    },
    domain::{
        OrderId, StoreHash,
        lock::{LockState, ReleaseReason},
    },
    flows::{later::process_later, locks::changes::ask_for_release},
};

/// What a person decides of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Its codes are redeemed.
    Redeem,
    /// Codes that wait are given back, without being used; what was redeemed stays so, and is not
    /// listed any more.
    Dismiss,
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// Nothing of this order is open.
    #[error("order {0} has no difference that is open")]
    NothingOpen(OrderId),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The differences nobody has decided or looked at, the earliest first.
pub async fn open(
    context: &Context,
    store: &StoreHash,
) -> Result<Vec<OrderDifference>, DatabaseError> {
    let mut reading = context.database.read().await?;
    let open = order_differences::open(&mut reading, store).await?;
    drop(reading);
    Ok(open)
}

/// Writes the decision down, with the job that carries it out.
pub async fn decide(
    context: &Context,
    store: &StoreHash,
    order: OrderId,
    decision: Decision,
    actor: &str,
) -> Result<(), DecideError> {
    let mut tx = context.database.begin().await?;
    let held = of_order(&mut tx, store, order, DifferenceState::Held).await?;
    let noted = of_order(&mut tx, store, order, DifferenceState::Noted).await?;
    if held.is_empty() && noted.is_empty() {
        return Err(DecideError::NothingOpen(order));
    }
    let to = match decision {
        Decision::Redeem => DifferenceState::Redeemed,
        Decision::Dismiss => DifferenceState::Dismissed,
    };
    let now = context.clock.now_ms();
    if decision == Decision::Dismiss {
        for difference in &held {
            give_back(&mut tx, difference, now).await?;
        }
    }
    let moves = [
        (DifferenceState::Held, to),
        (DifferenceState::Noted, DifferenceState::Seen),
    ];
    for (from, to) in moves {
        order_differences::decide(tx.connection(), store, order, from, to).await?;
    }
    process_later(tx.connection(), store, order, now, now).await?;
    let entry = AuditEntry {
        at_ms: now,
        actor: actor.to_owned(),
        action: "order_difference".to_owned(),
        details: json!({ "order": order.0, "decision": to.as_str(), "held": held.len() }),
    };
    audit::write(&mut tx, store, &entry).await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

async fn of_order(
    tx: &mut Tx,
    store: &StoreHash,
    order: OrderId,
    state: DifferenceState,
) -> Result<Vec<OrderDifference>, DatabaseError> {
    let mut all = order_differences::of_order(tx.connection(), store, order).await?;
    all.retain(|difference| difference.state == state);
    Ok(all)
}

async fn give_back(
    tx: &mut Tx,
    difference: &OrderDifference,
    now: i64,
) -> Result<(), DatabaseError> {
    let Some(mut lock) = locks::get(tx.connection(), &difference.lock).await? else {
        return Ok(());
    };
    let is_ordered = lock.state == LockState::Ordered;
    if is_ordered && !ask_for_release(tx, &mut lock, ReleaseReason::Dismissed, now).await? {
        return Err(DatabaseError::Changed("lock"));
    }
    Ok(())
}
