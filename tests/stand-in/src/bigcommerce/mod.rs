//! The BigCommerce stand-in: shop pages, storefront API, management API, webhooks, control API.

pub mod actions;
pub mod basket;
pub mod cart_lines;
pub mod carts;
pub mod certificates;
mod conditions;
pub mod control;
mod coupons;
mod currencies;
mod eligibility;
mod gifts;
pub mod management;
pub mod model;
mod order_changes;
pub mod orders;
mod page_context;
pub mod pages;
pub mod payments;
pub mod pricing;
mod promotion_codes;
pub mod promotions;
pub mod refunds;
pub mod seed;
mod settle;
pub mod sold_certificates;
mod store_options;
pub mod storefront;
pub mod webhooks;

use actix_web::web::ServiceConfig;

pub use model::SharedState as State;

/// The area of a path, for the call log and the faults.
#[must_use]
pub fn area_of(path: &str) -> &'static str {
    if path.starts_with("/stores/") {
        return "management";
    }
    let storefront = ["/api/storefront", "/internalapi/", "/customer/", "/api/"];
    if storefront.iter().any(|start| path.starts_with(start)) {
        return "storefront";
    }
    "page"
}

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.configure(management::configure)
        .configure(control::configure)
        .configure(storefront::configure)
        .configure(pages::configure);
}
