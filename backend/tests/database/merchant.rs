//! A process that a merchant's command or the worker runs in. It knows both platforms by nothing but their addresses.

use std::{
    future::Future,
    ops::Deref,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use figment::{
    Figment,
    providers::{Format, Toml},
};
use voucherbridge::{
    app::App,
    clock::{Clock, RandomIds, SharedClock, SystemClock},
    config::Config,
};

use super::opened::Opened;

/// When these tests begin.
pub const NOW: i64 = 1_800_000_000_000;

/// A clock that a test sets. Who waits by it waits as long as by any other.
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        SystemClock::ahead_by(0).sleep(duration)
    }
}

pub struct Process {
    app: App,
    pub clock: Arc<SetClock>,
}

impl Deref for Process {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl Process {
    pub async fn on(opened: &Opened) -> Self {
        let toml = format!(
            "database_url = \"{}\"\nmaster_key = \"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\"",
            opened.url()
        );
        let config = Config::from_figment(&Figment::new().merge(Toml::string(&toml))).unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(NOW)));
        let shared: SharedClock = clock.clone();
        let app = App::open(config, shared, Arc::new(RandomIds))
            .await
            .unwrap();
        Self { app, clock }
    }
}
