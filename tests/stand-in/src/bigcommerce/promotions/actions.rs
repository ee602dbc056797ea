//! What each action of a promotion's rules does to a basket.

use super::basket::{Basket, Choice, Level, Source, Units, signed};
use super::conditions::{Met, Unmet};
use crate::bigcommerce::model::promotion::{
    Action, CartItemsAction, CartValueAction, Discount, FixedPriceSetAction, Promotion, Rule,
    ZoneIds,
};
use crate::bigcommerce::model::{Decimal, FreeShipping};

/// What a promotion gave beside discounts.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Whether any of its rules applied.
    pub applied: bool,
    /// What it took off.
    pub amount: Decimal,
    /// Free shipping.
    pub shipping: Vec<FreeShipping>,
    /// Why nothing applied.
    pub unmet: Option<Unmet>,
}

/// Runs the rules of a promotion, in order, until one that stops has applied.
pub fn run(basket: &mut Basket<'_>, promotion: &Promotion, source: &Source) -> Given {
    let mut given = Given::default();
    for rule in &promotion.rules {
        let met = match basket.meets(rule.condition.as_ref()) {
            Ok(met) => met,
            Err(unmet) => {
                given.unmet.get_or_insert(unmet);
                continue;
            }
        };
        if act(basket, promotion.id, rule, source, &met, &mut given) {
            given.applied = true;
            if rule.stop || basket.state.switches.only_first_rule_applies {
                break;
            }
        }
    }
    given
}

fn act(
    basket: &mut Basket<'_>,
    promotion_id: u64,
    rule: &Rule,
    source: &Source,
    met: &Met,
    given: &mut Given,
) -> bool {
    let times = if rule.apply_once { 1 } else { met.times };
    match &rule.action {
        Action::CartValue(action) => {
            let taken = cart_value(basket, action, times, source);
            given.amount += taken;
            taken.is_positive()
        }
        Action::CartItems(action) => {
            let taken = cart_items(basket, action, times, &met.units, source);
            given.amount += taken;
            taken.is_positive()
        }
        Action::FixedPriceSet(action) => {
            let taken = fixed_price_set(basket, action, rule.apply_once, &met.units, source);
            given.amount += taken;
            taken.is_positive()
        }
        Action::GiftItem(action) => {
            let wanted = signed(action.quantity).saturating_mul(times);
            basket.give(action, wanted.clamp(1, 1_000), promotion_id, source)
        }
        Action::Shipping(action) if action.free_shipping => {
            given.shipping.push(FreeShipping {
                promotion_id,
                coupon: match source {
                    Source::Coupon(code) => Some(code.clone()),
                    Source::Automatic(_) => None,
                },
                zone_ids: match &action.zone_ids {
                    ZoneIds::These(ids) => Some(ids.clone()),
                    ZoneIds::All(_) => None,
                },
            });
            true
        }
        Action::Shipping(_) => false,
    }
}

fn cart_value(
    basket: &mut Basket<'_>,
    action: &CartValueAction,
    times: i64,
    source: &Source,
) -> Decimal {
    let all = basket.choose(&Choice {
        items: None,
        strategy: None,
        quantity: None,
        exclude_on_sale: false,
        without: &[],
    });
    let cost: Decimal = all.iter().map(|&units| basket.cost(units)).sum();
    let wanted = match action.discount {
        Discount::FixedAmount(amount) => basket.amount(amount).times(times),
        Discount::PercentageAmount(percent) => cost.percent(percent, basket.places()),
    };
    let wanted = capped(wanted, action.maximum_allowed_discount_amount);
    if basket.state.switches.cart_value_spread_equally {
        return basket.take_equally(wanted, source);
    }
    basket.take(wanted, &all, source, Level::Order)
}

fn cart_items(
    basket: &mut Basket<'_>,
    action: &CartItemsAction,
    times: i64,
    considered: &[Units],
    source: &Source,
) -> Decimal {
    let units = basket.choose(&Choice {
        items: action.items.as_ref(),
        strategy: action.strategy,
        quantity: action
            .quantity
            .map(|quantity| signed(quantity).saturating_mul(times)),
        exclude_on_sale: action.exclude_items_on_sale,
        without: if action.include_items_considered_by_condition {
            &[]
        } else {
            considered
        },
    });
    let maximum = action.maximum_allowed_discount_amount;
    if let (Discount::FixedAmount(amount), true) = (action.discount, action.as_total) {
        let wanted = capped(basket.amount(amount).times(times), maximum);
        return basket.take(wanted, &units, source, Level::Item);
    }
    let mut taken = Decimal::ZERO;
    for part in units {
        let cost = basket.cost(part);
        let wanted = match action.discount {
            Discount::FixedAmount(amount) => basket.amount(amount).times(part.quantity).min(cost),
            Discount::PercentageAmount(percent) => cost.percent(percent, basket.places()).min(cost),
        };
        let wanted = maximum.map_or(wanted, |maximum| wanted.min(maximum - taken));
        taken += basket.take_from_line(part.line, wanted, source, Level::Item);
    }
    taken
}

fn fixed_price_set(
    basket: &mut Basket<'_>,
    action: &FixedPriceSetAction,
    once: bool,
    considered: &[Units],
    source: &Source,
) -> Decimal {
    let size = signed(action.quantity).max(1);
    let choice = |quantity| Choice {
        items: action.items.as_ref(),
        strategy: action.strategy,
        quantity,
        exclude_on_sale: action.exclude_items_on_sale,
        without: if action.include_items_considered_by_condition {
            &[]
        } else {
            considered
        },
    };
    let available: i64 = basket
        .choose(&choice(None))
        .iter()
        .map(|units| units.quantity)
        .sum();
    let sets = if once {
        (available / size).min(1)
    } else {
        available / size
    };
    if sets == 0 {
        return Decimal::ZERO;
    }
    let units = basket.choose(&choice(Some(sets * size)));
    let cost: Decimal = units.iter().map(|&units| basket.cost(units)).sum();
    let wanted = (cost - action.fixed_price.times(sets)).at_least_zero();
    basket.take(wanted, &units, source, Level::Item)
}

fn capped(amount: Decimal, maximum: Option<Decimal>) -> Decimal {
    maximum.map_or(amount, |maximum| amount.min(maximum))
}
