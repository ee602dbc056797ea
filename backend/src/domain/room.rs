//! What codes give as Voucherify calculated it, as far as the cart has room for it.

use super::{
    Hundredths,
    discount::{Discount, FreeItem, ItemId, OffItem, add},
    snapshot::Snapshot,
};

/// What Voucherify calculated for one code, beside those before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calculated {
    /// All the code takes off, the worth of what it adds included.
    pub total: Hundredths,
    /// Its part on the order as a whole.
    pub on_order: Hundredths,
    /// Its part item by item.
    pub items: Vec<CalculatedItem>,
    /// Whether it makes shipping free.
    pub free_shipping: bool,
}

/// What Voucherify calculated for one item of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalculatedItem {
    /// The item; none if its id is not one of this store's.
    pub item: Option<ItemId>,
    /// Off the item, the worth of what is added included.
    pub discount: Hundredths,
    /// Pieces added.
    pub added: i64,
    /// What the added pieces are worth.
    pub added_worth: Hundredths,
}

/// A code adds something that this store does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the item to be added is not in the catalogue")]
pub struct UnknownItem;

/// What is left of a cart for codes to take off: never more than its items really cost.
#[derive(Debug, Clone)]
pub struct Room {
    items: Vec<OffItem>,
    left: Hundredths,
    unit: Hundredths,
    /// What was rounded off until now: it is added to what comes next, so that only the sum of all
    /// is rounded.
    rounded_off: Hundredths,
}

impl Room {
    /// The room of a whole cart.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut items: Vec<OffItem> = Vec::new();
        for line in &snapshot.items {
            let Some(item) = line.id() else { continue };
            add(&mut items, item, line.cost);
        }
        Self {
            items,
            left: snapshot.cost(),
            unit: snapshot.unit(),
            rounded_off: Hundredths::ZERO,
        }
    }

    /// Takes what a code gives, in what the currency can express: never more, with the codes before
    /// it, than was calculated.
    pub fn take(&mut self, calculated: &Calculated) -> Result<Discount, UnknownItem> {
        let mut discount = Discount {
            free_shipping: calculated.free_shipping,
            ..Discount::default()
        };
        let mut on_order = calculated.on_order;
        for one in &calculated.items {
            if one.added > 0 {
                let free = FreeItem {
                    item: one.item.ok_or(UnknownItem)?,
                    quantity: one.added,
                };
                discount.free_items.push(free);
            }
            let off = (one.discount - one.added_worth).max(Hundredths::ZERO);
            match one.item.filter(|item| self.has(*item)) {
                Some(item) => {
                    let amount = self.take_of(item, off);
                    add(&mut discount.on_items, item, amount);
                }
                // An item without an id, such as a custom one: no rule can name it.
                None => on_order = on_order + off,
            }
        }
        discount.on_items.retain(|off| off.amount.is_positive());
        discount.on_order = self.round(on_order, self.left);
        self.left = self.left - discount.on_order;
        Ok(discount)
    }

    fn has(&self, item: ItemId) -> bool {
        self.items.iter().any(|one| one.item == item)
    }

    fn take_of(&mut self, item: ItemId, wanted: Hundredths) -> Hundredths {
        let Some(at) = self.items.iter().position(|one| one.item == item) else {
            return Hundredths::ZERO;
        };
        let amount = self.round(wanted, self.items[at].amount.min(self.left));
        self.items[at].amount = self.items[at].amount - amount;
        self.left = self.left - amount;
        amount
    }

    /// The part of `wanted` for which there is room, and what was rounded off before, in whole units.
    fn round(&mut self, wanted: Hundredths, room: Hundredths) -> Hundredths {
        let wanted = wanted.max(Hundredths::ZERO);
        let exact = if wanted.is_positive() {
            wanted + self.rounded_off
        } else {
            wanted
        };
        let amount = exact.min(room).rounded_down_to(self.unit);
        if wanted.is_positive() {
            self.rounded_off = (exact.min(room) - amount).max(Hundredths::ZERO);
        }
        amount
    }
}

