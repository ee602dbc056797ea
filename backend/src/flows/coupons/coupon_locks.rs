//! The coupon locks of a checkout, and what became of its codes.

use crate::{
    domain::{Code, cards::Card, lock::Lock, messages::Refusal},
    flows::{
        locks::cart_context::Cart,
        locks::{dropped_codes::Lost, lock_steps::lifetime},
    },
};

/// The coupon locks of a checkout after they were looked at.
#[derive(Debug, Default)]
pub(crate) struct Coupons {
    /// Those that hold.
    pub(crate) locks: Vec<Lock>,
    /// Whether what one of them gives is not what it gave before.
    pub(crate) changed: bool,
    /// New codes that are gift cards.
    pub(crate) cards: Vec<Card>,
    /// The `applying` lock whose session holds the cards, where nothing else is in it.
    pub(crate) intent: Option<Box<Lock>>,
    /// New codes that cannot be used.
    pub(crate) refused: Vec<(Code, Refusal)>,
    /// Codes that were held and no longer are.
    pub(crate) lost: Vec<Lost>,
    /// New codes that joined a coupon.
    pub(crate) joined: Vec<Code>,
}

/// The lock is what was validated now. A job has the codes of a cart that is as it was end when they were
/// to end: what it cannot put right is not tried for ever.
pub(crate) fn renew(cart: Cart<'_>, lock: &mut Lock) {
    let known = lock.snapshot.as_ref();
    let is_as_it_was = known.is_some_and(|known| known.is_of_same_cart(cart.snapshot));
    lock.add_up();
    lock.currency = cart.checkout.currency;
    lock.snapshot = Some(cart.snapshot.clone());
    lock.checked_at_ms = cart.context.clock.now_ms();
    let (ends_at_ms, session_ends_at_ms) = lifetime(cart.context);
    lock.session_ends_at_ms = session_ends_at_ms;
    if !(cart.by_job && is_as_it_was) {
        lock.ends_at_ms = ends_at_ms;
    }
}
