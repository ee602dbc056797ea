//! The shop's control API and its panel.

mod orders;
mod setup;
mod switches;

use actix_web::http::header::ContentType;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{Error, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::State;
use super::management::access::Grants;
use super::seed::demo_store;
use super::webhooks::Webhooks;
use crate::kit::Kit;
use crate::kit::control::{self, refused};

/// What a handler gives.
type Answer = Result<HttpResponse, Error>;

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/control", web::get().to(panel))
        .route("/control/reset", web::post().to(reset))
        .route("/control/state", web::get().to(show_state))
        .service(
            web::resource("/control/scopes")
                .route(web::get().to(show_scopes))
                .route(web::put().to(set_scopes)),
        )
        .service(
            web::resource("/control/webhooks")
                .route(web::get().to(show_webhooks))
                .route(web::put().to(set_webhooks)),
        )
        .route("/control/webhooks/deliver", web::post().to(deliver))
        .route("/control/carts/{id}", web::delete().to(delete_cart))
        .route(
            r"/control/products/{id:\d+}",
            web::post().to(change_product),
        )
        .configure(switches::routes)
        .configure(orders::routes)
        .configure(setup::routes);
}

async fn panel() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .body(include_str!("panel.html"))
}

/// 404 of the control API.
fn missing(what: &str) -> Error {
    refused(HttpResponse::NotFound().json(json!({"error": format!("no such {what}")})))
}

/// 400 of the control API.
fn bad_request(error: &dyn std::fmt::Display) -> Error {
    refused(control::bad_request(error))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    control::read(body).map_err(refused)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[serde(default)]
    everything: bool,
}

async fn reset(
    kit: Data<Kit>,
    state: Data<State>,
    webhooks: Data<Webhooks>,
    grants: Data<Grants>,
    body: Bytes,
) -> Answer {
    let wanted: Reset = read(&body)?;
    kit.reset();
    webhooks.reset();
    grants.reset();
    let mut store = state.lock();
    let mut fresh = demo_store(store.clock.clone(), &store.store.url);
    // The sender waits for this bell; numbers are not used twice.
    fresh.events_ready = store.events_ready.clone();
    fresh.last_id = store.last_id;
    fresh.last_order_id = store.last_order_id;
    if !wanted.everything {
        fresh.scripts = std::mem::take(&mut store.scripts);
        fresh.hooks = std::mem::take(&mut store.hooks);
    }
    *store = fresh;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// Everything that tests look at.
async fn show_state(state: Data<State>) -> HttpResponse {
    let store = state.lock();
    let promotions: Vec<Value> = store
        .promotions
        .values()
        .map(|promotion| {
            let mut value = serde_json::to_value(promotion).unwrap_or_default();
            value["codes"] = json!(promotion.codes);
            value
        })
        .collect();
    let values = |list: Vec<Value>| Value::Array(list);
    let orders = store.orders.values().map(orders::summary).collect();
    HttpResponse::Ok().json(json!({
        "carts": store.checkouts.values().collect::<Vec<_>>(),
        "converted": store.converted,
        "currencies": store.currencies,
        "products": store.products.values().collect::<Vec<_>>(),
        "promotions": promotions,
        "deleted_promotions": store.deleted_promotions.keys().collect::<Vec<_>>(),
        "certificates": store.certificates.values().collect::<Vec<_>>(),
        "orders": values(orders),
        "scripts": store.scripts,
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scopes {
    granted: Vec<String>,
}

async fn show_scopes(grants: Data<Grants>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"granted": grants.list()}))
}

async fn set_scopes(grants: Data<Grants>, body: Bytes) -> Answer {
    let scopes: Scopes = read(&body)?;
    grants.set(scopes.granted);
    Ok(show_scopes(grants).await)
}

async fn show_webhooks(state: Data<State>, webhooks: Data<Webhooks>) -> HttpResponse {
    let store = state.lock();
    let deliveries = webhooks.list();
    let held = deliveries.iter().filter(|one| one.is_held()).count();
    let mut hooks = serde_json::to_value(store.hooks.values().collect::<Vec<_>>());
    // Header values are secrets: show only which headers there are.
    for hook in hooks.iter_mut().filter_map(Value::as_array_mut).flatten() {
        let names = hook["headers"]
            .as_object()
            .map(|map| map.keys().cloned().collect());
        hook["headers"] = json!(names.unwrap_or_else(Vec::<String>::new));
    }
    HttpResponse::Ok().json(json!({
        "hooks": hooks.unwrap_or_default(),
        "deliveries": deliveries,
        "held": held,
        "blocked": webhooks.blocked(&store.clock),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookSettings {
    block_after: Option<usize>,
}

async fn set_webhooks(webhooks: Data<Webhooks>, body: Bytes) -> Answer {
    let settings: WebhookSettings = read(&body)?;
    webhooks.set_block_after(settings.block_after);
    Ok(HttpResponse::Ok().json(json!({})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default)]
    reversed: bool,
}

async fn deliver(state: Data<State>, webhooks: Data<Webhooks>, body: Bytes) -> Answer {
    let order: Order = read(&body)?;
    let clock = state.lock().clock.clone();
    webhooks.add(&mut state.lock());
    let released = webhooks.release(&clock, order.reversed);
    Ok(HttpResponse::Ok().json(json!({"released": released})))
}

async fn delete_cart(state: Data<State>, id: Path<String>) -> Answer {
    state.lock().delete_cart(&id).map_err(|_| missing("cart"))?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductChange {
    inventory: Option<i64>,
    price: Option<super::model::Decimal>,
    retail_price: Option<super::model::Decimal>,
    categories: Option<Vec<u64>>,
    is_visible: Option<bool>,
    availability: Option<super::model::Availability>,
}

async fn change_product(state: Data<State>, id: Path<u64>, body: Bytes) -> Answer {
    let change: ProductChange = read(&body)?;
    let mut store = state.lock();
    let now = store.now();
    let product = store
        .products
        .get_mut(&id)
        .ok_or_else(|| missing("product"))?;
    product.date_modified = now;
    product.inventory = change.inventory.or(product.inventory);
    product.price = change.price.unwrap_or(product.price);
    product.retail_price = change.retail_price.or(product.retail_price);
    product.is_visible = change.is_visible.unwrap_or(product.is_visible);
    product.availability = change.availability.unwrap_or(product.availability);
    if let Some(categories) = change.categories {
        product.categories = categories;
    }
    let answer = HttpResponse::Ok().json(&*product);
    store.emit(
        "store/product/updated",
        json!({"type": "product", "id": *id}),
    );
    Ok(answer)
}
