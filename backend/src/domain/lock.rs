//! The life of a lock: a code held for one checkout.

use serde::{Deserialize, Serialize};

pub use super::lock_state::{Apart, LockKind, LockState, ReleaseReason};

use super::{
    CertificateId, CheckoutId, Code, Currency, Hundredths, LockId, NativeCode, OrderId,
    PromotionId, SessionKey, StoreHash,
    cards::{self, Card},
    discount::{Discount, FreeItem, ItemId},
    snapshot::Snapshot,
};

/// `session_ends_at_ms` of a lock that leaves a session and is not held under its own key yet.
pub const NOT_YET_HELD: i64 = 0;

/// A reward by which a loyalty card pays with points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Voucherify's id of the reward.
    pub id: String,
    /// How many points; as many as are of use when not said.
    pub points: Option<i64>,
}

/// A code behind a native coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coupon {
    /// The typed code.
    pub code: Code,
    /// What it gives.
    pub discount: Discount,
    /// What a loyalty card's points pay with.
    #[serde(default)]
    pub reward: Option<Reward>,
    /// Whether BigCommerce has been told of it.
    #[serde(default)]
    pub told: bool,
}

impl Coupon {
    /// A code of which nothing is known yet.
    #[must_use]
    pub fn new(code: &Code) -> Self {
        Self {
            code: code.clone(),
            discount: Discount::default(),
            reward: None,
            told: false,
        }
    }
}

/// Codes held for one checkout by one native code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Its id: the promotion's name and the redemption's metadata carry it.
    pub id: LockId,
    /// The store.
    pub store: StoreHash,
    /// The checkout, which has the cart's id.
    pub checkout: CheckoutId,
    /// What stands for it at BigCommerce.
    pub kind: LockKind,
    /// The first of its codes, after which the native code is named.
    pub code: Code,
    /// The codes behind a coupon, in the order in which they apply; of a certificate, none.
    pub coupons: Vec<Coupon>,
    /// The gift cards behind a certificate, in the order in which they pay; of a coupon, none.
    pub cards: Vec<Card>,
    /// The BigCommerce code standing for it.
    pub native_code: NativeCode,
    /// The promotion made for a coupon, once made.
    pub promotion: Option<PromotionId>,
    /// The gift certificate made for cards, once made.
    pub certificate: Option<CertificateId>,
    /// The Voucherify session that holds it.
    pub session: SessionKey,
    /// Where it is in its life.
    pub state: LockState,
    /// The discount Voucherify calculated, or what the cards pay together.
    pub discount: Hundredths,
    /// The discount or balance BigCommerce was last told; none where that is not known.
    pub native_discount: Option<Hundredths>,
    /// Its currency.
    pub currency: Currency,
    /// The order as validated; `None` before the first validation.
    pub snapshot: Option<Snapshot>,
    /// The order that carries it.
    pub order: Option<OrderId>,
    /// What the order really took off, once known.
    pub order_discount: Option<Hundredths>,
    /// Why its cart goes on without it, if it does.
    pub apart: Option<Apart>,
    /// Why it was given up, if it was.
    pub released_because: Option<ReleaseReason>,
    /// Voucherify's key of why its code cannot be redeemed, or not be given back.
    pub refused_because: Option<String>,
    /// Whether it is made for codes that are held behind another coupon: if it comes to nothing, they are lost.
    pub is_taken_apart: bool,
    /// When the native code ends, Unix milliseconds.
    pub ends_at_ms: i64,
    /// When the Voucherify session ends, Unix milliseconds; [`NOT_YET_HELD`] where it has yet to begin.
    pub session_ends_at_ms: i64,
    /// When it was made.
    pub created_at_ms: i64,
    /// When the checkout was last compared with it.
    pub checked_at_ms: i64,
    /// Since when it is in its state.
    pub state_since_ms: i64,
    /// Orders that did not use it, as the uses of its native code told before that was deleted.
    pub unused_by: Vec<OrderId>,
    /// How often it was written: a change of what was read is written only over what was read. Zero where it
    /// was never written.
    pub revision: i64,
}

/// The longest name a promotion is shown by. BigCommerce states no limit; this is what its control
/// panel takes.
const LONGEST_NAME: usize = 100;
/// Promotions of ours have names that begin so; the lock's id follows.
pub const PROMOTION_NAME_PREFIX: &str = "Voucherbridge ";

impl Lock {
    /// Every code it holds, with its part of the discount.
    #[must_use]
    pub fn parts(&self) -> Vec<(&Code, Hundredths)> {
        match self.kind {
            LockKind::Coupon => self
                .coupons
                .iter()
                .map(|coupon| (&coupon.code, coupon.discount.money()))
                .collect(),
            LockKind::Certificate => self
                .cards
                .iter()
                .map(|card| (&card.code, card.credits))
                .collect(),
        }
    }

    /// Whether it holds the code.
    #[must_use]
    pub fn holds(&self, code: &Code) -> bool {
        self.parts().iter().any(|(own, _)| *own == code)
    }

    /// It is in that state from now on.
    pub fn enter(&mut self, state: LockState, now_ms: i64) {
        if self.state != state {
            self.state = state;
            self.state_since_ms = now_ms;
        }
    }

    /// Its cart goes on without it from now on.
    pub fn set_apart(&mut self, why: Apart) {
        self.apart = Some(why);
        self.released_because = None;
        self.refused_because = None;
    }

    /// It is given up.
    pub fn give_up(&mut self, why: ReleaseReason, now_ms: i64) {
        self.enter(LockState::Releasing, now_ms);
        self.released_because = Some(why);
        self.apart = None;
        self.refused_because = None;
    }

