//! Gift cards become a native gift certificate that is worth exactly what they pay here.
//!
//! This file finds what there is to pay and begins a new certificate; `pay_with_cards` has all of a
//! checkout's certificates pay it.

use std::collections::HashMap;

use crate::{
    context::Context,
    domain::{
        Code, Hundredths, NativeCode, SessionKey,
        cards::Card,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        messages::Refusal,
    },
    error::FlowError,
    flows::{
        cards::{
            pay_with_cards::pay,
            till::{CardsOutcome, NewCard, RefusedCard, Till},
        },
        locks::{
            lock_steps::new_lock,
            session_keys::{free_key, is_in_cart_session},
        },
        sessions::release_lock::release_on_cart,
    },
};

/// Adds cards to those the checkout has, as one more certificate.
pub(crate) async fn add(
    till: &Till<'_>,
    mut certificates: Vec<Lock>,
    new: Vec<NewCard>,
) -> Result<CardsOutcome, FlowError> {
    let mut intent = None;
    let mut cards = Vec::new();
    for one in new {
        intent = one.intent.or(intent);
        cards.push(one.card);
    }
    if let Some(refusal) = till.refusal().filter(|_| !cards.is_empty()) {
        return refuse_all(till, certificates, cards, intent, &refusal).await;
    }
    // What a validation without credits found to be free is the least that can be had.
    let sure = cards.iter().map(|card| (card.code.clone(), card.credits));
    let mut sure: HashMap<Code, Hundredths> = sure.collect();
    if !cards.is_empty() {
        certificates.push(begin(till, &certificates, cards, intent).await?);
    }
    pay(till, certificates, &mut sure).await
}

async fn refuse_all(
    till: &Till<'_>,
    locks: Vec<Lock>,
    cards: Vec<Card>,
    intent: Option<Box<Lock>>,
    refusal: &Refusal,
) -> Result<CardsOutcome, FlowError> {
    if let Some(mut lock) = intent {
        let reason = ReleaseReason::Unfinished;
        release_on_cart(till.cart(), &mut lock, reason).await?;
    }
    let refused = |card: Card| RefusedCard {
        code: card.code,
        native_code: None,
        refusal: refusal.clone(),
    };
    Ok(CardsOutcome {
        locks,
        refused: cards.into_iter().map(refused).collect(),
        changed: false,
    })
}

/// Writes the new certificate's lock down as `applying`. Cards that were entered here before, and
/// removed, get the certificate they had: its code is known to BigCommerce's limit already.
async fn begin(
    till: &Till<'_>,
    certificates: &[Lock],
    cards: Vec<Card>,
    intent: Option<Box<Lock>>,
) -> Result<Lock, FlowError> {
    let (context, connection) = (till.context, till.connection);
    let session = match (certificates.first(), &intent) {
        (Some(lock), _) => lock.session.clone(),
        (None, Some(intent)) => intent.session.clone(),
        (None, None) => cards_key(till).await?,
    };
    if let Some(intent) = intent {
        till.work.stage_delete(&intent);
    }
    let all = till.work.locks().await?;
    let fresh = new_lock(context, connection, till.checkout, &cards[0].code, session);
    let known = all.into_iter().find(|lock| was_removed(lock, &cards));
    let lock = certificate_lock(context, fresh, cards, known.as_ref());
    till.cart().stage_applying(&lock);
    Ok(lock)
}

/// The lock of a certificate: a new one, or the one it had before it was removed.
fn certificate_lock(
    context: &Context,
    fresh: Lock,
    cards: Vec<Card>,
    known: Option<&Lock>,
) -> Lock {
    let lock = Lock {
        kind: LockKind::Certificate,
        native_code: NativeCode::for_certificate(&fresh.code, &context.ids.native_suffix()),
        cards,
        ..fresh
    };
    match known {
        None => lock,
        Some(known) => Lock {
            id: known.id.clone(),
            native_code: known.native_code.clone(),
            certificate: known.certificate,
            revision: known.revision,
            ..lock
        },
    }
}

/// A key that no lock on the cart uses; what waits for an order leaves it.
async fn cards_key(till: &Till<'_>) -> Result<SessionKey, FlowError> {
    let mut all = till.work.locks().await?;
    all.retain(is_in_cart_session);
    Ok(free_key(till.connection, &till.checkout.id, &all))
}

/// A certificate is named after its first card; which others stand behind it may change.
fn was_removed(lock: &Lock, cards: &[Card]) -> bool {
    lock.kind == LockKind::Certificate
        && lock.state == LockState::Released
        && cards.first().is_some_and(|card| card.code == lock.code)
}
