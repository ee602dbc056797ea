//! What there is to pay of a checkout, and what became of the cards that pay it.

use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        Code, Hundredths, NativeCode,
        cards::{Card, net_of},
        discount::Discount,
        lock::Lock,
        messages::Refusal,
        snapshot::Snapshot,
    },
    flows::locks::{cart_context::Cart, leased::Leased},
};

/// What there is to pay of a checkout, once its coupons are taken off.
pub(crate) struct Till<'a> {
    pub(crate) context: &'a Context,
    pub(crate) connection: &'a Connection,
    pub(crate) work: &'a Leased<'a>,
    pub(crate) checkout: &'a Checkout,
    /// The items net of the coupons.
    pub(crate) net: Snapshot,
    /// All there is to pay, shipping and tax included.
    pub(crate) payable: Hundredths,
    /// As in [`Cart`].
    pub(crate) one_rule: bool,
}

/// What became of the cards of a checkout.
#[derive(Debug, Default)]
pub(crate) struct CardsOutcome {
    /// The certificates that stand.
    pub(crate) locks: Vec<Lock>,
    pub(crate) refused: Vec<RefusedCard>,
    /// Whether an amount changed.
    pub(crate) changed: bool,
}

/// A card that cannot be used (any more).
#[derive(Debug)]
pub(crate) struct RefusedCard {
    pub(crate) code: Code,
    /// The certificate that is gone with it; none if it lives on by other cards.
    pub(crate) native_code: Option<NativeCode>,
    pub(crate) refusal: Refusal,
}

impl<'a> Till<'a> {
    /// `coupons` may be newer than the checkout's total, which is corrected by the difference.
    pub(crate) fn new(cart: Cart<'a>, coupons: &[Lock]) -> Self {
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
            work: cart.work,
            checkout,
            one_rule: cart.one_rule,
            net: net_of(cart.snapshot, coupons.iter().flat_map(Lock::discounts)),
            payable: (checkout.total - (discount - counted)).max(Hundredths::ZERO),
        }
    }

    /// The cart, as far as there is something to ask about it.
    pub(crate) fn cart(&self) -> Cart<'_> {
        Cart {
            context: self.context,
            connection: self.connection,
            work: self.work,
            checkout: self.checkout,
            snapshot: &self.net,
            one_rule: self.one_rule,
        }
    }

    /// Why no card at all can be used here.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
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

/// A gift card to be added, and the lock under which it is held already, if it is.
pub(crate) struct NewCard {
    pub(crate) card: Card,
    pub(crate) intent: Option<Box<Lock>>,
}
