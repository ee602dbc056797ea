//! Which promotions a checkout gets, and what they give.
//!
//! Decided here where the real shop does not say: a coupon that is no longer eligible when
//! promotions are evaluated leaves the cart; uses are counted when an order is created and are not
//! given back by a cancellation; spending conditions look at prices before discounts; an automatic
//! promotion of later number has lower priority.

use super::actions::{Given, run};
use super::basket::{Basket, Source, Unmet};
use super::gifts::Gift;
use super::model::promotion::{AddressMatcher, PromotionStatus, RedemptionType};
use super::model::{
    AppliedCoupon, Checkout, CouponCode, Customer, Decimal, Evaluation, Order, Promotion, State,
};

/// Why a coupon is refused or leaves a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such code.
    Unknown,
    /// The code exists and cannot be used here.
    NotEligible,
    /// The items cost too little.
    MinimumPurchase,
    /// The address is not one of the promotion's.
    WrongLocation,
    /// The checkout has as many coupons as it may.
    TooMany,
}

/// The result of an evaluation.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the promotions give.
    pub evaluation: Evaluation,
    /// The items that promotions give away.
    pub gifts: Vec<Gift>,
    /// Codes that are no longer eligible, and why.
    pub dropped: Vec<(String, Refused)>,
}

/// Evaluates all promotions for a checkout.
#[must_use]
pub fn evaluate(state: &State, checkout: &Checkout) -> Outcome {
    let mut outcome = Outcome::default();
    let mut basket = Basket::new(state, checkout);
    let overriding = overriding_coupon(state, checkout);
    // Set when a promotion that stands no other has applied.
    let mut closed = false;
    if overriding.is_none() {
        closed = automatic(state, checkout, &mut basket, &mut outcome);
    }
    for coupon in &checkout.coupons {
        let alone = overriding.is_some_and(|code| code == coupon.code);
        let blocked = closed || (overriding.is_some() && !alone);
        match apply_coupon(state, checkout, coupon, &mut basket, &outcome, blocked) {
            Ok((given, exclusive)) => {
                closed |= exclusive;
                outcome
                    .evaluation
                    .coupons
                    .insert(coupon.code.clone(), given.amount);
                keep(&mut outcome, coupon.promotion_id, given);
            }
            Err(reason) => outcome.dropped.push((coupon.code.clone(), reason)),
        }
    }
    outcome.gifts = basket.gifts;
    for line in basket.lines {
        outcome
            .evaluation
            .lines
            .insert(line.id.to_owned(), line.discounts);
    }
    outcome
}

/// Applies automatic promotions by priority; true when one closed the door behind it.
fn automatic(
    state: &State,
    checkout: &Checkout,
    basket: &mut Basket<'_>,
    outcome: &mut Outcome,
) -> bool {
    for promotion in state.promotions.values() {
        let exclusive = !promotion.can_be_used_with_other_promotions;
        let first = outcome.evaluation.promotions.is_empty();
        if promotion.redemption_type != RedemptionType::Automatic || (exclusive && !first) {
            continue;
        }
        if eligible(state, checkout, promotion, None).is_err() {
            continue;
        }
        let given = run(basket, promotion, &Source::Automatic(promotion.id));
        let applied = given.applied;
        keep(outcome, promotion.id, given);
        if applied && exclusive {
            return true;
        }
        if applied && promotion.stop {
            break;
        }
    }
    false
}

fn apply_coupon(
    state: &State,
    checkout: &Checkout,
    coupon: &AppliedCoupon,
    basket: &mut Basket<'_>,
    so_far: &Outcome,
    blocked: bool,
) -> Result<(Given, bool), Refused> {
    let (promotion, code) = state.applied_promotion(coupon).ok_or(Refused::Unknown)?;
    let exclusive = !promotion.can_be_used_with_other_promotions;
    let others = !so_far.evaluation.promotions.is_empty();
    if blocked || (exclusive && others) {
        return Err(Refused::NotEligible);
    }
    // A deleted promotion that a cart keeps (a switch) is asked nothing any more.
    if state.promotions.contains_key(&promotion.id) {
        eligible(state, checkout, promotion, code)?;
    }
    let given = run(basket, promotion, &Source::Coupon(coupon.code.clone()));
    if given.applied {
        return Ok((given, exclusive));
    }
    match given.unmet {
        Some(Unmet::Spend) => Err(Refused::MinimumPurchase),
        Some(Unmet::Items) => Err(Refused::NotEligible),
        // Its condition is met and there is nothing left to take off.
        None => Ok((given, exclusive)),
    }
}

