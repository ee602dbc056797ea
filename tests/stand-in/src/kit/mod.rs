//! What both stand-ins need: a clock that tests move, faults, a call log, strict JSON, rate limits.

pub mod call_log;
pub mod clock;
pub mod control;
pub mod faults;
mod middleware;
pub mod rate_limit;
pub mod strict;

pub use middleware::{AuthorisedAs, watch};

use call_log::CallLog;
use clock::Clock;
use faults::Faults;
use rate_limit::Buckets;

/// The parts of one listener that its routes, its control API and the middleware share.
/// It is in the app data of each listener as `web::Data<Kit>`.
#[derive(Debug, Clone)]
pub struct Kit {
    /// The clock, shared by both listeners.
    pub clock: Clock,
    /// Calls of this listener.
    pub calls: CallLog,
    /// Faults of this listener.
    pub faults: Faults,
    /// Rate limits of this listener.
    pub buckets: Buckets,
    /// Which area a path belongs to.
    pub area_of: fn(&str) -> &'static str,
}

impl Kit {
    /// A kit for one listener.
    #[must_use]
    pub fn new(clock: Clock, area_of: fn(&str) -> &'static str) -> Self {
        Self {
            clock,
            calls: CallLog::default(),
            faults: Faults::default(),
            buckets: Buckets::default(),
            area_of,
        }
    }

    /// No faults, no calls, fresh rate limits, real time.
    pub fn reset(&self) {
        self.clock.reset();
        self.calls.clear();
        self.faults.clear();
        self.buckets.reset();
    }
}
