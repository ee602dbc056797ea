//! The management API under `/stores/{hash}/v2|v3/`.

pub mod access;
mod answer;
mod carts;
mod catalog;
mod certificates;
mod checkout_json;
mod checkouts;
mod codes;
mod customers;
mod hooks;
mod old_coupons;
mod order_json;
mod order_lines;
mod orders;
mod payments;
mod product_json;
mod promotion_body;
mod promotion_rules;
mod promotions;
mod refunds;
mod scripts;
mod store;

use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use serde_json::json;

/// Bytes that a management request may have.
const BODY_LIMIT: usize = 1024 * 1024;

/// Adds the routes. Fixed paths are added before those with a parameter in their place.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/stores/{hash}")
            .wrap(from_fn(access::guard))
            .configure(store::routes)
            .configure(codes::routes)
            .configure(promotions::routes)
            .configure(old_coupons::routes)
            .configure(certificates::routes)
            .configure(checkouts::routes)
            .configure(carts::routes)
            .configure(orders::routes)
            .configure(payments::routes)
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
