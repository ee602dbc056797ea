//! What an order means for a lock of a checkout that it is about.

use super::{
    Hundredths, OrderId,
    lock::{Lock, LockState, ReleaseReason},
    order::{Order, Standing},
    order_use::{TOLD_AFTER_MS, Used},
};

/// What an order is to a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It carries the lock, and shows what it took off or paid.
    Took(Hundredths),
    /// It carries the lock, and shows no amount. One that came to nothing sets free what was kept for it.
    Carries,
    /// Voucherify was asked to redeem the lock for it: until the answer is known it carries what was asked
    /// for, whatever it names by now.
    AskedFor,
    /// It may have used the lock, which waits until that is known.
    Undecided,
    /// It left the lock behind, which has no open cart either.
    LeftBehind,
    /// It left the lock behind, unless that is on the open cart: typed after a payment failed, for the order
    /// to come.
    LeftUnlessOnCart,
    /// It has nothing to do with the lock.
    Nothing,
}

/// What an order is to a lock that it used or did not. `is_asked_for` says whether Voucherify was asked to
/// redeem the lock for it, and did not answer.
#[must_use]
pub fn claim(order: &Order, lock: &Lock, used: Used, is_asked_for: bool) -> Claim {
    let is_waited_for = order.is_waited_for_by(lock);
    match used {
        Used::Took(taken) => Claim::Took(taken),
        Used::Inferred => Claim::Carries,
        Used::No | Used::Unknown if is_asked_for => Claim::AskedFor,
        Used::Unknown if order.is_over() => Claim::Carries,
        Used::Unknown => Claim::Undecided,
        Used::No if order.is_over() && is_waited_for => Claim::Carries,
        Used::No if order.is_of_cart_of(lock) || is_waited_for => left_behind(order, lock),
        Used::No => Claim::Nothing,
    }
}

fn left_behind(order: &Order, lock: &Lock) -> Claim {
    let is_left = match lock.state {
        LockState::Held => true,
        LockState::NeedsPerson => lock.is_undecided(),
        LockState::Ordered => lock.order == Some(order.id) && !order.is_over(),
        _ => false,
    };
    match (is_left, lock.is_taken_elsewhere()) {
        (false, _) => Claim::Nothing,
        (true, true) => Claim::LeftBehind,
        (true, false) => Claim::LeftUnlessOnCart,
    }
}

/// How a lock waits for an order that may have used it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// It stays as it is.
    AsItIs,
    /// It is kept for the order, which is looked at again.
    ForOrder,
    /// The order is paid, and has told all that it will.
    ForPerson,
}

/// How a lock waits for an order of this age that may have used it.
#[must_use]
pub fn waiting(order: &Order, lock: &Lock, order_age_ms: i64) -> Waiting {
    if order.is_unfinished() || lock.state == LockState::NeedsPerson {
        return Waiting::AsItIs;
    }
    if order_age_ms >= TOLD_AFTER_MS && order.standing() == Standing::Paid {
        return Waiting::ForPerson;
    }
    Waiting::ForOrder
}

/// What becomes of a lock whose order is not paid, or not known whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// It stays as it is.
    AsItIs,
    /// It waits for the order from now on.
    ForOrder,
    /// Its time is over. The order's payment was never finished: its cart is open still, and the lock lives
    /// as long as that of any open cart, not as long as that of an order that waits for a bank transfer.
    NeverPaid,
}

/// What becomes of a lock that an order carries which is not paid, or not known whole.
#[must_use]
pub fn keeping(order: &Order, lock: &Lock, now_ms: i64) -> Keeping {
    if order.is_unfinished() {
        let is_over = lock.state == LockState::Ordered && lock.ends_at_ms <= now_ms;
        return if is_over {
            Keeping::NeverPaid
        } else {
            Keeping::AsItIs
        };
    }
    // It has waited too long already.
    let is_given_up = lock.released_because == Some(ReleaseReason::NeverPaid);
    let is_decided_now = lock.waits_for_order() && lock.is_order_unknown();
    if (lock.is_unseen() || is_decided_now) && !is_given_up {
        return Keeping::ForOrder;
    }
    Keeping::AsItIs
}

