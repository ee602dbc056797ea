//! The program's parts without the server: the server and the command line both work with them.

use std::sync::Arc;

use crate::{
    clock::{SharedClock, SharedIds},
    config::{Config, ConfigError},
    connections::{Clients, Connections},
    context::{Context, Limits},
    database::{Database, DatabaseError},
};

/// Why it could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The configuration is unusable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database is unusable.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// No TLS, no calls.
    #[error("the HTTP client could not be made: {0}")]
    Http(#[from] reqwest::Error),
}

/// Everything but the server.
#[derive(Clone)]
pub struct App {
    /// The configuration.
    pub config: Arc<Config>,
    /// What flows are given.
    pub context: Arc<Context>,
    /// The connected stores.
    pub connections: Connections,
}

impl App {
    /// Opens the database and puts everything together.
    pub async fn open(
        config: Config,
        clock: SharedClock,
        ids: SharedIds,
    ) -> Result<Self, OpenError> {
        use secrecy::ExposeSecret;
        let sealer = config.sealer()?;
        let database = Database::connect(config.database_url.expose_secret()).await?;
        let limits = Limits {
            lock_minutes: config.lock_minutes,
            unpaid_days: config.unpaid_days,
            upstream_timeout: config.upstream_timeout(),
        };
        let config = Arc::new(config);
        let clients = Clients::new(Arc::clone(&config), Arc::clone(&clock))?;
        let connections = Connections::new(database.clone(), sealer, clients);
        let source = Box::new(connections.clone());
        let context = Arc::new(Context::new(database, clock, ids, limits, source));
        Ok(Self {
            config,
            context,
            connections,
        })
    }
}
