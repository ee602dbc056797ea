//! What an order means for a lock of a checkout that it is about.

use super::{
    Hundredths, OrderId,
    lock::{Lock, LockKind, LockState, ReleaseReason},
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
    let is_given_up = lock.release_reason() == Some(ReleaseReason::NeverPaid);
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

/// When a release looks for a live order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// While the native part lives: what is not decided counts as carried.
    First,
    /// Its code's uses went with it: what is not decided was looked at before.
    AfterDeath,
}

/// What a live order is to a lock that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// It keeps the lock.
    Keeps,
    /// It did not use the lock, and is not looked at again.
    DidNotUse,
    /// It does not keep the lock now.
    Open,
}

/// What a live order is to a lock that is given up. The cart of an unfinished one is open: it names what it
/// carries.
#[must_use]
pub fn finding(used: Used, when: When, is_unfinished: bool) -> Finding {
    match used {
        Used::Took(_) | Used::Inferred => Finding::Keeps,
        Used::Unknown if when == When::First && !is_unfinished => Finding::Keeps,
        Used::Unknown => Finding::Open,
        Used::No => Finding::DidNotUse,
    }
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

    /// Whether it keeps a lock whose native code it carries: one that is given up by its reason, any other
    /// while it is live.
    #[must_use]
    pub fn keeps(&self, lock: &Lock) -> bool {
        let standing = self.standing();
        match lock.release_reason() {
            Some(reason) => reason.yields_to(standing, self.is_unfinished()),
            None => !standing.is_over(),
        }
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

    /// Whether a use of its native code, of which no order is found, waits for a person. Of certificates no
    /// uses are told.
    #[must_use]
    pub fn leaves_use_to_person(&self) -> bool {
        let reason = self.release_reason();
        let is_left = reason.is_some_and(ReleaseReason::leaves_use_to_person);
        self.kind == LockKind::Coupon && self.order.is_none() && is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        examples::{elsewhere, lock, order, waiting as kept},
        lock::{HELD_FOR_PERSON, ORDER_COUPONS_UNKNOWN, ORDER_NOT_FOUND, TAKEN_ELSEWHERE},
    };
    use LockState::{
        Applying, Held, NeedsPerson, Ordered, Redeemed, Released, Releasing, RolledBack,
    };

    /// Status ids of Get Order Statuses (v2).
    const UNFINISHED: i64 = 0;
    const PENDING: i64 = 7;
    const PAID: i64 = 11;
    const VOID: i64 = 5;
    const REFUNDED: i64 = 4;

    fn of_status(status_id: i64) -> Order {
        Order {
            status_id,
            ..order()
        }
    }

    fn other_orders(lock: Lock) -> Lock {
        Lock {
            order: Some(OrderId(7)),
            ..lock
        }
    }

    #[test]
    fn what_an_order_is_to_a_lock_that_it_used() {
        for status in [UNFINISHED, PENDING, PAID, VOID, REFUNDED] {
            for lock in [
                lock(Held),
                elsewhere(lock(Held)),
                kept(Ordered, ""),
                lock(Redeemed),
            ] {
                for is_asked_for in [false, true] {
                    let claim = |used| claim(&of_status(status), &lock, used, is_asked_for);
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
    }

    #[test]
    fn what_an_order_is_to_a_lock_that_it_may_not_have_used() {
        use Claim::{Carries, LeftBehind, LeftUnlessOnCart, Nothing, Undecided};
        let unknown = |state| kept(state, ORDER_COUPONS_UNKNOWN);
        let taken = kept(Ordered, TAKEN_ELSEWHERE);
        // (what, lock, used, claim of a live order, claim of one that came to nothing)
        let table = [
            ("not known", lock(Held), Used::Unknown, Undecided, Carries),
            (
                "not known, kept",
                unknown(Ordered),
                Used::Unknown,
                Undecided,
                Carries,
            ),
            (
                "held",
                lock(Held),
                Used::No,
                LeftUnlessOnCart,
                LeftUnlessOnCart,
            ),
            (
                "kept",
                kept(Ordered, ""),
                Used::No,
                LeftUnlessOnCart,
                Carries,
            ),
            (
                "kept, of another cart",
                elsewhere(taken.clone()),
                Used::No,
                LeftBehind,
                Carries,
            ),
            (
                "undecided",
                unknown(Ordered),
                Used::No,
                LeftUnlessOnCart,
                Carries,
            ),
            (
                "undecided, with a person",
                unknown(NeedsPerson),
                Used::No,
                LeftUnlessOnCart,
                Carries,
            ),
            (
                "not found, with a person",
                kept(NeedsPerson, ORDER_NOT_FOUND),
                Used::No,
                Nothing,
                Carries,
            ),
            (
                "another order's",
                other_orders(kept(Ordered, "")),
                Used::No,
                Nothing,
                Nothing,
            ),
            (
                "another order's, undecided",
                other_orders(unknown(NeedsPerson)),
                Used::No,
                LeftUnlessOnCart,
                LeftUnlessOnCart,
            ),
            (
                "another cart's",
                elsewhere(lock(Held)),
                Used::No,
                Nothing,
                Nothing,
            ),
            ("not made yet", lock(Applying), Used::No, Nothing, Nothing),
            ("given up", lock(Releasing), Used::No, Nothing, Nothing),
            ("released", lock(Released), Used::No, Nothing, Nothing),
            ("redeemed", kept(Redeemed, ""), Used::No, Nothing, Nothing),
            (
                "rolled back",
                kept(RolledBack, ""),
                Used::No,
                Nothing,
                Nothing,
            ),
        ];
        for (what, lock, used, live, over) in table {
            for (status, expected) in [
                (UNFINISHED, live),
                (PENDING, live),
                (PAID, live),
                (VOID, over),
                (REFUNDED, over),
            ] {
                let is = claim(&of_status(status), &lock, used, false);
                assert_eq!(is, expected, "{what}, status {status}");
            }
        }
    }

    #[test]
    fn how_a_lock_waits_for_an_order_that_may_have_used_it() {
        let (young, old) = (TOLD_AFTER_MS - 1, TOLD_AFTER_MS);
        // (status, state, age, how it waits)
        let table = [
            (UNFINISHED, Held, old, Waiting::AsItIs),
            (PENDING, Held, young, Waiting::ForOrder),
            (PENDING, Ordered, old, Waiting::ForOrder),
            (PAID, Held, young, Waiting::ForOrder),
            (PAID, Ordered, young, Waiting::ForOrder),
            (PAID, Held, old, Waiting::ForPerson),
            (PAID, Ordered, old, Waiting::ForPerson),
            (PAID, NeedsPerson, old, Waiting::AsItIs),
            (PENDING, NeedsPerson, young, Waiting::AsItIs),
        ];
        for (status, state, age, expected) in table {
            let is = waiting(&of_status(status), &lock(state), age);
            assert_eq!(is, expected, "{status} {state:?} {age}");
        }
    }

    #[test]
    fn what_becomes_of_a_lock_whose_order_is_not_paid() {
        use Keeping::{AsItIs, ForOrder, NeverPaid};
        let never_paid = ReleaseReason::NeverPaid.as_str();
        // (lock, of a pending order, of an unfinished one in time, of an unfinished one after its time)
        let table = [
            (lock(Applying), ForOrder, AsItIs, AsItIs),
            (lock(Held), ForOrder, AsItIs, AsItIs),
            (kept(Releasing, "expired"), ForOrder, AsItIs, AsItIs),
            (kept(Releasing, never_paid), AsItIs, AsItIs, AsItIs),
            (kept(Ordered, ""), AsItIs, AsItIs, NeverPaid),
            (kept(Ordered, HELD_FOR_PERSON), AsItIs, AsItIs, NeverPaid),
            (
                kept(Ordered, ORDER_COUPONS_UNKNOWN),
                ForOrder,
                AsItIs,
                NeverPaid,
            ),
            (
                kept(NeedsPerson, ORDER_COUPONS_UNKNOWN),
                ForOrder,
                AsItIs,
                AsItIs,
            ),
            (kept(NeedsPerson, ORDER_NOT_FOUND), ForOrder, AsItIs, AsItIs),
            (kept(NeedsPerson, "refused"), AsItIs, AsItIs, AsItIs),
            (
                kept(Redeemed, ORDER_COUPONS_UNKNOWN),
                AsItIs,
                AsItIs,
                AsItIs,
            ),
            (lock(Released), AsItIs, AsItIs, AsItIs),
        ];
        for (lock, pending, in_time, late) in table {
            let what = format!("{:?} {:?}", lock.state, lock.reason);
            let keeping = |status, now| keeping(&of_status(status), &lock, now);
            assert_eq!(keeping(PENDING, lock.ends_at_ms), pending, "{what}");
            assert_eq!(keeping(UNFINISHED, lock.ends_at_ms - 1), in_time, "{what}");
            assert_eq!(keeping(UNFINISHED, lock.ends_at_ms), late, "{what}");
        }
    }

    #[test]
    fn which_locks_an_order_that_came_to_nothing_sets_free() {
        let taken = kept(Ordered, TAKEN_ELSEWHERE);
        let table = [
            (lock(Held), true),
            (kept(Ordered, ""), true),
            (taken.clone(), true),
            (other_orders(taken), false),
            (other_orders(kept(Ordered, "")), true),
            (kept(NeedsPerson, ORDER_COUPONS_UNKNOWN), true),
            (kept(NeedsPerson, "refused"), false),
            (lock(Applying), false),
            (lock(Releasing), false),
            (lock(Released), false),
            (lock(Redeemed), false),
            (lock(RolledBack), false),
        ];
        for (lock, expected) in table {
            let is = may_come_free(order().id, &lock);
            assert_eq!(is, expected, "{:?} {:?}", lock.state, lock.reason);
        }
    }

    #[test]
    fn which_live_order_a_release_finds() {
        use Finding::{DidNotUse, Keeps, Open};
        // (used, first, first of an unfinished order, after the native part is ended, the same)
        let table = [
            (Used::Took(Hundredths(1)), [Keeps, Keeps, Keeps, Keeps]),
            (Used::Inferred, [Keeps, Keeps, Keeps, Keeps]),
            (Used::Unknown, [Keeps, Open, Open, Open]),
            (Used::No, [DidNotUse, DidNotUse, DidNotUse, DidNotUse]),
        ];
        for (used, expected) in table {
            let is = [
                finding(used, When::First, false),
                finding(used, When::First, true),
                finding(used, When::AfterDeath, false),
                finding(used, When::AfterDeath, true),
            ];
            assert_eq!(is, expected, "{used:?}");
        }
    }

    #[test]
    fn a_lock_that_is_not_given_up_is_kept_by_any_live_order() {
        for reason in ["", HELD_FOR_PERSON, TAKEN_ELSEWHERE] {
            let lock = kept(Ordered, reason);
            for live in [UNFINISHED, PENDING, PAID] {
                assert!(of_status(live).keeps(&lock), "{reason} {live}");
            }
            for over in [VOID, REFUNDED] {
                assert!(!of_status(over).keeps(&lock), "{reason} {over}");
            }
        }
    }
}
