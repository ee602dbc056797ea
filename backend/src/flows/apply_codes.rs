//! A typed entry becomes native: a coupon, a gift certificate, or both, held for one checkout.
//!
//! 1. Read the checkout from BigCommerce: amounts never come from the browser.
//! 2. Ask Voucherify what the codes are. Where nothing is held yet and one code was typed, it is
//!    held by the same call, which is all a coupon costs.
//! 3. The coupon first (`hold_coupon`), then gift cards on what is left to pay (`hold_cards`).
//! 4. The locks are `held`; the page may apply the native codes.

use tracing::{info, warn};
use voucherbridge_api_types::{AppliedCode, ApplyResponse, NativeKind, RejectedCode};

use super::{
    FlowError,
    describe_cart::describe,
    exclusive::exclusively,
    give_up,
    hold_cards::{self, Till},
    hold_coupon::{self, First},
    open_checkout::{self, Found},
    refresh_checkout::revalidate,
    release_lock::release_alone,
    sort_codes::{Sorted, sort},
};
use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Entry, NativeCode,
        cards::Card,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        messages::{Refusal, Voice},
        snapshot::Snapshot,
    },
    store::locks,
};

/// What became of an entry.
#[derive(Debug, Default)]
struct Outcome {
    /// To be applied by the page.
    native_codes: Vec<NativeCode>,
    rejected: Vec<(Code, Refusal)>,
}

/// The locks that stand while an entry is applied.
struct Held {
    coupon: Option<Lock>,
    certificates: Vec<Lock>,
}

/// Applies the codes of an entry to the checkout.
pub async fn apply(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    entry: &Entry,
    voice: Voice<'_>,
) -> Result<ApplyResponse, FlowError> {
    let work = async {
        let outcome = apply_alone(context, connection, checkout, entry).await?;
        let held = held_codes(context, connection, checkout).await?;
        Ok((outcome, held))
    };
    let (outcome, held) = exclusively(context, &connection.store, checkout, work).await?;
    for (_, refusal) in &outcome.rejected {
        let reason = refusal.reason().to_owned();
        metrics::counter!("voucherbridge_codes_refused_total", "reason" => reason).increment(1);
    }
    Ok(response(&outcome, held, voice))
}

fn response(outcome: &Outcome, codes: Vec<AppliedCode>, voice: Voice<'_>) -> ApplyResponse {
    let rejected = outcome.rejected.iter();
    let rejected: Vec<RejectedCode> = rejected.map(|one| rejected_code(one, voice)).collect();
    if outcome.native_codes.is_empty() {
        let mut reasons = rejected.iter().map(|one| one.reason.clone());
        let sentence = |one: &RejectedCode| format!("{}: {}", one.code, one.message);
        let message = match rejected.as_slice() {
            [only] => only.message.clone(),
            several => several.iter().map(sentence).collect::<Vec<_>>().join(" "),
        };
        return ApplyResponse::Rejected {
            reason: reasons.next().unwrap_or_default(),
            message,
        };
    }
    metrics::counter!("voucherbridge_codes_applied_total").increment(1);
    ApplyResponse::Applied {
        native_codes: outcome
            .native_codes
            .iter()
            .map(ToString::to_string)
            .collect(),
        codes,
        dropped: Vec::new(),
        rejected,
    }
}

fn rejected_code((code, refusal): &(Code, Refusal), voice: Voice<'_>) -> RejectedCode {
    RejectedCode {
        code: code.to_string(),
        reason: refusal.reason().to_owned(),
        message: voice.refusal(refusal),
    }
}

/// A held lock as the module is told of it, code by code.
pub(super) fn applied_codes(lock: &Lock) -> Vec<AppliedCode> {
    let kind = match lock.kind {
        LockKind::Coupon => NativeKind::Coupon,
        LockKind::Certificate => NativeKind::GiftCertificate,
    };
    let told = |(code, amount): (&Code, crate::domain::Hundredths)| AppliedCode {
        code: code.to_string(),
        native_code: lock.native_code.to_string(),
        kind,
        amount: amount.0,
        currency: lock.currency.to_string(),
        free_items: 0,
        free_shipping: false,
    };
    lock.parts().into_iter().map(told).collect()
}

