//! The program: `serve`, and the operator's commands.

mod cli;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Parser, Subcommand};
use cli::Failure;
use voucherbridge::{
    app::App,
    clock::{RandomIds, SharedClock, SystemClock},
    config::Config,
    server, telemetry,
};

/// Voucherify codes in the BigCommerce checkout.
#[derive(Debug, Parser)]
#[command(name = "voucherbridge", version)]
struct Arguments {
    /// The configuration file; by default voucherbridge.toml, if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "VOUCHERBRIDGE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the checkout module and receive webhooks.
    Serve,
    /// Connect a store, or change how it is connected.
    ///
    /// Secrets come from the environment: `VOUCHERBRIDGE_CONNECT_ACCESS_TOKEN`,
    /// `VOUCHERBRIDGE_CONNECT_CLIENT_SECRET` and `VOUCHERBRIDGE_CONNECT_VOUCHERIFY_SECRET_KEY`.
    Connect(cli::ConnectArguments),
    /// Install the checkout's script, or bring it up to date.
    InstallScripts(cli::InstallArguments),
    /// Remove the checkout's script.
    UninstallScripts(cli::StoreArguments),
    /// Remove everything we made in a store, and forget it.
    Disconnect(cli::DisconnectArguments),
    /// Show how codes behave in a store, or change it.
    Settings(cli::SettingsArguments),
    /// List orders that are not what their codes were validated for, and decide what becomes of them.
    Differences(cli::DifferencesArguments),
    /// List jobs that are parked because they cannot be done, and ask for them again.
    Jobs(cli::JobsArguments),
    /// List the connected stores.
    Status,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = Config::load(arguments.config.as_deref())?;
    telemetry::start_logging(&config)?;
    let clock: SharedClock = Arc::new(clock());
    if matches!(arguments.command, Command::Serve) {
        return serve(config, clock).await;
    }
    let app = App::open(config, clock, Arc::new(RandomIds)).await?;
    let done = match arguments.command {
        Command::Serve => Ok(()),
        Command::Connect(arguments) => cli::connect(&app, arguments).await,
        Command::InstallScripts(arguments) => cli::install_scripts(&app, arguments).await,
        Command::UninstallScripts(arguments) => cli::uninstall_scripts(&app, arguments).await,
        Command::Disconnect(arguments) => cli::disconnect(&app, arguments).await,
        Command::Settings(arguments) => cli::settings(&app, arguments).await,
        Command::Differences(arguments) => cli::differences(&app, arguments).await,
        Command::Jobs(arguments) => cli::jobs(&app, arguments).await,
        Command::Status => cli::status(&app).await,
    };
    app.context.database.close().await;
    done
}

async fn serve(config: Config, clock: SharedClock) -> Result<(), Failure> {
    survive_file_size_limit()?;
    let running = server::start(config, clock, Arc::new(RandomIds)).await?;
    // A platform that does not answer must not keep anyone from stopping us.
    tokio::select! {
        () = cli::warn_of_old_scripts(&running.app) => asked_to_stop().await?,
        stop = asked_to_stop() => stop?,
    }
    running.stop().await;
    Ok(())
}

/// A write beyond the limit of a file's size (`ulimit -f`) is to fail, not to end the process: the
/// signal SIGXFSZ, which is 25 on Linux and macOS, is taken, and nothing done about it.
fn survive_file_size_limit() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        const SIGXFSZ: i32 = 25;
        // Taken for as long as the process lives, by one listener that goes at once.
        drop(signal(SignalKind::from_raw(SIGXFSZ))?);
    }
    Ok(())
}

/// Waits for Ctrl-C or, as process managers send it, SIGTERM.
async fn asked_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

#[cfg(not(feature = "kill-points"))]
fn clock() -> SystemClock {
    SystemClock::default()
}

/// The crash tests start the process again later than it is.
#[cfg(feature = "kill-points")]
fn clock() -> SystemClock {
    let ahead = std::env::var("VOUCHERBRIDGE_CLOCK_AHEAD_MS").ok();
    SystemClock::ahead_by(ahead.and_then(|ms| ms.parse().ok()).unwrap_or(0))
}