/// Whether an order that came to nothing sets a lock free that it carried.
#[must_use]
pub fn may_come_free(order: OrderId, lock: &Lock) -> bool {
    let is_held = lock.state == LockState::Held || lock.waits_for_order();
    let is_other_orders = lock.is_taken_elsewhere() && lock.order != Some(order);
    is_held && !is_other_orders
}

impl Order {
    /// Whether it came to nothing, or its money went back.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.standing().is_over()
    }

    /// How long ago it was placed, in milliseconds; for ever where that is not told.
    #[must_use]
    pub fn age_ms(&self, now_ms: i64) -> i64 {
        self.created_at_ms.map_or(i64::MAX, |at| now_ms - at)
    }
}

impl Lock {
    /// Whether no order was seen with it yet.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        matches!(
            self.state,
            LockState::Held | LockState::Releasing | LockState::Applying
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::examples::{lock, order};

    /// Status ids of Get Order Statuses (v2).
    const UNFINISHED: i64 = 0;
    const PENDING: i64 = 7;
    const PAID: i64 = 11;
    const LIVE: [i64; 3] = [UNFINISHED, PENDING, PAID];
    /// Cancelled, and refunded.
    const OVER: [i64; 2] = [5, 4];

    fn of_status(status_id: i64) -> Order {
        Order {
            status_id,
            ..order()
        }
    }

    #[test]
    fn what_an_order_is_to_a_lock_that_it_used() {
        let locks = ["held", "held other_cart", "ordered kept", "redeemed kept"];
        for (status, words) in LIVE.iter().chain(&OVER).zip(locks.iter().cycle()) {
            for is_asked_for in [false, true] {
                let order = of_status(*status);
                let claim = |used| claim(&order, &lock(words), used, is_asked_for);
                let taken = Hundredths(700);
                assert_eq!(claim(Used::Took(taken)), Claim::Took(taken));
                assert_eq!(claim(Used::Inferred), Claim::Carries);
                if is_asked_for {
                    assert_eq!(claim(Used::No), Claim::AskedFor);
                    assert_eq!(claim(Used::Unknown), Claim::AskedFor);
                }
            }
        }
    }

    #[test]
    fn what_an_order_is_to_a_lock_that_it_may_not_have_used() {
        use Claim::{Carries, LeftBehind, LeftUnlessOnCart, Nothing, Undecided};
        use Used::{No, Unknown};
        // (the lock, whether it was used, to a live order, to one that came to nothing)
        let table = [
            ("held", Unknown, Undecided, Carries),
            (
                "ordered kept order_coupons_unknown",
                Unknown,
                Undecided,
                Carries,
            ),
            ("held", No, LeftUnlessOnCart, LeftUnlessOnCart),
            ("ordered kept", No, LeftUnlessOnCart, Carries),
            (
                "ordered kept taken_elsewhere other_cart",
                No,
                LeftBehind,
                Carries,
            ),
            (
                "ordered kept order_coupons_unknown",
                No,
                LeftUnlessOnCart,
                Carries,
            ),
            (
                "needs_person kept order_coupons_unknown",
                No,
                LeftUnlessOnCart,
                Carries,
            ),
            ("needs_person kept order_not_found", No, Nothing, Carries),
            ("needs_person kept", No, Nothing, Nothing),
            ("ordered other_order", No, Nothing, Nothing),
            (
                "needs_person other_order order_coupons_unknown",
                No,
                LeftUnlessOnCart,
                LeftUnlessOnCart,
            ),
            ("held other_cart", No, Nothing, Nothing),
            ("applying", No, Nothing, Nothing),
            ("releasing expired", No, Nothing, Nothing),
            ("released", No, Nothing, Nothing),
            ("redeemed kept", No, Nothing, Nothing),
            ("rolled_back kept", No, Nothing, Nothing),
        ];
        for (words, used, live, over) in table {
            let claim = |status| claim(&of_status(status), &lock(words), used, false);
            assert_eq!(LIVE.map(claim), [live; 3], "{words}, {used:?}");
            assert_eq!(OVER.map(claim), [over; 2], "{words}, {used:?}");
        }
    }

