//! Validation rules: conditions on the order, its items, the customer and earlier redemptions.
//!
//! The names are Voucherify's. What a rule looks at and a request does not say makes the rule fail,
//! also a negative one: an order without categories is no order outside a category. Limits of
//! campaigns include the redemption that is judged; a rule on what is left after the code is looked
//! at once the code is calculated. Voucherify does not document either.

use serde_json::Value;

use super::calculate::Calculation;
use super::error::ApiError;
use super::model::Rule;
pub use case::{Case, CustomerFacts, Facts};
use names::Subject;

mod case;
mod compare;
mod counts;
mod items;
mod names;

pub use names::check;

/// Whether every rule of the code and of its campaign holds before it is applied; the error of the
/// first that does not. `money` is what the codes before it left.
pub fn hold_before(case: Case<'_>, money: &Calculation) -> Result<(), ApiError> {
    evaluate(case, money, |subject| !subject.is_after())
}

/// The same for rules on what the code does.
pub fn hold_after(case: Case<'_>, money: &Calculation) -> Result<(), ApiError> {
    evaluate(case, money, Subject::is_after)
}

fn evaluate(
    case: Case<'_>,
    money: &Calculation,
    now: impl Fn(Subject) -> bool,
) -> Result<(), ApiError> {
    let campaign = case.project.campaign_of(case.voucher);
    let of_campaign = campaign.into_iter().flat_map(|campaign| &campaign.rules);
    for rule in case.voucher.rules.iter().chain(of_campaign) {
        let subject = Subject::of(&rule.name).ok_or_else(unknown)?;
        if now(subject) {
            evaluate_one(rule, subject, case, money)?;
        }
    }
    Ok(())
}

fn unknown() -> ApiError {
    ApiError::not_imitated("this validation rule")
}

fn evaluate_one(
    rule: &Rule,
    subject: Subject,
    case: Case<'_>,
    money: &Calculation,
) -> Result<(), ApiError> {
    let facts = case.facts;
    if subject.is_of_redemptions() && facts.ignore_redemptions {
        return Ok(());
    }
    if subject.needs_customer() && facts.customer.is_none() {
        return Err(ApiError::bad("missing_customer", "missing customer"));
    }
    let lines = &facts.money.lines;
    if subject.needs_items() && lines.is_empty() {
        return Err(ApiError::bad("missing_order_items", "missing order items"));
    }
    let holds = match subject {
        Subject::Items => items::hold(rule, lines),
        _ => compare::all_hold(rule, &values(rule, subject, case, money)),
    };
    if holds {
        return Ok(());
    }
    let (key, message) = subject.violation();
    Err(ApiError {
        rule_message: rule
            .error
            .as_ref()
            .map(|error| error.message.as_str().into()),
        ..ApiError::bad(key, message)
    })
}

/// What the rule looks at; nothing where the request does not say it.
fn values(rule: &Rule, subject: Subject, case: Case<'_>, money: &Calculation) -> Vec<Value> {
    let facts = case.facts;
    let property = rule.property.as_deref().unwrap_or_default();
    let left = money.amount.map(|_| money.total_amount());
    let single = |value: Option<i64>| value.map(Value::from).into_iter().collect();
    match rule.name.as_str() {
        "order.amount" | "order.total_amount" => single(left),
        "order.initial_amount" => single(facts.money.amount),
        "order.items.count" => single(Some(
            facts.money.lines.iter().map(|line| line.quantity).sum(),
        )),
        "order.metadata" => compare::inside(facts.order, property),
        "customer.metadata" => {
            let metadata = facts.customer.map(|customer| customer.metadata);
            metadata.map_or_else(Vec::new, |metadata| compare::inside(metadata, property))
        }
        "redemption.metadata" => compare::inside(facts.redemption, property),
        "publication.redeemable_by_linked_customer" => {
            let own = facts.customer.and_then(|customer| customer.id);
            let holds = own.is_some() && own == case.voucher.holder_id.as_deref();
            vec![Value::from(holds)]
        }
        name => {
            debug_assert!(subject.is_of_redemptions(), "{name}");
            single(counts::count(name, case, money))
        }
    }
}
