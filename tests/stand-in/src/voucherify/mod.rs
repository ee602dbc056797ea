//! The Voucherify stand-in: validations, redemptions, sessions, rollbacks, vouchers, customers,
//! orders, products and qualifications of one demo project, in memory.
//!
//! A request is read ([`requests`]), completed with what is stored ([`prepare`], [`catalogue`]),
//! judged ([`stacking`], [`rules`], [`formula`], [`calculate`]) and then, for a redemption, carried
//! out ([`redeem`], [`roll_back`], [`sessions`]). Where Voucherify's documentation is silent, the file that decides
//! says so.

use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::web::ServiceConfig;
use time::OffsetDateTime;

use crate::kit::clock::Clock;

pub mod calculate;
pub mod campaigns;
pub mod card;
pub mod catalogue;
mod control;
pub mod describe;
pub mod discount;
pub mod error;
pub mod formula;
mod guard;
pub mod ids;
pub mod loyalty;
pub mod model;
pub mod prepare;
pub mod project;
pub mod redeem;
pub mod requests;
pub mod results;
pub mod roll_back;
mod routes;
pub mod rules;
mod seed;
pub mod sessions;
pub mod stacking;
pub mod stacking_rules;
pub mod store;
mod terse;
pub mod views;
pub mod vouchers;

use project::Project;

/// What the Voucherify stand-in knows.
#[derive(Debug)]
pub struct State {
    /// The clock shared with the other listener.
    pub clock: Clock,
    project: Mutex<Project>,
}

impl State {
    /// The demo project.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let project = Mutex::new(Project::demo(clock.now()));
        Self { clock, project }
    }

    /// The project, locked.
    pub fn lock(&self) -> MutexGuard<'_, Project> {
        self.project.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now, and the project as it is now: without the sessions whose time is over.
    pub fn now_and_project(&self) -> (OffsetDateTime, MutexGuard<'_, Project>) {
        let now = self.clock.now();
        let mut project = self.lock();
        project.expire_sessions(now);
        (now, project)
    }

    /// Back to the demo project.
    pub fn reset(&self) {
        *self.lock() = Project::demo(self.clock.now());
    }
}

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
