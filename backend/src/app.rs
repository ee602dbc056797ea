//! Starting and stopping: what the program is made of, and the server it is served by.

use std::{io, net::SocketAddr, sync::Arc};

use actix_web::{HttpServer, dev::ServerHandle, web::Data};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    clock::{SharedClock, SharedIds},
    config::{Config, ConfigError},
    connections::{Clients, Connections},
    context::{Context, Limits},
    crypto::Sealer,
    error::FlowError,
    flows::upkeep::recover,
    routes,
    store::{Store, StoreError},
    telemetry, worker,
};

/// How long requests under way may take to end when the server stops, in seconds.
const LAST_WORDS_SECONDS: u64 = 15;

/// Why the program did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is unusable.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database is unusable.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What a crash left behind could not be taken up.
    #[error("recovering after a crash failed: {0}")]
    Recovery(#[from] FlowError),
    /// No TLS, no calls.
    #[error("the HTTP client could not be made: {0}")]
    Http(#[from] reqwest::Error),
    /// The port is taken, or is none.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// As configured.
        address: String,
        /// The system's reason.
        source: io::Error,
    },
}

/// Everything but the server: what the command line works with as well.
#[derive(Clone)]
pub struct App {
    /// The configuration.
    pub config: Arc<Config>,
    /// What flows are given.
    pub context: Arc<Context>,
    /// The connected stores.
    pub connections: Connections,
    /// What makes clients of credentials.
    pub clients: Clients,
    /// What seals secrets.
    pub sealer: Sealer,
}

impl App {
    /// Opens the database and puts everything together.
    pub async fn open(
        config: Config,
        clock: SharedClock,
        ids: SharedIds,
    ) -> Result<Self, StartError> {
        use secrecy::ExposeSecret;
        let sealer = config.sealer()?;
        let store = Store::connect(config.database_url.expose_secret()).await?;
        let limits = Limits {
            lock_minutes: config.lock_minutes,
            unpaid_days: config.unpaid_days,
            upstream_timeout: config.upstream_timeout(),
        };
        let config = Arc::new(config);
        let clients = Clients::new(Arc::clone(&config), Arc::clone(&clock))?;
        let connections = Connections::new(store.clone(), sealer.clone(), clients.clone());
        let connector = Box::new(connections.clone());
        let context = Arc::new(Context::new(store, clock, ids, limits, connector));
        Ok(Self {
            config,
            context,
            connections,
            clients,
            sealer,
        })
    }
}

/// A running server. It goes on when this is dropped; [`RunningApp::stop`] ends it.
pub struct RunningApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it is made of.
    pub app: App,
    server: ServerHandle,
    serving: JoinHandle<io::Result<()>>,
    worker: Option<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

/// Starts the server and its worker.
pub async fn start(
    config: Config,
    clock: SharedClock,
    ids: SharedIds,
) -> Result<RunningApp, StartError> {
    let mut running = start_without_worker(config, clock, ids).await?;
    let app = running.app.clone();
    running.worker = Some(tokio::spawn(worker::run(app, running.stop.subscribe())));
    Ok(running)
}

/// Starts the server alone: tests run the worker's jobs themselves.
pub async fn start_without_worker(
    config: Config,
    clock: SharedClock,
    ids: SharedIds,
) -> Result<RunningApp, StartError> {
    telemetry::metrics();
    let app = App::open(config, clock, ids).await?;
    // Before the first request: what it frees must be a dead process's and not a request's.
    recover::recover(&app.context).await?;
    let listen = app.config.listen.clone();
    let failed = |source| StartError::Listen {
        address: listen.clone(),
        source,
    };
    let data = Data::new(app.clone());
    let server = HttpServer::new(move || routes::app(data.clone()))
        .disable_signals()
        .shutdown_timeout(LAST_WORDS_SECONDS)
        .bind(&listen)
        .map_err(failed)?;
    let no_address = || failed(io::Error::other("there is no address to listen on"));
    let address = server.addrs().first().copied().ok_or_else(no_address)?;
    let server = server.run();
    let handle = server.handle();
    tracing::info!(%address, "listening");
    Ok(RunningApp {
        address,
        app,
        server: handle,
        serving: tokio::spawn(server),
        worker: None,
        stop: watch::Sender::new(false),
    })
}

impl RunningApp {
    /// Lets requests and jobs under way end, then closes the database.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        self.server.stop(true).await;
        if let Ok(Err(error)) = self.serving.await {
            tracing::error!(%error, "the server ended badly");
        }
        if let Some(worker) = self.worker {
            let _ = worker.await;
        }
        self.app.context.store.close().await;
        tracing::info!("stopped");
    }
}
