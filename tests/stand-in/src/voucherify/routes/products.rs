//! Products and SKUs.

use actix_web::web::{Bytes, Data, Path, ServiceConfig, delete, get, post, put};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::answer::{Answer, ok, read, resource};
use super::page::Page;
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::project::Project;
use crate::voucherify::project::catalogue::ProductBody;
use crate::voucherify::state::State;
use crate::voucherify::views;

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        resource("/products")
            .route(get().to(list))
            .route(post().to(create)),
    )
    .service(resource("/products/bulk/async").route(post().to(bulk)))
    .service(
        resource("/products/{id}/skus")
            .route(get().to(list_skus))
            .route(post().to(create_sku)),
    )
    .service(
        resource("/products/{id}/skus/{sku}")
            .route(put().to(update_sku))
            .route(delete().to(remove_sku)),
    )
    .service(
        resource("/products/{id}")
            .route(get().to(show))
            .route(put().to(update))
            .route(delete().to(remove)),
    )
    .service(resource("/skus/{sku}").route(get().to(show_sku)));
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let page = Page::read(request.query_string())?;
    page.only(&[])?;
    let (_, project) = state.now_and_project();
    let found: Vec<_> = project.products.iter().rev().collect();
    ok(&page.show("products", &found, |product| views::product(product)))
}

/// Id of a product that must exist.
fn product_id(project: &Project, id: &str) -> Result<String, ApiError> {
    let product = project
        .product(id)
        .ok_or_else(|| ApiError::not_found("product", id))?;
    Ok(product.id.clone())
}

/// Id of a SKU that must exist.
fn sku_id(project: &Project, id: &str) -> Result<String, ApiError> {
    let sku = project
        .sku(id)
        .ok_or_else(|| ApiError::not_found("sku", id))?;
    Ok(sku.id.clone())
}

fn show_product(project: &Project, id: &str) -> Answer {
    let product = project
        .product(id)
        .ok_or_else(|| ApiError::not_found("product", id))?;
    ok(&views::product(product))
}

fn show_one_sku(project: &Project, id: &str) -> Answer {
    let sku = project
        .sku(id)
        .ok_or_else(|| ApiError::not_found("sku", id))?;
    ok(&views::sku(sku))
}

async fn show(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    show_product(&project, &id)
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let body: ProductBody = read(&body)?;
    let (now, mut project) = state.now_and_project();
    let id = project.upsert_product(body, now)?;
    show_product(&project, &id)
}

/// Updates name the thing in the path, not in the body.
fn refuse_ids(body: &ProductBody) -> Result<(), ApiError> {
    if body.id.is_some() || body.source_id.is_some() {
        let field = if body.id.is_some() { "id" } else { "source_id" };
        return Err(Refusal::field(field, "unknown field").into());
    }
    Ok(())
}

async fn update(state: Data<State>, id: Path<String>, body: Bytes) -> Answer {
    let mut body: ProductBody = read(&body)?;
    refuse_ids(&body)?;
    let (now, mut project) = state.now_and_project();
    body.id = Some(product_id(&project, &id)?);
    let id = project.upsert_product(body, now)?;
    show_product(&project, &id)
}

async fn remove(state: Data<State>, id: Path<String>, request: HttpRequest) -> Answer {
    Page::read(request.query_string())?.only(&["force"])?;
    let (_, mut project) = state.now_and_project();
    let id = product_id(&project, &id)?;
    project.products.retain(|product| product.id != id);
    project
        .skus
        .retain(|sku| sku.product_id.as_ref() != Some(&id));
    Ok(HttpResponse::NoContent().finish())
}

async fn bulk(state: Data<State>, body: Bytes) -> Answer {
    let products: Vec<ProductBody> = read(&body)?;
    for (index, product) in products.iter().enumerate() {
        if product.id.is_some() {
            return Err(Refusal::field(&format!("[{index}].id"), "unknown field").into());
        }
        if product.source_id.is_none() {
            let field = format!("[{index}].source_id");
            return Err(Refusal::field(&field, "is required").into());
        }
    }
    let (now, mut project) = state.now_and_project();
    let (mut failed, sent) = (Vec::<Value>::new(), products.len());
    for product in products {
        if let Err(error) = project.upsert_product(product, now) {
            failed.push(error.json());
        }
    }
    let done = sent - failed.len();
    let id = project.note_async_action("PRODUCTS.BULK_UPDATE", &failed, done, now);
    Ok(HttpResponse::Accepted().json(json!({"async_action_id": id})))
}

async fn list_skus(state: Data<State>, id: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    let id = product_id(&project, &id)?;
    let skus = project
        .skus
        .iter()
        .filter(|sku| sku.product_id.as_ref() == Some(&id));
    let skus: Vec<_> = skus.map(views::sku).collect();
    let total = skus.len();
    ok(&views::list("data", &skus, total))
}

async fn show_sku(state: Data<State>, sku: Path<String>) -> Answer {
    let (_, project) = state.now_and_project();
    show_one_sku(&project, &sku)
}

async fn create_sku(state: Data<State>, id: Path<String>, body: Bytes) -> Answer {
    let body: ProductBody = read(&body)?;
    let (now, mut project) = state.now_and_project();
    let product = product_id(&project, &id)?;
    let id = project.upsert_sku(&product, body, now)?;
    show_one_sku(&project, &id)
}

async fn update_sku(state: Data<State>, path: Path<(String, String)>, body: Bytes) -> Answer {
    let (product, sku) = path.into_inner();
    let mut body: ProductBody = read(&body)?;
    refuse_ids(&body)?;
    let (now, mut project) = state.now_and_project();
    let product = product_id(&project, &product)?;
    body.id = Some(sku_id(&project, &sku)?);
    let id = project.upsert_sku(&product, body, now)?;
    show_one_sku(&project, &id)
}

async fn remove_sku(
    state: Data<State>,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Answer {
    Page::read(request.query_string())?.only(&["force"])?;
    let (product, sku) = path.into_inner();
    let (_, mut project) = state.now_and_project();
    product_id(&project, &product)?;
    let id = sku_id(&project, &sku)?;
    project.skus.retain(|sku| sku.id != id);
    Ok(HttpResponse::NoContent().finish())
}
