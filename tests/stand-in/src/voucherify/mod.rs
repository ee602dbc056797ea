//! The Voucherify stand-in (under construction).

use actix_web::web::ServiceConfig;

use crate::kit::clock::Clock;

/// What the Voucherify stand-in knows.
#[derive(Debug)]
pub struct State {
    /// The clock shared with the other listener.
    pub clock: Clock,
}

impl State {
    /// The demo project.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

/// The area of a path, for the call log.
#[must_use]
pub fn area_of(_path: &str) -> &'static str {
    "voucherify"
}

/// Adds the routes.
pub fn configure(_cfg: &mut ServiceConfig) {}
