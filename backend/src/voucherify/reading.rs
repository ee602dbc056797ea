//! What codes do to an order, read from the orders that Voucherify answers.
//!
//! How many pieces a code adds is said by `applied_quantity` in the description's schemas, while its
//! one example of a line with a free item has only what the line was before (`initial_quantity`) and
//! is now. So where no line says it, what is answered is compared with what was sent. What cannot be
//! known is not guessed.

use std::collections::BTreeMap;

use super::{
    Gift,
    verdict::{self, Verdict, VerdictItem, VerdictOrder},
};
use crate::domain::{
    Hundredths,
    cards::REST,
    discount::ItemId,
    room::{Calculated, CalculatedItem},
    snapshot::Snapshot,
};

/// Pieces of one item, and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Heap {
    quantity: i64,
    amount: i64,
}

impl Heap {
    fn add(&mut self, other: Self) {
        self.quantity += other.quantity;
        self.amount += other.amount;
    }

    fn without(self, other: Self) -> Self {
        Self {
            quantity: self.quantity - other.quantity,
            amount: self.amount - other.amount,
        }
    }
}

/// By item; those that are none of the store's are one heap.
type Heaps = BTreeMap<Option<ItemId>, Heap>;

/// Reads the verdicts of one validation in the order in which the codes apply.
#[derive(Debug)]
pub(super) struct Reader {
    sent: Heaps,
    /// What the order has after the codes that were read.
    now: Heaps,
    has_shipping: bool,
}

impl Reader {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut sent = Heaps::new();
        for (item, pieces) in snapshot.lines() {
            sent.entry(item.id()).or_default().add(Heap {
                quantity: pieces.quantity,
                amount: pieces.amount().0,
            });
        }
        Self {
            now: sent.clone(),
            sent,
            has_shipping: false,
        }
    }

    /// What a code takes off and adds; none if the answer does not say it.
    pub(super) fn calculated(&mut self, verdict: &Verdict) -> Option<Calculated> {
        let discount = verdict.discount();
        let adds = discount.is_some_and(super::discounts::Discount::adds);
        let Some(order) = &verdict.order else {
            return (!adds).then(Calculated::default);
        };
        let is_free_shipping = discount.is_some_and(super::discounts::Discount::is_free_shipping);
        let had_shipping = self.has_shipping;
        let shipping = || order.lines().filter(|line| line.is_shipping());
        self.has_shipping |= shipping().next().is_some();
        let came = adds && self.has_shipping && (is_free_shipping || !had_shipping);
        let items = self.items(order, adds)?;
        let on_order = Hundredths(order.applied_discount_amount.unwrap_or(0));
        let off_shipping: Hundredths = shipping().map(VerdictItem::applied).sum();
        let off_items: Hundredths = items.iter().map(|item| item.discount).sum();
        let total = order.total_applied_discount_amount.map(Hundredths);
        let calculated = Calculated {
            // What shipping is worth at Voucherify is no money off the cart.
            total: total.map_or(on_order + off_items, |total| total - off_shipping),
            on_order,
            items,
            free_shipping: came || shipping().any(VerdictItem::is_changed),
        };
        Some(calculated.checked())
    }

    /// Item by item, what is taken off and added.
    fn items(&mut self, order: &VerdictOrder, adds: bool) -> Option<Vec<CalculatedItem>> {
        let lines = || order.lines().filter(|line| !line.is_shipping());
        let is_told = lines().any(|line| line.applied_quantity.is_some());
        let now = heaps(lines());
        let added = match (&now, adds && !is_told) {
            (Some(now), true) => self.compare(now, lines())?,
            (None, true) => return None,
            _ => told(lines()),
        };
        self.now = now.unwrap_or_else(|| self.now.clone());
        let mut discounts: Vec<(Option<ItemId>, Hundredths)> = Vec::new();
        for line in lines() {
            match discounts.iter_mut().find(|(item, _)| *item == line.item()) {
                Some((_, discount)) => *discount = *discount + line.applied(),
                None => discounts.push((line.item(), line.applied())),
            }
        }
        let item = |(item, discount): (Option<ItemId>, Hundredths)| {
            let added = added.get(&item).copied().unwrap_or_default();
            CalculatedItem {
                item,
                discount,
                added: added.quantity,
                added_worth: Hundredths(added.amount),
            }
        };
        let mut items: Vec<CalculatedItem> = discounts.into_iter().map(item).collect();
        items.retain(|one| one.added > 0 || one.discount.is_positive());
        Some(items)
    }

    /// What is there now and was not before this code. None if lines contradict what was sent.
    fn compare<'a>(
        &self,
        now: &Heaps,
        lines: impl Iterator<Item = &'a VerdictItem>,
    ) -> Option<Heaps> {
        let mut initial: BTreeMap<Option<ItemId>, i64> = BTreeMap::new();
        for line in lines {
            // A line that no code added to has no need to say what it was.
            let before = line.initial_quantity.or(line.quantity)?;
            *initial.entry(line.item()).or_default() += before;
        }
        if self.now.keys().any(|item| !now.contains_key(item)) {
            return None;
        }
        let mut added = Heaps::new();
        for (item, heap) in now {
            let before = self.now.get(item).copied().unwrap_or_default();
            let new = heap.without(before);
            let sent = self.sent.get(item).copied().unwrap_or_default();
            let contradicts = new.quantity > 0 && initial.get(item) != Some(&sent.quantity);
            if new.quantity < 0 || new.amount < 0 || contradicts {
                return None;
            }
            added.insert(*item, new);
        }
        Some(added)
    }
}

