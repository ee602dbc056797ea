//! Calls counted in fixed windows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::clock::Clock;

/// What the bucket says about one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Whether the call may be answered.
    pub allowed: bool,
    /// Calls of a window.
    pub limit: u32,
    /// Calls left in this window, after this one.
    pub left: u32,
    /// Length of a window in milliseconds.
    pub window_ms: u32,
    /// Milliseconds until the window ends.
    pub reset_ms: u32,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    window: i64,
    used: u32,
}

/// Buckets by key (a token, an application).
#[derive(Debug, Clone, Default)]
pub struct Buckets(Arc<Mutex<HashMap<String, Bucket>>>);

impl Buckets {
    /// Counts one call of `key`.
    #[must_use]
    pub fn take(&self, key: &str, limit: u32, window_ms: u32, clock: &Clock) -> Quota {
        let now = clock.now_ms();
        let length = i64::from(window_ms.max(1));
        let window = now.div_euclid(length);
        let reset_ms = u32::try_from(length - now.rem_euclid(length)).unwrap_or(window_ms);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry(key.to_owned())
            .or_insert(Bucket { window, used: 0 });
        if bucket.window != window {
            *bucket = Bucket { window, used: 0 };
        }
        let allowed = bucket.used < limit;
        if allowed {
            bucket.used += 1;
        }
        Quota {
            allowed,
            limit,
            left: limit.saturating_sub(bucket.used),
            window_ms,
            reset_ms,
        }
    }

    /// All windows start afresh.
    pub fn reset(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_refuses_when_it_is_used_up_and_the_next_accepts() {
        let (clock, buckets) = (Clock::new(), Buckets::default());
        let hour = 3_600_000;
        assert_eq!(buckets.take("a", 2, hour, &clock).left, 1);
        assert!(buckets.take("a", 2, hour, &clock).allowed);
        let full = buckets.take("a", 2, hour, &clock);
        assert!(!full.allowed && full.left == 0 && full.reset_ms <= hour);
        assert!(buckets.take("b", 2, hour, &clock).allowed);
        clock.advance(3_600);
        assert!(buckets.take("a", 2, hour, &clock).allowed);
    }
}
