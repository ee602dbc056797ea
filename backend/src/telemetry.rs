//! Logs and metrics. Codes are logged at debug only; tokens and keys never.

use std::{io::IsTerminal, sync::OnceLock};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{Config, ConfigError, LogFormat};

/// Upper bounds of the latency histograms, in seconds.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Starts logging, to the standard error. A second call in one process changes nothing.
pub fn start_logging(config: &Config) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| ConfigError::Value {
        key: "log",
        problem: error.to_string(),
    })?;
    let registry = tracing_subscriber::registry().with(filter);
    let writer = std::io::stderr;
    let ansi = writer().is_terminal();
    let started = match config.log_format {
        LogFormat::Json => registry
            .with(fmt::layer().json().with_writer(writer))
            .try_init(),
        LogFormat::Pretty => registry
            .with(fmt::layer().compact().with_ansi(ansi).with_writer(writer))
            .try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
    Ok(())
}

/// The process's metrics, as `/metrics` shows them.
pub fn metrics() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let suffix = Matcher::Suffix("_seconds".to_owned());
        let recorder = match builder.set_buckets_for_metric(suffix, &SECONDS) {
            Ok(builder) => builder.build_recorder(),
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder takes the metrics");
        }
        describe();
        handle
    })
}

fn describe() {
    metrics::describe_counter!(
        "voucherbridge_upstream_requests_total",
        "Calls to BigCommerce and Voucherify, by operation and outcome"
    );
    metrics::describe_histogram!(
        "voucherbridge_upstream_seconds",
        "How long BigCommerce and Voucherify took to answer"
    );
    metrics::describe_counter!(
        "voucherbridge_jobs_parked_total",
        "Jobs that cannot be done and wait for a person, by kind"
    );
    metrics::describe_gauge!(
        "voucherbridge_scripts_gone",
        "Scripts that we installed and that the store no longer has"
    );
    metrics::describe_counter!(
        "voucherbridge_webhooks_mended_total",
        "Webhooks that were switched off or gone, and are there again"
    );
    metrics::describe_counter!(
        "voucherbridge_orders_held_back_total",
        "Orders that were not placed at once because their codes changed"
    );
    metrics::describe_counter!(
        "voucherbridge_http_requests_total",
        "Requests answered, by route and status"
    );
    metrics::describe_histogram!(
        "voucherbridge_http_seconds",
        "How long requests took to answer"
    );
}
