//! Gift cards: what they pay of a checkout, and the order Voucherify is told of.
//!
//! A Voucherify order has neither shipping nor tax, and gift cards pay for both. So cards are
//! validated on an order of their own: the items net of coupons, and one line for all the rest.

use serde::{Deserialize, Serialize};

use super::{
    Code, Hundredths,
    discount::{Discount, OffItem},
    snapshot::{Snapshot, SnapshotItem},
};

/// The name of the line that stands for shipping, handling and tax.
pub(crate) const REST: &str = "Shipping and tax";

/// A gift card behind a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its code.
    pub code: Code,
    /// What it pays of this checkout; exactly this much is locked at Voucherify.
    pub credits: Hundredths,
    /// The most it can pay, as far as Voucherify told.
    pub balance: Hundredths,
}

impl Card {
    /// Whether it pays anything.
    #[must_use]
    pub fn pays(&self) -> bool {
        self.credits.is_positive()
    }
}

/// What cards pay together.
#[must_use]
pub fn worth(cards: &[Card]) -> Hundredths {
    cards.iter().map(|card| card.credits).sum()
}

/// Has the cards pay `payable` in their order, each as much as it can in whole units of the
/// currency.
pub fn share<'a>(cards: impl Iterator<Item = &'a mut Card>, payable: Hundredths, unit: Hundredths) {
    let mut left = payable.max(Hundredths::ZERO);
    for card in cards {
        let most = card.balance.max(Hundredths::ZERO).min(left);
        card.credits = most.rounded_down_to(unit);
        left = left - card.credits;
    }
}

/// What each card really paid, when the order took `used` of them together. More than they were
/// held for is the last one's: Voucherify decides whether it has so much.
#[must_use]
pub fn spent(cards: &[Card], used: Hundredths) -> Vec<(Code, Hundredths)> {
    let mut left = used;
    let mut parts: Vec<_> = cards
        .iter()
        .map(|card| {
            let part = card.credits.min(left);
            left = left - part;
            (card.code.clone(), part)
        })
        .collect();
    if let Some((_, last)) = parts.last_mut() {
        *last = *last + left;
    }
    parts.retain(|(_, part)| part.is_positive());
    parts
}

/// What the items cost after coupons took their discounts off. Those on single items come off
/// these; those on the order are shared among the lines in proportion. The sum is exact.
#[must_use]
pub fn net_of<'a>(
    snapshot: &Snapshot,
    discounts: impl Iterator<Item = &'a Discount> + Clone,
) -> Snapshot {
    let mut items = snapshot.items.clone();
    let mut on_order = Hundredths::ZERO;
    for item in &mut items {
        item.amount = item.cost.max(Hundredths::ZERO);
    }
    for discount in discounts {
        on_order = on_order + discount.on_order;
        for off in &discount.on_items {
            on_order = on_order + take_off(&mut items, *off);
        }
    }
    share_out(&mut items, on_order);
    Snapshot {
        amount: items.iter().map(|item| item.amount).sum(),
        items,
        ..snapshot.clone()
    }
}

/// Takes an amount off the lines of an item; answers what they have no room for.
fn take_off(items: &mut [SnapshotItem], off: OffItem) -> Hundredths {
    let mut left = off.amount;
    for line in items.iter_mut().filter(|line| line.id() == Some(off.item)) {
        let part = left.min(line.amount);
        line.amount = line.amount - part;
        left = left - part;
    }
    left
}

/// Takes a discount off all lines in proportion.
fn share_out(items: &mut [SnapshotItem], discount: Hundredths) {
    let gross: i128 = items.iter().map(|item| i128::from(item.amount.0)).sum();
    let discount = i128::from(discount.0).clamp(0, gross);
    let (mut before, mut taken) = (0_i128, 0_i128);
    for item in items {
        // By running sums: what rounding leaves of one line falls to the next.
        before += i128::from(item.amount.0);
        let due = (discount * before).checked_div(gross).unwrap_or(0);
        let part = Hundredths(i64::try_from(due - taken).unwrap_or(0));
        taken = due;
        item.amount = item.amount - part;
    }
}

/// Whether a line stands for shipping and tax: nothing of it is in the cart.
#[must_use]
pub fn is_rest(line: &SnapshotItem) -> bool {
    line.product_id == 0 && line.name == REST
}

