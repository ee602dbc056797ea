//! A typed entry becomes native: a coupon, a gift certificate, or both, held for one checkout.
//!
//! 1. Read the checkout from BigCommerce: amounts never come from the browser.
//! 2. Ask Voucherify about the codes together with those held already. It holds those that apply by
//!    the same call, which is all a coupon costs.
//! 3. The coupons first (`hold_coupons`), then gift cards on what is left to pay (`hold_cards`).
//! 4. The locks are `held`; the page may apply the native codes.

use tracing::{info, warn};
use voucherbridge_api_types::{AppliedCode, ApplyResponse, RejectedCode};

use crate::{
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Entry, NativeCode,
        cards::Card,
        checkout_change::ChangeBy,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        messages::{Refusal, Voice},
    },
    error::FlowError,
    flows::{
        cards::{
            ask_cards::after_coupons,
            hold_cards,
            till::{NewCard, Till},
        },
        cart::open_checkout::{self, Found},
        codes::{opening::Opening, spellings},
        coupons::hold_coupons,
        locks::{
            applied_codes::applied_codes, cart_context::Cart, dropped_codes::Lost, leased::Leased,
            session_keys::free_key,
        },
        sessions::release_lock::{finish_releases, release_on_cart},
    },
};

/// What became of an entry.
#[derive(Debug, Default)]
struct Outcome {
    /// To be applied by the page.
    native_codes: Vec<NativeCode>,
    rejected: Vec<(Code, Refusal)>,
    /// Held before, and no longer.
    lost: Vec<Lost>,
}

/// The locks that stay while an entry is applied.
#[derive(Default)]
struct HeldLocks {
    coupons: Vec<Lock>,
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
    let leased = Leased::take(context, &connection.store, checkout, ChangeBy::Page, true).await?;
    let work = async {
        let mut outcome = apply_alone(&leased, connection, entry).await?;
        let held = leased.on_cart().await?;
        let held: Vec<AppliedCode> = held.iter().flat_map(applied_codes).collect();
        let is_told = |code: &Code| {
            entry.all_codes().contains(code) || held.iter().any(|held| held.code == code.as_str())
        };
        let dropped = leased.take_dropped(is_told).await?;
        outcome.lost.extend(dropped);
        Ok((outcome, held))
    };
    let (outcome, held) = leased.through(work).await?;
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
        let mut message = match rejected.as_slice() {
            [only] => only.message.clone(),
            several => several.iter().map(sentence).collect::<Vec<_>>().join(" "),
        };
        for lost in &outcome.lost {
            message = format!("{message} {}", lost.to_response(voice).message);
        }
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
        dropped: outcome
            .lost
            .iter()
            .map(|lost| lost.to_response(voice))
            .collect(),
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

async fn apply_alone(
    leased: &Leased<'_>,
    connection: &Connection,
    entry: &Entry,
) -> Result<Outcome, FlowError> {
    let checkout = match open_checkout::find(connection, leased.checkout).await? {
        Found::Open(checkout) => *checkout,
        Found::Ordered => return Err(FlowError::CheckoutClosed),
        Found::Gone => return Err(FlowError::UnknownCheckout),
    };
    let opening = Opening::of(leased, connection, &checkout).await?;
    let cart = opening.cart();
    let mut standing = HeldLocks::of(cart, entry).await?;
    let mut entry = entry.clone();
    spellings::choose(connection, &mut entry, &standing.codes()).await?;
    entry.are_held(|code| standing.holds(code));
    let mut outcome = Outcome::default();
    let cards = apply_coupons(cart, &mut standing, &mut entry, &mut outcome).await?;
    let certificates = standing.certificates;
    let typed_again = certificates.iter().any(|lock| was_typed(lock, &entry));
    if !cards.is_empty() || typed_again {
        let till = Till::new(cart, &standing.coupons);
        apply_cards(&till, certificates, cards, &entry, &mut outcome).await?;
    }
    tell_unknown(&entry, &mut outcome.rejected);
    Ok(outcome)
}

/// What is not known is told as it was typed, and once.
fn tell_unknown(entry: &Entry, rejected: &mut Vec<(Code, Refusal)>) {
    let told = |(code, refusal): (Code, Refusal)| {
        if refusal != Refusal::Unknown {
            return Some((code, refusal));
        }
        let code = entry.told_as(&code)?.clone();
        let refusal = refusal.for_code(&code);
        Some((code, refusal))
    };
    *rejected = std::mem::take(rejected)
        .into_iter()
        .filter_map(told)
        .collect();
}

impl HeldLocks {
    /// The locks an entry finds on the checkout. A coupon that left the page without a word makes
    /// room; what an earlier, cut-off apply left is given up.
    async fn of(cart: Cart<'_>, entry: &Entry) -> Result<Self, FlowError> {
        finish_releases(cart, None).await?;
        let mut held = Self::default();
        for mut lock in cart.work.locks().await? {
            let mut applied = cart.checkout.coupons.iter();
            let on_page = applied.any(|coupon| lock.native_code.is(&coupon.code));
            if lock.is_apart() {
                continue;
            }
            match (lock.kind, lock.state) {
                // An order was not paid, and the shopper went back to the cart it left open.
                (LockKind::Certificate, LockState::Held | LockState::Ordered) => {
                    held.certificates.push(lock);
                }
                (LockKind::Coupon, LockState::Ordered) if on_page => held.coupons.push(lock),
                (LockKind::Coupon, LockState::Held) if on_page || may_be_typed(&lock, entry) => {
                    held.coupons.push(lock);
                }
                // To its end, before another code is validated under the same session key: that would
                // let go of this one at Voucherify while its coupon lives.
                (_, LockState::Held) => {
                    make_room(cart, &mut lock, ReleaseReason::Replaced).await?;
                }
                // Nobody else works on this checkout, so whoever began this was cut off.
                (_, LockState::Applying) => {
                    make_room(cart, &mut lock, ReleaseReason::Unfinished).await?;
                }
                _ => {}
            }
        }
        Ok(held)
    }