impl Calculated {
    /// The parts, if they make up the whole. Where they do not, the whole is taken off the order:
    /// how a discount is spread is less important than its sum.
    #[must_use]
    pub fn checked(self) -> Self {
        let on_items: Hundredths = self.items.iter().map(|one| one.discount).sum();
        if self.on_order + on_items == self.total {
            return self;
        }
        let mut items = self.items;
        items.retain(|one| one.added > 0);
        let added: Hundredths = items.iter().map(|one| one.added_worth).sum();
        for one in &mut items {
            one.discount = one.added_worth;
        }
        Self {
            on_order: (self.total - added).max(Hundredths::ZERO),
            items,
            ..self
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::{Currency, snapshot::SnapshotItem};

    pub(crate) fn cart(currency: &str, costs: &[i64]) -> Snapshot {
        let item = |(at, cost): (usize, &i64)| SnapshotItem {
            product_id: 100 + i64::try_from(at).unwrap(),
            variant_id: None,
            sku: None,
            name: "a".to_owned(),
            quantity: 1,
            amount: Hundredths(*cost),
            cost: Hundredths(*cost),
            categories: Vec::new(),
        };
        let items: Vec<SnapshotItem> = costs.iter().enumerate().map(item).collect();
        Snapshot {
            amount: items.iter().map(|item| item.amount).sum(),
            currency: Currency::parse(currency).unwrap(),
            unit: None,
            items,
            customer: None,
            whole_lines: false,
        }
    }

    pub(in crate::domain) fn off(product: i64, amount: i64) -> CalculatedItem {
        CalculatedItem {
            item: Some(ItemId::Product(product)),
            discount: Hundredths(amount),
            added: 0,
            added_worth: Hundredths::ZERO,
        }
    }

    pub(in crate::domain) fn calculated(on_order: i64, items: Vec<CalculatedItem>) -> Calculated {
        let on_items: Hundredths = items.iter().map(|one| one.discount).sum();
        Calculated {
            total: Hundredths(on_order) + on_items,
            on_order: Hundredths(on_order),
            items,
            free_shipping: false,
        }
    }

    #[test]
    fn what_is_added_is_no_money_off() {
        let added = CalculatedItem {
            added: 2,
            added_worth: Hundredths(1_500),
            ..off(115, 1_500)
        };
        let mut room = Room::of(&cart("USD", &[10_000]));
        let discount = room.take(&calculated(0, vec![added])).unwrap();
        assert_eq!(discount.money(), Hundredths::ZERO);
        assert_eq!(discount.pieces_added(), 2);
        assert!(discount.has_effect());
        let unknown = CalculatedItem {
            item: None,
            ..added
        };
        assert_eq!(room.take(&calculated(0, vec![unknown])), Err(UnknownItem));
    }

    #[test]
    fn no_item_gives_more_than_it_costs_and_no_cart() {
        let mut room = Room::of(&cart("USD", &[1_000, 500]));
        let first = room.take(&calculated(0, vec![off(100, 1_200)])).unwrap();
        assert_eq!(first.on_items[0].amount, Hundredths(1_000));
        let second = room.take(&calculated(900, vec![off(101, 300)])).unwrap();
        assert_eq!(second.on_items[0].amount, Hundredths(300));
        assert_eq!(second.on_order, Hundredths(200));
        assert!(
            !room
                .take(&calculated(900, Vec::new()))
                .unwrap()
                .has_effect()
        );
    }

    #[test]
    fn what_the_order_took_is_not_there_for_items() {
        let mut room = Room::of(&cart("USD", &[1_000, 500]));
        room.take(&calculated(1_400, Vec::new())).unwrap();
        let rest = room.take(&calculated(0, vec![off(100, 500)])).unwrap();
        assert_eq!(rest.on_items[0].amount, Hundredths(100));
        assert_eq!(rest.on_order, Hundredths::ZERO);
    }

    /// On retail prices it is calculated with more than the items cost.
    #[test]
    fn room_is_what_items_cost_and_not_what_is_calculated_with() {
        let mut dearer = cart("USD", &[1_000, 1_000]);
        for item in &mut dearer.items {
            item.amount = Hundredths(2_000);
        }
        dearer.amount = Hundredths(4_000);
        for (asked, money) in [
            (calculated(2_500, Vec::new()), 2_000),
            (calculated(0, vec![off(100, 1_500)]), 1_000),
        ] {
            let taken = Room::of(&dearer).take(&asked).unwrap();
            assert_eq!(taken.money(), Hundredths(money));
        }
    }

    #[test]
    fn free_shipping_alone_is_an_effect() {
        let shipping = Discount {
            free_shipping: true,
            ..Discount::default()
        };
        assert!(shipping.has_effect());
        assert!(!Discount::default().has_effect());
    }

    #[test]
    fn an_item_that_no_rule_can_name_is_discounted_with_the_order() {
        let mut room = Room::of(&cart("USD", &[1_000]));
        let custom = CalculatedItem {
            item: None,
            ..off(0, 250)
        };
        let discount = room
            .take(&calculated(0, vec![custom, off(999, 50)]))
            .unwrap();
        assert_eq!(discount, Discount::on_order(Hundredths(300)));
    }

    #[test]
    fn only_the_sum_is_rounded() {
        let mut room = Room::of(&cart("JPY", &[5_000_000]));
        let first = room.take(&calculated(1_265_850, Vec::new())).unwrap();
        let second = room.take(&calculated(1_797_750, Vec::new())).unwrap();
        assert_eq!(first.money(), Hundredths(1_265_800));
        assert_eq!(second.money(), Hundredths(1_797_800));
    }

    #[test]
    fn parts_that_do_not_make_up_the_whole_are_taken_off_the_order() {
        let odd = Calculated {
            total: Hundredths(700),
            ..calculated(0, vec![off(100, 500)])
        };
        assert_eq!(odd.checked().on_order, Hundredths(700));
        // What is added stays so, and its worth is no money.
        let added = CalculatedItem {
            added: 2,
            added_worth: Hundredths(1_500),
            ..off(115, 1_500)
        };
        let odd = Calculated {
            total: Hundredths(1_700),
            ..calculated(0, vec![added, off(100, 500)])
        };
        let checked = odd.checked();
        assert_eq!(checked.on_order, Hundredths(200));
        assert_eq!(checked.items, [added]);
        let right = calculated(200, vec![off(100, 500)]);
        assert_eq!(right.clone().checked(), right);
    }
}
