//! The management API under `/stores/{hash}/v2|v3/`.
//!
//! [`access`] lets calls in by token, scope and rate; [`answer`] has the shapes of answers and
//! refusals. Every other file or room is one part of the API, with its routes and what it refuses.

pub mod access;
mod answer;
mod carts;
mod catalog;
mod certificates;
mod checkout_json;
mod checkouts;
mod customers;
mod hooks;
mod orders;
mod product_json;
mod promotions;
mod scripts;
mod store;

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use serde_json::json;

/// Adds the routes. Fixed paths are added before those with a parameter in their place.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/stores/{hash}")
            .wrap(from_fn(access::guard))
            .configure(store::routes)
            .configure(promotions::routes)
            .configure(certificates::routes)
            .configure(checkouts::routes)
            .configure(carts::routes)
            .configure(orders::routes)
            .configure(scripts::routes)
            .configure(hooks::routes)
            .configure(customers::routes)
            .configure(catalog::routes)
            .default_service(web::to(no_such_route)),
    );
}

async fn no_such_route() -> HttpResponse {
    HttpResponse::NotFound().json(json!({
        "status": 404,
        "title": "The requested resource was not found",
        "type": answer::STATUS_CODES,
    }))
}
