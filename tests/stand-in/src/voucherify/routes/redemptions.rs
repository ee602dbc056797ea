//! Redemptions and rollbacks.

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, get, post};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::answer::{Answer, ok, read, resource, told};
use super::page::Page;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::{Redeemed, Redemption};
use crate::voucherify::prepare::Prepared;
use crate::voucherify::project::Project;
use crate::voucherify::redeem::redeem;
use crate::voucherify::requests::RollbackBody;
use crate::voucherify::roll_back::{self, Note};
use crate::voucherify::state::State;
use crate::voucherify::views;

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        resource("/redemptions")
            .route(post().to(create))
            .route(get().to(list)),
    )
    .service(resource("/redemptions/{id}/rollback").route(post().to(roll_back_single)))
    .service(resource("/redemptions/{id}/rollbacks").route(post().to(roll_back_stack)))
    .service(resource("/redemptions/{id}").route(get().to(show)));
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let body = read(&body)?;
    let (now, mut project) = state.now_and_project();
    let prepared = Prepared::new(&project, body, now)?;
    let answer = redeem(&mut project, &prepared, now)?;
    told(&project, answer)
}

async fn show(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    let rollback = project.rollbacks.iter().find(|rollback| rollback.id == *id);
    if let Some(rollback) = rollback {
        return ok(&views::rollback(&project, rollback));
    }
    let redemption = project.redemption(&id);
    let redemption = redemption.ok_or_else(|| ApiError::not_found("redemption", &id))?;
    told(&project, views::redemption(&project, redemption))
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&[
        "result",
        "customer",
        "campaign",
        "order",
        "created_at[after]",
        "created_at[before]",
        "[created_at][after]",
        "[created_at][before]",
    ])?;
    let (_, project) = state.now_and_project();
    let found = filtered(&project, &page)?;
    ok(&page.show("redemptions", &found, |redemption| {
        views::redemption(&project, redemption)
    }))
}

/// Redemptions that the query asks for, newest first unless it says `order=created_at`.
fn filtered<'a>(project: &'a Project, page: &Page) -> Result<Vec<&'a Redemption>, ApiError> {
    let date = |names: [&str; 2]| {
        let value = names.into_iter().find_map(|name| page.get(name));
        let parsed = value
            .map(|value| OffsetDateTime::parse(value, &Rfc3339))
            .transpose();
        parsed.map_err(|_| ApiError::query(format!("{}: no date and time", names[0])))
    };
    let after = date(["created_at[after]", "[created_at][after]"])?;
    let before = date(["created_at[before]", "[created_at][before]"])?;
    let customer = page.get("customer");
    let customer_id = customer.map(|id| project.customer(id).map(|customer| &customer.id));
    let results: Vec<_> = page
        .rest
        .iter()
        .filter(|(name, _)| name == "result")
        .collect();
    let wanted = |redemption: &&Redemption| {
        let result = if redemption.failure.is_some() {
            "FAILURE"
        } else {
            "SUCCESS"
        };
        (results.is_empty() || results.iter().any(|(_, value)| value == result))
            && customer_id.is_none_or(|id| id.is_some() && redemption.customer_id.as_ref() == id)
            && after.is_none_or(|after| redemption.date > after)
            && before.is_none_or(|before| redemption.date < before)
            && page
                .get("campaign")
                .is_none_or(|name| is_of(project, redemption, name))
    };
    let found = project.redemptions.iter().filter(wanted);
    match page.get("order") {
        None | Some("-created_at") => Ok(found.rev().collect()),
        Some("created_at") => Ok(found.collect()),
        Some(_) => Err(ApiError::query("order: must be created_at or -created_at")),
    }
}

/// Whether a redemption is of a code of that campaign.
fn is_of(project: &Project, redemption: &Redemption, campaign: &str) -> bool {
    let Redeemed::Voucher { code, .. } = &redemption.redeemed else {
        return false;
    };
    let campaign_of = project
        .voucher(code)
        .and_then(|voucher| project.campaign_of(voucher));
    campaign_of.is_some_and(|own| own.name == campaign)
}

async fn roll_back_single(
    state: Data<State>,
    id: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> Answer {
    let note = note(&request, &body)?;
    let (now, mut project) = state.now_and_project();
    ok(&roll_back::single(&mut project, &id, &note, now)?)
}

async fn roll_back_stack(
    state: Data<State>,
    id: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> Answer {
    let note = note(&request, &body)?;
    let (now, mut project) = state.now_and_project();
    ok(&roll_back::stack(&mut project, &id, &note, now)?)
}

/// Reason and metadata. The reason may also be in the query.
fn note(request: &HttpRequest, body: &Bytes) -> Result<Note, ApiError> {
    let body: RollbackBody = read(body)?;
    let page = Page::read(request.query_string())?;
    page.only(&["reason", "tracking_id"])?;
    if let Some(order) = &body.order {
        order.check_in_stack()?;
    }
    let reason = body
        .reason
        .or_else(|| page.get("reason").map(str::to_owned));
    Ok(Note {
        reason,
        metadata: body.metadata.unwrap_or_default(),
        order_status: body.order.and_then(|order| order.status),
    })
}
