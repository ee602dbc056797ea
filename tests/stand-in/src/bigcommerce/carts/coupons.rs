//! Coupons and the customer of a checkout, and its evaluation.

use serde_json::json;

use super::error::CartError;
use crate::bigcommerce::model::{AppliedCoupon, CouponCode, Promotion, State};
use crate::bigcommerce::pricing::free_shipping_of;
use crate::bigcommerce::promotions::{Refused, evaluate, overrides_others, put_gifts};

impl State {
    /// Evaluates the promotions of a cart again.
    pub fn reprice(&mut self, id: &str) {
        let Some(mut checkout) = self.checkouts.get(id).cloned() else {
            return;
        };
        let had_free_shipping = free_shipping_of(&checkout).is_some();
        let mut outcome = evaluate(self, &checkout);
        // What a coupon kept away comes back when that coupon leaves.
        while !outcome.dropped.is_empty() {
            let dropped = |code: &String| outcome.dropped.iter().any(|(known, _)| known == code);
            checkout.coupons.retain(|coupon| !dropped(&coupon.code));
            outcome = evaluate(self, &checkout);
        }
        let digital = |id: u64| self.products.get(&id).is_some_and(|one| one.is_digital);
        checkout.evaluation = outcome.evaluation;
        for coupon in &mut checkout.coupons {
            if let Some(promotion) = self.promotions.get(&coupon.promotion_id) {
                coupon.display_name = shown_name(promotion);
            }
        }
        put_gifts(&mut checkout, &outcome.gifts, digital);
        // The real shop forgets the chosen method when the list of methods changes.
        if had_free_shipping != free_shipping_of(&checkout).is_some() {
            for consignment in &mut checkout.consignments {
                consignment.selected_option = None;
            }
        }
        self.checkouts.insert(id.to_owned(), checkout);
    }

    /// Applies a coupon. Only the storefront counts as a try of a fresh code (a switch).
    pub fn apply_coupon(
        &mut self,
        id: &str,
        text: &str,
        storefront: bool,
    ) -> Result<(), CartError> {
        self.checkout(id)?;
        if storefront {
            self.notice_code(text).map_err(CartError::Coupon)?;
        }
        let found = self
            .find_code(text)
            .ok_or(CartError::Coupon(Refused::Unknown))?;
        let (overrides, coupon) = (overrides_others(found.0), applied(found));
        let limit = self
            .promotion_settings
            .number_of_coupons_allowed_at_checkout;
        let before = self.checkout(id)?.clone();
        if before
            .coupons
            .iter()
            .any(|known| known.code_id == coupon.code_id)
        {
            return Ok(());
        }
        let code_id = coupon.code_id;
        let mut after = before.clone();
        if overrides {
            after.coupons.clear();
        } else if after.coupons.len() >= usize::from(limit) {
            return Err(CartError::Coupon(Refused::TooMany));
        }
        after.coupons.push(coupon);
        let refused = evaluate(self, &after).dropped.into_iter().next_back();
        if let Some((code, reason)) = refused
            && code.eq_ignore_ascii_case(text)
        {
            return Err(CartError::Coupon(reason));
        }
        self.checkouts.insert(id.to_owned(), after);
        self.changed(id);
        let data = json!({"type": "cart", "id": id, "couponId": code_id});
        self.emit("store/cart/couponApplied", data);
        Ok(())
    }

    /// By the switch, a fresh code is unknown to the first tries.
    fn notice_code(&mut self, text: &str) -> Result<(), Refused> {
        let mut codes = self
            .promotions
            .values_mut()
            .flat_map(|promotion| &mut promotion.codes);
        let Some(code) = codes.find(|code| code.code.eq_ignore_ascii_case(text)) else {
            return Ok(());
        };
        if code.unseen_tries_left > 0 {
            code.unseen_tries_left -= 1;
            return Err(Refused::Unknown);
        }
        Ok(())
    }

    /// Takes a coupon off; false when it was not there.
    pub fn remove_coupon(&mut self, id: &str, code: &str) -> Result<bool, CartError> {
        let checkout = self.checkout_mut(id)?;
        let before = checkout.coupons.len();
        checkout
            .coupons
            .retain(|coupon| !coupon.code.eq_ignore_ascii_case(code));
        let removed = checkout.coupons.len() < before;
        if removed {
            self.changed(id);
        }
        Ok(removed)
    }

    /// Changes whose cart it is. As in the real shop, that takes the coupons off.
    pub fn set_customer(&mut self, id: &str, customer_id: u64) -> Result<(), CartError> {
        let checkout = self.checkout_mut(id)?;
        if checkout.customer_id != customer_id {
            checkout.customer_id = customer_id;
            checkout.coupons.clear();
            self.changed(id);
        }
        Ok(())
    }
}

fn applied((promotion, code): (&Promotion, &CouponCode)) -> AppliedCoupon {
    AppliedCoupon {
        code: code.code.clone(),
        code_id: code.id,
        promotion_id: promotion.id,
        display_name: shown_name(promotion),
    }
}

fn shown_name(promotion: &Promotion) -> String {
    let display_name = promotion.display_name.as_ref();
    display_name.unwrap_or(&promotion.name).clone()
}
