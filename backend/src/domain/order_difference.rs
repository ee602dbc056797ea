//! Whether an order is what its codes were validated for.
//!
//! What a promotion added for nothing, gift certificates for sale and wrapping are no difference; nor is
//! the price of what was ordered: the coupon takes off a fixed sum.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{
    CheckoutId, EmailAddress, Hundredths,
    cards::is_rest,
    discount::FreeItem,
    snapshot::{Snapshot, SnapshotItem},
};

/// In what an order differs from what was validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DifferenceKind {
    /// Fewer or more pieces of an item, or other items.
    Items,
    /// Somebody else ordered.
    Customer,
    /// The code was made for another cart.
    Cart,
}

impl DifferenceKind {
    /// The name in metrics and for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// An item as people compare it, its lines together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedItem {
    /// BigCommerce's product id; 0 for a custom item.
    pub product_id: i64,
    /// BigCommerce's variant id, where it is told.
    pub variant_id: Option<i64>,
    /// Name.
    pub name: String,
    /// How many were paid for.
    pub quantity: i64,
    /// How many more a promotion or a bundle may have added for nothing; of what was validated none.
    pub may_be_added: i64,
}

/// One side of the comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The cart.
    pub cart: Option<CheckoutId>,
    /// What is in it.
    pub items: Vec<ComparedItem>,
    /// What that costs before discounts, free pieces included. It is told, not compared.
    pub amount: Hundredths,
    /// The signed-in customer's id at BigCommerce; none for guests.
    pub customer_id: Option<i64>,
    /// The e-mail address, once it was known.
    pub email: Option<EmailAddress>,
}

impl Side {
    /// What was validated for a cart.
    #[must_use]
    pub fn validated(cart: &CheckoutId, snapshot: &Snapshot) -> Self {
        let customer = snapshot.customer.as_ref();
        let bought = snapshot.items.iter().filter(|line| !is_rest(line));
        Self {
            cart: Some(cart.clone()),
            items: bought.clone().map(compared).collect(),
            amount: bought.map(|line| line.amount).sum(),
            customer_id: customer.and_then(|customer| customer.customer_id),
            email: customer.and_then(|customer| customer.email.clone()),
        }
    }

    /// Of an order: pieces that its codes give may have been added for nothing, also where its lines do
    /// not tell what paid for them.
    pub fn may_have_been_given(&mut self, free: &[FreeItem]) {
        for free in free {
            let is_of = |item: &&mut ComparedItem| free.item.is(item.product_id, item.variant_id);
            let of_it = || {
                self.items
                    .iter()
                    .filter(|item| free.item.is(item.product_id, item.variant_id))
            };
            let mut left = free.quantity - of_it().map(|item| item.may_be_added).sum::<i64>();
            for item in self.items.iter_mut().filter(is_of) {
                let given = left.clamp(0, item.quantity);
                item.quantity -= given;
                item.may_be_added += given;
                left -= given;
            }
        }
    }
}

/// One line, for people.
impl fmt::Display for Side {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = |item: &ComparedItem| {
            let free = match item.may_be_added {
                0 => String::new(),
                pieces => format!(" and {pieces} free"),
            };
            format!("{}{free} {}", item.quantity, item.name)
        };
        let items: Vec<String> = self.items.iter().map(item).collect();
        let customer = match (self.customer_id, &self.email) {
            (Some(id), _) => format!("customer {id}"),
            (None, Some(email)) => format!("guest {email}"),
            (None, None) => "nobody known".to_owned(),
        };
        let cart = self.cart.as_ref().map_or("unknown", |cart| cart.as_str());
        write!(formatter, "{} by {customer}, cart {cart}", items.join(", "))
    }
}

fn compared(line: &SnapshotItem) -> ComparedItem {
    ComparedItem {
        product_id: line.product_id,
        variant_id: line.variant_id,
        name: line.name.clone(),
        quantity: line.quantity,
        may_be_added: 0,
    }
}

/// In what the order differs; nothing if it does not. Of another cart nothing else is compared. Which
/// cart an order is from is not always told.
#[must_use]
pub fn differences(validated: &Side, ordered: &Side) -> Vec<DifferenceKind> {
    if ordered.cart.is_some() && validated.cart != ordered.cart {
        return vec![DifferenceKind::Cart];
    }
    let mut kinds = Vec::new();
    if !are_same_items(&validated.items, &ordered.items) {
        kinds.push(DifferenceKind::Items);
    }
    if !is_same_customer(validated, ordered) {
        kinds.push(DifferenceKind::Customer);
    }
    kinds
}

/// Products are compared by their variants where both sides tell of them.
fn are_same_items(validated: &[ComparedItem], ordered: &[ComparedItem]) -> bool {
    let all = || validated.iter().chain(ordered);
    all().all(|one| {
        let product = |item: &&ComparedItem| item.product_id == one.product_id;
        let are_told = all().filter(product).all(|item| item.variant_id.is_some());
        let same = |item: &&ComparedItem| {
            product(item) && (!are_told || item.variant_id == one.variant_id)
        };
        let wanted: i64 = validated
            .iter()
            .filter(same)
            .map(|item| item.quantity)
            .sum();
        let paid: i64 = ordered.iter().filter(same).map(|item| item.quantity).sum();
        let added: i64 = ordered
            .iter()
            .filter(same)
            .map(|item| item.may_be_added)
            .sum();
        (paid..=paid + added).contains(&wanted)
    })
}

