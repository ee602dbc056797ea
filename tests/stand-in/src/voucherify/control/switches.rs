//! `/control/switches`: behaviour that is not documented, and the stacking rules.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::kit::control::{bad_request, read};
use crate::voucherify::model::{Category, CustomersBy, StackingRules};
use crate::voucherify::project::Project;
use crate::voucherify::seed;
use crate::voucherify::state::State;

/// Positions to change; what is left out stays.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    rate_limit_per_minute: Option<u32>,
    codes_case_sensitive: Option<bool>,
    answers_own_spelling: Option<bool>,
    failed_validation_releases_session: Option<bool>,
    customers_by: Option<CustomersBy>,
    redemption_keeps_order_status: Option<bool>,
    every_rollback_cancels_order: Option<bool>,
    stored_prices_count: Option<bool>,
    answers_like_examples: Option<bool>,
    surplus_credits_count: Option<bool>,
    sessions_hold_points: Option<bool>,
    key_has_merchant_role: Option<bool>,
    stacking_rules: Option<Map<String, Value>>,
    categories: Option<Vec<Category>>,
}

pub async fn show_switches(state: Data<State>) -> HttpResponse {
    let (_, project) = state.now_and_project();
    let mut body = json!(project.switches);
    body["stacking_rules"] = json!(project.stacking);
    body["categories"] = json!(project.categories);
    HttpResponse::Ok().json(body)
}

pub async fn change_switches(state: Data<State>, body: Bytes) -> HttpResponse {
    let change: Change = match read(&body) {
        Ok(change) => change,
        Err(answer) => return answer,
    };
    let changed = {
        let (_, mut project) = state.now_and_project();
        apply(&mut project, change)
    };
    match changed {
        Ok(()) => show_switches(state).await,
        Err(error) => bad_request(&error),
    }
}

fn set<T>(switch: &mut T, sent: Option<T>) {
    if let Some(position) = sent {
        *switch = position;
    }
}

fn apply(project: &mut Project, change: Change) -> Result<(), serde_json::Error> {
    if let Some(changed) = change.stacking_rules {
        let mut rules = serde_json::to_value(&project.stacking)?;
        for (name, value) in changed {
            rules[name] = value;
        }
        let rules: StackingRules = serde_json::from_value(rules)?;
        rules.check().map_err(serde::de::Error::custom)?;
        project.stacking = rules;
    }
    let to = &mut project.switches;
    set(&mut to.rate_limit_per_minute, change.rate_limit_per_minute);
    set(&mut to.codes_case_sensitive, change.codes_case_sensitive);
    set(&mut to.answers_own_spelling, change.answers_own_spelling);
    set(
        &mut to.failed_validation_releases_session,
        change.failed_validation_releases_session,
    );
    set(
        &mut to.redemption_keeps_order_status,
        change.redemption_keeps_order_status,
    );
    set(
        &mut to.every_rollback_cancels_order,
        change.every_rollback_cancels_order,
    );
    set(&mut to.stored_prices_count, change.stored_prices_count);
    set(&mut to.answers_like_examples, change.answers_like_examples);
    set(&mut to.surplus_credits_count, change.surplus_credits_count);
    set(&mut to.sessions_hold_points, change.sessions_hold_points);
    set(&mut to.key_has_merchant_role, change.key_has_merchant_role);
    if let Some(by) = change.customers_by {
        to.customers_by = by;
        seed::name_customers(&mut project.customers, by);
    }
    if let Some(categories) = change.categories {
        project.categories = categories;
    }
    Ok(())
}
