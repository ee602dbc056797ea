//! What Create and Update a Promotion refuse, beside fields that are not described: of the promotion
//! first, of its rules below. Refusals of codes are in `codes.rs`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::body::{PromotionBody, Schedule};
use crate::bigcommerce::management::answer::{Form, Problem};
use crate::bigcommerce::model::promotion::{
    Action, Condition, Discount, PromotionStatus, RedemptionType, Rule, ShippingAction, ZoneIds,
};
use crate::bigcommerce::model::{Decimal, Promotion, State};

/// Longest names the real service stores.
const NAME_LENGTH: usize = 100;
/// Most rules of a promotion.
const MOST_RULES: usize = 10;

pub(super) fn refused(path: &str, message: &str) -> Problem {
    Form::Promotions.field(path, message)
}

impl PromotionBody {
    /// Refuses what the real service would refuse of a change of this promotion.
    pub(super) fn check(&self, promotion: &Promotion, state: &State) -> Result<(), Problem> {
        check_length("name", self.name.as_deref())?;
        check_length("display_name", self.display_name.as_deref())?;
        if self
            .redemption_type
            .is_some_and(|kind| kind != promotion.redemption_type)
        {
            return Err(refused("redemption_type", "it cannot be changed"));
        }
        if promotion.redemption_type == RedemptionType::Automatic && self.has_coupon_fields() {
            return Err(refused(
                "redemption_type",
                "an automatic promotion has no coupon fields",
            ));
        }
        self.check_overrides(promotion, state)?;
        self.check_what_stays(promotion)?;
        let customer = self.customer.as_ref();
        if customer
            .is_some_and(|all| !all.group_ids.is_empty() && !all.excluded_group_ids.is_empty())
        {
            return Err(refused(
                "customer",
                "either group_ids or excluded_group_ids",
            ));
        }
        if let Some(code) = &self.currency_code
            && code != "*"
            && state.currency(code).is_none()
        {
            return Err(refused("currency_code", "the store has no such currency"));
        }
        let start = self.start_date.unwrap_or(promotion.start_date);
        let end = self.end_date.unwrap_or(promotion.end_date);
        if end.is_some_and(|end| end <= start) {
            return Err(refused("end_date", "it must be after the start date"));
        }
        self.schedule.as_ref().map_or(Ok(()), check_schedule)?;
        let single_price = self
            .currency_code
            .as_deref()
            .unwrap_or(&promotion.currency_code)
            != "*";
        match &self.rules {
            Some(rules) => check_rules(rules, single_price),
            None => Ok(()),
        }
    }

    /// What is read-only, or cannot be changed.
    fn check_what_stays(&self, promotion: &Promotion) -> Result<(), Problem> {
        if self.status == Some(PromotionStatus::Invalid) {
            return Err(refused("status", "INVALID is read-only"));
        }
        // A new promotion has no rules yet, and takes either type.
        let is_new = promotion.rules.is_empty();
        if !is_new
            && self
                .coupon_type
                .is_some_and(|kind| kind != promotion.coupon_type)
        {
            return Err(refused("coupon_type", "it cannot be changed"));
        }
        Ok(())
    }

    /// A promotion that is used with others overrides none: saying so at all is refused, of the
    /// deprecated field only `true`.
    fn check_overrides(&self, promotion: &Promotion, state: &State) -> Result<(), Problem> {
        let with_others = self
            .can_be_used_with_other_promotions
            .unwrap_or(promotion.can_be_used_with_other_promotions);
        if !with_others {
            return Ok(());
        }
        // Whether what is stored counts is not said.
        let stored = promotion.coupon_overrides_other_promotions
            && state.switches.stored_override_stops_combining;
        let message = "it cannot be set when can_be_used_with_other_promotions is true";
        if stored || self.coupon_overrides_other_promotions.is_some() {
            return Err(refused("coupon_overrides_other_promotions", message));
        }
        if self.coupon_overrides_automatic_when_offering_higher_discounts == Some(true) {
            let path = "coupon_overrides_automatic_when_offering_higher_discounts";
            return Err(refused(path, message));
        }
        Ok(())
    }

    const fn has_coupon_fields(&self) -> bool {
        self.coupon_type.is_some()
            || self.coupon_overrides_other_promotions.is_some()
            || self
                .coupon_overrides_automatic_when_offering_higher_discounts
                .is_some()
            || self.codes.is_some()
    }
}

fn check_length(path: &str, text: Option<&str>) -> Result<(), Problem> {
    match text.map(|text| text.chars().count()) {
        Some(0) => Err(refused(path, "it must not be empty")),
        Some(length) if length > NAME_LENGTH => Err(refused(
            path,
            &format!("it has {length} characters, at most {NAME_LENGTH}"),
        )),
        _ => Ok(()),
    }
}

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static TIME_OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$").unwrap());

fn check_schedule(schedule: &Schedule) -> Result<(), Problem> {
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let days_known = schedule
        .week_days
        .iter()
        .all(|day| DAYS.contains(&day.as_str()));
    let times = [&schedule.daily_start_time, &schedule.daily_end_time];
    if schedule.week_frequency == 0 || !days_known {
        return Err(refused(
            "schedule",
            "week_frequency and week_days are wrong",
        ));
    }
    if times.iter().any(|time| !TIME_OF_DAY.is_match(time)) {
        return Err(refused("schedule", "times are written HH:MM:SS"));
    }
    Ok(())
}

/// Refuses rules that the real service would refuse.
fn check_rules(rules: &[Rule], single_currency: bool) -> Result<(), Problem> {
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
