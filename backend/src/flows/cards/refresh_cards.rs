//! The checkout changed: its gift cards pay what there is to pay now.

use std::collections::HashMap;

use voucherbridge_api_types::RefreshResponse;

use crate::{
    domain::{Code, cards::order_to_pay, lock::Lock, messages::Refusal},
    error::FlowError,
    flows::{
        cards::{
            pay_with_cards,
            till::{CardsOutcome, Till},
        },
        codes::asker::{Asker, is_up_to_date},
        locks::{applied_codes::applied_codes, dropped_codes::Lost},
        sessions::release_lock::finish_releases,
    },
    voucherify::Redeemable,
};

/// Brings the certificates of a checkout up to date.
pub(crate) async fn refresh_cards(
    till: &Till<'_>,
    mut locks: Vec<Lock>,
    asker: Asker<'_>,
    response: &mut RefreshResponse,
) -> Result<(), FlowError> {
    let order = order_to_pay(&till.net, till.payable);
    let refusal = till.refusal();
    let up_to_date = |lock: &Lock| is_up_to_date(till.work, lock, &order, asker);
    if refusal.is_none() && locks.iter().all(up_to_date) {
        for lock in &mut locks {
            lock.checked_at_ms = till.context.clock.now_ms();
            till.work.stage(lock);
            response.codes.extend(applied_codes(lock));
        }
        return Ok(());
    }
    if let Some(first) = locks.first() {
        finish_releases(till.cart(), Some(&first.session)).await?;
    }
    let mut outcome = CardsOutcome::default();
    let refused = match refusal {
        Some(refusal) => every_card(&locks, &refusal),
        None => ask_rules(till, &mut locks).await?,
    };
    for (code, refusal) in refused {
        pay_with_cards::remove(till, &mut locks, &code, refusal, &mut outcome).await?;
    }
    if !locks.is_empty() {
        let mut more = pay_with_cards::pay(till, locks, &mut HashMap::new()).await?;
        outcome.refused.append(&mut more.refused);
        outcome.changed |= more.changed;
        outcome.locks = more.locks;
    }
    response.changed |= outcome.changed;
    for lock in &outcome.locks {
        response.codes.extend(applied_codes(lock));
    }
    tell(till, outcome, asker, response);
    Ok(())
}

/// Tells of the cards that no longer hold: the page at once, or the next one.
fn tell(till: &Till<'_>, outcome: CardsOutcome, asker: Asker<'_>, response: &mut RefreshResponse) {
    let cards = outcome.refused.into_iter();
    let lost: Vec<Lost> = cards
        .map(|card| Lost {
            code: card.code,
            native_code: card.native_code.map_or_else(String::new, |c| c.to_string()),
            refusal: card.refusal,
        })
        .collect();
    let told = lost.iter().map(|lost| lost.to_response(asker.voice()));
    response.dropped.extend(told);
    if lost.is_empty() || !till.work.is_by_job() {
        return;
    }
    till.work.stage_dropped(lost);
}

fn every_card(locks: &[Lock], refusal: &Refusal) -> Vec<(Code, Refusal)> {
    let cards = locks.iter().flat_map(|lock| &lock.cards);
    cards
        .map(|card| (card.code.clone(), refusal.clone()))
        .collect()
}

/// Whether the cards' rules hold for the items alone, without shipping and without a session. What
/// is on them is learnt as well.
///
/// A card that is locked here to its last cent is said to have no money left: that is no rule.
async fn ask_rules(till: &Till<'_>, locks: &mut [Lock]) -> Result<Vec<(Code, Refusal)>, FlowError> {
    let cards = locks.iter().flat_map(|lock| &lock.cards);
    let mut left: Vec<Code> = cards.map(|card| card.code.clone()).collect();
    let mut refused = Vec::new();
    while !left.is_empty() {
        let asked: Vec<Redeemable> = left.iter().map(Redeemable::code).collect();
        let voucherify = &till.connection.voucherify;
        let validation = voucherify.validate(&asked, &till.net, None).await?;
        let mut judged = Vec::new();
        for one in &validation.applicable {
            if let Some(balance) = one.gift.and_then(|gift| gift.balance) {
                learn(locks, &one.code, balance);
            }
            judged.push(one.code.clone());
        }
        let not = validation.inapplicable.iter().chain(&validation.skipped);
        for one in not.filter(|one| !one.is_unjudged()) {
            match one.refusal(till.cart().shopper()) {
                Refusal::NoBalance | Refusal::NoEffect => {}
                refusal => refused.push((one.code.clone(), refusal)),
            }
            judged.push(one.code.clone());
        }
        let before = left.len();
        left.retain(|code| !judged.contains(code));
        if left.len() == before {
            break;
        }
    }
    Ok(refused)
}

fn learn(locks: &mut [Lock], code: &Code, balance: crate::domain::Hundredths) {
    let mut cards = locks.iter_mut().flat_map(|lock| &mut lock.cards);
    if let Some(card) = cards.find(|card| card.code == *code) {
        card.balance = balance;
    }
}
