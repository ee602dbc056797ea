//! The stand-ins as a program.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;
use voucherbridge_stand_in::{StandIn, StandInOptions};

/// Imitations of BigCommerce and Voucherify for the demo and the tests.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Address of both listeners.
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Port of the BigCommerce stand-in (0: a free one).
    #[arg(long, default_value_t = 4010)]
    bigcommerce_port: u16,
    /// Port of the Voucherify stand-in (0: a free one).
    #[arg(long, default_value_t = 4020)]
    voucherify_port: u16,
    /// Folder of the shop's built pages.
    #[arg(long)]
    pages: Option<PathBuf>,
    /// Print the addresses as one line of JSON.
    #[arg(long)]
    announce: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let options = StandInOptions {
        host: arguments.host,
        bigcommerce_port: arguments.bigcommerce_port,
        voucherify_port: arguments.voucherify_port,
        pages: arguments.pages,
    };
    match StandIn::start(options) {
        Ok(stand_in) => run(stand_in, arguments.announce).await,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(stand_in: StandIn, announce: bool) -> ExitCode {
    let mut out = std::io::stdout();
    let (shop, voucherify) = (&stand_in.shop_url, &stand_in.voucherify_url);
    let written = if announce {
        writeln!(
            out,
            "{}",
            json!({"bigcommerce": shop, "voucherify": voucherify})
        )
    } else {
        writeln!(out, "Shop (BigCommerce): {shop}\nVoucherify: {voucherify}")
    };
    if written.and_then(|()| out.flush()).is_err() {
        return ExitCode::FAILURE;
    }
    match tokio::signal::ctrl_c().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
