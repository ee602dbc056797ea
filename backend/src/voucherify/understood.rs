//! Whether a verdict is understood as a whole.

use super::{
    discounts::{ApplicableItem, Discount},
    verdict::Verdict,
};

impl Verdict {
    fn applicable_items(&self) -> impl Iterator<Item = &ApplicableItem> {
        let list = self.applicable_to.iter();
        list.flat_map(|list| list.data.iter().flatten())
    }

    /// Whether everything that says what the code does is known here.
    pub(super) fn is_understood(&self) -> bool {
        let items = self
            .order
            .iter()
            .flat_map(|order| order.items.iter().flatten());
        let result = self.result.as_ref();
        let kinds = result.map_or(0, |result| {
            let kinds = [
                result.discount.is_some(),
                result.gift.is_some(),
                result.loyalty_card.is_some(),
            ];
            kinds.into_iter().filter(|there| *there).count()
        });
        let order = self.order.as_ref();
        let amounts = order.map(|order| {
            [
                order.total_applied_discount_amount,
                order.applied_discount_amount,
            ]
        });
        let mut amounts = amounts.into_iter().flatten().flatten();
        self.object.as_deref().is_none_or(|kind| kind == "voucher")
            && kinds == 1
            && self.discount().is_none_or(Discount::is_understood)
            && self.applicable_items().all(ApplicableItem::is_understood)
            && items.into_iter().all(|item| !item.is_reduced())
            && amounts.all(|amount| amount >= 0)
    }

    /// Whether the code means the same in every currency: a percentage that no amount of money
    /// limits, free items and free shipping that none is calculated from.
    pub(super) fn fits_every_currency(&self) -> bool {
        let has_amount = self.applicable_items().any(ApplicableItem::has_amount);
        self.discount().is_some_and(Discount::fits_every_currency) && !has_amount
    }

    /// Whether one line of the cart told as two gets more, or less.
    pub(super) fn counts_lines(&self) -> bool {
        let counts = self.discount().is_some_and(Discount::counts_lines);
        let mut items = self.applicable_items();
        counts || (self.discount().is_some() && items.any(ApplicableItem::counts_lines))
    }
}
