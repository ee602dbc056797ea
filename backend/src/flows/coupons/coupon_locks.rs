//! The coupon locks of a checkout, and what became of its codes.

use crate::{
    domain::{Code, cards::Card, lock::Lock, messages::Refusal},
    flows::locks::{cart_context::Cart, dropped_codes::Lost},
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

/// The coupon is what was validated now.
pub(crate) fn renew(cart: Cart<'_>, lock: &mut Lock) {
    cart.work.renew(lock, cart.snapshot);
    lock.currency = cart.checkout.currency;
}