fn keep(outcome: &mut Outcome, promotion_id: u64, given: Given) {
    if !given.applied {
        return;
    }
    outcome.evaluation.promotions.push(promotion_id);
    outcome.evaluation.free_shipping.extend(given.shipping);
}

/// The coupon that replaces everything else, if one does.
fn overriding_coupon<'a>(state: &State, checkout: &'a Checkout) -> Option<&'a str> {
    let overrides = |coupon: &&AppliedCoupon| {
        state
            .applied_promotion(coupon)
            .is_some_and(|(promotion, code)| {
                overrides_others(promotion) && eligible(state, checkout, promotion, code).is_ok()
            })
    };
    let found = checkout.coupons.iter().rev().find(overrides)?;
    Some(&found.code)
}

/// Whether a coupon promotion replaces what others gave.
#[must_use]
pub const fn overrides_others(promotion: &Promotion) -> bool {
    !promotion.can_be_used_with_other_promotions
        && (promotion.coupon_overrides_other_promotions
            || promotion.coupon_overrides_automatic_when_offering_higher_discounts)
}

/// Whether a promotion (and code) may be used by this checkout at all, before its rules are run.
pub fn eligible(
    state: &State,
    checkout: &Checkout,
    promotion: &Promotion,
    code: Option<&CouponCode>,
) -> Result<(), Refused> {
    let now = state.now();
    let in_time = promotion.start_date <= now && promotion.end_date.is_none_or(|end| now < end);
    let used_up = |uses: u64, most: u64| most > 0 && uses >= most;
    let currency_fits = ["*", checkout.currency.as_str()].contains(&&*promotion.currency_code);
    let channels = &promotion.channels;
    let channel_fits = channels.is_empty()
        || channels
            .iter()
            .any(|channel| channel.id == checkout.channel_id);
    if promotion.status != PromotionStatus::Enabled
        || !in_time
        || used_up(promotion.current_uses, promotion.max_uses.unwrap_or(0))
        || !currency_fits
        || !channel_fits
        || !customer_fits(state, checkout, promotion)
    {
        return Err(Refused::NotEligible);
    }
    if let Some(code) = code {
        let mine = customer_key(state, checkout)
            .and_then(|key| code.uses_by_customer.get(&key).copied())
            .unwrap_or(0);
        if used_up(code.current_uses, code.max_uses) || used_up(mine, code.max_uses_per_customer) {
            return Err(Refused::NotEligible);
        }
    }
    location_fits(checkout, promotion.shipping_address.as_ref())
}

fn customer_fits(state: &State, checkout: &Checkout, promotion: &Promotion) -> bool {
    let limit = &promotion.customer;
    let group = state
        .customers
        .get(&checkout.customer_id)
        .map_or(0, |customer| customer.group_id);
    let placed = || {
        let mine = |order: &&Order| order.customer_id == checkout.customer_id;
        state.orders.values().filter(mine).count()
    };
    (limit.group_ids.is_empty() || limit.group_ids.contains(&group))
        && !limit.excluded_group_ids.contains(&group)
        && (limit.minimum_order_count == 0
            || (checkout.customer_id != 0 && placed() as u64 >= limit.minimum_order_count))
}

/// A checkout without an address is let through: there is nothing to compare yet.
fn location_fits(checkout: &Checkout, matcher: Option<&AddressMatcher>) -> Result<(), Refused> {
    let Some(matcher) = matcher else {
        return Ok(());
    };
    let mut countries = checkout
        .consignments
        .iter()
        .map(|part| part.address.country_code.as_str());
    if countries.all(|country| country_matches(country, matcher)) {
        return Ok(());
    }
    Err(Refused::WrongLocation)
}

fn country_matches(country: &str, matcher: &AddressMatcher) -> bool {
    match matcher {
        AddressMatcher::Countries(list) => list
            .iter()
            .any(|entry| entry.iso2_country_code.eq_ignore_ascii_case(country)),
        AddressMatcher::Not(inner) => !country_matches(country, inner),
    }
}

/// What identifies the shopper for limits per customer: the e-mail, in small letters.
#[must_use]
pub fn customer_key(state: &State, checkout: &Checkout) -> Option<String> {
    let email = state
        .customers
        .get(&checkout.customer_id)
        .map(|customer: &Customer| customer.email.as_str())
        .or_else(|| {
            checkout
                .billing
                .as_ref()
                .map(|billing| billing.address.email.as_str())
        })?;
    (!email.is_empty()).then(|| email.to_lowercase())
}

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

    /// Counts a use of each coupon and automatic promotion of an order.
    pub fn count_uses(&mut self, order: &Order) {
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
