//! The store behind its lock, as every route gets it.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::model::State;
use super::seed::demo_store;
use crate::kit::clock::Clock;

/// The state behind its lock.
#[derive(Debug)]
pub struct SharedState {
    state: Mutex<State>,
    /// Folder of the built pages.
    pub pages: Option<PathBuf>,
    /// Where the shop's first page reads the codes to try.
    pub codes_url: Option<String>,
}

impl SharedState {
    /// The demo store.
    #[must_use]
    pub fn new(clock: Clock, shop_url: &str, pages: Option<PathBuf>) -> Self {
        let state = Mutex::new(demo_store(clock, shop_url));
        Self {
            state,
            pages,
            codes_url: None,
        }
    }

    /// With codes to try, described there.
    #[must_use]
    pub fn with_codes(mut self, url: String) -> Self {
        self.codes_url = Some(url);
        self
    }

    /// The state, for as long as the guard lives. Never hold it across an await.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked while holding the lock must not take the others down.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
