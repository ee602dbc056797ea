//! The API under `/v1`: each file has the routes of one part, with what its path and query may say.
//!
//! [`guard`] lets calls in; [`answer`] and [`page`] read and answer them.

use actix_web::HttpRequest;
use actix_web::web::{self, ServiceConfig};

mod answer;
mod cards;
mod customers;
mod guard;
mod loyalties;
mod orders;
mod page;
mod products;
mod qualifications;
mod redemptions;
mod terse;
mod validations;
mod vouchers;

use crate::voucherify::error::ApiError;
use answer::Answer;

/// Adds `/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/v1")
            .wrap(actix_web::middleware::from_fn(guard::guard))
            .configure(validations::configure)
            .configure(redemptions::configure)
            .configure(qualifications::configure)
            .configure(cards::configure)
            .configure(loyalties::configure)
            .configure(vouchers::configure)
            .configure(customers::configure)
            .configure(orders::configure)
            .configure(products::configure)
            .default_service(web::to(nothing_here)),
    );
}

async fn nothing_here(request: HttpRequest) -> Answer {
    Err(ApiError::not_found("endpoint", request.path()))
}
