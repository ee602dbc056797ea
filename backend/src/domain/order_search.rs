//! What a release finds that looks for an order which carries its lock.

use super::{
    lock::{Lock, ReleaseReason},
    order::Order,
    order_use::Used,
};

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
    /// Whether it keeps a lock whose native code it carries: one that is given up by its reason, any other
    /// while it is live.
    #[must_use]
    pub fn keeps(&self, lock: &Lock) -> bool {
        let standing = self.standing();
        match lock.released_because {
            Some(reason) => reason.yields_to(standing, self.is_unfinished()),
            None => !standing.is_over(),
        }
    }
}

impl Lock {
    /// Whether a use of its native code, of which no order is found, waits for a person.
    #[must_use]
    pub fn leaves_use_to_person(&self) -> bool {
        let reason = self.released_because;
        let is_left = reason.is_some_and(ReleaseReason::leaves_use_to_person);
        self.order.is_none() && is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Hundredths,
        examples::{lock, order},
    };

    /// Status ids of Get Order Statuses (v2): incomplete, awaiting payment, awaiting fulfilment.
    const LIVE: [i64; 3] = [0, 7, 11];
    /// Cancelled, and refunded.
    const OVER: [i64; 2] = [5, 4];

    fn of_status(status_id: i64) -> Order {
        Order {
            status_id,
            ..order()
        }
    }

    #[test]
    fn which_live_order_a_release_finds() {
        use Finding::{DidNotUse, Keeps, Open};
        use When::{AfterDeath, First};
        // (whether it used the code, first, first of an unfinished one, after the native part is ended: both)
        let table = [
            (Used::Took(Hundredths(1)), [Keeps; 4]),
            (Used::Inferred, [Keeps; 4]),
            (Used::Unknown, [Keeps, Open, Open, Open]),
            (Used::No, [DidNotUse; 4]),
        ];
        for (used, expected) in table {
            let whens = [
                (First, false),
                (First, true),
                (AfterDeath, false),
                (AfterDeath, true),
            ];
            let is = whens.map(|(when, is_unfinished)| finding(used, when, is_unfinished));
            assert_eq!(is, expected, "{used:?}");
        }
    }

    #[test]
    fn which_orders_keep_a_lock_and_which_uses_wait_for_a_person() {
        // (the lock, an unfinished, a pending, a paid order; a use without an order)
        let table = [
            ("ordered kept", [true, true, true], false),
            ("ordered kept held_for_person", [true, true, true], false),
            ("releasing removed", [false, true, true], true),
            ("releasing expired", [false, true, true], true),
            ("releasing expired certificate", [false, true, true], true),
            ("releasing expired other_order", [false, true, true], false),
            ("releasing cart_gone", [true, true, true], true),
            ("releasing dismissed", [false, false, false], false),
        ];
        for (words, live, person) in table {
            let lock = lock(words);
            let keeps = |status| of_status(status).keeps(&lock);
            assert_eq!(LIVE.map(keeps), live, "{words}");
            assert_eq!(OVER.map(keeps), [false; 2], "{words}");
            assert_eq!(lock.leaves_use_to_person(), person, "{words}");
        }
    }
}
