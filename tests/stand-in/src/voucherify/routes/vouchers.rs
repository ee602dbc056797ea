//! Vouchers and their sessions.

use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, get, post};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::{Answer, ok, read, resource};
use super::page::Page;
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::Redeemed;
use crate::voucherify::project::Project;
use crate::voucherify::project::vouchers::VoucherBody;
use crate::voucherify::state::State;
use crate::voucherify::{ids, views};

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        resource("/vouchers")
            .route(get().to(list))
            .route(post().to(create_random)),
    )
    .service(resource("/vouchers/{code}/sessions/{key}").route(delete().to(release)))
    .service(resource("/vouchers/{code}/redemption").route(get().to(redemptions)))
    .service(resource("/vouchers/{code}/enable").route(post().to(enable)))
    .service(resource("/vouchers/{code}/disable").route(post().to(disable)))
    .service(
        resource("/vouchers/{code}")
            .route(get().to(show))
            .route(post().to(create))
            .route(delete().to(remove)),
    );
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&["code"])?;
    let (_, project) = state.now_and_project();
    let wanted = page.get("code");
    let found = project.vouchers.iter().rev();
    let found: Vec<_> = found
        .filter(|v| wanted.is_none_or(|code| v.code == code))
        .collect();
    ok(&page.show("vouchers", &found, |voucher| {
        views::voucher(&project, voucher)
    }))
}

async fn show(state: Data<State>, code: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    show_one(&project, &code)
}

fn show_one(project: &Project, code: &str) -> Answer {
    let voucher = project
        .voucher(code)
        .ok_or_else(|| ApiError::not_found("voucher", code))?;
    ok(&views::voucher(project, voucher))
}

async fn create_random(state: Data<State>, body: Bytes) -> Answer {
    let mut body: VoucherBody = read(&body)?;
    let code = body
        .code
        .take()
        .unwrap_or_else(|| ids::long("").chars().take(8).collect());
    create_with(&state, code, body)
}

async fn create(state: Data<State>, code: Path<String>, body: Bytes) -> Answer {
    let body: VoucherBody = read(&body)?;
    // The official client repeats the code of the path in the body.
    if body.code.as_ref().is_some_and(|sent| *sent != *code) {
        return Err(Refusal::field("code", "is not the code of the path").into());
    }
    create_with(&state, code.into_inner(), body)
}

fn create_with(state: &State, code: String, body: VoucherBody) -> Answer {
    body.refuse_control_fields()?;
    let (now, mut project) = state.now_and_project();
    let code = project.create_voucher(code, body, now, false)?;
    show_one(&project, &code)
}

async fn remove(state: Data<State>, code: Path<String>, request: HttpRequest) -> Answer {
    Page::read(request.query_string())?.only(&["force"])?;
    let (_, mut project) = state.now_and_project();
    let id = project.voucher(&code).map(|voucher| voucher.id.clone());
    let id = id.ok_or_else(|| ApiError::not_found("voucher", &code))?;
    project.vouchers.retain(|voucher| voucher.id != id);
    Ok(HttpResponse::NoContent().finish())
}

async fn enable(state: Data<State>, code: Path<String>) -> Answer {
    set_active(&state, &code, true)
}

async fn disable(state: Data<State>, code: Path<String>) -> Answer {
    set_active(&state, &code, false)
}

fn set_active(state: &State, code: &str, active: bool) -> Answer {
    let (now, mut project) = state.now_and_project();
    let voucher = project
        .voucher_mut(code)
        .ok_or_else(|| ApiError::not_found("voucher", code))?;
    voucher.active = active;
    voucher.updated_at = Some(now);
    show_one(&project, code)
}

async fn release(state: Data<State>, path: Path<(String, String)>) -> Answer {
    let (code, key) = path.into_inner();
    let (_, mut project) = state.now_and_project();
    project.release(&code, &key)?;
    Ok(HttpResponse::NoContent().finish())
}

async fn redemptions(state: Data<State>, code: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    let voucher = project
        .voucher(&code)
        .ok_or_else(|| ApiError::not_found("voucher", &code))?;
    let of_voucher =
        |redeemed: &Redeemed| matches!(redeemed, Redeemed::Voucher { id, .. } if *id == voucher.id);
    let found = project
        .redemptions
        .iter()
        .rev()
        .filter(|r| of_voucher(&r.redeemed));
    let entries: Vec<_> = found.map(|r| views::redemption(&project, r)).collect();
    ok(&json!({
        "quantity": voucher.quantity,
        "redeemed_quantity": voucher.redeemed_quantity,
        "object": "list",
        "url": format!("/v1/vouchers/{}/redemptions?page=1&limit=10", voucher.code),
        "data_ref": "redemption_entries",
        "total": entries.len(),
        "redemption_entries": entries,
    }))
}
