//! A process that a merchant's command runs in. It knows both platforms by nothing but their addresses.

use std::{ops::Deref, sync::Arc};

use figment::{
    Figment,
    providers::{Format, Toml},
};
use voucherbridge::{
    app::App,
    clock::{ManualClock, RandomIds},
    config::Config,
};

use super::opened::Opened;

/// When these tests begin.
pub const NOW: i64 = 1_800_000_000_000;

pub struct Process {
    app: App,
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
        let clock = Arc::new(ManualClock::at(NOW));
        let app = App::open(config, clock, Arc::new(RandomIds)).await.unwrap();
        Self { app }
    }
}
