//! Where a lock is in its life, and why it ends.

use strum::{EnumIter, EnumString, IntoStaticStr};

use super::{name_of, order::Standing};

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
    /// A person has to look: Voucherify will not redeem it or take it back, or its order is not known.
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

/// Why a lock was given up. What a reason allows is the table "When a release finds an order" of
/// ARCHITECTURE.md. Its name is in the database and in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
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
        name_of(self)
    }

    /// Whether the page was ever given the native code. If not, no order can carry it.
    #[must_use]
    pub fn was_known_to_page(self) -> bool {
        self != Self::Unfinished
    }

    /// Whether a certificate is kept, disabled, for its cards to be entered again.
    #[must_use]
    pub fn keeps_certificate(self) -> bool {
        self.was_known_to_page() && self != Self::Disconnected
    }

    /// Whether an order is looked for before the native part is ended. The shopper, the changed cart or a
    /// person that gave the code up hides no order; time or a vanished cart may.
    #[must_use]
    pub fn may_hide_order(self) -> bool {
        let asked_for = matches!(self, Self::Removed | Self::NoLongerValid | Self::Dismissed);
        self.was_known_to_page() && !asked_for
    }

    /// Whether a use of the native code, of which no order is found, waits for a person.
    #[must_use]
    pub fn leaves_use_to_person(self) -> bool {
        matches!(
            self,
            Self::Expired | Self::CartGone | Self::Removed | Self::Replaced | Self::NoLongerValid
        )
    }

    /// Whether an order of this standing that carries the native code keeps the lock.
    #[must_use]
    pub fn yields_to(self, standing: Standing, is_unfinished: bool) -> bool {
        match standing {
            Standing::Void | Standing::Refunded => false,
            // A person has seen that order.
            _ if self == Self::Dismissed => false,
            Standing::Paid => true,
            // The shopper may be in the middle of paying, unless it is the shopper who gives it up.
            Standing::Pending if is_unfinished => matches!(
                self,
                Self::Unfinished | Self::CartGone | Self::OrderVoid | Self::Disconnected
            ),
            Standing::Pending => self != Self::NeverPaid,
        }
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
        name_of(self)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn release_reasons_survive_the_database() {
        for reason in ReleaseReason::iter() {
            assert_eq!(reason.as_str().parse(), Ok(reason));
        }
        assert_eq!(ReleaseReason::NoLongerValid.as_str(), "no_longer_valid");
        for other in ["", "settling", "held_for_person", "Removed"] {
            assert!(other.parse::<ReleaseReason>().is_err(), "{other}");
        }
    }

    /// The table "When a release finds an order" of ARCHITECTURE.md: whether an order is looked for before
    /// the native part is ended, whether a use without an order waits for a person, and whether an order
    /// that is paid, pending or unfinished keeps the lock.
    #[test]
    fn what_a_release_reason_allows() {
        const YES: bool = true;
        const NO: bool = false;
        let table = [
            // reason                        looks person paid pending unfinished
            (ReleaseReason::Removed, [NO, YES, YES, YES, NO]),
            (ReleaseReason::NoLongerValid, [NO, YES, YES, YES, NO]),
            (ReleaseReason::Replaced, [YES, YES, YES, YES, NO]),
            (ReleaseReason::Expired, [YES, YES, YES, YES, NO]),
            (ReleaseReason::CartGone, [YES, YES, YES, YES, YES]),
            (ReleaseReason::OrderVoid, [YES, NO, YES, YES, YES]),
            (ReleaseReason::Disconnected, [YES, NO, YES, YES, YES]),
            (ReleaseReason::NeverPaid, [YES, NO, YES, NO, NO]),
            (ReleaseReason::Dismissed, [NO, NO, NO, NO, NO]),
            // Its release never looks. An order that got it all the same keeps it.
            (ReleaseReason::Unfinished, [NO, NO, YES, YES, YES]),
        ];
        for reason in ReleaseReason::iter() {
            let mut rows = table.iter().filter(|(row, _)| *row == reason);
            let Some((_, row)) = rows.next() else {
                panic!("{reason:?} has no row");
            };
            let is = [
                reason.may_hide_order(),
                reason.leaves_use_to_person(),
                reason.yields_to(Standing::Paid, false),
                reason.yields_to(Standing::Pending, false),
                reason.yields_to(Standing::Pending, true),
            ];
            assert_eq!(is, *row, "{reason:?}");
            assert_eq!(reason.yields_to(Standing::Paid, true), row[2], "{reason:?}");
            for over in [Standing::Void, Standing::Refunded] {
                assert!(!reason.yields_to(over, false), "{reason:?} {over:?}");
                assert!(!reason.yields_to(over, true), "{reason:?} {over:?}");
            }
            let is_unfinished = reason == ReleaseReason::Unfinished;
            assert_eq!(reason.was_known_to_page(), !is_unfinished, "{reason:?}");
            let is_deleted = is_unfinished || reason == ReleaseReason::Disconnected;
            assert_eq!(reason.keeps_certificate(), !is_deleted, "{reason:?}");
        }
    }
}
