//! Codes of promotions: found, deleted, counted.

use crate::bigcommerce::model::{AppliedCoupon, Checkout, CouponCode, Decimal, Promotion, State};

impl State {
    /// The coupon promotion and code with this text, whatever its case.
    #[must_use]
    pub fn find_code(&self, text: &str) -> Option<(&Promotion, &CouponCode)> {
        self.promotions.values().find_map(|promotion| {
            let code = promotion
                .codes
                .iter()
                .find(|code| code.code.eq_ignore_ascii_case(text))?;
            Some((promotion, code))
        })
    }

    /// The promotion and code of a coupon on a checkout; deleted ones only where carts keep them.
    #[must_use]
    pub fn applied_promotion(
        &self,
        coupon: &AppliedCoupon,
    ) -> Option<(&Promotion, Option<&CouponCode>)> {
        if let Some(promotion) = self.promotions.get(&coupon.promotion_id) {
            let code = promotion
                .codes
                .iter()
                .find(|code| code.id == coupon.code_id)?;
            return Some((promotion, Some(code)));
        }
        let deleted = self.deleted_promotions.get(&coupon.promotion_id)?;
        Some((deleted, None))
    }

    /// Deletes a promotion with its codes. By the switch, carts that have it lose or keep it.
    pub fn delete_promotion(&mut self, id: u64) -> bool {
        let Some(promotion) = self.promotions.remove(&id) else {
            return false;
        };
        if !self.switches.deleting_promotion_removes_it_from_carts {
            self.deleted_promotions.insert(id, promotion);
            return true;
        }
        let affected: Vec<String> = self
            .checkouts
            .values()
            .filter(|checkout| {
                let has = |coupon: &AppliedCoupon| coupon.promotion_id == id;
                checkout.coupons.iter().any(has) || checkout.evaluation.promotions.contains(&id)
            })
            .map(|checkout| checkout.id.clone())
            .collect();
        for id in affected {
            self.reprice(&id);
        }
        true
    }

    /// Deletes one code of a promotion; carts that have it lose it at their next evaluation.
    pub fn delete_code(&mut self, promotion_id: u64, code_id: u64) -> bool {
        let Some(promotion) = self.promotions.get_mut(&promotion_id) else {
            return false;
        };
        let before = promotion.codes.len();
        promotion.codes.retain(|code| code.id != code_id);
        promotion.codes.len() < before
    }

    /// Counts a use of each coupon and automatic promotion of an order, once.
    pub fn count_uses(&mut self, id: u64) {
        let order = self.orders.get_mut(&id).filter(|order| !order.uses_counted);
        let Some(order) = order else {
            return;
        };
        order.uses_counted = true;
        let order = order.clone();
        let customer = self.customers.get(&order.customer_id);
        let email = customer.map_or(&order.billing.email, |customer| &customer.email);
        let key = (!email.is_empty()).then(|| email.to_lowercase());
        for id in &order.promotions {
            if let Some(promotion) = self.promotions.get_mut(id) {
                promotion.current_uses += 1;
            }
        }
        for coupon in &order.coupons {
            let Some(promotion) = self.promotions.get_mut(&coupon.promotion_id) else {
                continue;
            };
            let found = promotion
                .codes
                .iter_mut()
                .find(|code| code.id == coupon.coupon_id);
            let Some(code) = found else { continue };
            code.current_uses += 1;
            if let Some(key) = &key {
                *code.uses_by_customer.entry(key.clone()).or_default() += 1;
            }
        }
    }

    /// What a coupon takes off a checkout.
    #[must_use]
    pub fn coupon_amount(checkout: &Checkout, code: &str) -> Decimal {
        checkout
            .evaluation
            .coupons
            .get(code)
            .copied()
            .unwrap_or_default()
    }
}
