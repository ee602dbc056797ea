//! A paid order uses its codes: once, whatever is cut off in between.
//!
//! Voucherify has no idempotency key. So it is written down that it is about to be asked; after an
//! uncertain answer nothing is asked again before the first request can no longer arrive, and then
//! only if Voucherify's own record of the order holds no redemption with our lock's id.

use std::{collections::HashSet, time::Duration};

use tracing::{error, info, warn};

use super::{FlowError, process_order::compare_discount};
use crate::{
    bigcommerce::Order,
    context::{Connection, Context},
    domain::lock::{Lock, LockState},
    store::{
        jobs::{self, JobKind},
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    voucherify::{KnownRedemption, Redeemed, RedemptionRequest, VoucherifyError},
};

/// Redeems the snapshots of the locks an order carries.
pub(super) async fn redeem(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: Vec<Lock>,
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    let known = redemptions::of_order(tx.connection(), &connection.store, order.id).await?;
    tx.commit().await?;
    let mut open = open_locks(order, carried, &known);
    if known
        .iter()
        .any(|redemption| redemption.state == RedemptionState::Sent)
    {
        wait_for_stragglers(context, &known)?;
        open = adopt(context, connection, order, open).await?;
    }
    if open.is_empty() {
        return Ok(());
    }
    write_sent(context, order, &open).await?;
    match send(connection, order, &open).await {
        Ok(redeemed) => settle(context, order, open, &redeemed).await,
        Err(VoucherifyError::Refused {
            status,
            key,
            message,
        }) if is_final(status) => {
            let failure = Some((key, message));
            let results = open
                .iter()
                .map(|lock| result_of(lock, None, failure.clone()));
            let refused = Redeemed {
                parent_id: None,
                results: results.collect(),
            };
            settle(context, order, open, &refused).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether a refusal is about the codes. Any other (a forbidden address, a plan's limit) ends some
/// day, and the codes are redeemed then.
fn is_final(status: u16) -> bool {
    matches!(status, 0 | 400 | 404 | 409 | 422)
}

/// Settles what Voucherify was asked for an order that came to nothing after all: a redemption that
/// happened is taken over, to be rolled back; one that did not is struck off.
pub(super) async fn settle_uncertain(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: &[Lock],
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    let mut known = redemptions::of_order(tx.connection(), &connection.store, order.id).await?;
    tx.commit().await?;
    known.retain(|redemption| redemption.state == RedemptionState::Sent);
    if known.is_empty() {
        return Ok(());
    }
    wait_for_stragglers(context, &known)?;
    let asked = |lock: &&Lock| known.iter().any(|redemption| redemption.lock == lock.id);
    let open = carried.iter().filter(asked).cloned().collect();
    let left = adopt(context, connection, order, open).await?;
    let mut tx = context.store.begin().await?;
    for lock in &left {
        let struck_off = redemption(context, order, lock, RedemptionState::RolledBack);
        redemptions::put(tx.connection(), &struck_off).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The locks that are not settled for this order. One that was used by another order already is a
/// person's business: the shop gave its discount twice.
fn open_locks(order: &Order, carried: Vec<Lock>, known: &[Redemption]) -> Vec<Lock> {
    let settled: HashSet<_> = known
        .iter()
        .filter(|redemption| redemption.state != RedemptionState::Sent)
        .map(|redemption| redemption.lock.clone())
        .collect();
    let mut open = Vec::new();
    for lock in carried {
        if settled.contains(&lock.id) {
            continue;
        }
        let used = matches!(lock.state, LockState::Redeemed | LockState::RolledBack);
        if used && lock.order != Some(order.id) {
            error!(lock = %lock.id, order = %order.id, "a second paid order carries a used code");
            metrics::counter!("voucherbridge_needs_person_total").increment(1);
            continue;
        }
        open.push(lock);
    }
    open
}

/// Twice the time-out after Voucherify was last asked, no request of ours is on its way any more.
fn wait_for_stragglers(context: &Context, known: &[Redemption]) -> Result<(), FlowError> {
    let sent = known
        .iter()
        .filter(|redemption| redemption.state == RedemptionState::Sent);
    let last = sent
        .map(|redemption| redemption.sent_at_ms)
        .max()
        .unwrap_or_default();
    let wait_ms = i64::try_from(2 * context.limits.upstream_timeout.as_millis()).unwrap_or(0);
    let left = last + wait_ms - context.clock.now_ms();
    match u64::try_from(left) {
        Ok(left) if left > 0 => Err(FlowError::NotYet(Duration::from_millis(left))),
        _ => Ok(()),
    }
}

/// Takes over the redemptions an earlier try left at Voucherify, and rolls surplus ones back.
///
/// Answers the locks that have none.
async fn adopt(
    context: &Context,
    connection: &Connection,
    order: &Order,
    open: Vec<Lock>,
) -> Result<Vec<Lock>, FlowError> {
    let source_id = order_source_id(connection, order);
    let found = connection
        .voucherify
        .order_redemptions(&source_id)
        .await?
        .unwrap_or_default();
    let mut left = Vec::new();
    for lock in open {
        let mut own = found.iter().filter(|known| is_of(known, &lock));
        let Some(first) = own.next() else {
            left.push(lock);
            continue;
        };
        for surplus in own {
            warn!(lock = %lock.id, redemption = surplus.id, "a surplus redemption is rolled back");
            let (id, stacked) = rollback_id(&surplus.id, surplus.parent_id.as_deref());
            connection
                .voucherify
                .roll_back(id, stacked, "redeemed twice")
                .await?;
        }
        let results = vec![result_of(&lock, Some(first.id.clone()), None)];
        let adopted = Redeemed {
            parent_id: first.parent_id.clone(),
            results,
        };
        settle(context, order, vec![lock], &adopted).await?;
    }
    Ok(left)
}

fn is_of(known: &KnownRedemption, lock: &Lock) -> bool {
    let ours = known.lock_ids.iter().any(|id| id == lock.id.as_str());
    let same_code = known
        .code
        .as_deref()
        .is_none_or(|code| code == lock.code.as_str());
    ours && same_code && known.succeeded && !known.rolled_back
}

/// A stack is rolled back by its parent alone.
pub(super) fn rollback_id<'a>(id: &'a str, parent: Option<&'a str>) -> (&'a str, bool) {
    parent.map_or((id, false), |parent| (parent, true))
}

fn result_of(
    lock: &Lock,
    id: Option<String>,
    failure: Option<(String, String)>,
) -> crate::voucherify::RedeemedCode {
    crate::voucherify::RedeemedCode {
        code: lock.code.clone(),
        id,
        failure,
    }
}

/// The order's id at Voucherify.
fn order_source_id(connection: &Connection, order: &Order) -> String {
    if connection.settings.prefix_orders {
        return format!("{}-{}", connection.store, order.id);
    }
    order.id.to_string()
}

async fn write_sent(context: &Context, order: &Order, open: &[Lock]) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    for lock in open {
        let redemption = redemption(context, order, lock, RedemptionState::Sent);
        redemptions::put(tx.connection(), &redemption).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn redemption(context: &Context, order: &Order, lock: &Lock, state: RedemptionState) -> Redemption {
    Redemption {
        store: lock.store.clone(),
        order: order.id,
        code: lock.code.clone(),
        lock: lock.id.clone(),
        state,
        redemption_id: None,
        parent_id: None,
        reason: None,
        sent_at_ms: context.clock.now_ms(),
    }
}

async fn send(
    connection: &Connection,
    order: &Order,
    open: &[Lock],
) -> Result<Redeemed, VoucherifyError> {
    let first = &open[0];
    let Some(snapshot) = first.snapshot.as_ref() else {
        let message = "the code was never validated".to_owned();
        return Err(VoucherifyError::Refused {
            status: 0,
            key: "no_snapshot".to_owned(),
            message,
        });
    };
    let request = RedemptionRequest {
        locks: open
            .iter()
            .map(|lock| (lock.id.clone(), lock.code.clone()))
            .collect(),
        snapshot,
        session: &first.session,
        order_source_id: &order_source_id(connection, order),
    };
    connection.voucherify.redeem(&request).await
}

/// Writes the answers down, each code on its own: a stack may succeed for some only.
async fn settle(
    context: &Context,
    order: &Order,
    open: Vec<Lock>,
    redeemed: &Redeemed,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let mut tx = context.store.begin().await?;
    for mut lock in open {
        let result = redeemed
            .results
            .iter()
            .find(|result| result.code == lock.code);
        let mut redemption = redemption(context, order, &lock, RedemptionState::Refused);
        let from = lock.state;
        lock.order = Some(order.id);
        let redeemed_as = result.filter(|result| result.failure.is_none());
        if let Some(id) = redeemed_as.and_then(|result| result.id.clone()) {
            redemption.state = RedemptionState::Redeemed;
            redemption.redemption_id = Some(id);
            redemption.parent_id.clone_from(&redeemed.parent_id);
            lock.state = LockState::Redeemed;
        } else {
            let failure = result.and_then(|result| result.failure.as_ref());
            let key = failure
                .map_or("no_answer", |(key, _)| key.as_str())
                .to_owned();
            redemption.reason = Some(key.clone());
            lock.state = LockState::NeedsPerson;
            lock.reason = Some(key);
        }
        redemptions::put(tx.connection(), &redemption).await?;
        if !locks::update(tx.connection(), &lock, from).await? {
            // Its time was up meanwhile and the sweep gave it up: what Voucherify did counts.
            if let Some(moved) = locks::get(tx.connection(), &lock.id).await? {
                locks::update(tx.connection(), &lock, moved.state).await?;
            }
        }
        let (kind, subject) = (JobKind::CleanUpNative, lock.id.as_str());
        jobs::enqueue(tx.connection(), &lock.store, kind, subject, now, now).await?;
        report(&lock);
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

fn report(lock: &Lock) {
    compare_discount(lock);
    if lock.state == LockState::Redeemed {
        info!(store = %lock.store, lock = %lock.id, order = ?lock.order, "code redeemed");
        metrics::counter!("voucherbridge_codes_redeemed_total").increment(1);
        return;
    }
    error!(
        store = %lock.store, lock = %lock.id, order = ?lock.order, reason = ?lock.reason,
        "an order was paid with a code that cannot be redeemed: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
}
