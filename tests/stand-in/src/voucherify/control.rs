//! Control API and page: what the demo and the tests look at and change behind the API's back.

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::State;
use super::campaigns::CampaignBody;
use super::card::Transaction;
use super::describe;
use super::error::ApiError;
use super::model::{Session, Voucher};
use super::project::Project;
use super::seed::{self, CustomersBy};
use super::stacking_rules::{Category, StackingRules};
use super::views::{self, instant};
use super::vouchers::VoucherBody;
use crate::kit::Kit;
use crate::kit::control::{bad_request, read};

/// Adds `/control`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/control", web::get().to(page))
        .route("/control/state", web::get().to(show))
        .route("/control/reset", web::post().to(reset))
        .service(
            web::resource("/control/switches")
                .route(web::get().to(show_switches))
                .route(web::put().to(change_switches)),
        )
        .route("/control/campaigns", web::post().to(put_campaign))
        .route("/control/vouchers", web::post().to(put_voucher))
        .route("/control/vouchers/{code}", web::delete().to(remove_voucher))
        .route("/control/sessions/{key}", web::delete().to(remove_session));
}

async fn page() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(include_str!("page.html"))
}

async fn show(state: Data<State>) -> HttpResponse {
    let (now, project) = state.now_and_project();
    let vouchers: Vec<_> = project
        .vouchers
        .iter()
        .map(|v| voucher(&project, v, now))
        .collect();
    let sessions: Vec<_> = project.sessions.values().map(|s| session(s, now)).collect();
    let redemptions = project.redemptions.iter().rev();
    let redemptions: Vec<_> = redemptions
        .map(|r| views::redemption(&project, r))
        .collect();
    let rollbacks = project.rollbacks.iter().rev();
    let rollbacks: Vec<_> = rollbacks.map(|r| views::rollback(&project, r)).collect();
    // The shop's first page lists the codes to try, from another address.
    let open = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    HttpResponse::Ok().insert_header(open).json(json!({
        "now": instant(now),
        "campaigns": project.campaigns,
        "vouchers": vouchers,
        "sessions": sessions,
        "redemptions": redemptions,
        "rollbacks": rollbacks,
        "transactions": project.transactions.iter().rev().map(|t| movement(&project, t)).collect::<Vec<_>>(),
        "customers": project.customers.iter().map(|c| views::customer(&project, c)).collect::<Vec<_>>(),
        "orders": project.orders.iter().map(|o| views::order(&project, o)).collect::<Vec<_>>(),
        "order_events": project.order_events,
        "products": project.products.iter().map(views::product).collect::<Vec<_>>(),
        "skus": project.skus.iter().map(views::sku).collect::<Vec<_>>(),
    }))
}

fn voucher(project: &Project, voucher: &Voucher, now: OffsetDateTime) -> Value {
    let held: Vec<_> = project.held_by_others(&voucher.code, None).collect();
    let sessions = project.sessions.values();
    let holders: Vec<_> = sessions
        .filter(|session| session.holds.iter().any(|hold| hold.code == voucher.code))
        .map(|session| session.key.as_str())
        .collect();
    let mut shown = views::voucher(project, voucher);
    shown["quantity"] = json!(voucher.quantity);
    shown["redeemed_quantity"] = json!(voucher.redeemed_quantity);
    shown["held_quantity"] = json!(held.len());
    shown["held_credits"] = json!(project.locked_credits(&voucher.code));
    shown["held_by"] = json!(holders);
    shown["held_points"] = json!(held.iter().filter_map(|hold| hold.points).sum::<i64>());
    shown["rules"] = json!(voucher.rules);
    shown["applicable_to"] = json!(voucher.products);
    shown["kind"] = json!(describe::kind(project, voucher));
    shown["rule"] = json!(describe::rule(project, voucher, now));
    shown["effect"] = json!(describe::effect(project, voucher));
    shown
}

/// A movement of a card's money, with the card's code.
fn movement(project: &Project, transaction: &Transaction) -> Value {
    let mut shown = views::transaction(project, transaction);
    let card = project.voucher(&transaction.voucher_id);
    shown["code"] = json!(card.map(|voucher| &voucher.code));
    shown
}

fn session(session: &Session, now: OffsetDateTime) -> Value {
    let codes: Vec<_> = session
        .holds
        .iter()
        .map(|hold| hold.code.as_str())
        .collect();
    json!({
        "key": session.key,
        "codes": codes,
        "holds": session.holds,
        "expires_at": instant(session.expires_at),
        "seconds_left": (session.expires_at - now).whole_seconds(),
    })
}

async fn reset(state: Data<State>, kit: Data<Kit>) -> impl Responder {
    kit.reset();
    state.reset();
    HttpResponse::NoContent()
}

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

async fn show_switches(state: Data<State>) -> HttpResponse {
    let (_, project) = state.now_and_project();
    let mut body = json!(project.switches);
    body["stacking_rules"] = json!(project.stacking);
    body["categories"] = json!(project.categories);
    HttpResponse::Ok().json(body)
}

async fn change_switches(state: Data<State>, body: Bytes) -> HttpResponse {
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

async fn put_campaign(state: Data<State>, body: Bytes) -> HttpResponse {
    let body: CampaignBody = match read(&body) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let (_, mut project) = state.now_and_project();
    match project.put_campaign(body) {
        Ok(id) => HttpResponse::Created().json(project.campaign(&id)),
        Err(error) => bad_request(&error.details.unwrap_or(error.message.into())),
    }
}

async fn put_voucher(state: Data<State>, body: Bytes) -> HttpResponse {
    let mut body: VoucherBody = match read(&body) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let code = body.code.take().unwrap_or_default();
    let (now, mut project) = state.now_and_project();
    match project.create_voucher(code.clone(), body, now, true) {
        Ok(_) => {
            let shown = project
                .voucher(&code)
                .map(|created| voucher(&project, created, now));
            HttpResponse::Created().json(shown)
        }
        Err(error) => bad_request(&error.details.unwrap_or(error.message.into())),
    }
}

async fn remove_voucher(state: Data<State>, code: Path<String>) -> HttpResponse {
    let (_, mut project) = state.now_and_project();
    let before = project.vouchers.len();
    project.vouchers.retain(|voucher| voucher.code != *code);
    found(before != project.vouchers.len(), "voucher", &code)
}

async fn remove_session(state: Data<State>, key: Path<String>) -> HttpResponse {
    let (_, mut project) = state.now_and_project();
    let removed = project.sessions.remove(key.as_str()).is_some();
    found(removed, "session", &key)
}

fn found(found: bool, kind: &'static str, id: &str) -> HttpResponse {
    if found {
        return HttpResponse::NoContent().finish();
    }
    HttpResponse::NotFound().json(json!({"error": ApiError::not_found(kind, id).details}))
}
