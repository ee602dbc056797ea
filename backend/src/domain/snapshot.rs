//! The order exactly as it was validated, kept with the lock and sent again to redeem.

use serde::{Deserialize, Serialize};

use super::{Currency, EmailAddress, Hundredths, discount::ItemId};

/// What Voucherify is told of a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The sum of the items' amounts.
    pub amount: Hundredths,
    /// The cart's currency; Voucherify itself knows none.
    pub currency: Currency,
    /// The least amount of it that can be taken off, where the store said.
    #[serde(default)]
    pub unit: Option<Hundredths>,
    /// What is in the cart.
    pub items: Vec<SnapshotItem>,
    /// Who buys, once known.
    pub customer: Option<SnapshotCustomer>,
    /// Whether a line whose amount does not divide evenly is told as one line, rounded down, and
    /// not as two.
    #[serde(default)]
    pub whole_lines: bool,
}

/// One line of the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotItem {
    /// BigCommerce's product id; 0 for a custom item.
    pub product_id: i64,
    /// BigCommerce's variant id, where the product has variants.
    pub variant_id: Option<i64>,
    /// Stock-keeping unit.
    pub sku: Option<String>,
    /// Name.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What Voucherify calculates with for the line, all of `quantity` together: what it costs, or
    /// its retail price.
    pub amount: Hundredths,
    /// What the line really costs: no discount may exceed it.
    #[serde(default)]
    pub cost: Hundredths,
    /// Ids of the product's categories.
    pub categories: Vec<i64>,
}

/// Pieces of a line of the cart that cost the same: what Voucherify is told as one line. Price
/// times quantity is what they cost, so that nobody can reckon otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    /// How many.
    pub quantity: i64,
    /// What each costs.
    pub price: Hundredths,
}

/// The most lines Voucherify takes (`order.items` of Validate Stackable Discounts).
const MOST_LINES: usize = 500;

impl Snapshot {
    /// The least amount that can be taken off or paid.
    #[must_use]
    pub fn unit(&self) -> Hundredths {
        self.unit.unwrap_or_else(|| self.currency.unit())
    }

    /// The lines Voucherify is told: each line of the cart, with its pieces. A line whose amount
    /// does not divide evenly is two lines, a hundredth apart, unless they are to be whole.
    pub fn lines(&self) -> impl Iterator<Item = (&SnapshotItem, Pieces)> {
        let whole = self.whole_lines || self.lines_when_split() > MOST_LINES;
        self.items.iter().flat_map(move |item| {
            let parts = if whole {
                [Some(item.whole_pieces()), None]
            } else {
                item.pieces()
            };
            parts
                .into_iter()
                .flatten()
                .map(move |pieces| (item, pieces))
        })
    }

    /// Whether a line of the cart is more than one line at Voucherify.
    #[must_use]
    pub fn has_split_lines(&self) -> bool {
        let split = self.lines_when_split();
        !self.whole_lines && split > self.items.len() && split <= MOST_LINES
    }

    /// Whether it has more lines than Voucherify takes, beside one for what cards pay of shipping
    /// and tax.
    #[must_use]
    pub fn has_too_many_lines(&self) -> bool {
        self.items.len() >= MOST_LINES
    }

    fn lines_when_split(&self) -> usize {
        let parts = self.items.iter().map(SnapshotItem::pieces);
        parts.map(|parts| parts.iter().flatten().count()).sum()
    }

    /// Whether it describes the same cart, however its lines are told.
    #[must_use]
    pub fn is_of_same_cart(&self, other: &Self) -> bool {
        let told_alike = Self {
            whole_lines: other.whole_lines,
            ..self.clone()
        };
        told_alike == *other
    }

    /// What the items really cost together.
    #[must_use]
    pub fn cost(&self) -> Hundredths {
        self.items.iter().map(|item| item.cost).sum()
    }
}

impl Pieces {
    /// What they cost together.
    #[must_use]
    pub fn amount(self) -> Hundredths {
        self.price.times(self.quantity)
    }
}

