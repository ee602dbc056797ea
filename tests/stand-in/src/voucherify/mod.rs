//! The Voucherify stand-in, from what is stored up to what is answered: one demo project, in memory.
//!
//! [`model`] is what is stored and [`seed`] the demo's; [`requests`] is what may be sent. A request is
//! completed with what is stored ([`prepare`], [`project`]), judged ([`stacking`], [`rules`],
//! [`formula`], [`calculate`]) and then, for a redemption, carried out ([`redeem`], [`roll_back`]).
//! [`views`] write the answers and [`routes`] take the calls; [`control`] reaches behind them. Where
//! Voucherify's documentation is silent, the file that decides says so.

pub mod calculate;
mod control;
pub mod discount;
pub mod error;
pub mod formula;
pub mod ids;
pub mod model;
pub mod prepare;
pub mod project;
pub mod redeem;
pub mod requests;
pub mod roll_back;
mod routes;
pub mod rules;
mod seed;
pub mod stacking;
mod state;
pub mod views;

use actix_web::web::ServiceConfig;

pub use state::State;

/// The area of a path, for the call log.
#[must_use]
pub fn area_of(_path: &str) -> &'static str {
    "voucherify"
}

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.configure(control::configure)
        .configure(routes::configure);
}
