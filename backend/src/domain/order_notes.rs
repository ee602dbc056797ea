//! What staff read on an order that is not what its codes were validated for.
//!
//! The notes are theirs: what is there stays as it is, and ours come after it, each once. A mark with
//! the lock's id tells that one is there.

use super::{
    LockId,
    order_difference::{DifferenceKind, Side},
};

/// Longer notes BigCommerce does not take (Update an Order, `staff_notes`). It says characters and may
/// count bytes.
const MOST_BYTES: usize = 65_535;
/// Of each side; a long cart need not be read here.
const MOST_TOLD: usize = 400;

/// A difference, as it is told to staff.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    /// Whose codes they are.
    pub lock: &'a LockId,
    /// In what the order differs.
    pub kinds: &'a [DifferenceKind],
    /// What was validated.
    pub validated: &'a Side,
    /// What was ordered.
    pub ordered: &'a Side,
    /// Whether the codes wait for a person.
    pub waits: bool,
}

impl Note<'_> {
    fn mark(&self) -> String {
        format!("[Voucherbridge {}]", self.lock)
    }

    fn text(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        let becomes = if self.waits {
            "Its codes wait until a person decides."
        } else {
            "Its codes are redeemed as they were validated."
        };
        format!(
            "{} This order is not what its codes were validated for: {}. {becomes}\n\
             Validated: {}\nOrdered: {}",
            self.mark(),
            kinds.join(", "),
            shortened(&self.validated.to_string()),
            shortened(&self.ordered.to_string()),
        )
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_TOLD) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What the notes are to become.
#[derive(Debug, PartialEq, Eq)]
pub enum Notes {
    /// All of it is there.
    Complete,
    /// There is something to add.
    Longer(String),
    /// It would be more than there is room for, and nothing of theirs is taken away for it.
    NoRoom,
}

/// The notes that are there, with what they lack.
#[must_use]
pub fn with(notes: &str, wanted: &[Note<'_>]) -> Notes {
    let missing = wanted.iter().filter(|note| !notes.contains(&note.mark()));
    let missing: Vec<String> = missing.map(Note::text).collect();
    if missing.is_empty() {
        return Notes::Complete;
    }
    let theirs = (!notes.is_empty()).then(|| notes.to_owned());
    let all: Vec<String> = theirs.into_iter().chain(missing).collect();
    let longer = all.join("\n\n");
    if longer.len() > MOST_BYTES {
        return Notes::NoRoom;
    }
    Notes::Longer(longer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Hundredths, order_difference::ComparedItem};

    fn side(quantity: i64, name: &str) -> Side {
        Side {
            cart: None,
            items: vec![ComparedItem {
                product_id: 112,
                variant_id: None,
                name: name.to_owned(),
                quantity,
                may_be_added: 0,
            }],
            amount: Hundredths::ZERO,
            customer_id: Some(12),
            email: None,
        }
    }

    fn added(notes: &str, name: &str, locks: &[LockId]) -> Notes {
        let (validated, ordered) = (side(40, name), side(8, name));
        let note = |lock| Note {
            lock,
            kinds: &[DifferenceKind::Items],
            validated: &validated,
            ordered: &ordered,
            waits: false,
        };
        let wanted: Vec<Note<'_>> = locks.iter().map(note).collect();
        with(notes, &wanted)
    }

    fn locks() -> Vec<LockId> {
        let id = |last: u32| format!("0a1b2c3d-0000-4000-8000-00000000000{last}");
        let lock = |last| LockId::parse(&id(last)).unwrap();
        vec![lock(1), lock(2)]
    }

    #[test]
    fn what_staff_wrote_stays_and_ours_comes_once() {
        let locks = locks();
        let Notes::Longer(first) = added("Send Saturday", "T-shirt", &locks[..1]) else {
            panic!("nothing is added")
        };
        assert!(
            first.starts_with("Send Saturday\n\n[Voucherbridge "),
            "{first}"
        );
        assert!(
            first.contains("Validated: 40 T-shirt by customer 12"),
            "{first}"
        );
        assert_eq!(added(&first, "T-shirt", &locks[..1]), Notes::Complete);
        // Line ends may come back as others.
        let returned = first.replace('\n', "\r\n");
        assert_eq!(added(&returned, "T-shirt", &locks[..1]), Notes::Complete);
        let Notes::Longer(both) = added(&first, "T-shirt", &locks) else {
            panic!("the second lock's is not added")
        };
        assert!(both.starts_with(&first));
        assert_eq!(both.matches("[Voucherbridge ").count(), 2);
    }

    #[test]
    fn nothing_is_cut_off_to_make_room() {
        let locks = locks();
        assert_eq!(
            added(&"x".repeat(MOST_BYTES), "T-shirt", &locks),
            Notes::NoRoom
        );
        let Notes::Longer(text) = added("", &"ß".repeat(5_000), &locks[..1]) else {
            panic!("nothing is added")
        };
        let told = text.matches('ß').count();
        assert!(told < 2 * MOST_TOLD, "a long side is shortened: {told}");
    }
}
