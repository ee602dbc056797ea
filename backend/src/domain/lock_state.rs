//! Where a lock is in its life, and why it ends.

use strum::{EnumString, IntoStaticStr};

/// What a lock's native part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
        self.into()
    }
}

/// Where a lock is in its life.
///
/// ```text
/// applying ──▶ held ──▶ ordered ──▶ redeemed ──▶ rolled_back
///     │         │          │  └────▶ needs_person
///     └─────────┴──────────┴──▶ releasing ──▶ released
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
    /// The name in the database, in metrics and on the console.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
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

/// Why a lock was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
    /// The name in the database and in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Why a cart goes on without a lock: what that is validated for is an order, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
