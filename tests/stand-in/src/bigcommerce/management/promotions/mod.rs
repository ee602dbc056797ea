//! Promotions, their codes and settings, and the coupons of old.
//!
//! Create Promotion: [`body`] has the fields it knows, [`refusals`] what it refuses of them, and
//! [`change`] what it makes. What a promotion then does to a cart is in `bigcommerce/promotions`.

mod body;
mod change;
mod codes;
mod old_coupons;
mod read;
mod refusals;
mod settings;

use actix_web::web::{self, ServiceConfig};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(codes::routes)
        .service(
            web::resource("/v3/promotions/settings")
                .route(web::get().to(settings::show_settings))
                .route(web::put().to(settings::change_settings)),
        )
        .service(
            web::resource("/v3/promotions")
                .route(web::get().to(read::list))
                .route(web::post().to(change::create))
                .route(web::delete().to(change::delete_many)),
        )
        .service(
            web::resource(r"/v3/promotions/{id:\d+}")
                .route(web::get().to(read::show))
                .route(web::put().to(change::change))
                .route(web::delete().to(change::delete)),
        )
        .configure(old_coupons::routes);
}
