//! The certificates of a checkout pay what there is to pay of it.
//!
//! At every moment a certificate is worth at most what its cards' session locks. So what shrinks is
//! told to BigCommerce first and to Voucherify second, and what grows the other way round; both are
//! written down before, so that a crash in between is found and mended.

use std::collections::HashMap;

use tracing::{info, warn};

use crate::{
    bigcommerce::{BigCommerceError, NewCertificate},
    domain::{
        Code, Hundredths, LockId,
        cards::{order_to_pay, share},
        lock::{Lock, LockState, ReleaseReason},
        messages::Refusal,
    },
    error::FlowError,
    flows::{
        cards::{
            lock_credits::{Lack, lock_credits},
            till::{CardsOutcome, RefusedCard, Till},
        },
        locks::lock_steps::undo,
        sessions::{release_lock::release_now_or_later, session_change::SessionChange},
    },
};

/// Has the certificates of the checkout pay what there is to pay, in their order.
pub(crate) async fn pay(
    till: &Till<'_>,
    mut locks: Vec<Lock>,
    sure: &mut HashMap<Code, Hundredths>,
) -> Result<CardsOutcome, FlowError> {
    for card in locks
        .iter()
        .filter(|lock| lock.state != LockState::Applying)
        .flat_map(|lock| &lock.cards)
    {
        sure.insert(card.code.clone(), card.credits);
    }
    let Some(key) = locks.first().map(|lock| lock.session.clone()) else {
        return Ok(CardsOutcome::default());
    };
    let change = SessionChange::begin(till.cart(), &locks, &[], &key).await?;
    let mut outcome = CardsOutcome::default();
    let initial: HashMap<LockId, Hundredths> = locks
        .iter()
        .map(|lock| (lock.id.clone(), lock.discount))
        .collect();
    // Each round but the last finds out that a card has less than was thought, or is of no use.
    loop {
        let before: Vec<Hundredths> = locks.iter().map(|lock| lock.discount).collect();
        share(
            locks.iter_mut().flat_map(|lock| &mut lock.cards),
            till.payable,
            till.net.unit(),
        );
        drop_idle(till, &mut locks, &mut outcome).await?;
        if locks.is_empty() {
            change.succeeded(till.cart(), &locks);
            return Ok(outcome);
        }
        let refused = match carry_out(till, &mut locks, &before).await {
            Ok(refused) => refused,
            Err(error) => {
                // The others are mended by their job.
                change.failed(till.cart(), &error);
                let mut all = locks.iter_mut();
                if let Some(new) = all.find(|lock| lock.state == LockState::Applying) {
                    undo(till.cart(), new, &error).await?;
                }
                return Err(error);
            }
        };
        if refused.is_empty() {
            change.succeeded(till.cart(), &locks);
            let is_new = |lock: &Lock| initial.get(&lock.id) != Some(&lock.discount);
            outcome.changed |= locks.iter().any(is_new);
            outcome.locks = locks;
            return Ok(outcome);
        }
        for (code, why) in refused {
            take_back(till, &mut locks, &code, why, sure, &mut outcome).await?;
        }
    }
}

/// New cards for which nothing is left to pay are refused; held ones may be wanted again.
async fn drop_idle(
    till: &Till<'_>,
    locks: &mut Vec<Lock>,
    outcome: &mut CardsOutcome,
) -> Result<(), FlowError> {
    let new = locks
        .iter()
        .filter(|lock| lock.state == LockState::Applying);
    let idle = new.flat_map(|lock| &lock.cards).filter(|card| !card.pays());
    let idle: Vec<Code> = idle.map(|card| card.code.clone()).collect();
    for code in idle {
        remove(till, locks, &code, Refusal::NothingToPay, outcome).await?;
    }
    Ok(())
}

/// Voucherify does not give what was asked of a card: it is asked for what it pays of this order, or
/// for what is surely there, or the card is refused.
async fn take_back(
    till: &Till<'_>,
    locks: &mut Vec<Lock>,
    code: &Code,
    lack: Lack,
    sure: &HashMap<Code, Hundredths>,
    outcome: &mut CardsOutcome,
) -> Result<(), FlowError> {
    let (refusal, less) = match lack {
        Lack::PaysOnly(least) => (Refusal::NoEffect, least),
        Lack::Refused(Refusal::NoBalance) => {
            let sure = sure.get(code).copied().unwrap_or_default();
            (Refusal::NoBalance, sure)
        }
        Lack::Refused(refusal) => (refusal, Hundredths::ZERO),
    };
    let mut cards = locks.iter_mut().flat_map(|lock| &mut lock.cards);
    if let Some(card) = cards.find(|card| card.code == *code)
        && less.is_positive()
        && less < card.credits
    {
        card.balance = less;
        return Ok(());
    }
    let mut refused = [(code.clone(), refusal)];
    till.cart().explain(&mut refused).await?;
    let [(_, refusal)] = refused;
    remove(till, locks, code, refusal, outcome).await
}

