//! Starting and stopping the server and what runs beside it.

use std::{io, net::SocketAddr, time::Duration};

use actix_web::{HttpServer, dev::ServerHandle, web::Data};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app::{App, OpenError},
    clock::{SharedClock, SharedIds},
    config::Config,
    error::FlowError,
    flows::upkeep::recover,
    routes, telemetry, worker,
};

/// How long requests under way may take to end when the server stops, in seconds.
const LAST_WORDS_SECONDS: u64 = 15;
/// How often the metrics are tidied.
const TIDY_METRICS_EVERY: Duration = Duration::from_secs(5);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program could not be put together.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What a crash left behind could not be taken up.
    #[error("recovering after a crash failed: {0}")]
    Recovery(#[from] FlowError),
    /// The port is taken, or is none.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// As configured.
        address: String,
        /// The system's reason.
        source: io::Error,
    },
}

/// A running server. It goes on when this is dropped; [`RunningApp::stop`] ends it.
pub struct RunningApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it is made of.
    pub app: App,
    server: ServerHandle,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Starts the server and its worker.
pub async fn start(
    config: Config,
    clock: SharedClock,
    ids: SharedIds,
) -> Result<RunningApp, StartError> {
    let running = start_without_worker(config, clock, ids).await?;
    let (app, stop) = (&running.app, &running.stop);
    let worker = worker::run(app.context.clone(), stop.clone());
    running.tasks.spawn(worker);
    let tidy = tidy_metrics(app.context.clock.clone());
    running
        .tasks
        .spawn(stop.clone().run_until_cancelled_owned(tidy));
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
    worker::plan_chores(&app.context).await?;
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
    let tasks = TaskTracker::new();
    tasks.spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the server ended badly");
        }
    });
    tracing::info!(%address, "listening");
    Ok(RunningApp {
        address,
        app,
        server: handle,
        tasks,
        stop: CancellationToken::new(),
    })
}

/// What is measured is kept one by one until somebody reads it, or tidies: nobody may ever read it.
async fn tidy_metrics(clock: SharedClock) {
    loop {
        clock.sleep(TIDY_METRICS_EVERY).await;
        telemetry::metrics().run_upkeep();
    }
}

impl RunningApp {
    /// Lets requests and jobs under way end, then closes the database.
    pub async fn stop(self) {
        self.stop.cancel();
        self.server.stop(true).await;
        self.tasks.close();
        self.tasks.wait().await;
        self.app.context.database.close().await;
        tracing::info!("stopped");
    }
}
