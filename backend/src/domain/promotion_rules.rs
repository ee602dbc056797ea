//! The rules of the promotion that gives what codes give.

use super::{
    Hundredths,
    discount::{Discount, FreeItem, OffItem, add, free_items},
};

/// The most rules a promotion is given: with more, discounts on items become one on the order.
const MOST_RULES: usize = 10;

/// One rule of a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromotionRule {
    /// The store adds pieces for nothing.
    FreeItem(FreeItem),
    /// An amount off one item.
    OffItem(OffItem),
    /// An amount off the order.
    OffOrder(Hundredths),
    /// A free way of shipping is offered.
    FreeShipping,
}

/// The rules that give what several codes give together.
///
/// Discounts on items come before the one on the order, which takes what is left of them. So where
/// the order was discounted by a promotion before this one (`behind_order`), items may not have room
/// for theirs any more: they are taken off the order as well.
pub fn promotion_rules<'a>(
    discounts: impl Iterator<Item = &'a Discount> + Clone,
    behind_order: bool,
) -> Vec<PromotionRule> {
    let free = free_items(discounts.clone());
    let mut items: Vec<OffItem> = Vec::new();
    let mut on_order = Hundredths::ZERO;
    let mut free_shipping = false;
    for discount in discounts {
        on_order = on_order + discount.on_order;
        free_shipping |= discount.free_shipping;
        for off in &discount.on_items {
            add(&mut items, off.item, off.amount);
        }
    }
    let others = free.len() + usize::from(on_order.is_positive()) + usize::from(free_shipping);
    if behind_order || others + items.len() > MOST_RULES {
        on_order = on_order + items.drain(..).map(|off| off.amount).sum();
    }
    let mut rules: Vec<PromotionRule> = free.into_iter().map(PromotionRule::FreeItem).collect();
    rules.extend(items.into_iter().map(PromotionRule::OffItem));
    rules.extend(
        on_order
            .is_positive()
            .then_some(PromotionRule::OffOrder(on_order)),
    );
    rules.extend(free_shipping.then_some(PromotionRule::FreeShipping));
    rules
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::discount::{
        ItemId, Room,
        tests::{calculated, cart, off},
    };

    #[test]
    fn free_items_come_first_and_shipping_last() {
        let free = |item| Discount {
            free_items: vec![FreeItem { item, quantity: 1 }],
            ..Discount::default()
        };
        let tee = ItemId::Variant(213);
        let shipping = Discount {
            free_shipping: true,
            ..Discount::on_order(Hundredths(100))
        };
        let rules = promotion_rules([shipping, free(tee), free(tee)].iter(), false);
        let tees = FreeItem {
            item: tee,
            quantity: 2,
        };
        assert_eq!(
            rules,
            [
                PromotionRule::FreeItem(tees),
                PromotionRule::OffOrder(Hundredths(100)),
                PromotionRule::FreeShipping,
            ]
        );
    }

    fn money_of(rules: &[PromotionRule]) -> Hundredths {
        let money = |rule: &PromotionRule| match rule {
            PromotionRule::OffItem(off) => off.amount,
            PromotionRule::OffOrder(amount) => *amount,
            PromotionRule::FreeItem(_) | PromotionRule::FreeShipping => Hundredths::ZERO,
        };
        rules.iter().map(money).sum()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_much(
            currency in prop::sample::select(vec!["USD", "JPY", "KWD"]),
            costs in prop::collection::vec(0_i64..100_000, 1..16),
            codes in prop::collection::vec(
                (0_i64..50_000, prop::collection::vec((100_i64..116, 0_i64..50_000), 0..16)),
                1..6,
            ),
        ) {
            let cart = cart(currency, &costs);
            let unit = cart.currency.unit();
            let mut room = Room::of(&cart);
            let mut discounts = Vec::new();
            let mut calculated_in_all = Hundredths::ZERO;
            for (on_order, items) in codes {
                let items = items.into_iter().map(|(product, amount)| off(product, amount));
                let asked = calculated(on_order, items.collect());
                let discount = room.take(&asked).unwrap();
                calculated_in_all = calculated_in_all + asked.total;
                discounts.push(discount);
                let sum: Hundredths = discounts.iter().map(Discount::money).sum();
                prop_assert!(sum <= calculated_in_all);
            }
            let sum: Hundredths = discounts.iter().map(Discount::money).sum();
            prop_assert!(sum.0 >= 0 && sum <= cart.cost());
            let behind_order = sum.0 % 2 == 0;
            let rules = promotion_rules(discounts.iter(), behind_order);
            prop_assert!(rules.len() <= MOST_RULES);
            prop_assert_eq!(money_of(&rules), sum);
            for rule in rules {
                if let PromotionRule::OffItem(off) = rule {
                    let line = cart.items.iter().find(|line| line.id() == Some(off.item));
                    prop_assert!(off.amount <= line.unwrap().cost && off.amount.0 > 0);
                    prop_assert_eq!(off.amount.0 % unit.0, 0);
                }
            }
        }
    }
}
