//! Where a lock is in its life, and why it ends.

use std::str::FromStr;

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
    /// A person gave the code of an order back that differs from what was validated.
    Dismissed,
    /// The merchant disconnected the store.
    Disconnected,
}

impl ReleaseReason {
    const ALL: [Self; 10] = [
        Self::Removed,
        Self::Replaced,
        Self::Unfinished,
        Self::NoLongerValid,
        Self::Expired,
        Self::CartGone,
        Self::OrderVoid,
        Self::NeverPaid,
        Self::Dismissed,
        Self::Disconnected,
    ];

    /// The reason of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

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
            Self::Dismissed => "dismissed",
            Self::Disconnected => "disconnected",
        }
    }
}

/// Why a cart goes on without a lock: what that is validated for is an order, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// An order of another cart pays with it.
    TakenElsewhere,
    /// Whether the order of its cart used it is not known: BigCommerce does not tell the order's coupons.
    OrderCouponsUnknown,
    /// Its native code was used by an order that cannot be found.
    OrderNotFound,
    /// Its order is not what was validated: a person decides of it.
    HeldForPerson,
}

impl Apart {
    const NAMES: [(Self, &'static str); 4] = [
        (Self::TakenElsewhere, "taken_elsewhere"),
        (Self::OrderCouponsUnknown, "order_coupons_unknown"),
        (Self::OrderNotFound, "order_not_found"),
        (Self::HeldForPerson, "held_for_person"),
    ];

    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(known, _)| *known == self);
        named.map_or("", |(_, name)| name)
    }

    /// The one of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let named = Self::NAMES.iter().find(|(_, known)| *known == name);
        named.map(|(known, _)| *known)
    }
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
