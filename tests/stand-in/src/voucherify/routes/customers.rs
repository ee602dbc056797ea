//! Customers.

use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, get, post, put};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::answer::{Answer, ok, read, resource};
use super::page::Page;
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::project::Project;
use crate::voucherify::requests::CustomerBody;
use crate::voucherify::state::State;
use crate::voucherify::{ids, views};

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        resource("/customers")
            .route(get().to(list))
            .route(post().to(create)),
    )
    .service(resource("/customers/bulk/async").route(post().to(bulk)))
    .service(resource("/customers/{id}/permanent-deletion").route(post().to(forget)))
    .service(
        resource("/customers/{id}")
            .route(get().to(show))
            .route(put().to(update))
            .route(delete().to(remove)),
    );
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&["email"])?;
    let (_, project) = state.now_and_project();
    let email = page.get("email");
    let found = project.customers.iter().rev();
    let found: Vec<_> = found
        .filter(|c| email.is_none_or(|email| c.email.as_deref() == Some(email)))
        .collect();
    ok(&page.show("customers", &found, |customer| {
        views::customer(&project, customer)
    }))
}

async fn show(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    show_one(&project, &id)
}

fn show_one(project: &Project, id: &str) -> Answer {
    let customer = project
        .customer(id)
        .ok_or_else(|| ApiError::not_found("customer", id))?;
    ok(&views::customer(project, customer))
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let body: CustomerBody = read(&body)?;
    let (now, mut project) = state.now_and_project();
    let id = project.upsert_customer(body, now)?;
    show_one(&project, &id)
}

async fn update(state: Data<State>, id: Path<String>, body: Bytes) -> Answer {
    let mut body: CustomerBody = read(&body)?;
    if body.id.is_some() || body.source_id.is_some() {
        let field = if body.id.is_some() { "id" } else { "source_id" };
        return Err(Refusal::field(field, "unknown field").into());
    }
    let (now, mut project) = state.now_and_project();
    let known = project.customer(&id).map(|customer| customer.id.clone());
    body.id = Some(known.ok_or_else(|| ApiError::not_found("customer", &id))?);
    let id = project.upsert_customer(body, now)?;
    show_one(&project, &id)
}

/// Removes a customer and gives its id; orders and redemptions forget it.
fn delete_one(project: &mut Project, id: &str) -> Result<String, ApiError> {
    let known = project.customer(id).map(|customer| customer.id.clone());
    let id = known.ok_or_else(|| ApiError::not_found("customer", id))?;
    project.customers.retain(|customer| customer.id != id);
    for order in &mut project.orders {
        order.customer_id.take_if(|customer| *customer == id);
    }
    Ok(id)
}

async fn remove(state: Data<State>, id: Path<String>) -> Answer {
    let (_, mut project) = state.now_and_project();
    delete_one(&mut project, &id)?;
    Ok(HttpResponse::NoContent().finish())
}

async fn forget(state: Data<State>, id: Path<String>) -> Answer {
    let (now, mut project) = state.now_and_project();
    let known = project.customer(&id).map(|customer| customer.id.clone());
    let known = known.ok_or_else(|| ApiError::not_found("customer", &id))?;
    let before = project.orders.len();
    project
        .orders
        .retain(|order| order.customer_id.as_ref() != Some(&known));
    let orders = before - project.orders.len();
    delete_one(&mut project, &known)?;
    ok(&json!({
        "id": ids::long("del_"),
        "created_at": views::instant(now),
        "related_object_id": known,
        "related_object": "customer",
        "status": "DONE",
        "data_json": {
            "events": 0,
            "customer_events": 0,
            "daily_events": 0,
            "segments": 0,
            "orders": orders,
            "order_events": 0,
            "customer": 1,
        },
        // Spelt as in the API description.
        "object": "pernament_deletion",
    }))
}

async fn bulk(state: Data<State>, body: Bytes) -> Answer {
    let customers: Vec<CustomerBody> = read(&body)?;
    for (index, customer) in customers.iter().enumerate() {
        let field = |name: &str| format!("[{index}].{name}");
        if customer.id.is_some() {
            return Err(Refusal::field(&field("id"), "unknown field").into());
        }
        if customer.source_id.is_none() {
            return Err(Refusal::field(&field("source_id"), "is required").into());
        }
    }
    let (now, mut project) = state.now_and_project();
    let mut failed: Vec<Value> = Vec::new();
    let sent = customers.len();
    for customer in customers {
        if let Err(error) = project.upsert_customer(customer, now) {
            failed.push(error.json());
        }
    }
    let done = sent - failed.len();
    let id = project.note_async_action("CUSTOMERS.BULK_UPDATE", &failed, done, now);
    Ok(HttpResponse::Accepted().json(json!({"async_action_id": id})))
}
