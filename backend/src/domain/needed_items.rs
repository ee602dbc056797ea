//! What a cart must still hold for a coupon to give anything: the items its codes were validated with.
//!
//! A code's rules may be about any of them, and a shopper can change the cart and place the order
//! before anybody looks again. So the sum is not enough: other items may be worth as much.

use super::{
    Hundredths,
    discount::{Discount, ItemId, OffItem, add},
    snapshot::Snapshot,
};

/// The most items of which each is asked for by itself. BigCommerce states no limit of conditions; a
/// promotion has up to ten rules, and each of them has all.
const MOST_ALONE: usize = 10;

/// At least so many pieces of these items together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededItems {
    /// The items, at least one.
    pub items: Vec<ItemId>,
    /// How many pieces, at least one.
    pub quantity: i64,
}

/// All that was validated. Of a cart with more than ten different items, those with the most money off
/// and then the dearest are asked for one by one, and the others together.
pub fn needed_items<'a>(
    snapshot: &Snapshot,
    discounts: impl Iterator<Item = &'a Discount>,
) -> Vec<NeededItems> {
    let mut off: Vec<OffItem> = Vec::new();
    for part in discounts.flat_map(|discount| &discount.on_items) {
        add(&mut off, part.item, part.amount);
    }
    let mut needed = pieces(snapshot);
    if needed.len() > MOST_ALONE {
        let off = |item: ItemId| amount_of(&off, item);
        needed.sort_by_key(|one| std::cmp::Reverse((off(one.item), one.cost)));
    }
    let alone = if needed.len() > MOST_ALONE {
        MOST_ALONE - 1
    } else {
        needed.len()
    };
    let together = needed.split_off(alone);
    let mut groups: Vec<NeededItems> = needed.iter().map(|one| group(&[*one])).collect();
    groups.extend((!together.is_empty()).then(|| group(&together)));
    groups
}

/// An item of a cart, its lines together.
#[derive(Debug, Clone, Copy)]
struct Pieces {
    item: ItemId,
    quantity: i64,
    cost: Hundredths,
}

/// A line of something that is not in the catalogue has no name to ask for it by.
fn pieces(snapshot: &Snapshot) -> Vec<Pieces> {
    let mut all: Vec<Pieces> = Vec::new();
    for line in snapshot.items.iter().filter(|line| line.quantity > 0) {
        let Some(item) = line.id() else { continue };
        match all.iter_mut().find(|one| one.item == item) {
            Some(one) => {
                one.quantity += line.quantity;
                one.cost = one.cost + line.cost;
            }
            None => all.push(Pieces {
                item,
                quantity: line.quantity,
                cost: line.cost,
            }),
        }
    }
    all
}

fn group(pieces: &[Pieces]) -> NeededItems {
    NeededItems {
        items: pieces.iter().map(|one| one.item).collect(),
        quantity: pieces.iter().map(|one| one.quantity).sum(),
    }
}

fn amount_of(off: &[OffItem], item: ItemId) -> Hundredths {
    let found = off.iter().find(|one| one.item == item);
    found.map_or(Hundredths::ZERO, |one| one.amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::room::tests::cart;

    #[test]
    fn lines_of_one_item_are_counted_together() {
        let mut snapshot = cart("USD", &[1_000, 500, 500]);
        snapshot.items[2].product_id = 101;
        snapshot.items[2].quantity = 4;
        let needed = needed_items(&snapshot, std::iter::empty());
        let quantities: Vec<i64> = needed.iter().map(|one| one.quantity).collect();
        assert_eq!(quantities, [1, 5]);
        assert_eq!(needed[1].items, [ItemId::Product(101)]);
    }

    #[test]
    fn ten_items_are_asked_for_one_by_one_and_no_pieces_for_nothing() {
        let mut snapshot = cart("USD", &[100; 11]);
        snapshot.items[10].quantity = 0;
        let needed = needed_items(&snapshot, std::iter::empty());
        assert_eq!(needed.len(), MOST_ALONE);
        assert!(
            needed
                .iter()
                .all(|one| one.items.len() == 1 && one.quantity == 1)
        );
    }

    #[test]
    fn the_dearest_item_is_so_by_all_its_lines() {
        let mut costs = [200; 13];
        costs[11] = 150;
        costs[12] = 150;
        let mut snapshot = cart("USD", &costs);
        snapshot.items[12].product_id = 111;
        let needed = needed_items(&snapshot, std::iter::empty());
        assert_eq!(needed[0].items, [ItemId::Product(111)]);
    }

    #[test]
    fn a_custom_item_cannot_be_asked_for() {
        let mut snapshot = cart("USD", &[1_000]);
        snapshot.items[0].product_id = 0;
        assert_eq!(needed_items(&snapshot, std::iter::empty()), []);
    }

    #[test]
    fn of_many_items_those_that_matter_least_are_asked_for_together() {
        let costs: Vec<i64> = (1..=12).map(|cost| cost * 100).collect();
        let cheapest = ItemId::Product(100);
        let discount = Discount {
            on_items: vec![OffItem {
                item: cheapest,
                amount: Hundredths(50),
            }],
            ..Discount::default()
        };
        let needed = needed_items(&cart("USD", &costs), [discount].iter());
        assert_eq!(needed.len(), MOST_ALONE);
        assert_eq!(needed[0].items, [cheapest]);
        assert_eq!(needed[1].items, [ItemId::Product(111)]);
        let rest = [103, 102, 101].map(ItemId::Product);
        assert_eq!(
            (needed[9].items.as_slice(), needed[9].quantity),
            (&rest[..], 3)
        );
    }
}
