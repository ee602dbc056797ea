//! The backend as a process of its own.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use voucherbridge_test_support::{
    connected::STORE,
    process::{Process, readiness},
    waiting::until,
};

/// A running backend; dropping it kills it.
pub struct Bridge {
    process: Process,
    url: String,
    client: reqwest::Client,
}

/// Where and how a backend is started.
#[derive(Clone)]
pub struct Recipe {
    pub folder: PathBuf,
    pub port: u16,
    pub database_url: String,
    pub shop_url: String,
    pub voucherify_url: String,
}

impl Recipe {
    /// A command of the program on the recipe's database and platforms.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_voucherbridge"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("VOUCHERBRIDGE_LISTEN", format!("127.0.0.1:{}", self.port))
            .env(
                "VOUCHERBRIDGE_PUBLIC_URL",
                format!("http://localhost:{}", self.port),
            )
            .env("VOUCHERBRIDGE_DATABASE_URL", &self.database_url)
            .env(
                "VOUCHERBRIDGE_MASTER_KEY",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            )
            .env("VOUCHERBRIDGE_BIGCOMMERCE_API_URL", &self.shop_url)
            .env("VOUCHERBRIDGE_VOUCHERIFY_API_URL", &self.voucherify_url)
            .env("VOUCHERBRIDGE_UPSTREAM_TIMEOUT_MS", "1000")
            .env("VOUCHERBRIDGE_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    /// Starts the backend, to be killed at its `kill_at`-th point if given, and waits until it is
    /// ready or dead.
    pub async fn start(&self, kill_at: Option<u64>, ahead: Duration) -> Bridge {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("backend.log"))
            .unwrap();
        let mut command = self.command(&["serve"]);
        command.env(
            "VOUCHERBRIDGE_CLOCK_AHEAD_MS",
            ahead.as_millis().to_string(),
        );
        if let Some(point) = kill_at {
            command.env("VOUCHERBRIDGE_KILL_AT", point.to_string());
        }
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let mut bridge = Bridge {
            process: Process::start(&mut command),
            url: format!("http://localhost:{}", self.port),
            client: reqwest::Client::new(),
        };
        let what = format!("it is ready: see {}", self.folder.display());
        until(&what, async || bridge.is_ready_or_dead().await).await;
        bridge
    }
}

impl Bridge {
    async fn is_ready_or_dead(&mut self) -> bool {
        self.is_dead() || readiness(&self.client, &self.url).await == Some(200)
    }

    /// Whether it has killed itself.
    pub fn is_dead(&mut self) -> bool {
        !self.process.is_alive()
    }

    /// Types a code as the module would; `None` when there was no answer.
    pub async fn type_code(&self, checkout: &str, code: &str) -> Option<Value> {
        let url = format!("{}/{STORE}/checkouts/{checkout}/codes", self.url);
        let sent = self
            .client
            .post(url)
            .json(&json!({ "code": code }))
            .send()
            .await
            .ok()?;
        sent.json().await.ok()
    }

    /// Tells of a removal as the module would.
    pub async fn remove_code(&self, checkout: &str, native_code: &str) -> Option<Value> {
        let url = format!(
            "{}/{STORE}/checkouts/{checkout}/codes/{native_code}",
            self.url
        );
        self.client.delete(url).send().await.ok()?.json().await.ok()
    }

    /// Asks for a look at a changed checkout as the module would.
    pub async fn refresh(&self, checkout: &str) -> Option<Value> {
        self.look(checkout, "refresh").await
    }

    /// Asks before the order is placed as the module would.
    pub async fn before_order(&self, checkout: &str) -> Option<Value> {
        self.look(checkout, "before-order").await
    }

    async fn look(&self, checkout: &str, what: &str) -> Option<Value> {
        let url = format!("{}/{STORE}/checkouts/{checkout}/{what}", self.url);
        self.client
            .post(url)
            .json(&json!({}))
            .send()
            .await
            .ok()?
            .json()
            .await
            .ok()
    }
}