/// Takes a card out; a certificate without cards is given up.
pub(crate) async fn remove(
    till: &Till<'_>,
    locks: &mut Vec<Lock>,
    code: &Code,
    refusal: Refusal,
    outcome: &mut CardsOutcome,
) -> Result<(), FlowError> {
    let Some(at) = locks.iter().position(|lock| lock.holds(code)) else {
        return Ok(());
    };
    let is_last = locks[at].cards.len() == 1;
    outcome.changed = true;
    outcome.refused.push(RefusedCard {
        code: code.clone(),
        native_code: is_last.then(|| locks[at].native_code.clone()),
        refusal,
    });
    if !is_last {
        locks[at].cards.retain(|card| card.code != *code);
        return Ok(());
    }
    let mut lock = locks.remove(at);
    let reason = match lock.state {
        LockState::Applying => ReleaseReason::Unfinished,
        _ => ReleaseReason::NoLongerValid,
    };
    release_now_or_later(till.cart(), &mut lock, reason).await
}

/// Does what the cards' new credits ask for; answers the cards Voucherify refused, in which case
/// nothing was locked.
async fn carry_out(
    till: &Till<'_>,
    locks: &mut [Lock],
    before: &[Hundredths],
) -> Result<Vec<(Code, Lack)>, FlowError> {
    let told: Vec<Option<Hundredths>> = locks.iter().map(|lock| lock.native_discount).collect();
    for (lock, planned) in locks.iter().zip(before) {
        see_untouched(till, lock, *planned).await?;
    }
    write_plan(till, locks).await?;
    // What the certificate may be worth, and the least that may be locked for it: the last change
    // may have been cut off.
    for (at, lock) in locks.iter_mut().enumerate() {
        let planned = before[at];
        let told = told[at].unwrap_or(planned);
        let least = lock.discount.min(told).min(planned);
        if lock.certificate.is_some()
            && ((till.work.found_open() && lock.state != LockState::Applying)
                || told.max(planned) > least)
        {
            tell(till, lock, least).await?;
        }
    }
    let refused = lock_credits(till, locks).await?;
    if !refused.is_empty() {
        return Ok(refused);
    }
    for lock in locks.iter_mut() {
        give_worth(till, lock).await?;
    }
    Ok(Vec::new())
}

/// A certificate that holds less than it was given was spent, by an order we were not told of yet:
/// filled up again, the same money would be spent twice. What a payment that failed left on it is
/// not known, and it is given anew what it is worth.
async fn see_untouched(till: &Till<'_>, lock: &Lock, planned: Hundredths) -> Result<(), FlowError> {
    let Some(id) = lock
        .certificate
        .filter(|_| lock.state != LockState::Applying)
    else {
        return Ok(());
    };
    let Some(told) = lock.native_discount else {
        return Ok(());
    };
    let least = told.min(planned);
    let left = till.connection.bigcommerce.certificate_balance(id).await?;
    if left.is_some_and(|left| left < least) {
        warn!(store = %lock.store, lock = %lock.id, "a certificate was spent by an order that is not known yet");
        return Err(FlowError::Busy);
    }
    Ok(())
}

/// Writes the plan down, with the job that looks after it.
async fn write_plan(till: &Till<'_>, locks: &mut [Lock]) -> Result<(), FlowError> {
    let now = till.context.clock.now_ms();
    let order = order_to_pay(&till.net, till.payable);
    for lock in locks.iter_mut() {
        if lock.state == LockState::Ordered {
            lock.enter(LockState::Held, now);
        }
        till.work.renew(lock, &order);
        till.work.stage(lock);
    }
    till.work.write_down().await
}

/// Has a certificate be worth less before less is locked for it.
async fn tell(till: &Till<'_>, lock: &mut Lock, balance: Hundredths) -> Result<(), FlowError> {
    let Some(id) = lock.certificate else {
        return Ok(());
    };
    let state = certificate_of(lock, balance);
    let bigcommerce = &till.connection.bigcommerce;
    match bigcommerce.update_certificate(id, &state).await {
        // Deleted by the merchant: it is worth nothing already.
        Ok(()) | Err(BigCommerceError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    lock.native_discount = Some(balance);
    till.work.stage(lock);
    Ok(())
}

/// The credits are locked: now the certificate may be worth as much.
async fn give_worth(till: &Till<'_>, lock: &mut Lock) -> Result<(), FlowError> {
    let bigcommerce = &till.connection.bigcommerce;
    let state = certificate_of(lock, lock.discount);
    // Its end moves as well.
    let known = match lock.certificate {
        Some(id) => match bigcommerce.update_certificate(id, &state).await {
            Ok(()) => Some(id),
            // Deleted: its time was up, or the merchant did it.
            Err(BigCommerceError::NotFound) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    lock.certificate = Some(match known {
        Some(id) => id,
        None => bigcommerce.create_certificate(&state).await?,
    });
    lock.native_discount = Some(lock.discount);
    if lock.state == LockState::Applying {
        till.cart().stage_held(lock);
        return Ok(());
    }
    till.work.stage(lock);
    info!(store = %lock.store, lock = %lock.id, amount = lock.discount.0, "certificate brought up to date");
    Ok(())
}

fn certificate_of(lock: &Lock, balance: Hundredths) -> NewCertificate {
    NewCertificate {
        code: lock.native_code.clone(),
        balance,
        currency: lock.currency,
        ends_at_ms: lock.ends_at_ms,
    }
}