async fn held_codes(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<Vec<AppliedCode>, FlowError> {
    let mut tx = context.store.begin().await?;
    let all = locks::of_checkout(tx.connection(), &connection.store, checkout).await?;
    tx.commit().await?;
    let held = all
        .iter()
        .filter(|lock| matches!(lock.state, LockState::Held | LockState::Ordered))
        .filter(|lock| !lock.is_taken_elsewhere());
    Ok(held.flat_map(applied_codes).collect())
}

async fn apply_alone(
    context: &Context,
    connection: &Connection,
    id: &CheckoutId,
    entry: &Entry,
) -> Result<Outcome, FlowError> {
    let checkout = match open_checkout::find(connection, id).await? {
        Found::Open(checkout) => *checkout,
        Found::Ordered => return Err(FlowError::CheckoutClosed),
        Found::Gone => return Err(FlowError::UnknownCheckout),
    };
    let snapshot = describe(context, connection, &checkout).await?;
    let mut held = standing(context, connection, &checkout, entry).await?;
    let mut outcome = Outcome::default();
    let new: Vec<Code> = entry
        .codes()
        .iter()
        .filter(|code| !is_held(&held, code))
        .cloned()
        .collect();
    let cart = Cart {
        context,
        connection,
        checkout: &checkout,
        snapshot: &snapshot,
    };
    if let Some(lock) = held.coupon.take_if(|lock| was_typed(lock, entry)) {
        held.coupon = cart.apply_again(lock, &mut outcome).await?;
    }
    let first = held.coupon.is_none() && held.certificates.is_empty() && new.len() == 1;
    let cards = if first && entry.codes().len() == 1 {
        cart.apply_first(&new[0], &mut outcome).await?
    } else {
        cart.apply_several(&new, &mut held, &mut outcome).await?
    };
    let typed_again = held.certificates.iter().any(|lock| was_typed(lock, entry));
    if !cards.is_empty() || typed_again {
        let till = cart.till(&held);
        apply_cards(&till, held.certificates, cards, entry, &mut outcome).await?;
    }
    Ok(outcome)
}

fn is_held(held: &Held, code: &Code) -> bool {
    let mut locks = held.coupon.iter().chain(&held.certificates);
    locks.any(|lock| lock.holds(code) || lock.native_code.is(code.as_str()))
}

fn was_typed(lock: &Lock, entry: &Entry) -> bool {
    let mut codes = entry.codes().iter();
    codes.any(|code| lock.holds(code) || lock.native_code.is(code.as_str()))
}

/// A gift card to be added, and the lock under which it is held already, if it is.
pub(super) struct NewCard {
    pub(super) card: Card,
    pub(super) intent: Option<Box<Lock>>,
}

/// The checkout an entry is for.
struct Cart<'a> {
    context: &'a Context,
    connection: &'a Connection,
    checkout: &'a Checkout,
    snapshot: &'a Snapshot,
}

impl<'a> Cart<'a> {
    /// What there is to pay beside what is held.
    fn till(&self, held: &Held) -> Till<'a> {
        let coupon = held.coupon.as_ref();
        Till::new(
            self.context,
            self.connection,
            self.checkout,
            self.snapshot,
            coupon,
        )
    }

    /// The coupon that was typed again is looked at again; it comes back if it still holds.
    async fn apply_again(
        &self,
        mut lock: Lock,
        outcome: &mut Outcome,
    ) -> Result<Option<Lock>, FlowError> {
        let Self {
            context,
            connection,
            checkout,
            snapshot,
        } = *self;
        match revalidate(context, connection, &mut lock, checkout, snapshot.clone()).await? {
            Ok(_) => {
                outcome.native_codes.push(lock.native_code.clone());
                Ok(Some(lock))
            }
            Err(refusal) => {
                outcome.rejected.push((lock.code.clone(), refusal));
                Ok(None)
            }
        }
    }

    /// One code where nothing is held. Answers the card it turned out to be, with what holds it.
    async fn apply_first(
        &self,
        code: &Code,
        outcome: &mut Outcome,
    ) -> Result<Vec<NewCard>, FlowError> {
        let Self {
            context,
            connection,
            checkout,
            snapshot,
        } = *self;
        match hold_coupon::hold_first(context, connection, checkout, snapshot, code).await? {
            First::Held(lock) => {
                report(&lock);
                outcome.native_codes.push(lock.native_code.clone());
                Ok(Vec::new())
            }
            First::Refused(refusal) => {
                outcome.rejected.push((code.clone(), refusal));
                Ok(Vec::new())
            }
            First::IsCard(card, lock) => Ok(vec![NewCard {
                card,
                intent: Some(lock),
            }]),
        }
    }

    /// Several codes, or codes beside others: holds the coupon among them, answers the cards.
    async fn apply_several(
        &self,
        new: &[Code],
        held: &mut Held,
        outcome: &mut Outcome,
    ) -> Result<Vec<NewCard>, FlowError> {
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let Self {
            context,
            connection,
            checkout,
            snapshot,
        } = *self;
        let mut sorted = sort(connection, new, &self.till(held).net).await?;
        hold_coupon::explain(context, connection, checkout, &mut sorted.refused).await?;
        outcome.rejected.append(&mut sorted.refused);
        let had_coupon = held.coupon.is_some();
        for code in &sorted.coupons {
            if held.coupon.is_some() {
                outcome.rejected.push((code.clone(), Refusal::OneCodeOnly));
                continue;
            }
            let key = hold_cards::free_key(connection, checkout, &held.certificates);
            match hold_coupon::hold(context, connection, checkout, snapshot, code, key).await? {
                Ok(lock) => {
                    report(&lock);
                    outcome.native_codes.push(lock.native_code.clone());
                    held.coupon = Some(*lock);
                }
                Err(refusal) => outcome.rejected.push((code.clone(), refusal)),
            }
        }
        if held.coupon.is_some() && !had_coupon {
            self.ask_rules(&mut sorted, held, outcome).await?;
        }
        let new_card = |card| NewCard { card, intent: None };
        Ok(sorted.cards.into_iter().map(new_card).collect())
    }

    /// A coupon of the same entry made the order smaller: the cards' rules are asked about again.
    async fn ask_rules(
        &self,
        sorted: &mut Sorted,
        held: &Held,
        outcome: &mut Outcome,
    ) -> Result<(), FlowError> {
        if sorted.cards.is_empty() {
            return Ok(());
        }
        let codes: Vec<Code> = sorted.cards.iter().map(|card| card.code.clone()).collect();
        let again = sort(self.connection, &codes, &self.till(held).net).await?;
        outcome.rejected.extend(again.refused);
        sorted.cards = again.cards;
        Ok(())
    }
}

