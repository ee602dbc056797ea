//! Which promotions a checkout gets, and what they give.
//!
//! Decided here where the real shop does not say: a coupon that is no longer eligible when
//! promotions are evaluated leaves the cart; uses are counted when an order is created and are not
//! given back by a cancellation; an automatic
//! promotion of later number has lower priority; coupons come after all automatic promotions, in the
//! order they were applied, and a coupon promotion's own `stop` holds back no other coupon.

use super::actions::{Given, run};
use super::basket::{Basket, Gift, Source};
use super::conditions::Unmet;
use super::eligibility::eligible;
use super::refused::Refused;
use crate::bigcommerce::model::promotion::RedemptionType;
use crate::bigcommerce::model::{
    AppliedCoupon, Checkout, Decimal, Evaluation, LineDiscounts, Promotion, State,
};

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

impl Outcome {
    /// What it takes off, with the worth of what is given away.
    fn worth(&self) -> Decimal {
        let off = self.evaluation.lines.values().map(LineDiscounts::total);
        let given = self
            .gifts
            .iter()
            .map(|gift| gift.price.times(gift.quantity));
        off.chain(given).sum()
    }
}

/// Evaluates all promotions for a checkout.
#[must_use]
pub fn evaluate(state: &State, checkout: &Checkout) -> Outcome {
    let overriding = overriding_coupon(state, checkout);
    if overriding.is_some() || exceeds_automatic(state, checkout) {
        return evaluate_with(state, checkout, overriding, false);
    }
    evaluate_with(state, checkout, None, true)
}

/// Evaluates with or without automatic promotions; an overriding coupon stands alone.
fn evaluate_with(
    state: &State,
    checkout: &Checkout,
    overriding: Option<&str>,
    with_automatic: bool,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut basket = Basket::new(state, checkout);
    // Set when a promotion that stands no other has applied.
    let mut closed = with_automatic && automatic(state, checkout, &mut basket, &mut outcome);
    for coupon in &checkout.coupons {
        let blocked = closed || overriding.is_some_and(|code| code != coupon.code);
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
    // By the switch, it is on the checkout and takes nothing off.
    if state.switches.coupons_only_in_default_currency
        && checkout.currency != state.own_currency_code()
    {
        return Ok((Given::default(), false));
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

/// The coupon that replaces everything else, if one does: the last one applied.
fn overriding_coupon<'a>(state: &State, checkout: &'a Checkout) -> Option<&'a str> {
    let found = usable_coupons(state, checkout, overrides_others).next_back()?;
    Some(&found.code)
}

/// Whether a coupon of the deprecated kind takes off more than the automatic promotions do, which
/// then give way to it. Other coupons do not.
fn exceeds_automatic(state: &State, checkout: &Checkout) -> bool {
    let replaces = |promotion: &Promotion| {
        !promotion.can_be_used_with_other_promotions
            && promotion.coupon_overrides_automatic_when_offering_higher_discounts
    };
    let Some(coupon) = usable_coupons(state, checkout, replaces).next() else {
        return false;
    };
    let with = |coupons: Vec<AppliedCoupon>, with_automatic: bool| {
        let alone = Checkout {
            coupons,
            ..checkout.clone()
        };
        evaluate_with(state, &alone, None, with_automatic).worth()
    };
    with(vec![coupon.clone()], false) > with(Vec::new(), true)
}

fn usable_coupons<'a>(
    state: &State,
    checkout: &'a Checkout,
    wanted: impl Fn(&Promotion) -> bool,
) -> impl DoubleEndedIterator<Item = &'a AppliedCoupon> {
    let fits = move |coupon: &&AppliedCoupon| {
        let found = state.applied_promotion(coupon);
        found.is_some_and(|(promotion, code)| {
            wanted(promotion) && eligible(state, checkout, promotion, code).is_ok()
        })
    };
    checkout.coupons.iter().filter(fits)
}

/// Whether a coupon promotion replaces everything that others gave, other coupons too.
#[must_use]
pub const fn overrides_others(promotion: &Promotion) -> bool {
    !promotion.can_be_used_with_other_promotions && promotion.coupon_overrides_other_promotions
}
