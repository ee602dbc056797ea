//! The shop's control API and its panel: what tests and the demo see and do behind the other APIs.
//!
//! [`store`] shows, resets and changes the store, [`orders`] does what a merchant does with an order,
//! [`setup`] changes what an app has set up, [`switches`] what is not documented.

mod answer;
mod orders;
mod setup;
mod store;
mod switches;
mod webhooks;

use actix_web::web::ServiceConfig;

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.configure(store::routes)
        .configure(webhooks::routes)
        .configure(switches::routes)
        .configure(orders::routes)
        .configure(setup::routes);
}
