//! Whether an order used the native part of a lock, as far as the order and the lock show.
//!
//! BigCommerce may name an order's coupons and certificates late. Then the order's cart, its sums, and how
//! often the coupon's code was used decide. What is not decided stays held: a code let go of too early could
//! be used twice.

use super::{
    Hundredths,
    lock::{Lock, LockKind, LockState},
    order::Order,
};

/// An order this old, in milliseconds, has told all that it will.
pub const TOLD_AFTER_MS: i64 = 60 * 60_000;

/// Whether an order used a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Used {
    /// It did, and this is what it took off or paid.
    Took(Hundredths),
    /// It did, as far as all else shows.
    Inferred,
    /// It did not.
    No,
    /// Nothing shows it yet.
    Unknown,
}

/// What an order's list of coupons says of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// It names the coupon, with what it took off.
    Named(Hundredths),
    /// It does not, and names all that the order has.
    NotNamed,
    /// It does not, and may not name all yet.
    NotYet,
}

/// What an order shows of a coupon before the uses of its code are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It is decided.
    Decided(Used),
    /// The uses of the code decide. The order's discount may be that of the coupon, or of all its cart's.
    UsesDecide {
        /// Whether it is, to the hundredth.
        amount_fits: bool,
    },
}

/// What an order shows of the coupon of a lock. `together` is what the coupons of the lock's cart take off
/// that the order does not name.
#[must_use]
pub fn shown(order: &Order, lock: &Lock, naming: Naming, together: Hundredths) -> Shown {
    if let Naming::Named(taken) = naming {
        return Shown::Decided(Used::Took(taken));
    }
    // The uses of its code told so before they were deleted.
    if lock.unused_by.contains(&order.id) || !order.may_have(lock) || !may_be_unnamed(lock) {
        return Shown::Decided(Used::No);
    }
    let shown = order.shown_discount();
    let has_amount = lock.discount.is_positive();
    if has_amount && !shown.is_positive() {
        return Shown::Decided(Used::No);
    }
    // What staff did to the order since, takes its discount from it or does not.
    let had_it = lock.state == LockState::Ordered && order.is_waited_for_by(lock);
    if had_it && !lock.is_undecided() {
        return Shown::Decided(Used::Inferred);
    }
    if naming == Naming::NotNamed {
        return Shown::Decided(Used::No);
    }
    Shown::UsesDecide {
        amount_fits: has_amount && (shown == lock.discount || shown == together),
    }
}

/// What the uses of a coupon's code decide; none are known once the coupon is gone. Another discount may
/// be as large as the coupon's: uses count before amounts do.
#[must_use]
pub fn used_by_count(uses: Option<i64>, amount_fits: bool, order_age_ms: i64) -> Used {
    match uses {
        Some(uses) if uses > 0 => Used::Inferred,
        Some(_) if order_age_ms >= TOLD_AFTER_MS => Used::No,
        None if amount_fits => Used::Inferred,
        _ => Used::Unknown,
    }
}

/// What the coupons of a cart take off that may be on an order without being named.
#[must_use]
pub fn together(locks: &[Lock]) -> Hundredths {
    let locks = locks.iter().filter(|lock| may_be_unnamed(lock));
    locks.map(|lock| lock.discount).sum()
}

/// Whether a coupon may be on an order that does not name it.
fn may_be_unnamed(lock: &Lock) -> bool {
    let is_undecided = lock.state == LockState::NeedsPerson && lock.is_undecided();
    lock.kind == LockKind::Coupon && (lives(lock) || is_undecided)
}

/// Whether a certificate may be on an order that does not name it.
#[must_use]
pub fn may_have_paid(lock: &Lock) -> bool {
    let is_unknown = lock.state == LockState::NeedsPerson && lock.is_order_unknown();
    lives(lock) || is_unknown
}

fn lives(lock: &Lock) -> bool {
    let live = [LockState::Held, LockState::Ordered, LockState::Releasing];
    live.contains(&lock.state)
}

/// What the certificate of a lock paid of `unnamed`, which is what certificates paid of the order that it
/// does not name: it is its own cart's, or that of locks which were known to be its before.
#[must_use]
pub fn part_of_unnamed(order: &Order, lock: &Lock, unnamed: Hundredths) -> Hundredths {
    if !may_have_paid(lock) || !order.may_have(lock) {
        return Hundredths::ZERO;
    }
    let known = lock.order_discount;
    let known = known.filter(|_| order.is_waited_for_by(lock));
    known.unwrap_or(lock.discount).min(unnamed)
}

impl Order {
    /// Whether it was made of the lock's cart.
    #[must_use]
    pub fn is_of_cart_of(&self, lock: &Lock) -> bool {
        self.cart.as_ref() == Some(&lock.checkout)
    }

    /// Whether a lock is kept for this order.
    #[must_use]
    pub fn is_waited_for_by(&self, lock: &Lock) -> bool {
        lock.waits_for_order() && lock.order == Some(self.id)
    }

