//! The life of a lock: a code held for one checkout.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{
    CertificateId, CheckoutId, Code, Currency, Hundredths, LockId, NativeCode, OrderId,
    PromotionId, SessionKey, StoreHash,
    cards::{self, Card},
    discount::{Discount, FreeItem},
    snapshot::Snapshot,
};

/// What a lock's native part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockKind {
    /// A coupon promotion.
    Coupon,
    /// A gift certificate.
    Certificate,
}

impl LockKind {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coupon => "coupon",
            Self::Certificate => "certificate",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Coupon, Self::Certificate]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// Where a lock is in its life.
///
/// ```text
/// applying ──▶ held ──▶ ordered ──▶ redeemed ──▶ rolled_back
///     │         │          │  └────▶ needs_person
///     └─────────┴──────────┴──▶ releasing ──▶ released
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockState {
    /// Written before the first call to a platform, so that a crash leaves a trace to clean up.
    Applying,
    /// Validated, and its native code exists.
    Held,
    /// An order carries it and waits for payment.
    Ordered,
    /// Voucherify counts it as used.
    Redeemed,
    /// Used, then given back.
    RolledBack,
    /// To be released; a job does it until it is done.
    Releasing,
    /// Nothing of it is left at either platform.
    Released,
    /// An order was paid with it and Voucherify will not redeem it.
    NeedsPerson,
}

impl LockState {
    const NAMES: [(Self, &'static str); 8] = [
        (Self::Applying, "applying"),
        (Self::Held, "held"),
        (Self::Ordered, "ordered"),
        (Self::Redeemed, "redeemed"),
        (Self::RolledBack, "rolled_back"),
        (Self::Releasing, "releasing"),
        (Self::Released, "released"),
        (Self::NeedsPerson, "needs_person"),
    ];

    /// The name in the database, in metrics and on the console.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(state, _)| *state == self);
        named.map_or("", |(_, name)| name)
    }

    /// Whether the code may be held at Voucherify for this lock.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(
            self,
            Self::Applying | Self::Held | Self::Ordered | Self::Releasing
        )
    }
}

/// Not a state's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a lock's state")]
pub struct UnknownState(String);

impl FromStr for LockState {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        let named = Self::NAMES.iter().find(|(_, name)| *name == text);
        named
            .map(|(state, _)| *state)
            .ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// Why a lock was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseReason {
    /// The shopper removed it.
    Removed,
    /// The shopper entered another code after this one had left the page.
    Replaced,
    /// Applying it did not finish.
    Unfinished,
    /// Voucherify no longer accepts it for the changed cart.
    NoLongerValid,
    /// Its time was up.
    Expired,
    /// The cart is gone, and no live order came of it.
    CartGone,
    /// The order was cancelled or declined.
    OrderVoid,
    /// The order waited for its payment too long.
    NeverPaid,
    /// The merchant disconnected the store.
    Disconnected,
}

impl ReleaseReason {
    /// The name in the database and in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Unfinished => "unfinished",
            Self::NoLongerValid => "no_longer_valid",
            Self::Expired => "expired",
            Self::CartGone => "cart_gone",
            Self::OrderVoid => "order_void",
            Self::NeverPaid => "never_paid",
            Self::Disconnected => "disconnected",
        }
    }
}

/// `reason` of a certificate that an order of another cart pays with: this cart has it no more.
pub const TAKEN_ELSEWHERE: &str = "taken_elsewhere";
/// `reason` of a lock whose change is under way, or was cut off.
pub const SETTLING: &str = "settling";
/// The same, where a job makes the change: cut off, it is tried again by itself.
pub const MENDING: &str = "mending";

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
    /// The discount or balance BigCommerce was last told.
    pub native_discount: Hundredths,
    /// Its currency.
    pub currency: Currency,
    /// The order as validated; `None` before the first validation.
    pub snapshot: Option<Snapshot>,
    /// The order that carries it.
    pub order: Option<OrderId>,
    /// What the order really took off, once known.
    pub order_discount: Option<Hundredths>,
    /// Why it was released, why it needs a person, or what is under way with it.
    pub reason: Option<String>,
    /// When the native code ends, Unix milliseconds.
    pub ends_at_ms: i64,
    /// When the Voucherify session ends, Unix milliseconds.
    pub session_ends_at_ms: i64,
    /// When it was made.
    pub created_at_ms: i64,
    /// When the checkout was last compared with it.
    pub checked_at_ms: i64,
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
        self.parts().iter().any(|(own, _)| own.may_be(code))
    }

    /// Whether an order of another cart pays with it.
    #[must_use]
    pub fn is_taken_elsewhere(&self) -> bool {
        self.reason.as_deref() == Some(TAKEN_ELSEWHERE)
    }

    /// Whether a change of it is under way, or was cut off.
    #[must_use]
    pub fn is_settling(&self) -> bool {
        self.reason.as_deref() == Some(SETTLING) || self.is_mending()
    }

    /// Whether it is a job's change.
    #[must_use]
    pub fn is_mending(&self) -> bool {
        self.reason.as_deref() == Some(MENDING)
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

    /// A code joined a moment before the order was placed, and whether BigCommerce was told of it is
    /// not known: the order shows, by what its coupon took off (`taken`) and which free items it
    /// `added`. Whether shipping would have been free all the same it does not show.
    pub fn learn_from_order(&mut self, taken: Hundredths, mut added: Vec<FreeItem>) {
        self.leave_out_what_came_later(taken);
        let of_all: Hundredths = self.discounts().map(Discount::money).sum();
        for coupon in self.coupons.iter().filter(|coupon| coupon.told) {
            take_free_items(&mut added, &coupon.discount.free_items);
        }
        for coupon in self.coupons.iter_mut().filter(|coupon| !coupon.told) {
            let discount = &coupon.discount;
            coupon.told = if discount.money().is_positive() {
                taken >= of_all
            } else {
                take_free_items(&mut added, &discount.free_items)
            };
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
        let Some(left) = left.filter(|left| left.quantity >= free.quantity) else {
            is_there = false;
            continue;
        };
        left.quantity -= free.quantity;
    }
    is_there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_survive_the_database() {
        for (state, name) in LockState::NAMES {
            assert_eq!(state.as_str(), name);
            assert_eq!(name.parse(), Ok(state));
        }
        assert!("gone".parse::<LockState>().is_err());
    }
}
