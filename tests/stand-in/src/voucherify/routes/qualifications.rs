//! `POST /v1/qualifications`: which codes would apply. Limits of redemptions are not looked at.

use actix_web::web::{Bytes, Data, ServiceConfig, post};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::answer::{Answer, ok, read, resource};
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::ids;
use crate::voucherify::model::{Voucher, VoucherValue};
use crate::voucherify::prepare::{KnownCustomer, known_customer};
use crate::voucherify::project::Project;
use crate::voucherify::requests::{
    CustomerBody, Metadata, OrderBody, RedeemableBody, RedeemableKind,
};
use crate::voucherify::rules::{CustomerFacts, Facts};
use crate::voucherify::stacking::{self, Ask, Outcome};
use crate::voucherify::state::State;
use crate::voucherify::views::{self, OrderContext};

/// Redeemables of an answer: at most, and when nothing is said.
const MOST: usize = 50;
const USUAL: usize = 5;

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(resource("/qualifications").route(post().to(qualify)));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    customer: Option<CustomerBody>,
    order: Option<OrderBody>,
    tracking_id: Option<String>,
    scenario: Option<String>,
    options: Option<Options>,
    session: Option<Session>,
    metadata: Option<Metadata>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    limit: Option<usize>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    starting_after: Option<OffsetDateTime>,
    filters: Option<Value>,
    expand: Option<Vec<String>>,
    sorting_rule: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Session {
    #[serde(rename = "type")]
    kind: Option<String>,
}

async fn qualify(state: Data<State>, body: Bytes) -> Answer {
    let body: Body = read(&body)?;
    check(&body)?;
    let (now, project) = state.now_and_project();
    let order = body.order.unwrap_or_default();
    let money = project.money_of(&order)?;
    let order_metadata = order.metadata.unwrap_or_default();
    let customer = body.customer.as_ref();
    let customer = customer
        .map(|customer| known_customer(&project, customer))
        .transpose()?;
    let metadata = body.metadata.unwrap_or_default();
    let facts = Facts {
        money: &money,
        order: &order_metadata,
        customer: customer.as_ref().map(facts_of),
        redemption: &metadata,
        ignore_redemptions: true,
    };
    let options = body.options.unwrap_or_default();
    let limit = options.limit.unwrap_or(USUAL);
    let mut vouchers: Vec<_> = project.vouchers.iter().collect();
    vouchers.sort_by_key(|voucher| std::cmp::Reverse(voucher.created_at));
    let found: Vec<_> = vouchers
        .into_iter()
        .filter(|v| {
            options
                .starting_after
                .is_none_or(|after| v.created_at < after)
        })
        .filter_map(|v| {
            let mut entry = qualified(&project, v, facts, now)?;
            if body.session.is_some() && matches!(v.value, VoucherValue::Gift(_)) {
                entry["result"]["gift"]["locked_credits"] = json!(project.locked_credits(&v.code));
            }
            Some((v.created_at, entry))
        })
        .take(limit + 1)
        .collect();
    let tracking = customer
        .and_then(|customer| customer.source_id)
        .or(body.tracking_id);
    let context = OrderContext {
        metadata: &order_metadata,
        customer_id: None,
        referrer_id: None,
    };
    ok(&json!({
        "redeemables": page_of(found, limit),
        "tracking_id": tracking.map(|id| ids::tracking(&id)),
        "order": views::calculated_order(&money, context),
        "stacking_rules": project.stacking,
    }))
}

/// One page of what was found, with when each was made: one more than a page when there are more.
fn page_of(mut found: Vec<(OffsetDateTime, Value)>, limit: usize) -> Value {
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| has_more);
    let last = last.map(|(at, _)| views::instant(*at));
    let entries: Vec<_> = found.into_iter().map(|(_, entry)| entry).collect();
    let mut page = views::list("data", &entries, entries.len());
    page["has_more"] = json!(has_more);
    if let Some(last) = last {
        page["more_starting_after"] = json!(last);
    }
    page
}

fn check(body: &Body) -> Result<(), ApiError> {
    if let Some(order) = &body.order {
        order.check_in_stack()?;
    }
    if body
        .session
        .as_ref()
        .and_then(|session| session.kind.as_deref())
        .unwrap_or("LOCK")
        != "LOCK"
    {
        return Err(Refusal::field("session.type", "must be LOCK").into());
    }
    let options = body.options.as_ref();
    if options
        .and_then(|options| options.limit)
        .is_some_and(|limit| !(1..=MOST).contains(&limit))
    {
        return Err(Refusal::field("options.limit", format!("must be 1 to {MOST}")).into());
    }
    if options.is_some_and(|o| o.filters.is_some() || o.sorting_rule.is_some()) {
        return Err(ApiError::not_imitated(
            "filters and sorting of qualifications",
        ));
    }
    let expand = options
        .and_then(|options| options.expand.as_deref())
        .unwrap_or_default();
    let known = ["redeemable", "category", "validation_rules"];
    if let Some(other) = expand.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(Refusal::field("options.expand", format!("unknown value {other}")).into());
    }
    match body.scenario.as_deref() {
        None | Some("ALL") => Ok(()),
        Some(_) => Err(ApiError::not_imitated(
            "scenarios of qualifications other than ALL",
        )),
    }
}

fn facts_of(customer: &KnownCustomer) -> CustomerFacts<'_> {
    CustomerFacts {
        id: customer.id.as_deref(),
        metadata: &customer.metadata,
    }
}

/// One code as if it were the only one; `None` when it does not apply.
fn qualified(
    project: &Project,
    voucher: &Voucher,
    facts: Facts<'_>,
    now: OffsetDateTime,
) -> Option<Value> {
    let redeemables = [RedeemableBody {
        object: RedeemableKind::Voucher,
        id: voucher.code.clone(),
        gift: None,
        reward: None,
    }];
    let ask = Ask {
        redeemables: &redeemables,
        facts,
        session_key: None,
        now,
    };
    let evaluation = stacking::evaluate(project, &ask);
    let one = evaluation.judged.first()?;
    let Outcome::Applicable { money, used } = &one.outcome else {
        return None;
    };
    let context = OrderContext {
        metadata: facts.order,
        customer_id: None,
        referrer_id: None,
    };
    let (to, not_to) = views::products(voucher, money).unwrap_or_default();
    Some(json!({
        "id": voucher.code,
        "object": "voucher",
        "created_at": views::instant(voucher.created_at),
        "result": views::value_result(project, one, used),
        "order": views::calculated_order(money, context),
        "applicable_to": views::list("data", &to, to.len()),
        "inapplicable_to": views::list("data", &not_to, not_to.len()),
        "metadata": voucher.metadata,
        "categories": [],
        "validation_rules_assignments": views::list("data", &[], 0),
    }))
}
