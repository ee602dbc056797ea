//! The storefront API: what the pages of the shop and checkout UIs call from a browser.
//!
//! Knowingly different from the real shop: a cart is visible to its own session only; a second
//! coupon where one is allowed is refused (the API description does not say what happens); line
//! items are not split over consignments; every gift certificate for sale has a line of its own.

mod bodies;
mod carts;
mod checkouts;
mod codes;
mod consignment_view;
mod customer_view;
mod customers;
pub mod geography;
mod line_view;
mod order_view;
mod orders;
mod placed_view;
mod problem;
mod settings;
pub mod view;
mod visit;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};

pub use problem::Problem;
pub use visit::{Include, page_session};

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.configure(orders::configure_payments);
    cfg.service(
        web::scope("/api/storefront")
            .wrap(from_fn(visit::keep_session))
            .configure(carts::configure)
            .configure(checkouts::configure)
            .configure(codes::configure)
            .configure(customers::configure_storefront)
            .configure(orders::configure_storefront)
            .configure(settings::configure_storefront),
    )
    .service(
        web::scope("/internalapi/v1")
            .wrap(from_fn(visit::keep_session))
            .configure(customers::configure_internal)
            .configure(orders::configure_internal)
            .configure(settings::configure_internal),
    );
}
