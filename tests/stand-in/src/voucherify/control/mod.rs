//! Control API and page: what the demo and the tests look at and change behind the API's back.
//!
//! [`describe`] says in short words what a code is; [`switches`] are positions to change.

mod describe;
mod switches;

use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::error::ApiError;
use super::model::{Session, Transaction, Voucher};
use super::project::Project;
use super::project::campaigns::CampaignBody;
use super::project::vouchers::VoucherBody;
use super::state::State;
use super::views::{self, instant};
use crate::kit::Kit;
use crate::kit::control::{bad_request, read};

/// Adds `/control`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/control", web::get().to(page))
        .route("/control/state", web::get().to(show))
        .route("/control/reset", web::post().to(reset))
        .service(
            web::resource("/control/switches")
                .route(web::get().to(switches::show_switches))
                .route(web::put().to(switches::change_switches)),
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
