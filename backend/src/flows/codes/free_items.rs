//! Whether the store can give the free items that codes give.

use tracing::warn;

use crate::{
    bigcommerce::{AddedItem, Availability},
    domain::{
        discount::{FreeItem, ItemId, free_items},
        lock::Lock,
        messages::Refusal,
        snapshot::SnapshotItem,
    },
    error::FlowError,
    flows::{codes::opening::is_counted, locks::cart_context::Cart},
};

/// The most different free items at a checkout: with shipping and a discount on the order they are
/// the ten rules a promotion may have.
const MOST_FREE_ITEMS: usize = 8;

impl Cart<'_> {
    /// Why the store cannot add a free item beside what is in the cart and what other codes add.
    pub(super) async fn cannot_add(
        &self,
        free: &FreeItem,
        given: &[FreeItem],
    ) -> Result<Option<Refusal>, FlowError> {
        // Beyond this many different ones a promotion has no rule left.
        if given.len() >= MOST_FREE_ITEMS {
            return Ok(Some(Refusal::TooManyCodes));
        }
        let added = given.iter().filter(|one| one.item == free.item);
        let added: i64 = added.map(|one| one.quantity).sum();
        let wanted = |item: ItemId| {
            let is_of = |line: &&SnapshotItem| item.is(line.product_id, line.variant_id);
            let bought = self.snapshot.items.iter().filter(is_of);
            free.quantity + added + bought.map(|line| line.quantity).sum::<i64>()
        };
        let bigcommerce = &self.connection.bigcommerce;
        Ok(match bigcommerce.availability(free.item, wanted).await? {
            Availability::Available => None,
            Availability::OutOfStock => Some(Refusal::FreeItemOutOfStock),
            Availability::NeedsChoice => Some(Refusal::FreeItemNeedsChoice),
            Availability::Unavailable => Some(Refusal::FreeItemUnavailable),
        })
    }

    /// Whether the free items of the coupons on the checkout are in it, or will be: a store that has not
    /// counted its promotions since may yet add them, but not what is sold out by now.
    /// Where that cannot be told now, the next look asks again.
    pub(crate) async fn can_have_free_items(&self, locks: &[Lock]) -> bool {
        let given = locks.iter().filter(|lock| is_counted(self.checkout, lock));
        let given = free_items(given.flat_map(Lock::discounts));
        for free in missing(given, &self.checkout.added_items) {
            match self.cannot_add(&free, &[]).await {
                Ok(None) => {}
                Ok(Some(_)) => return false,
                Err(error) => warn!(%error, "whether a free item is left is not known"),
            }
        }
        true
    }
}

/// The free items of which the store has not added all pieces.
fn missing(mut given: Vec<FreeItem>, added: &[AddedItem]) -> Vec<FreeItem> {
    given.retain(|free| {
        let is_of = |one: &&AddedItem| free.item.is(one.product_id, one.variant_id);
        let added = added.iter().filter(is_of).map(|one| one.quantity);
        added.sum::<i64>() < free.quantity
    });
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_items_that_are_missing() {
        let added = |product_id, variant_id, quantity| AddedItem {
            product_id,
            variant_id,
            quantity,
        };
        let tee = ItemId::Product(7);
        let red = ItemId::Variant(71);
        // (what is given, what was added, whether it is missing)
        let table = [
            (tee, 1, vec![], true),
            (tee, 1, vec![added(7, None, 1)], false),
            (tee, 2, vec![added(7, None, 1)], true),
            (
                tee,
                2,
                vec![added(7, Some(71), 1), added(7, Some(72), 1)],
                false,
            ),
            (red, 1, vec![added(7, Some(72), 1)], true),
            (red, 1, vec![added(7, Some(71), 2)], false),
            (tee, 1, vec![added(8, None, 1)], true),
        ];
        for (item, quantity, added, is_missing) in table {
            let free = FreeItem { item, quantity };
            let expected = if is_missing { vec![free] } else { vec![] };
            assert_eq!(missing(vec![free], &added), expected, "{free:?} {added:?}");
        }
    }
}
