//! The BigCommerce stand-in, from what is stored up to what is answered.
//!
//! [`model`] is the store's data and [`seed`] the demo store's. Above them are the rules: of
//! [`carts`], their [`pricing`] and [`promotions`], and of [`orders`]. At the top are the doors:
//! [`management`] and [`storefront`] API, shop [`pages`], [`webhooks`], and the [`control`] API by
//! which tests reach behind them. Each operation's refusals are in the file of its path.

pub mod carts;
pub mod control;
pub mod management;
pub mod model;
pub mod orders;
pub mod pages;
pub mod pricing;
pub mod promotions;
pub mod seed;
mod shared_state;
mod store_options;
pub mod storefront;
pub mod webhooks;

use actix_web::web::ServiceConfig;

pub use shared_state::SharedState as State;

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
