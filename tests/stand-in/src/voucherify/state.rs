//! The project behind its lock, as every route gets it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use time::OffsetDateTime;

use super::project::Project;
use super::seed::demo_project;
use crate::kit::clock::Clock;

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
        let project = Mutex::new(demo_project(clock.now()));
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
        *self.lock() = demo_project(self.clock.now());
    }
}