    #[test]
    fn how_a_lock_waits_for_an_order_that_may_have_used_it() {
        use Waiting::{AsItIs, ForOrder, ForPerson};
        // (the order's status, the lock, before the order has told all that it will, and then)
        let table = [
            (UNFINISHED, "held", AsItIs, AsItIs),
            (PENDING, "held", ForOrder, ForOrder),
            (PENDING, "ordered kept", ForOrder, ForOrder),
            (
                PENDING,
                "needs_person kept order_coupons_unknown",
                AsItIs,
                AsItIs,
            ),
            (PAID, "held", ForOrder, ForPerson),
            (PAID, "ordered kept", ForOrder, ForPerson),
            (PAID, "releasing expired", ForOrder, ForPerson),
            (
                PAID,
                "needs_person kept order_coupons_unknown",
                AsItIs,
                AsItIs,
            ),
        ];
        for (status, words, young, old) in table {
            let waiting = |age| waiting(&of_status(status), &lock(words), age);
            assert_eq!(waiting(TOLD_AFTER_MS - 1), young, "{status}, {words}");
            assert_eq!(waiting(TOLD_AFTER_MS), old, "{status}, {words}");
        }
    }

    #[test]
    fn what_becomes_of_a_lock_whose_order_is_not_paid() {
        use Keeping::{AsItIs, ForOrder, NeverPaid};
        // (the lock, of a pending order, of an unfinished one in the lock's time, and after it)
        let table = [
            ("applying", ForOrder, AsItIs, AsItIs),
            ("held", ForOrder, AsItIs, AsItIs),
            ("releasing expired", ForOrder, AsItIs, AsItIs),
            ("releasing never_paid", AsItIs, AsItIs, AsItIs),
            ("ordered kept", AsItIs, AsItIs, NeverPaid),
            ("ordered kept held_for_person", AsItIs, AsItIs, NeverPaid),
            (
                "ordered kept order_coupons_unknown",
                ForOrder,
                AsItIs,
                NeverPaid,
            ),
            (
                "needs_person kept order_coupons_unknown",
                ForOrder,
                AsItIs,
                AsItIs,
            ),
            ("needs_person order_not_found", ForOrder, AsItIs, AsItIs),
            ("needs_person kept", AsItIs, AsItIs, AsItIs),
            (
                "redeemed kept order_coupons_unknown",
                AsItIs,
                AsItIs,
                AsItIs,
            ),
            ("released", AsItIs, AsItIs, AsItIs),
        ];
        for (words, pending, in_time, late) in table {
            let lock = lock(words);
            let keeping = |status, now| keeping(&of_status(status), &lock, now);
            assert_eq!(keeping(PENDING, lock.ends_at_ms), pending, "{words}");
            assert_eq!(keeping(UNFINISHED, lock.ends_at_ms - 1), in_time, "{words}");
            assert_eq!(keeping(UNFINISHED, lock.ends_at_ms), late, "{words}");
        }
    }

    #[test]
    fn which_locks_an_order_that_came_to_nothing_sets_free() {
        let table = [
            ("held", true),
            ("ordered kept", true),
            ("ordered kept taken_elsewhere", true),
            ("ordered other_order taken_elsewhere", false),
            ("ordered other_order", true),
            ("needs_person kept order_coupons_unknown", true),
            ("needs_person kept", false),
            ("applying", false),
            ("releasing expired", false),
            ("released", false),
            ("redeemed kept", false),
            ("rolled_back kept", false),
        ];
        for (words, expected) in table {
            assert_eq!(may_come_free(order().id, &lock(words)), expected, "{words}");
        }
    }
}