    /// Whether it may have used a lock without naming it.
    fn may_have(&self, lock: &Lock) -> bool {
        self.is_of_cart_of(lock) || self.is_waited_for_by(lock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::examples::{lock, order};

    const NO: Shown = Shown::Decided(Used::No);
    const INFERRED: Shown = Shown::Decided(Used::Inferred);
    const TOOK: Shown = Shown::Decided(Used::Took(Hundredths(700)));
    const FITS: Shown = Shown::UsesDecide { amount_fits: true };
    const OPEN: Shown = Shown::UsesDecide { amount_fits: false };

    #[test]
    fn what_an_order_shows_of_a_coupon() {
        use Naming::{NotNamed, NotYet};
        let named = Naming::Named(Hundredths(700));
        // The lock takes off 1,000, and all of its cart together 1,500.
        // (the lock, whether the order names it, the order's discount, what it shows)
        let table = [
            ("held", named, 1_000, TOOK),
            ("held unused", named, 1_000, TOOK),
            ("held other_cart", named, 1_000, TOOK),
            ("redeemed", named, 0, TOOK),
            // It names others.
            ("held", NotNamed, 1_000, NO),
            ("ordered kept order_coupons_unknown", NotNamed, 1_000, NO),
            ("ordered kept", NotNamed, 1_000, INFERRED),
            // It may not name all yet.
            ("held", NotYet, 1_000, FITS),
            ("releasing expired", NotYet, 1_500, FITS),
            ("held", NotYet, 1, OPEN),
            ("held", NotYet, 0, NO),
            ("held worthless", NotYet, 0, OPEN),
            ("held unused", NotYet, 1_000, NO),
            ("held other_cart", NotYet, 1_000, NO),
            ("ordered kept", NotYet, 1_000, INFERRED),
            ("ordered kept", NotYet, 0, NO),
            ("ordered kept other_cart", NotYet, 1_000, INFERRED),
            ("ordered other_order", NotYet, 1_000, FITS),
            ("ordered kept order_coupons_unknown", NotYet, 1_000, FITS),
            (
                "needs_person kept order_coupons_unknown",
                NotYet,
                1_000,
                FITS,
            ),
            ("needs_person kept order_not_found", NotYet, 1_000, NO),
            ("needs_person kept", NotYet, 1_000, NO),
            ("applying", NotYet, 1_000, NO),
            ("redeemed kept", NotYet, 1_000, NO),
            ("rolled_back kept", NotYet, 1_000, NO),
            ("released", NotYet, 1_000, NO),
            ("held certificate", NotYet, 1_000, NO),
        ];
        for (words, naming, discount, expected) in table {
            let mut order = order();
            order.coupon_discount = Hundredths(discount);
            let is = shown(&order, &lock(words), naming, Hundredths(1_500));
            assert_eq!(is, expected, "{words}, {naming:?}, {discount}");
        }
    }

    #[test]
    fn what_the_uses_of_a_code_decide() {
        let (young, old) = (TOLD_AFTER_MS - 1, TOLD_AFTER_MS);
        // (uses, whether the amount fits, the order's age, whether it used the code)
        let table = [
            (Some(1), false, young, Used::Inferred),
            (Some(2), true, old, Used::Inferred),
            (Some(0), false, young, Used::Unknown),
            (Some(0), true, young, Used::Unknown),
            (Some(0), false, old, Used::No),
            (Some(0), true, old, Used::No),
            (None, true, young, Used::Inferred),
            (None, true, old, Used::Inferred),
            (None, false, young, Used::Unknown),
            (None, false, old, Used::Unknown),
        ];
        for (uses, fits, age, expected) in table {
            let is = used_by_count(uses, fits, age);
            assert_eq!(is, expected, "{uses:?} {fits} {age}");
        }
    }

    #[test]
    fn what_a_certificate_paid_of_what_is_not_named() {
        // The certificate is worth 1,000.
        // (the lock, what it is known to have paid, what is not named, its part)
        let table = [
            ("held", None, 1_500, 1_000),
            ("held", None, 400, 400),
            ("held", None, 0, 0),
            ("releasing expired", None, 1_500, 1_000),
            ("ordered kept", None, 1_500, 1_000),
            ("ordered kept", Some(300), 1_500, 300),
            ("ordered other_order", Some(300), 1_500, 1_000),
            ("held", Some(300), 1_500, 1_000),
            ("held other_cart", None, 1_500, 0),
            ("ordered kept other_cart", None, 1_500, 1_000),
            ("applying", None, 1_500, 0),
            ("redeemed kept", None, 1_500, 0),
            ("released", None, 1_500, 0),
            ("needs_person kept", None, 1_500, 0),
        ];
        for (words, known, unnamed, part) in table {
            let mut lock = lock(words);
            lock.kind = LockKind::Certificate;
            lock.order_discount = known.map(Hundredths);
            let is = part_of_unnamed(&order(), &lock, Hundredths(unnamed));
            assert_eq!(is, Hundredths(part), "{words}, {known:?}, {unnamed}");
        }
    }
}
