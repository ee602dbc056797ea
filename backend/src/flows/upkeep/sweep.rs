//! The chores that look for what no webhook and no page tells: they give up what is over, and ask again for what is
//! stuck.

use tracing::{info, warn};

use crate::{
    clock::MINUTE_MS,
    context::{Connection, Context},
    database::{
        DatabaseError, Tx,
        due_locks::{self, Turn},
        jobs::{self, JobKind},
        locks, order_differences, redemptions, store_settings, voucherify_orders,
    },
    domain::{
        StoreHash,
        lock::{Lock, LockState, ReleaseReason},
        settings::StoreSettings,
    },
    error::FlowError,
    flows::{
        later::process_now,
        locks::{changes::ask_for_release, leased::exclusively},
        sessions::leave_session,
    },
};

const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Held checkouts are read again this often: shipping, currency and store credit have no webhook.
const RECHECK_MS: i64 = 5 * MINUTE_MS;
/// An unpaid order's session is made longer this early.
const EXTEND_BEFORE_MS: i64 = 60 * MINUTE_MS;
/// What is under way for longer than this is asked for again.
const STUCK_MS: i64 = 60 * MINUTE_MS;
const ROWS: i64 = 100;

fn turn(now: i64) -> Turn {
    Turn {
        locks: ROWS,
        at_ms: now,
    }
}

/// Looks at what a store has under way.
pub async fn sweep(context: &Context, connection: &Connection) -> Result<(), FlowError> {
    let (store, now) = (&connection.store, context.clock.now_ms());
    give_up_expired(context, store, now).await?;
    recheck_held(context, store, now).await?;
    extend_unpaid(context, connection, now).await?;
    learn_settings(context, connection).await
}

/// The merchant may change how many coupons a checkout takes, and the currencies with their decimals
/// and rates. No webhook tells of it.
async fn learn_settings(context: &Context, connection: &Connection) -> Result<(), FlowError> {
    let bigcommerce = &connection.bigcommerce;
    let (allowed, currencies) =
        tokio::try_join!(bigcommerce.coupons_allowed(), bigcommerce.currencies())?;
    let known = &connection.settings;
    if allowed == known.coupons_allowed && currencies == known.currencies {
        return Ok(());
    }
    let store = &connection.store;
    let mut tx = context.database.begin().await?;
    let learn = |settings: &mut StoreSettings| {
        settings.coupons_allowed = allowed;
        settings.currencies = currencies;
        Ok::<_, DatabaseError>(())
    };
    store_settings::change(&mut tx, store, learn).await?;
    tx.commit().await?;
    info!(%store, allowed, "the store takes another number of coupons, or has other currencies");
    Ok(())
}

/// What a job gave up on, after days of a platform's silence, is asked for again: a lock is not
/// left half released, nor a redemption unknown, nor an order counted twice, nor one unflagged.
pub async fn ask_again(context: &Context, connection: &Connection) -> Result<(), FlowError> {
    let (store, now) = (&connection.store, context.clock.now_ms());
    let mut tx = context.database.begin().await?;
    let before = now - STUCK_MS;
    for lock in due_locks::stuck(tx.connection(), store, before, turn(now)).await? {
        let kind = match lock.state {
            LockState::Applying => JobKind::UndoApply,
            _ => JobKind::ReleaseLock,
        };
        jobs::enqueue_in_bulk(tx.connection(), store, kind, lock.id.as_str(), now).await?;
    }
    let mut orders = redemptions::unanswered(tx.connection(), store, before, now).await?;
    orders.extend(voucherify_orders::untold(tx.connection(), store, before, now).await?);
    for order in orders {
        let (kind, order) = (JobKind::ProcessOrder, order.to_string());
        jobs::enqueue_in_bulk(tx.connection(), store, kind, &order, now).await?;
    }
    for order in order_differences::unflagged(tx.connection(), store, before, now).await? {
        let (kind, order) = (JobKind::FlagOrder, order.to_string());
        jobs::enqueue(tx.connection(), store, kind, &order, now, now).await?;
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

/// Held locks whose time is up.
async fn give_up_expired(context: &Context, store: &StoreHash, now: i64) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    for mut lock in due_locks::expired(tx.connection(), store, now, ROWS).await? {
        ask_for_release(&mut tx, &mut lock, ReleaseReason::Expired, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Held checkouts nobody looked at for a while.
async fn recheck_held(context: &Context, store: &StoreHash, now: i64) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    for lock in due_locks::unchecked(tx.connection(), store, now - RECHECK_MS, turn(now)).await? {
        let subject = lock.checkout.as_str();
        let kind = JobKind::RefreshCheckout;
        jobs::enqueue_in_bulk(tx.connection(), store, kind, subject, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Orders that wait for payment keep their session; one that has waited too long lets go.
async fn extend_unpaid(
    context: &Context,
    connection: &Connection,
    now: i64,
) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    let before = now + EXTEND_BEFORE_MS;
    let (store, turn) = (&connection.store, turn(now));
    let ending = due_locks::ordered_ending(tx.connection(), store, before, turn).await?;
    tx.commit().await?;
    for mut lock in ending {
        // What waits for a person stays held.
        let is_over = lock.state_since_ms + context.limits.unpaid_days * DAY_MS <= now;
        let waits = lock.state == LockState::Ordered;
        if waits && is_over && !waits_for_person(context, &lock).await? {
            give_up_unpaid(context, &mut lock, now).await?;
            continue;
        }
        if let Some(order) = lock.order {
            // The webhook of its payment may never have come.
            process_now(context, &connection.store, order).await?;
        }
        let checkout = lock.checkout.clone();
        let work = extend(context, connection, &lock);
        if let Err(error) = exclusively(context, &connection.store, &checkout, work).await {
            warn!(%error, "the session of an unpaid order could not be made longer");
        }
    }
    Ok(())
}

/// A person decides what becomes of a paid order's code, however long that takes.
async fn waits_for_person(context: &Context, lock: &Lock) -> Result<bool, FlowError> {
    let mut reading = context.database.read().await?;
    let is_held = order_differences::is_held(&mut reading, &lock.id).await?;
    drop(reading);
    Ok(is_held)
}

async fn give_up_unpaid(context: &Context, lock: &mut Lock, now: i64) -> Result<(), FlowError> {
    let mut tx: Tx = context.database.begin().await?;
    ask_for_release(&mut tx, lock, ReleaseReason::NeverPaid, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Holds the code for longer; not where the order's own job has decided of the lock, or changed it, since it
/// was read.
async fn extend(context: &Context, connection: &Connection, read: &Lock) -> Result<(), FlowError> {
    let mut reading = context.database.read().await?;
    let found = locks::get(&mut reading, &read.id).await?;
    drop(reading);
    let is_as_read = |lock: &Lock| lock.state == read.state && lock.apart == read.apart;
    let Some(lock) = found.filter(is_as_read) else {
        return Ok(());
    };
    // It may have been made longer with another lock of its session.
    if lock.session_ends_at_ms > read.session_ends_at_ms {
        return Ok(());
    }
    leave_session::extend(context, connection, &lock).await
}