    fn codes(&self) -> Vec<Code> {
        let locks = self.coupons.iter().chain(&self.certificates);
        let parts = locks.flat_map(Lock::parts);
        parts.map(|(code, _)| code.clone()).collect()
    }

    fn holds(&self, code: &Code) -> bool {
        let mut locks = self.coupons.iter().chain(&self.certificates);
        locks.any(|lock| is_of(lock, code))
    }
}

fn is_of(lock: &Lock, code: &Code) -> bool {
    lock.holds(code) || lock.native_code.is(code.as_str())
}

fn was_typed(lock: &Lock, entry: &Entry) -> bool {
    entry.codes().iter().any(|code| is_of(lock, code))
}

fn may_be_typed(lock: &Lock, entry: &Entry) -> bool {
    let may_be = |code: &Code| {
        let mut own = lock.parts().into_iter();
        is_of(lock, code) || own.any(|(own, _)| own.may_be(code))
    };
    entry.all_codes().iter().any(may_be)
}

/// Holds the coupons of the entry beside those that stand; answers its gift cards.
async fn apply_coupons(
    cart: Cart<'_>,
    standing: &mut HeldLocks,
    entry: &mut Entry,
    outcome: &mut Outcome,
) -> Result<Vec<NewCard>, FlowError> {
    let typed_again = standing.coupons.iter().any(|lock| was_typed(lock, entry));
    if entry.new_codes().is_empty() && !typed_again {
        return Ok(Vec::new());
    }
    let key = match standing.coupons.first() {
        Some(lock) => lock.session.clone(),
        None => free_key(cart.connection, &cart.checkout.id, &standing.certificates),
    };
    let locks = std::mem::take(&mut standing.coupons);
    let mut coupons = hold_coupons::hold(cart, locks, entry, key).await?;
    for lock in coupons.locks.iter().filter(|lock| was_typed(lock, entry)) {
        report(lock);
        outcome.native_codes.push(lock.native_code.clone());
    }
    outcome.rejected.append(&mut coupons.refused);
    outcome.lost = coupons.lost;
    standing.coupons = coupons.locks;
    let are_held = coupons.intent.is_some();
    let (held, refused) = (&standing.coupons, &mut outcome.rejected);
    let cards = after_coupons(cart, held, coupons.cards, are_held, refused).await?;
    // Beside other certificates the cards are held under those's key.
    if (!standing.certificates.is_empty() || cards.is_empty())
        && let Some(mut intent) = coupons.intent.take()
    {
        let reason = ReleaseReason::Unfinished;
        release_on_cart(cart, &mut intent, reason).await?;
    }
    Ok(with_intent(cards, coupons.intent))
}

fn with_intent(cards: Vec<Card>, mut intent: Option<Box<Lock>>) -> Vec<NewCard> {
    let new_card = |card| NewCard {
        card,
        intent: intent.take(),
    };
    cards.into_iter().map(new_card).collect()
}

async fn apply_cards(
    till: &Till<'_>,
    certificates: Vec<Lock>,
    cards: Vec<NewCard>,
    entry: &Entry,
    outcome: &mut Outcome,
) -> Result<(), FlowError> {
    let codes: Vec<Code> = cards.iter().map(|new| new.card.code.clone()).collect();
    let paying = hold_cards::add(till, certificates, cards).await?;
    for refused in paying.refused {
        outcome.rejected.push((refused.code, refused.refusal));
    }
    for lock in &paying.locks {
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

async fn make_room(
    cart: Cart<'_>,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<(), FlowError> {
    warn!(lock = %lock.id, reason = reason.as_str(), "a lock makes room");
    release_on_cart(cart, lock, reason).await
}