async fn apply_cards(
    till: &Till<'_>,
    certificates: Vec<Lock>,
    cards: Vec<NewCard>,
    entry: &Entry,
    outcome: &mut Outcome,
) -> Result<(), FlowError> {
    let codes: Vec<Code> = cards.iter().map(|new| new.card.code.clone()).collect();
    let settled = hold_cards::add(till, certificates, cards).await?;
    for refused in settled.refused {
        outcome.rejected.push((refused.code, refused.refusal));
    }
    for lock in &settled.locks {
        let is_new = lock.cards.iter().any(|card| codes.contains(&card.code));
        if is_new {
            report(lock);
        }
        if is_new || was_typed(lock, entry) {
            outcome.native_codes.push(lock.native_code.clone());
        }
    }
    Ok(())
}

fn report(lock: &Lock) {
    info!(
        store = %lock.store, checkout = %lock.checkout, lock = %lock.id, kind = lock.kind.as_str(),
        amount = lock.discount.0, "code applied"
    );
}

/// The locks an entry finds on the checkout. A coupon that left the page without a word makes
/// room; what an earlier, cut-off apply left is given up.
async fn standing(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    entry: &Entry,
) -> Result<Held, FlowError> {
    let mut tx = context.store.begin().await?;
    let all = locks::of_checkout(tx.connection(), &connection.store, &checkout.id).await?;
    tx.commit().await?;
    let mut held = Held {
        coupon: None,
        certificates: Vec::new(),
    };
    for mut lock in all {
        let on_page = checkout
            .coupons
            .iter()
            .any(|coupon| lock.native_code.is(&coupon.code));
        if lock.is_taken_elsewhere() {
            continue;
        }
        match (lock.kind, lock.state) {
            // An order was not paid, and the shopper went back to the cart it left open.
            (LockKind::Certificate, LockState::Held | LockState::Ordered) => {
                held.certificates.push(lock);
            }
            (LockKind::Coupon, LockState::Ordered) if on_page => held.coupon = Some(lock),
            (LockKind::Coupon, LockState::Held) if on_page || was_typed(&lock, entry) => {
                held.coupon = Some(lock);
            }
            // To its end, before another code is validated under the same session key: that would
            // let go of this one at Voucherify while its coupon lives.
            (_, LockState::Held) => {
                make_room(context, connection, &mut lock, ReleaseReason::Replaced).await?;
            }
            // Nobody else works on this checkout, so whoever began this was cut off.
            (_, LockState::Applying) => {
                make_room(context, connection, &mut lock, ReleaseReason::Unfinished).await?;
            }
            _ => {}
        }
    }
    Ok(held)
}

async fn make_room(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<(), FlowError> {
    warn!(lock = %lock.id, reason = reason.as_str(), "a lock makes room");
    give_up(context, lock, reason).await?;
    release_alone(context, connection, lock).await
}
