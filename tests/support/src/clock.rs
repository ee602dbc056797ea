//! Time is the stand-ins', which tests move.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use voucherbridge::clock::{Clock, SharedClock};
use voucherbridge_stand_in::{StandIn, kit};

/// The stand-ins' clock as the backend's.
struct StandInClock(kit::clock::Clock);

impl Clock for StandInClock {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }

    // Leases are waited for in real time.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that shows what the stand-ins' shows.
#[must_use]
pub fn clock_of(stand_in: &StandIn) -> SharedClock {
    Arc::new(StandInClock(stand_in.shop_kit.clock.clone()))
}