/// The order the cards pay: the net items, and a line that makes their sum `payable`. That line also
/// has what keeps the others from dividing evenly, so every line is told as one: what is locked and
/// what is redeemed are the same lines, whatever a card's rules are about.
#[must_use]
pub fn order_to_pay(net: &Snapshot, payable: Hundredths) -> Snapshot {
    let mut order = net.clone();
    for item in &mut order.items {
        item.amount = item.whole_pieces().amount();
    }
    let items: Hundredths = order.items.iter().map(|item| item.amount).sum();
    let rest = payable - items;
    if rest.is_positive() {
        order.items.push(SnapshotItem {
            product_id: 0,
            variant_id: None,
            sku: None,
            name: REST.to_owned(),
            quantity: 1,
            amount: rest,
            cost: rest,
            categories: Vec::new(),
        });
    }
    order.amount = payable.max(items);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use proptest::prelude::*;

    fn card(code: &str, balance: i64) -> Card {
        Card {
            code: Code::parse(code).unwrap(),
            credits: Hundredths::ZERO,
            balance: Hundredths(balance),
        }
    }

    fn items(amounts: &[i64]) -> Snapshot {
        let item = |amount: &i64| SnapshotItem {
            product_id: 1,
            variant_id: None,
            sku: None,
            name: "a".to_owned(),
            quantity: 1,
            amount: Hundredths(*amount),
            cost: Hundredths(*amount),
            categories: Vec::new(),
        };
        Snapshot {
            amount: Hundredths(amounts.iter().sum()),
            currency: Currency::parse("USD").unwrap(),
            unit: None,
            items: amounts.iter().map(item).collect(),
            customer: None,
            whole_lines: false,
        }
    }

    #[test]
    fn cards_pay_in_their_order_and_the_last_one_partially() {
        let mut cards = [card("A", 5_000), card("B", 2_500), card("C", 900)];
        share(cards.iter_mut(), Hundredths(6_000), Hundredths(1));
        let credits: Vec<i64> = cards.iter().map(|card| card.credits.0).collect();
        assert_eq!(credits, [5_000, 1_000, 0]);
        let spent = spent(&cards, Hundredths(5_500));
        assert_eq!(spent[0].1.0, 5_000);
        assert_eq!(spent[1].1.0, 500);
        assert_eq!(spent.len(), 2);
    }

    #[test]
    fn shipping_and_tax_are_one_line() {
        let order = order_to_pay(&items(&[1_000, 500]), Hundredths(2_345));
        assert_eq!(order.amount.0, 2_345);
        assert_eq!(order.items[2].amount.0, 845);
        let none = order_to_pay(&items(&[1_000]), Hundredths(1_000));
        assert_eq!(none.items.len(), 1);
        let less = order_to_pay(&items(&[1_000]), Hundredths(800));
        assert_eq!((less.items.len(), less.amount.0), (1, 1_000));
    }

    #[test]
    fn what_does_not_divide_evenly_is_in_the_line_of_the_rest() {
        let mut net = items(&[1_000, 500]);
        net.items[0].quantity = 3;
        let order = order_to_pay(&net, Hundredths(1_500));
        let amounts: Vec<i64> = order.items.iter().map(|item| item.amount.0).collect();
        assert_eq!(amounts, [999, 500, 1]);
        assert!(order.amount.0 == 1_500 && !order.has_split_lines());
    }

    proptest! {
        #[test]
        fn a_discount_is_shared_to_the_cent(
            amounts in prop::collection::vec(0_i64..1_000_000, 1..12),
            discount in 0_i64..3_000_000,
        ) {
            let gross = items(&amounts);
            let on_order = Discount::on_order(Hundredths(discount));
            let net = net_of(&gross, [on_order].iter());
            prop_assert_eq!(net.amount, Hundredths((gross.amount.0 - discount).max(0)));
            for (before, after) in gross.items.iter().zip(&net.items) {
                prop_assert!(after.amount.0 >= 0 && after.amount <= before.amount);
            }
        }

        #[test]
        fn what_is_spent_is_what_was_used(
            balances in prop::collection::vec(1_i64..10_000, 1..6),
            payable in 1_i64..40_000,
            used in 0_i64..40_000,
        ) {
            let mut cards: Vec<Card> = balances.iter().map(|balance| card("A", *balance)).collect();
            share(cards.iter_mut(), Hundredths(payable), Hundredths(1));
            prop_assert_eq!(worth(&cards).0, payable.min(balances.iter().sum()));
            let sum: Hundredths = spent(&cards, Hundredths(used)).iter().map(|(_, part)| *part).sum();
            prop_assert_eq!(sum.0, used);
        }
    }
}
