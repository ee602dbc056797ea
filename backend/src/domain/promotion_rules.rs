//! The rules of the promotion that gives what codes give.

use super::{
    Hundredths,
    discount::{Discount, FreeItem, ItemId, OffItem, add, free_items},
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

/// The rules that give what several codes give together. With `one_rule`, everything off items is off
/// the order, as the store runs the first rule alone.
///
/// What money cannot show comes first: should a store run the first rule alone and that not be known,
/// the amount is missing, which shows.
/// Discounts on items come before the one on the order, which takes what is left of them. So where
/// the order was discounted by a promotion before this one (`behind_order`), items may not have room
/// for theirs any more: they are taken off the order as well.
pub fn promotion_rules<'a>(
    discounts: impl Iterator<Item = &'a Discount> + Clone,
    behind_order: bool,
    one_rule: bool,
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
    if behind_order || one_rule || others + items.len() > MOST_RULES {
        on_order = on_order + items.drain(..).map(|off| off.amount).sum();
    }
    let mut rules = Vec::new();
    rules.extend(free_shipping.then_some(PromotionRule::FreeShipping));
    rules.extend(free.into_iter().map(PromotionRule::FreeItem));
    rules.extend(items.into_iter().map(PromotionRule::OffItem));
    rules.extend(
        on_order
            .is_positive()
            .then_some(PromotionRule::OffOrder(on_order)),
    );
    rules
}

/// The money that rules take off.
#[must_use]
pub fn money_of(rules: &[PromotionRule]) -> Hundredths {
    let money = |rule: &PromotionRule| match rule {
        PromotionRule::OffItem(off) => off.amount,
        PromotionRule::OffOrder(amount) => *amount,
        PromotionRule::FreeItem(_) | PromotionRule::FreeShipping => Hundredths::ZERO,
    };
    rules.iter().map(money).sum()
}

/// The least that a cart of this cost may be taken to come to when the last of these rules is looked
/// at: the rules before it may count, and `others`.
#[must_use]
pub fn least_spend(cost: Hundredths, rules: &[PromotionRule], others: Hundredths) -> Hundredths {
    let before = rules.split_last().map(|(_, before)| money_of(before));
    let least = cost - others - before.unwrap_or_default();
    least.max(Hundredths::ZERO)
}

/// What a rule is about: where a promotion has one rule, codes can share it if theirs is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// Money off.
    Money,
    /// This item is added.
    Item(ItemId),
    /// Free shipping.
    Shipping,
}

/// The kind of the one rule by which a code can be given; none if it needs several.
#[must_use]
pub fn only_kind(discount: &Discount) -> Option<RuleKind> {
    match promotion_rules(std::iter::once(discount), false, true).as_slice() {
        [PromotionRule::FreeItem(free)] => Some(RuleKind::Item(free.item)),
        [PromotionRule::OffItem(_) | PromotionRule::OffOrder(_)] => Some(RuleKind::Money),
        [PromotionRule::FreeShipping] => Some(RuleKind::Shipping),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::room::{
        Room,
        tests::{calculated, cart, off},
    };

    #[test]
    fn what_money_cannot_show_comes_first() {
        let free = |item| Discount {
            free_items: vec![FreeItem { item, quantity: 1 }],
            ..Discount::default()
        };
        let tee = ItemId::Variant(213);
        let shipping = Discount {
            free_shipping: true,
            ..Discount::on_order(Hundredths(100))
        };
        let rules = promotion_rules([shipping, free(tee), free(tee)].iter(), false, false);
        let tees = FreeItem {
            item: tee,
            quantity: 2,
        };
        assert_eq!(
            rules,
            [
                PromotionRule::FreeShipping,
                PromotionRule::FreeItem(tees),
                PromotionRule::OffOrder(Hundredths(100)),
            ]
        );
    }

    #[test]
    fn a_condition_leaves_room_for_what_may_count_before_it() {
        let rules = [300, 200, 100].map(|amount| PromotionRule::OffOrder(Hundredths(amount)));
        let least = |rules: &[PromotionRule], others| {
            least_spend(Hundredths(1_000), rules, Hundredths(others)).0
        };
        assert_eq!(least(&rules[..1], 0), 1_000);
        assert_eq!(least(&rules, 0), 500);
        assert_eq!(least(&rules, 50), 450);
        assert_eq!(least(&rules, 600), 0);
    }

    /// So many discounts on items of 1.00 each, one on the order, and free shipping.
    fn on_items(items: i64) -> Discount {
        let off = |id| OffItem {
            item: ItemId::Product(id),
            amount: Hundredths(100),
        };
        Discount {
            on_items: (0..items).map(off).collect(),
            free_shipping: true,
            ..Discount::on_order(Hundredths(50))
        }
    }

    #[test]
    fn ten_rules_are_told_one_by_one_and_more_are_one_on_the_order() {
        let rules = promotion_rules([on_items(8)].iter(), false, false);
        assert_eq!(rules.len(), MOST_RULES);
        assert_eq!(rules[0], PromotionRule::FreeShipping);
        assert_eq!(rules[1], PromotionRule::OffItem(on_items(8).on_items[0]));
        assert_eq!(rules[9], PromotionRule::OffOrder(Hundredths(50)));
        let rules = promotion_rules([on_items(9)].iter(), false, false);
        let all = PromotionRule::OffOrder(Hundredths(950));
        assert_eq!(rules, [PromotionRule::FreeShipping, all]);
    }

    #[test]
    fn behind_a_promotion_on_the_order_items_have_no_rule_of_their_own() {
        for (behind_order, one_rule) in [(true, false), (false, true)] {
            let rules = promotion_rules([on_items(2)].iter(), behind_order, one_rule);
            let all = PromotionRule::OffOrder(Hundredths(250));
            assert_eq!(rules, [PromotionRule::FreeShipping, all]);
        }
    }

    #[test]
    fn a_code_of_two_kinds_has_no_only_rule() {
        let both = Discount {
            free_shipping: true,
            ..Discount::on_order(Hundredths(100))
        };
        assert_eq!(only_kind(&both), None);
        let items = [101, 102].map(|id| OffItem {
            item: ItemId::Product(id),
            amount: Hundredths(100),
        });
        let items = Discount {
            on_items: items.to_vec(),
            ..Discount::default()
        };
        assert_eq!(only_kind(&items), Some(RuleKind::Money));
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
            let (behind_order, one_rule) = (sum.0 % 2 == 0, sum.0 % 3 == 0);
            let rules = promotion_rules(discounts.iter(), behind_order, one_rule);
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