    /// Whether BigCommerce was told what it is worth now.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.native_discount == Some(self.discount)
    }

    /// Whether an order of another cart pays with it.
    #[must_use]
    pub fn is_taken_elsewhere(&self) -> bool {
        self.apart == Some(Apart::TakenElsewhere)
    }

    /// Whether the order of its cart is not known to have used it, nor not to.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        self.apart == Some(Apart::OrderCouponsUnknown)
    }

    /// Whether it was given up to a person, or waits, as nothing showed which order used it.
    #[must_use]
    pub fn is_order_unknown(&self) -> bool {
        self.is_undecided() || self.apart == Some(Apart::OrderNotFound)
    }

    /// Whether its cart goes on without it: what it is validated for is an order, or not known.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.session.before().is_some() || self.apart.is_some()
    }

    /// Whether it is to stay held at Voucherify for an order, known or not.
    #[must_use]
    pub fn waits_for_order(&self) -> bool {
        self.state == LockState::Ordered
            || (self.state == LockState::NeedsPerson && self.is_order_unknown())
    }

    /// Whether Voucherify may hold its codes.
    #[must_use]
    pub fn may_be_held(&self) -> bool {
        self.state.is_live() || self.waits_for_order()
    }

    /// The key it left, where its codes may be held still: that it is held under its own is not written
    /// down yet.
    #[must_use]
    pub fn leaves(&self) -> Option<SessionKey> {
        let leaves = self.may_be_held() && self.session_ends_at_ms == NOT_YET_HELD;
        leaves.then(|| self.session.before()).flatten()
    }

    /// Has its worth follow its codes.
    pub fn add_up(&mut self) {
        self.discount = match self.kind {
            LockKind::Coupon => self.discounts().map(Discount::money).sum(),
            LockKind::Certificate => cards::worth(&self.cards),
        };
    }

    /// What the codes of a coupon give, one by one.
    pub fn discounts(&self) -> impl Iterator<Item = &Discount> + Clone {
        self.coupons.iter().map(|coupon| &coupon.discount)
    }

    /// BigCommerce was told of all its codes.
    pub fn told(&mut self) {
        for coupon in &mut self.coupons {
            coupon.told = true;
        }
    }

    /// The codes of a coupon that BigCommerce was told of: those an order has the use of.
    pub fn used_codes(&self) -> impl Iterator<Item = &Code> {
        // The first ones, of which nothing was written down after BigCommerce had been told.
        let none_told = self.coupons.iter().all(|coupon| !coupon.told);
        let coupons = self.coupons.iter();
        let used = coupons.filter(move |coupon| coupon.told || none_told);
        used.map(|coupon| &coupon.code)
    }

    /// How many pieces of an item were in the cart that was validated, without those that a code gives.
    #[must_use]
    pub fn bought(&self, item: ItemId) -> i64 {
        let lines = self.snapshot.iter().flat_map(|snapshot| &snapshot.items);
        let of_it = lines.filter(|line| item.is(line.product_id, line.variant_id));
        of_it.map(|line| line.quantity).sum()
    }

    /// A code joined a moment before the order was placed, and whether BigCommerce was told of it is
    /// not known: the order shows, by what its coupon took off (`taken`) and which free items it
    /// `added`. Whether shipping would have been free all the same it does not show.
    pub fn learn_from_order(&mut self, taken: Hundredths, mut added: Vec<FreeItem>) {
        self.leave_out_what_came_later(taken);
        for coupon in self.coupons.iter().filter(|coupon| coupon.told) {
            take_free_items(&mut added, &coupon.discount.free_items);
        }
        // A code is told of together with those before it: behind one that was not, none was.
        let mut until_here = Hundredths::ZERO;
        let mut all_told = true;
        for coupon in &mut self.coupons {
            let discount = &coupon.discount;
            until_here = until_here + discount.money();
            if coupon.told {
                continue;
            }
            let shows = if discount.money().is_positive() {
                taken >= until_here
            } else {
                take_free_items(&mut added, &discount.free_items)
            };
            coupon.told = all_told && shows;
            all_told = coupon.told;
        }
    }

    /// The order may have been placed while a code joined: it took what the codes before that give.
    fn leave_out_what_came_later(&mut self, taken: Hundredths) {
        let mut sum = Hundredths::ZERO;
        let sums = self.discounts().map(|discount| {
            sum = sum + discount.money();
            sum
        });
        let sums: Vec<Hundredths> = sums.collect();
        let last = sums.iter().rposition(|sum| *sum == taken);
        if taken < sums.last().copied().unwrap_or_default()
            && let Some(last) = last
        {
            for coupon in &mut self.coupons[last + 1..] {
                coupon.told = false;
            }
        }
    }

    /// What the shopper reads as the native coupon's name: its codes, as far as there is room.
    #[must_use]
    pub fn display_name(&self) -> String {
        let codes = self.coupons.iter().map(|coupon| coupon.code.as_str());
        let name = codes.collect::<Vec<_>>().join(", ");
        if name.chars().count() <= LONGEST_NAME {
            return name;
        }
        let cut: String = name.chars().take(LONGEST_NAME - 3).collect();
        format!("{cut}...")
    }

    /// The promotion's internal name, by which it is found when its id was never written down.
    #[must_use]
    pub fn promotion_name(&self) -> String {
        format!("{PROMOTION_NAME_PREFIX}{}", self.id)
    }
}

/// Takes `wanted` out of `added`; answers whether all of it was there.
fn take_free_items(added: &mut [FreeItem], wanted: &[FreeItem]) -> bool {
    let mut is_there = true;
    for free in wanted {
        let left = added.iter_mut().find(|one| one.item == free.item);
        let left = left.map(|left| {
            let taken = left.quantity.min(free.quantity);
            left.quantity -= taken;
            taken
        });
        is_there &= left == Some(free.quantity);
    }
    is_there
}