impl SnapshotItem {
    /// Its pieces, by what they cost: all alike, or those that cost a hundredth more apart.
    fn pieces(&self) -> [Option<Pieces>; 2] {
        let quantity = self.quantity.max(1);
        let (price, dearer) = (self.amount.0 / quantity, self.amount.0 % quantity);
        let pieces = |quantity, price| {
            (quantity > 0).then_some(Pieces {
                quantity,
                price: Hundredths(price),
            })
        };
        [pieces(quantity - dearer, price), pieces(dearer, price + 1)]
    }

    /// All its pieces at one price, which is rounded down.
    #[must_use]
    pub fn whole_pieces(&self) -> Pieces {
        let quantity = self.quantity.max(1);
        Pieces {
            quantity,
            price: Hundredths(self.amount.0 / quantity),
        }
    }

    /// What it is in the catalogue; none for a custom item.
    #[must_use]
    pub fn id(&self) -> Option<ItemId> {
        if self.product_id == 0 {
            return None;
        }
        let product = ItemId::Product(self.product_id);
        Some(self.variant_id.map_or(product, ItemId::Variant))
    }
}

/// The buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCustomer {
    /// The id Voucherify knows the customer by.
    pub source_id: String,
    /// The id of the account at BigCommerce; none for guests.
    #[serde(default)]
    pub customer_id: Option<i64>,
    /// E-mail.
    pub email: Option<EmailAddress>,
    /// Full name.
    pub name: Option<String>,
    /// Customer group.
    pub group: Option<Group>,
}

/// A BigCommerce customer group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::room::tests::cart;

    fn of(lines: &[(i64, i64)]) -> Snapshot {
        let amounts: Vec<i64> = lines.iter().map(|(_, amount)| *amount).collect();
        let mut snapshot = cart("USD", &amounts);
        for (item, (quantity, _)) in snapshot.items.iter_mut().zip(lines) {
            item.quantity = *quantity;
        }
        snapshot
    }

    fn told(snapshot: &Snapshot) -> Vec<(i64, i64)> {
        let lines = snapshot.lines();
        lines
            .map(|(_, pieces)| (pieces.quantity, pieces.price.0))
            .collect()
    }

    #[test]
    fn a_line_that_does_not_divide_evenly_is_two() {
        let snapshot = of(&[(3, 1_000), (2, 500), (3, 2)]);
        assert_eq!(
            told(&snapshot),
            [(2, 333), (1, 334), (2, 250), (1, 0), (2, 1)]
        );
        assert!(snapshot.has_split_lines());
        let whole = Snapshot {
            whole_lines: true,
            ..snapshot.clone()
        };
        assert_eq!(told(&whole), [(3, 333), (2, 250), (3, 0)]);
        assert!(!whole.has_split_lines() && whole.is_of_same_cart(&snapshot));
        assert!(!of(&[(3, 999)]).has_split_lines());
    }

    #[test]
    fn no_more_lines_are_told_than_voucherify_takes() {
        let snapshot = of(&[(3, 1_000); 300]);
        assert_eq!(snapshot.lines().count(), 300);
        assert!(!snapshot.has_split_lines() && !snapshot.has_too_many_lines());
        assert!(of(&[(1, 100); 500]).has_too_many_lines());
    }

    proptest! {
        #[test]
        fn what_is_told_makes_up_the_cart(
            lines in prop::collection::vec((1_i64..40, 0_i64..100_000), 1..8),
        ) {
            let snapshot = of(&lines);
            let amount: Hundredths = snapshot.lines().map(|(_, pieces)| pieces.amount()).sum();
            prop_assert_eq!(amount, snapshot.amount);
            let quantity: i64 = snapshot.lines().map(|(_, pieces)| pieces.quantity).sum();
            prop_assert_eq!(quantity, lines.iter().map(|(quantity, _)| quantity).sum::<i64>());
        }
    }
}
