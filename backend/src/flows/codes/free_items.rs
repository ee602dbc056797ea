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
    flows::locks::cart_context::Cart,
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
        let applied = &self.checkout.coupons;
        let is_applied = |lock: &&Lock| applied.iter().any(|one| lock.native_code.is(&one.code));
        let given = locks.iter().filter(is_applied).flat_map(Lock::discounts);
        for free in free_items(given) {
            let is_of = |one: &&AddedItem| free.item.is(one.product_id, one.variant_id);
            let added = self.checkout.added_items.iter().filter(is_of);
            let is_there = added.map(|one| one.quantity).sum::<i64>() >= free.quantity;
            if is_there {
                continue;
            }
            match self.cannot_add(&free, &[]).await {
                Ok(None) => {}
                Ok(Some(_)) => return false,
                Err(error) => warn!(%error, "whether a free item is left is not known"),
            }
        }
        true
    }
}