/// What lines say was added to them.
fn told<'a>(lines: impl Iterator<Item = &'a VerdictItem>) -> Heaps {
    let mut added = Heaps::new();
    for line in lines {
        let quantity = line.applied_quantity.unwrap_or(0).max(0);
        let amount = line.applied_quantity_amount.unwrap_or(0).max(0);
        let amount = if quantity > 0 { amount } else { 0 };
        let heap = added.entry(line.item()).or_default();
        heap.add(Heap { quantity, amount });
    }
    added
}

/// What lines have together; none if one does not say it.
fn heaps<'a>(lines: impl Iterator<Item = &'a VerdictItem>) -> Option<Heaps> {
    let mut heaps = Heaps::new();
    for line in lines {
        let (quantity, amount) = (line.quantity?, line.amount?);
        let heap = heaps.entry(line.item()).or_default();
        heap.add(Heap { quantity, amount });
    }
    Some(heaps)
}

/// What a gift card has, and the part of it that pays here: no more than the order says it takes.
pub(super) fn gift(verdict: &Verdict) -> Option<Gift> {
    let told: &verdict::Gift = verdict.result.as_ref()?.gift.as_ref()?;
    let takes = verdict.order.as_ref().map(VerdictOrder::takes);
    let credits = match (told.credits.map(Hundredths), takes) {
        (Some(credits), Some(takes)) => credits.min(takes),
        (credits, takes) => credits.or(takes).unwrap_or_default(),
    };
    Some(Gift {
        balance: told.balance.map(Hundredths),
        credits: credits.max(Hundredths::ZERO),
    })
}

impl VerdictOrder {
    fn lines(&self) -> impl Iterator<Item = &VerdictItem> {
        self.items.iter().flatten()
    }

    /// What a gift card pays of it. One that pays for items pays for no shipping and no tax, which
    /// are a line here: it pays as much as the items it pays for still cost.
    fn takes(&self) -> Hundredths {
        let on_items: Hundredths = self.lines().map(VerdictItem::applied).sum();
        let on_order = self.applied_discount_amount.map(Hundredths);
        if !on_items.is_positive() {
            let total = self.total_applied_discount_amount.map(Hundredths);
            return total.or(on_order).unwrap_or_default();
        }
        let paid_for = self.lines().filter(|line| line.applied().is_positive());
        let bought = paid_for.filter(|line| !line.is_nameless(REST));
        let reach: Hundredths = bought
            .map(|line| line.applied() + Hundredths(line.subtotal_amount.unwrap_or(0)))
            .sum();
        on_order.unwrap_or_default() + on_items.min(reach)
    }
}

impl VerdictItem {
    fn applied(&self) -> Hundredths {
        Hundredths(self.applied_discount_amount.unwrap_or(0))
    }

    fn is_changed(&self) -> bool {
        self.applied().is_positive() || self.applied_quantity.unwrap_or(0) > 0
    }

    /// A SKU is a variant, anything else a product; by the store's own ids. What a code added may be
    /// named by the nested objects alone.
    fn item(&self) -> Option<ItemId> {
        let number = |id: Option<&String>| id.and_then(|id| id.parse::<i64>().ok());
        let nested =
            |one: &Option<super::discounts::Referred>| number(one.as_ref()?.source_id.as_ref());
        let own = number(self.source_id.as_ref());
        let is_sku = self.related_object.as_deref() == Some("sku");
        let sku = own.filter(|_| is_sku).or_else(|| nested(&self.sku));
        let product = || own.or_else(|| nested(&self.product));
        sku.map(ItemId::Variant)
            .or_else(|| product().filter(|_| !is_sku).map(ItemId::Product))
    }
}
