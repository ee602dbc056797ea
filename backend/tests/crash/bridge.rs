//! The backend as a process of its own.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// A running backend; dropping it kills it.
pub struct Bridge {
    child: Child,
    url: String,
    client: reqwest::Client,
}

/// Where and how a backend is started.
#[derive(Clone)]
pub struct Recipe {
    pub folder: PathBuf,
    pub port: u16,
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
            .env("VOUCHERBRIDGE_DATABASE_URL", self.database())
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

    fn database(&self) -> String {
        format!("sqlite://{}", self.database_file().display())
    }

    pub fn database_file(&self) -> PathBuf {
        self.folder.join("voucherbridge.sqlite")
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
        let child = command
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let url = format!("http://localhost:{}", self.port);
        let mut bridge = Bridge {
            child,
            url,
            client: reqwest::Client::new(),
        };
        bridge.until_ready(&self.folder).await;
        bridge
    }
}

impl Bridge {
    async fn until_ready(&mut self, folder: &Path) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.is_dead() {
            let ready = self.client.get(format!("{}/readyz", self.url)).send().await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "not ready: see {}",
                folder.display()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Whether it has killed itself.
    pub fn is_dead(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Types a code as the module would; `None` when there was no answer.
    pub async fn type_code(&self, checkout: &str, code: &str) -> Option<Value> {
        let url = format!("{}/demo1store/checkouts/{checkout}/codes", self.url);
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
            "{}/demo1store/checkouts/{checkout}/codes/{native_code}",
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
        let url = format!("{}/demo1store/checkouts/{checkout}/{what}", self.url);
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

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
