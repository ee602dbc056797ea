//! Gift cards become a native gift certificate that is worth exactly what they pay here.
//!
//! This file finds what there is to pay and begins a new certificate; `settle_cards` has all of a
//! checkout's certificates pay it.

use std::collections::HashMap;

use super::{
    FlowError,
    apply_codes::NewCard,
    judge_codes::Cart,
    lock_steps::{new_lock, settle_later},
    locks_of,
    release_lock::end,
    settle_cards::settle,
};
use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Hundredths, NativeCode, SessionKey,
        cards::{Card, net_of},
        discount::Discount,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        messages::Refusal,
        snapshot::Snapshot,
    },
    store::locks,
};

/// What there is to pay of a checkout, once its coupons are taken off.
pub(super) struct Till<'a> {
    pub(super) context: &'a Context,
    pub(super) connection: &'a Connection,
    pub(super) checkout: &'a Checkout,
    /// The items net of the coupons.
    pub(super) net: Snapshot,
    /// All there is to pay, shipping and tax included.
    pub(super) payable: Hundredths,
    /// As in [`Cart`].
    pub(super) one_rule: bool,
    pub(super) by_job: bool,
}

/// What became of the cards of a checkout.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// The certificates that stand.
    pub(super) locks: Vec<Lock>,
    pub(super) refused: Vec<RefusedCard>,
    /// Whether an amount changed.
    pub(super) changed: bool,
}

/// A card that cannot be used (any more).
#[derive(Debug)]
pub(super) struct RefusedCard {
    pub(super) code: Code,
    /// The certificate that is gone with it; none if it lives on by other cards.
    pub(super) native_code: Option<NativeCode>,
    pub(super) refusal: Refusal,
}

impl<'a> Till<'a> {
    /// `coupons` may be newer than the checkout's total, which is corrected by the difference.
    pub(super) fn new(cart: Cart<'a>, coupons: &[Lock]) -> Self {
        let checkout = cart.checkout;
        let discount: Hundredths = coupons.iter().map(|lock| lock.discount).sum();
        let is_ours = |code: &str| coupons.iter().any(|lock| lock.native_code.is(code));
        let counted = checkout.coupons.iter().filter(|known| is_ours(&known.code));
        let counted: Hundredths = counted.map(|known| known.discounted).sum();
        // What a coupon adds it pays for itself.
        let adds = |discount: &Discount| discount.pieces_added() > 0;
        let added = if coupons.iter().flat_map(Lock::discounts).any(adds) {
            checkout.added_by_coupons.min(counted)
        } else {
            Hundredths::ZERO
        };
        let counted = counted - added;
        Self {
            context: cart.context,
            connection: cart.connection,
            checkout,
            one_rule: cart.one_rule,
            net: net_of(cart.snapshot, coupons.iter().flat_map(Lock::discounts)),
            by_job: cart.by_job,
            payable: (checkout.total - (discount - counted)).max(Hundredths::ZERO),
        }
    }

    /// The cart, as far as there is something to ask about it.
    pub(super) fn cart(&self) -> Cart<'_> {
        Cart {
            context: self.context,
            connection: self.connection,
            checkout: self.checkout,
            snapshot: &self.net,
            one_rule: self.one_rule,
            by_job: self.by_job,
        }
    }

    /// Why no card at all can be used here.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        if self.checkout.sells_certificates {
            return Some(Refusal::CertificateInCart);
        }
        if self.net.has_too_many_lines() {
            return Some(Refusal::NotCheckable);
        }
        (self.checkout.currency != self.connection.settings.currency)
            .then_some(Refusal::OtherCurrency)
    }
}

/// The session key of a checkout that these locks do not use.
pub(super) fn free_key(
    connection: &Connection,
    checkout: &CheckoutId,
    locks: &[Lock],
) -> SessionKey {
    let [first, second] = SessionKey::of(&connection.store, checkout);
    if locks.iter().any(|lock| lock.session == first) {
        second
    } else {
        first
    }
}

/// Adds cards to those the checkout has, as one more certificate.
pub(super) async fn add(
    till: &Till<'_>,
    mut certificates: Vec<Lock>,
    new: Vec<NewCard>,
) -> Result<Settled, FlowError> {
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
    settle(till, certificates, &mut sure).await
}

async fn refuse_all(
    till: &Till<'_>,
    locks: Vec<Lock>,
    cards: Vec<Card>,
    intent: Option<Box<Lock>>,
    refusal: &Refusal,
) -> Result<Settled, FlowError> {
    if let Some(mut lock) = intent {
        let reason = ReleaseReason::Unfinished;
        end(till.context, till.connection, &mut lock, reason).await?;
    }
    let refused = |card: Card| RefusedCard {
        code: card.code,
        native_code: None,
        refusal: refusal.clone(),
    };
    Ok(Settled {
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
    let mut tx = context.store.begin().await?;
    if let Some(intent) = intent {
        locks::delete(tx.connection(), &intent.id, LockState::Applying).await?;
    }
    let all = locks::of_checkout(tx.connection(), &connection.store, &till.checkout.id).await?;
    let fresh = new_lock(context, connection, till.checkout, &cards[0].code, session);
    let known = all.into_iter().find(|lock| was_removed(lock, &cards));
    let lock = certificate_lock(context, fresh, cards, known.as_ref());
    if known.is_some() {
        locks::update(tx.connection(), &lock, LockState::Released).await?;
    } else {
        locks::insert(tx.connection(), &lock).await?;
    }
    settle_later(context, &mut tx, &lock).await?;
    tx.commit().await?;
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
            ..lock
        },
    }
}

/// A key that no lock on the cart uses; what waits for an order leaves it.
async fn cards_key(till: &Till<'_>) -> Result<SessionKey, FlowError> {
    let (connection, checkout) = (till.connection, &till.checkout.id);
    let all = in_cart_sessions(till.context, connection, checkout).await?;
    Ok(free_key(connection, checkout, &all))
}

/// The live locks of a checkout that are in one of its two sessions, not in one of their own.
pub(super) async fn in_cart_sessions(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, FlowError> {
    let mut all = locks_of(context, &connection.store, checkout).await?;
    all.retain(|lock| lock.state.is_live() && !lock.is_apart());
    Ok(all)
}

/// A certificate is named after its first card; which others stand behind it may change.
fn was_removed(lock: &Lock, cards: &[Card]) -> bool {
    lock.kind == LockKind::Certificate
        && lock.state == LockState::Released
        && cards.first().is_some_and(|card| card.code == lock.code)
}