/// A code that holds for nobody in particular holds for whoever orders. A guest is who the address says:
/// BigCommerce may give a guest's order to the account that has it. Who was signed in is the account.
fn is_same_customer(validated: &Side, ordered: &Side) -> bool {
    match (validated.customer_id, &validated.email) {
        (Some(id), _) => ordered.customer_id == Some(id),
        (None, Some(email)) => ordered.email.as_ref() == Some(email),
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{cards::order_to_pay, discount::ItemId, room::tests::cart};

    fn item(product_id: i64, variant_id: Option<i64>, quantity: i64) -> ComparedItem {
        ComparedItem {
            product_id,
            variant_id,
            name: String::new(),
            quantity,
            may_be_added: 0,
        }
    }

    fn added(product_id: i64, pieces: i64) -> ComparedItem {
        ComparedItem {
            may_be_added: pieces,
            ..item(product_id, Some(product_id), 0)
        }
    }

    #[test]
    fn pieces_are_counted_by_variant_where_both_tell() {
        let shirts = [item(112, Some(212), 2), item(112, Some(213), 1)];
        let same = [
            item(112, Some(213), 1),
            item(112, Some(212), 1),
            item(112, Some(212), 1),
        ];
        assert!(are_same_items(&shirts, &same));
        assert!(!are_same_items(&shirts, &[item(112, Some(212), 3)]));
        assert!(are_same_items(&shirts, &[item(112, None, 3)]));
        assert!(!are_same_items(&shirts, &[item(112, None, 2)]));
        assert!(!are_same_items(&[item(111, None, 1)], &[]));
        let more = [item(111, None, 1), item(0, None, 1)];
        assert!(!are_same_items(&more[..1], &more));
    }

    #[test]
    fn what_was_added_for_nothing_may_be_there_or_have_been_bought() {
        let socks = [item(115, Some(115), 1)];
        assert!(are_same_items(&[], &[added(115, 2)]));
        assert!(
            are_same_items(&socks, &[added(115, 1)]),
            "bought, and paid by the code"
        );
        assert!(!are_same_items(&socks, &[]));
        assert!(!are_same_items(&[], &socks));
    }

    #[test]
    fn what_codes_give_may_have_been_added_where_lines_do_not_tell() {
        let free = FreeItem {
            item: ItemId::Product(115),
            quantity: 2,
        };
        let with = |items: Vec<ComparedItem>| {
            let mut side = Side {
                cart: None,
                items,
                amount: Hundredths::ZERO,
                customer_id: None,
                email: None,
            };
            side.may_have_been_given(&[free]);
            side.items
        };
        let socks = item(115, Some(115), 2);
        assert!(are_same_items(&[], &with(vec![socks.clone()])));
        assert!(are_same_items(&[], &with(vec![added(115, 2)])));
        let three = with(vec![added(115, 1), socks]);
        assert!(!are_same_items(&[], &three), "one piece more than is given");
        assert!(!are_same_items(&[], &with(vec![item(116, None, 1)])));
    }

    #[test]
    fn of_another_cart_nothing_else_is_compared_and_a_cart_that_is_not_told_is_no_other() {
        let side = |cart: Option<&str>, quantity| Side {
            cart: cart.map(|id| CheckoutId::parse(id).unwrap()),
            items: vec![item(111, None, quantity)],
            amount: Hundredths::ZERO,
            customer_id: None,
            email: None,
        };
        let own = side(Some("0a1b2c3d-0000-4000-8000-000000000001"), 1);
        let other = side(Some("0a1b2c3d-0000-4000-8000-000000000002"), 2);
        assert_eq!(differences(&own, &other), [DifferenceKind::Cart]);
        assert_eq!(differences(&own, &side(None, 1)), []);
        assert_eq!(differences(&own, &side(None, 2)), [DifferenceKind::Items]);
    }

    /// The line that cards pay for shipping and tax is in no cart.
    #[test]
    fn what_was_validated_has_no_line_for_the_rest() {
        let net = cart("USD", &[1_000]);
        let order = order_to_pay(&net, Hundredths(1_700));
        assert_eq!(order.items.len(), 2);
        let id = CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000001").unwrap();
        let side = Side::validated(&id, &order);
        assert_eq!((side.items.len(), side.amount), (1, Hundredths(1_000)));
    }

    #[test]
    fn a_guest_is_an_address_and_a_customer_an_account() {
        let side = |customer_id, email: &str| Side {
            cart: None,
            items: Vec::new(),
            amount: Hundredths::ZERO,
            customer_id,
            email: EmailAddress::parse(email).ok(),
        };
        let (guest, bob) = (side(None, "a@example.com"), side(Some(12), "b@example.com"));
        assert!(is_same_customer(&side(None, ""), &bob));
        assert!(is_same_customer(&guest, &side(Some(11), " A@Example.com")));
        assert!(!is_same_customer(&guest, &bob));
        assert!(!is_same_customer(&bob, &side(None, "b@example.com")));
        assert!(is_same_customer(
            &bob,
            &side(Some(12), "billing@example.com")
        ));
    }
}
