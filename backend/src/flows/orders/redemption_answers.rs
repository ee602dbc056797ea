//! What becomes of the codes of a paid order is written down: before Voucherify is asked, and as it
//! answers.

use tracing::{error, info};

use crate::{
    context::Context,
    database::{
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    domain::{
        Code,
        lock::{Lock, LockState},
        order::Order,
    },
    error::FlowError,
    flows::{
        later::clean_up_later,
        orders::tell_order,
        placed::{compare_order::compare_discount, order_names::OrderNames, order_uses::Use},
    },
    voucherify::{Redeemed, RedeemedCode},
};

pub(crate) async fn write_sent(
    context: &Context,
    order: &Order,
    open: &[Use],
) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    for one in open {
        let redemption = redemption(context, order, one, RedemptionState::Sent);
        redemptions::put(tx.connection(), &redemption).await?;
    }
    tx.commit().await?;
    Ok(())
}

pub(crate) fn redemption(
    context: &Context,
    order: &Order,
    one: &Use,
    state: RedemptionState,
) -> Redemption {
    Redemption {
        store: one.lock.store.clone(),
        order: order.id,
        code: one.code.clone(),
        lock: one.lock.id.clone(),
        state,
        redemption_id: None,
        parent_id: None,
        reason: None,
        credits: one.credits,
        sent_at_ms: context.clock.now_ms(),
    }
}

/// Writes the answers down, each code on its own: a stack may succeed for some only.
pub(crate) async fn write_answers(
    context: &Context,
    order: &Order,
    names: &OrderNames,
    uses: &[Use],
    redeemed: &Redeemed,
) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    let now = context.clock.now_ms();
    let mut ended: Vec<Lock> = Vec::new();
    for one in uses {
        let mut results = redeemed.results.iter();
        let result = results.find(|result| result.code == one.code);
        let (row, state) = judge(context, order, one, result, redeemed.parent_id.as_deref());
        redemptions::put(tx.connection(), &row).await?;
        let reason = row.reason;
        match ended.iter_mut().find(|lock| lock.id == one.lock.id) {
            // One code that is refused is the whole lock's trouble.
            Some(lock) if lock.state == LockState::NeedsPerson => {}
            Some(lock) => answer(lock, state, reason, now),
            // Whatever it waited for: this is the answer.
            None => {
                let mut lock = one.lock.clone();
                answer(&mut lock, state, reason, now);
                ended.push(lock);
            }
        }
    }
    if let Some(first) = uses.first() {
        let any = redeemed.results.iter().any(|result| result.id.is_some());
        let (store, is) = (&first.lock.store, redeemed.order_status);
        tell_order::plan(&mut tx, store, order.id, names, any, is).await?;
    }
    for mut lock in ended {
        lock.order = Some(order.id);
        // Its time may have been up meanwhile, and the sweep gave it up: what Voucherify did counts.
        if let Some(found) = locks::get(tx.connection(), &lock.id).await? {
            if found.state == LockState::NeedsPerson && !found.is_order_unknown() {
                answer(&mut lock, found.state, found.refused_because, now);
            }
            lock.revision = found.revision;
            locks::put(tx.connection(), &mut lock).await?;
        }
        clean_up_later(context, &mut tx, &lock).await?;
        report(&lock);
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

/// What Voucherify answered is what the lock is now.
fn answer(lock: &mut Lock, state: LockState, refused_because: Option<String>, now_ms: i64) {
    lock.enter(state, now_ms);
    lock.apart = None;
    lock.released_because = None;
    lock.refused_because = refused_because;
}

fn judge(
    context: &Context,
    order: &Order,
    one: &Use,
    result: Option<&RedeemedCode>,
    parent_id: Option<&str>,
) -> (Redemption, LockState) {
    let redeemed_as = result.filter(|result| result.failure.is_none());
    if let Some(id) = redeemed_as.and_then(|result| result.id.clone()) {
        let mut row = redemption(context, order, one, RedemptionState::Redeemed);
        row.redemption_id = Some(id);
        row.parent_id = parent_id.map(str::to_owned);
        let taken = redeemed_as.and_then(|result| result.credits);
        if let (Some(asked), Some(taken)) = (row.credits, taken)
            && asked != taken
        {
            error!(
                lock = %row.lock, order = %row.order, asked = asked.0, taken = taken.0,
                "a gift card paid another amount at Voucherify than at BigCommerce"
            );
            metrics::counter!("voucherbridge_redeemed_otherwise_total").increment(1);
            row.credits = Some(taken);
        }
        return (row, LockState::Redeemed);
    }
    let failure = result.and_then(|result| result.failure.as_ref());
    let key = failure.map_or("no_answer", |(key, _)| key.as_str());
    let mut row = redemption(context, order, one, RedemptionState::Refused);
    row.reason = Some(key.to_owned());
    (row, LockState::NeedsPerson)
}

pub(crate) fn result_of(
    code: &Code,
    id: Option<String>,
    failure: Option<(String, String)>,
) -> RedeemedCode {
    RedeemedCode {
        code: code.clone(),
        credits: None,
        id,
        failure,
    }
}

fn report(lock: &Lock) {
    compare_discount(lock);
    if lock.state == LockState::Redeemed {
        info!(store = %lock.store, lock = %lock.id, order = ?lock.order, "code redeemed");
        metrics::counter!("voucherbridge_codes_redeemed_total").increment(1);
        return;
    }
    error!(
        store = %lock.store, lock = %lock.id, order = ?lock.order, reason = ?lock.refused_because,
        "an order was paid with a code that cannot be redeemed: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
}
