//! Orders, how they were paid and what was given back.
//!
//! [`v2`] lists and changes orders; [`order_json`] and [`line_json`] write them. [`transactions`] and
//! refunds are of v3: [`refund`] quotes and makes them, [`refunds_made`] lists them.

mod known;
mod line_json;
mod order_json;
mod refund;
mod refunds_made;
mod transactions;
mod v2;

use actix_web::web::{self, ServiceConfig};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(v2::routes)
        .route(
            r"/v3/orders/{id:\d+}/transactions",
            web::get().to(transactions::transactions),
        )
        .route(
            r"/v3/orders/{id:\d+}/payment_actions/refund_quotes",
            web::post().to(refund::quote),
        )
        .service(
            web::resource(r"/v3/orders/{id:\d+}/payment_actions/refunds")
                .route(web::get().to(refunds_made::of_order))
                .route(web::post().to(refund::refund)),
        )
        .route(
            "/v3/orders/payment_actions/refunds",
            web::get().to(refunds_made::list),
        )
        .route(
            r"/v3/orders/payment_actions/refunds/{id:\d+}",
            web::get().to(refunds_made::show),
        );
}
