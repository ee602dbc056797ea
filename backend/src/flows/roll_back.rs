//! A paid order was cancelled or refunded: its codes are given back. A partial refund gives its
//! gift cards their part.

use tracing::{error, info, warn};

use super::{FlowError, adopt_redemptions::rollback_id, not_before};
use crate::{
    bigcommerce::Order,
    context::{Connection, Context},
    domain::{
        Hundredths, OrderId, StoreHash,
        cards::share_of_refund,
        lock::{LockKind, LockState},
    },
    store::{
        card_refunds::{self, CardRefund},
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    voucherify::VoucherifyError,
};

/// Rolls the order's redemptions back, each stack once. Rolling back twice is no error, and what
/// fails of one stack stops no other: the first failure is answered when all were tried.
pub(super) async fn roll_back(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    let mut failed = None;
    let has_refunds = !refunds_of(context, connection, order.id).await?.is_empty();
    for stack in stacks(redeemed(context, connection, order.id).await?) {
        let work = roll_back_stack(context, connection, order, &stack, has_refunds);
        if let Err(error) = work.await {
            warn!(order = %order.id, %error, "codes of an order are not given back yet");
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// The redemptions by what Voucherify rolls back together.
fn stacks(redemptions: Vec<Redemption>) -> Vec<Vec<Redemption>> {
    let mut stacks: Vec<Vec<Redemption>> = Vec::new();
    for one in redemptions {
        let Some(id) = whole(&one).map(|(id, _)| id.to_owned()) else {
            continue;
        };
        let same = |stack: &&mut Vec<Redemption>| {
            let first = stack.first().and_then(whole);
            first.is_some_and(|(other, _)| other == id)
        };
        match stacks.iter_mut().find(same) {
            Some(stack) => stack.push(one),
            None => stacks.push(vec![one]),
        }
    }
    stacks
}

/// The id that is rolled back, and whether it is a stack's.
fn whole(redemption: &Redemption) -> Option<(&str, bool)> {
    let own = redemption.redemption_id.as_deref()?;
    Some(rollback_id(own, redemption.parent_id.as_deref()))
}

async fn roll_back_stack(
    context: &Context,
    connection: &Connection,
    order: &Order,
    stack: &[Redemption],
    has_refunds: bool,
) -> Result<(), FlowError> {
    let is_card = |one: &Redemption| one.credits.is_some();
    // Rolled back as a whole, a card would get twice what it was given back in part.
    let refused = if has_refunds && stack.iter().all(is_card) {
        None
    } else {
        let refused = ask_for_rollback(connection, stack).await?;
        if refused.is_none() {
            for one in stack {
                write_down(context, one, RedemptionState::RolledBack, None).await?;
            }
            return Ok(());
        }
        refused
    };
    let mut failed = None;
    for one in stack {
        if let Err(error) = return_alone(context, connection, order, one, refused.as_ref()).await {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

/// Answers Voucherify's error key where it will not roll the stack back: it takes back what is at
/// most three months old (Rollback Redemption).
async fn ask_for_rollback(
    connection: &Connection,
    stack: &[Redemption],
) -> Result<Option<String>, FlowError> {
    let Some((id, stacked)) = stack.first().and_then(whole) else {
        return Ok(None);
    };
    let reason = "order cancelled or refunded";
    match connection.voucherify.roll_back(id, stacked, reason).await {
        Ok(_) => Ok(None),
        Err(error) => Ok(Some(refusal(error)?)),
    }
}

/// The error key of a refusal that stays one.
fn refusal(error: VoucherifyError) -> Result<String, FlowError> {
    match error {
        VoucherifyError::Refused { ref key, .. } if error.is_final() => Ok(key.clone()),
        error => Err(error.into()),
    }
}

/// A card's money comes back by its balance; of another code it is written down why it does not.
async fn return_alone(
    context: &Context,
    connection: &Connection,
    order: &Order,
    one: &Redemption,
    refused: Option<&String>,
) -> Result<(), FlowError> {
    let kept = match one.credits {
        Some(credits) => {
            let whole = order.total;
            match give_back(context, connection, order, one, whole, credits).await {
                Ok(()) => None,
                Err(FlowError::Voucherify(error)) => Some(refusal(error)?),
                Err(error) => return Err(error),
            }
        }
        None => refused.cloned(),
    };
    let Some(reason) = kept else {
        return write_down(context, one, RedemptionState::RolledBack, None).await;
    };
    error!(
        store = %one.store, lock = %one.lock, order = %one.order, reason,
        "a code of a cancelled or refunded order cannot be given back: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
    write_down(context, one, RedemptionState::NotReturned, Some(reason)).await
}

/// Gives gift cards their part of what was refunded so far.
pub(super) async fn refund_partially(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    if !order.is_partially_refunded() || !order.certificate_amount.is_positive() {
        return Ok(());
    }
    let mut cards = redeemed(context, connection, order.id).await?;
    cards.retain(|redemption| redemption.credits.is_some());
    if cards.is_empty() {
        return Ok(());
    }
    let refunded = connection.bigcommerce.refunded(order.id).await?;
    for card in cards {
        let credits = card.credits.unwrap_or_default();
        let due = share_of_refund(credits, refunded, order.total);
        give_back(context, connection, order, &card, refunded, due).await?;
    }
    Ok(())
}

async fn redeemed(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<Redemption>, FlowError> {
    let mut tx = context.store.begin().await?;
    let mut all = redemptions::of_order(tx.connection(), &connection.store, order).await?;
    tx.commit().await?;
    all.retain(|one| one.state == RedemptionState::Redeemed);
    Ok(all)
}

async fn refunds_of(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<CardRefund>, FlowError> {
    let mut tx = context.store.begin().await?;
    let all = card_refunds::of_order(tx.connection(), &connection.store, order).await?;
    tx.commit().await?;
    Ok(all)
}

/// Adds to a card's balance what it is `due` in all of `refunded`, and has not got.
/// Written down before; after an uncertain answer Voucherify's own list of transactions decides.
async fn give_back(
    context: &Context,
    connection: &Connection,
    order: &Order,
    card: &Redemption,
    refunded: Hundredths,
    due: Hundredths,
) -> Result<(), FlowError> {
    let mut earlier = refunds_of(context, connection, order.id).await?;
    earlier.retain(|one| one.code == card.code && one.lock == card.lock);
    for unsure in earlier.iter().filter(|one| !one.done) {
        finish(context, connection, unsure).await?;
    }
    let given: Hundredths = earlier.iter().map(|one| one.credits).sum();
    let due = due - given;
    if !due.is_positive() {
        return Ok(());
    }
    let refund = CardRefund {
        store: card.store.clone(),
        order: order.id,
        code: card.code.clone(),
        lock: card.lock.clone(),
        refunded,
        credits: due,
        done: false,
        sent_at_ms: context.clock.now_ms(),
    };
    put(context, &refund).await?;
    send(context, connection, refund).await
}

/// Twice the time-out after Voucherify was asked, its list shows whether it did.
async fn finish(
    context: &Context,
    connection: &Connection,
    unsure: &CardRefund,
) -> Result<(), FlowError> {
    not_before(context, unsure.sent_at_ms + context.straggling_ms())?;
    let (code, id) = (&unsure.code, transaction_id(&unsure.store, unsure));
    if connection.voucherify.has_transaction(code, &id).await? {
        let done = CardRefund {
            done: true,
            ..unsure.clone()
        };
        return put(context, &done).await;
    }
    let again = CardRefund {
        sent_at_ms: context.clock.now_ms(),
        ..unsure.clone()
    };
    put(context, &again).await?;
    send(context, connection, again).await
}

async fn send(
    context: &Context,
    connection: &Connection,
    mut refund: CardRefund,
) -> Result<(), FlowError> {
    let id = transaction_id(&refund.store, &refund);
    let (code, reason) = (&refund.code, "order refunded");
    connection
        .voucherify
        .add_balance(code, refund.credits, &id, reason)
        .await?;
    refund.done = true;
    put(context, &refund).await?;
    info!(
        store = %refund.store, order = %refund.order, credits = refund.credits.0,
        "a gift card got its part of a refund"
    );
    metrics::counter!("voucherbridge_card_refunds_total").increment(1);
    Ok(())
}

fn transaction_id(store: &StoreHash, refund: &CardRefund) -> String {
    let CardRefund {
        order,
        lock,
        refunded,
        ..
    } = refund;
    format!("{store}-{order}-refund-{}-{lock}", refunded.0)
}

async fn put(context: &Context, refund: &CardRefund) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    card_refunds::put(tx.connection(), refund).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes down how a code ended. What a person has to look at of a lock stays there.
async fn write_down(
    context: &Context,
    redemption: &Redemption,
    state: RedemptionState,
    reason: Option<String>,
) -> Result<(), FlowError> {
    let ended = Redemption {
        state,
        reason,
        ..redemption.clone()
    };
    let mut tx = context.store.begin().await?;
    redemptions::put(tx.connection(), &ended).await?;
    let all = redemptions::of_order(tx.connection(), &ended.store, ended.order).await?;
    let mut kept = all
        .into_iter()
        .filter(|one| one.lock == ended.lock && one.state == RedemptionState::NotReturned);
    if let Some(mut lock) = locks::get(tx.connection(), &ended.lock).await? {
        let from = lock.state;
        lock.state = LockState::RolledBack;
        if let Some(kept) = kept.next() {
            lock.state = LockState::NeedsPerson;
            lock.reason = kept.reason;
        }
        locks::update(tx.connection(), &lock, from).await?;
        if lock.kind == LockKind::Certificate {
            // The store may have given it its money back too.
            super::clean_up_later(context, &mut tx, &lock).await?;
        }
    }
    tx.commit().await?;
    context.wake_worker();
    if state == RedemptionState::RolledBack {
        info!(store = %ended.store, lock = %ended.lock, order = %ended.order, "code given back");
        metrics::counter!("voucherbridge_codes_rolled_back_total").increment(1);
    }
    Ok(())
}
