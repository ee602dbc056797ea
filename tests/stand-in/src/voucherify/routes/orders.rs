//! Orders, their import, and the async actions that imports leave.

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Data, Path, ServiceConfig, get, post, put};
use serde_json::{Value, json};

use super::answer::{Answer, ok, read, resource};
use super::page::Page;
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::project::Project;
use crate::voucherify::requests::OrderBody;
use crate::voucherify::state::State;
use crate::voucherify::views;

/// Orders that one import may have.
const MOST_IMPORTED: usize = 2_000;

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        resource("/orders")
            .route(get().to(list))
            .route(post().to(create)),
    )
    .service(resource("/orders/import").route(post().to(import)))
    .service(
        resource("/orders/{id}")
            .route(get().to(show))
            .route(put().to(update)),
    )
    .service(resource("/async-actions").route(get().to(list_actions)))
    .service(resource("/async-actions/{id}").route(get().to(show_action)));
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&[])?;
    let (_, project) = state.now_and_project();
    let found: Vec<_> = project.orders.iter().rev().collect();
    ok(&page.show("orders", &found, |order| views::order(&project, order)))
}

async fn show(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    show_one(&project, &id)
}

fn show_one(project: &Project, id: &str) -> Answer {
    let order = project
        .order(id)
        .ok_or_else(|| ApiError::not_found("order", id))?;
    ok(&views::order(project, order))
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let body: OrderBody = read(&body)?;
    body.check("order")?;
    let (now, mut project) = state.now_and_project();
    let id = project.upsert_order(body, now)?;
    show_one(&project, &id)
}

async fn update(state: Data<State>, id: Path<String>, body: Bytes) -> Answer {
    let mut body: OrderBody = read(&body)?;
    body.check("order")?;
    if body.id.is_some() {
        return Err(Refusal::field("id", "unknown field").into());
    }
    let (now, mut project) = state.now_and_project();
    let known = project.order(&id).map(|order| order.id.clone());
    body.id = Some(known.ok_or_else(|| ApiError::not_found("order", &id))?);
    let id = project.upsert_order(body, now)?;
    show_one(&project, &id)
}

async fn import(state: Data<State>, body: Bytes) -> Answer {
    let orders: Vec<OrderBody> = read(&body)?;
    if orders.len() > MOST_IMPORTED {
        let what = format!(
            "{} orders, at most {MOST_IMPORTED} are accepted",
            orders.len()
        );
        return Err(ApiError::payload(what));
    }
    for (index, order) in orders.iter().enumerate() {
        order.check(&format!("[{index}]"))?;
    }
    let (now, mut project) = state.now_and_project();
    let (mut failed, sent) = (Vec::<Value>::new(), orders.len());
    for order in orders {
        // Imported orders are new at Voucherify when they are imported, whatever they say.
        if let Err(error) = project.upsert_order(
            OrderBody {
                created_at: None,
                ..order
            },
            now,
        ) {
            failed.push(error.json());
        }
    }
    let done = sent - failed.len();
    let id = project.note_async_action("ORDERS.IMPORT", &failed, done, now);
    ok(&json!({"async_action_id": id}))
}

async fn list_actions(state: Data<State>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&["end_date"])?;
    let (_, project) = state.now_and_project();
    let found: Vec<_> = project.async_actions.iter().rev().collect();
    ok(&page.show("async_actions", &found, |action| (*action).clone()))
}

async fn show_action(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    let action = project
        .async_actions
        .iter()
        .find(|action| action["id"] == json!(*id));
    ok(action.ok_or_else(|| ApiError::not_found("async_action", &id))?)
}
