//! What the rules of a promotion may look like when they are sent.

use std::collections::BTreeSet;

use super::answer::Problem;
use super::promotion_body::refused;
use crate::bigcommerce::model::Decimal;
use crate::bigcommerce::model::promotion::{
    Action, Condition, Discount, Rule, ShippingAction, ZoneIds,
};

/// Most rules of a promotion.
const MOST_RULES: usize = 10;

/// Refuses rules that the real service would refuse.
pub(super) fn check_rules(rules: &[Rule], single_currency: bool) -> Result<(), Problem> {
    if rules.is_empty() || rules.len() > MOST_RULES {
        return Err(refused(
            "rules",
            &format!("between 1 and {MOST_RULES} rules"),
        ));
    }
    for (index, rule) in rules.iter().enumerate() {
        if let Some(condition) = &rule.condition {
            check_condition(&format!("rules[{index}].condition"), condition, false)?;
        }
        let path = format!("rules[{index}].action");
        let has_money = check_action(&path, &rule.action)?
            || rule.condition.as_ref().is_some_and(condition_has_money);
        if has_money && !single_currency {
            return Err(refused(
                "currency_code",
                "amounts of money need one currency",
            ));
        }
    }
    Ok(())
}

/// An `and` holds conditions on the cart only; items come with how many there must be.
fn check_condition(path: &str, condition: &Condition, inside: bool) -> Result<(), Problem> {
    match condition {
        Condition::And(_) if inside => Err(refused(path, "an and holds cart conditions only")),
        Condition::And(all) => all
            .iter()
            .try_for_each(|one| check_condition(path, one, true)),
        Condition::Cart(cart) if cart.items.is_some() && cart.minimum_quantity.is_none() => {
            Err(refused(path, "minimum_quantity is mandatory with items"))
        }
        Condition::Cart(_) => Ok(()),
    }
}

fn condition_has_money(condition: &Condition) -> bool {
    match condition {
        Condition::Cart(cart) => cart.minimum_spend.is_some(),
        Condition::And(all) => all.iter().any(condition_has_money),
    }
}

/// Checks an action and says whether it names an amount of money.
fn check_action(path: &str, action: &Action) -> Result<bool, Problem> {
    match action {
        Action::CartValue(value) => {
            check_discount(path, value.discount, value.maximum_allowed_discount_amount)
        }
        Action::CartItems(items) => {
            if items.quantity == Some(0) {
                return Err(refused(path, "quantity must be at least 1"));
            }
            check_discount(path, items.discount, items.maximum_allowed_discount_amount)
        }
        Action::GiftItem(gift) if gift.quantity == 0 => {
            Err(refused(path, "quantity must be at least 1"))
        }
        Action::GiftItem(gift) if gift.product_id.is_some() == gift.variant_id.is_some() => {
            Err(refused(path, "either product_id or variant_id"))
        }
        Action::FixedPriceSet(set) if set.quantity == 0 => {
            Err(refused(path, "quantity must be at least 1"))
        }
        Action::FixedPriceSet(_) => Ok(true),
        Action::Shipping(shipping) => check_shipping(path, shipping).map(|()| false),
        Action::GiftItem(_) => Ok(false),
    }
}

fn check_shipping(path: &str, shipping: &ShippingAction) -> Result<(), Problem> {
    if !shipping.free_shipping {
        return Err(refused(path, "free_shipping is read-only"));
    }
    let ZoneIds::These(zones) = &shipping.zone_ids else {
        return Ok(());
    };
    let different: BTreeSet<_> = zones.iter().collect();
    if different.len() != zones.len() || different.contains(&0) {
        return Err(refused(path, "zone_ids are different numbers from 1"));
    }
    Ok(())
}

fn check_discount(
    path: &str,
    discount: Discount,
    maximum: Option<Decimal>,
) -> Result<bool, Problem> {
    let most = Decimal::cents(1_000_000_000);
    if maximum.is_some_and(|cap| cap < Decimal::cents(100) || cap > most) {
        let message = "maximum_allowed_discount_amount is between 1 and 10000000";
        return Err(refused(path, message));
    }
    match discount {
        Discount::FixedAmount(amount) if !amount.is_positive() => {
            Err(refused(path, "fixed_amount must be more than 0"))
        }
        Discount::FixedAmount(_) => Ok(true),
        Discount::PercentageAmount(percent)
            if !percent.is_positive() || percent > Decimal::cents(10_000) =>
        {
            Err(refused(
                path,
                "percentage_amount must be more than 0 and at most 100",
            ))
        }
        Discount::PercentageAmount(_) => Ok(maximum.is_some()),
    }
}
