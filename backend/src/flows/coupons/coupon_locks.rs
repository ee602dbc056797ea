//! The coupon locks of a checkout, and what became of its codes.

use crate::{
    domain::{Code, cards::Card, lock::Lock, messages::Refusal},
    flows::{
        cart::cart_context::Cart,
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

pub(crate) fn renew(cart: Cart<'_>, lock: &mut Lock) {
    lock.add_up();
    lock.currency = cart.checkout.currency;
    lock.snapshot = Some(cart.snapshot.clone());
    lock.checked_at_ms = cart.context.clock.now_ms();
    (lock.ends_at_ms, lock.session_ends_at_ms) = lifetime(cart.context);
}
