//! Free items that promotions put into a cart.
//!
//! Decided here where the real shop does not say: what a shopper could not put into the cart
//! without a choice or at all is not given either. That is a product without stock, not for sale,
//! of several variants where the rule names none, or with a required modifier. Such a rule has no
//! effect; its coupon stays with whatever else it gives. Where there are fewer pieces than the rule
//! gives, those are given. What the shopper pays for is served from the stock first.

use super::basket::{Basket, Gift, Source};
use crate::bigcommerce::model::promotion::GiftItemAction;
use crate::bigcommerce::model::{Checkout, LineItem, Product, State, Variant};
use crate::bigcommerce::pricing::untaxed;

/// The product and variant that a rule gives, if a store can add them by itself.
fn givable<'a>(state: &'a State, action: &GiftItemAction) -> Option<(&'a Product, &'a Variant)> {
    let named = |product: &&Product| {
        action.product_id.is_none_or(|id| id == product.id)
            && action
                .variant_id
                .is_none_or(|id| product.variant(Some(id)).is_some())
    };
    let product = state.products.values().find(named)?;
    let variant = product.variant(action.variant_id)?;
    let needs_choice = product.modifiers.iter().any(|modifier| modifier.required);
    (product.is_sold() && !variant.purchasing_disabled && !needs_choice)
        .then_some((product, variant))
}

impl Basket<'_> {
    /// Notes a gift; false when the store cannot add it.
    pub fn give(&mut self, action: &GiftItemAction, wanted: i64, by: u64, source: &Source) -> bool {
        let Some((product, variant)) = givable(self.state, action) else {
            return false;
        };
        let quantity = wanted.min(self.left_of(product, variant));
        if quantity < 1 {
            return false;
        }
        let mut gifts = self.gifts.iter_mut();
        let same = |gift: &&mut Gift| gift.variant_id == variant.id && gift.source == *source;
        if let Some(gift) = gifts.find(same) {
            gift.quantity += quantity;
            return true;
        }
        self.gifts.push(Gift {
            promotion_id: by,
            source: source.clone(),
            product_id: product.id,
            variant_id: variant.id,
            quantity,
            price: untaxed(
                self.state,
                self.checkout,
                self.checkout.convert(product.price_of(variant)),
            ),
        });
        true
    }

    /// The pieces in stock that are not in the cart yet.
    fn left_of(&self, product: &Product, variant: &Variant) -> i64 {
        let in_cart = |same: &dyn Fn(&Product, &Variant) -> bool| {
            let lines = self.lines.iter();
            let bought = lines.filter(|line| line.product.is_some_and(|(p, v)| same(p, v)));
            bought.map(|line| line.quantity).sum::<i64>()
        };
        let of_product = product.inventory.map(|stock| {
            let given = self
                .gifts
                .iter()
                .filter(|gift| gift.product_id == product.id);
            let given: i64 = given.map(|gift| gift.quantity).sum();
            stock - given - in_cart(&|other, _| other.id == product.id)
        });
        let of_variant = variant.inventory.map(|stock| {
            let given = self
                .gifts
                .iter()
                .filter(|gift| gift.variant_id == variant.id);
            let given: i64 = given.map(|gift| gift.quantity).sum();
            stock - given - in_cart(&|_, other| other.id == variant.id)
        });
        let limits = of_product.into_iter().chain(of_variant);
        limits.min().unwrap_or(i64::MAX)
    }
}

/// Puts the gifts of an evaluation into the cart, in place of those that were there. A gift that
/// was there already keeps the id of its line; a new one joins the first consignment, as whoever
/// gives it away has no address to choose.
pub fn put_gifts(checkout: &mut Checkout, gifts: &[Gift], is_digital: impl Fn(u64) -> bool) {
    let mut before: Vec<LineItem> = checkout
        .items
        .extract_if(.., |item| item.gift_of.is_some())
        .collect();
    for gift in gifts {
        let known = before.iter().position(|item| {
            item.gift_of == Some(gift.promotion_id) && item.variant_id == gift.variant_id
        });
        let line = LineItem {
            id: known.map_or_else(State::new_uuid, |at| before.swap_remove(at).id),
            product_id: gift.product_id,
            variant_id: gift.variant_id,
            quantity: gift.quantity,
            price: gift.price,
            custom_price: false,
            modifiers: Vec::new(),
            gift_of: Some(gift.promotion_id),
        };
        let first = checkout.consignments.first_mut();
        if let Some(first) = first.filter(|_| known.is_none() && !is_digital(line.product_id)) {
            first.line_item_ids.push(line.id.clone());
        }
        give_away(checkout, line, &gift.source);
    }
    let items = &checkout.items;
    for consignment in &mut checkout.consignments {
        let there = |id: &String| items.iter().any(|item| item.id == *id);
        consignment.line_item_ids.retain(there);
    }
}

/// Puts a free line into the cart, with its whole price as a discount.
fn give_away(checkout: &mut Checkout, line: LineItem, source: &Source) {
    let value = line.total();
    let evaluation = &mut checkout.evaluation;
    let discounts = evaluation.lines.entry(line.id.clone()).or_default();
    match source {
        Source::Coupon(code) => {
            discounts.coupons.push((code.clone(), value));
            *evaluation.coupons.entry(code.clone()).or_default() += value;
        }
        Source::Automatic(id) => discounts.item.push((*id, value)),
    }
    checkout.items.push(line);
}
