//! The panel, the whole state and its reset, and what happens to carts and products behind the API.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, missing, read};
use super::orders;
use crate::bigcommerce::State;
use crate::bigcommerce::management::access::Grants;
use crate::bigcommerce::model::{Availability, Decimal};
use crate::bigcommerce::seed::demo_store;
use crate::bigcommerce::webhooks::Webhooks;
use crate::kit::Kit;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/control", web::get().to(panel))
        .route("/control/reset", web::post().to(reset))
        .route("/control/state", web::get().to(show_state))
        .route("/control/carts/{id}", web::delete().to(delete_cart))
        .route(
            r"/control/products/{id:\d+}",
            web::post().to(change_product),
        );
}

async fn panel() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .body(include_str!("panel.html"))
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

async fn delete_cart(state: Data<State>, id: Path<String>) -> Answer {
    state.lock().delete_cart(&id).map_err(|_| missing("cart"))?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductChange {
    inventory: Option<i64>,
    price: Option<Decimal>,
    retail_price: Option<Decimal>,
    categories: Option<Vec<u64>>,
    is_visible: Option<bool>,
    availability: Option<Availability>,
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
