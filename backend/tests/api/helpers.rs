//! The app with both stand-ins, connected the way a merchant does it.

use std::{
    io::Write,
    ops::Deref,
    process::Command,
    sync::{Arc, Mutex, OnceLock},
};

use figment::{
    Figment,
    providers::{Format, Toml},
};
use reqwest::{Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use tracing_subscriber::fmt::MakeWriter;
use voucherbridge::{
    clock::RandomIds,
    config::Config,
    database::stores::StoreRecord,
    domain::{Currency, Region, StoreHash},
    flows::merchant::{
        change_settings::Choices,
        connect::{self, ConnectError, ConnectReport, ConnectRequest},
    },
    server::{self, RunningApp},
};
pub use voucherbridge_test_support::connected::STORE;
use voucherbridge_test_support::{
    clock::clock_of, connected, database::TestDatabase, platforms::Platforms, process::free_port,
};

pub const CONFIG: &str = "voucherbridge.toml";
pub const MASTER_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// Nothing may ever print these.
pub const SECRETS: [&str; 4] = [
    connected::ACCESS_TOKEN,
    connected::CLIENT_SECRET,
    connected::VOUCHERIFY_SECRET_KEY,
    MASTER_KEY,
];

pub struct TestApp {
    pub platforms: Platforms,
    pub running: RunningApp,
    pub url: String,
    pub database: TestDatabase,
    /// Its configuration.
    pub folder: TempDir,
}

impl Deref for TestApp {
    type Target = Platforms;

    fn deref(&self) -> &Platforms {
        &self.platforms
    }
}

impl TestApp {
    /// The server with the demo store connected.
    pub async fn connected() -> Self {
        let app = Self::start().await;
        app.connect().await.unwrap();
        app
    }

    /// The server, no store connected.
    pub async fn start() -> Self {
        log();
        let platforms = Platforms::start();
        let database = TestDatabase::sqlite();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let toml = format!(
            "listen = \"127.0.0.1:{port}\"\npublic_url = \"http://127.0.0.1:{port}\"\n\
             database_url = \"{}\"\nmaster_key = \"{MASTER_KEY}\"\n\
             bigcommerce_api_url = \"{}\"\nvoucherify_api_url = \"{}\"\n\
             upstream_timeout_ms = 2000\n",
            database.url(),
            platforms.stand_in.shop_url,
            platforms.stand_in.voucherify_url,
        );
        std::fs::write(folder.path().join(CONFIG), &toml).unwrap();
        let config = Config::from_figment(&Figment::new().merge(Toml::string(&toml))).unwrap();
        let clock = clock_of(&platforms.stand_in);
        let running = server::start_without_worker(config, clock, Arc::new(RandomIds))
            .await
            .unwrap();
        let url = format!("http://{}", running.address);
        Self {
            platforms,
            running,
            url,
            database,
            folder,
        }
    }

    pub async fn connect(&self) -> Result<ConnectReport, ConnectError> {
        connect::connect(
            &self.running.app.context,
            &self.running.app.connections,
            &Self::request(),
        )
        .await
    }

    pub fn request() -> ConnectRequest {
        ConnectRequest {
            store: Self::store(),
            client_id: connected::CLIENT_ID.to_owned(),
            client_secret: SecretString::from(connected::CLIENT_SECRET),
            access_token: SecretString::from(connected::ACCESS_TOKEN),
            voucherify_app_id: connected::VOUCHERIFY_APP_ID.to_owned(),
            voucherify_secret_key: SecretString::from(connected::VOUCHERIFY_SECRET_KEY),
            region: Region::Europe,
            currency: Currency::parse("USD").unwrap(),
            choices: Choices::default(),
            extra_origins: Vec::new(),
            actor: "test".to_owned(),
        }
    }

    pub fn store() -> StoreHash {
        connected::store()
    }

    pub fn to(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// The connected store as it is written down.
    pub async fn record(&self) -> StoreRecord {
        let store = &self.running.app.context.database;
        let found = store.store_record(&Self::store()).await;
        found.unwrap().unwrap()
    }

    pub async fn webhook_secret(&self) -> String {
        let connected = self
            .running
            .app
            .connections
            .connected(&Self::store())
            .await
            .unwrap();
        connected.webhook_secret.expose_secret().to_owned()
    }

    /// Runs the program beside the server, on the same database. Answers whether it ended well and
    /// what it printed.
    pub async fn command(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_voucherbridge"));
        let file = self.folder.path().join(CONFIG);
        command.arg("--config").arg(file).args(arguments);
        let output = spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).unwrap();
        (output.status.success(), printed)
    }

    /// What the server answers to a typed code, on a page in this language.
    pub async fn type_code(&self, checkout: &str, code: &str, locale: &str) -> Value {
        let path = format!("/{STORE}/checkouts/{checkout}/codes");
        let body = json!({ "code": code, "locale": locale });
        let answer = self.to(Method::POST, &path).json(&body).send().await;
        answer.unwrap().json().await.unwrap()
    }

    /// Has Voucherify answer every validation with this.
    pub async fn validations_answer(&self, body: &Value) {
        let action = json!({ "kind": "status", "status": 200, "body": body });
        let rule = json!({ "path": "/v1/validations", "action": action });
        self.fault(&self.stand_in.voucherify_url, &rule).await;
    }

    /// A checkout of the shop, ready to be paid.
    pub async fn checkout(&self) -> String {
        self.shopper().await.checkout
    }

    /// Everything either platform or our database holds that a request could have changed.
    pub async fn state(&self) -> Value {
        let shop = self.shop_state().await;
        let mut vouchers = self.voucherify_state().await;
        vouchers.as_object_mut().unwrap().remove("now");
        let tables = [
            "locks",
            "jobs",
            "inbox",
            "redemptions",
            "stores",
            "audit_log",
        ];
        let count = |table: &str| (table.to_owned(), json!(self.database.count(table)));
        let rows: serde_json::Map<_, _> = tables.into_iter().map(count).collect();
        json!({ "shop": shop, "vouchers": vouchers, "rows": rows })
    }

    /// Asserts that nothing changed since; says where it did.
    pub async fn is_as(&self, before: &Value, case: &str) {
        let after = self.state().await;
        if let Some(place) = difference(before, &after) {
            panic!("{case}: changed{place}");
        }
    }
}

/// All that was logged by this process, by ours and others' code, down to traces of our own.
pub fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter("debug,voucherbridge=trace")
            .with_ansi(false)
            .with_writer(log.clone());
        subscriber.init();
        log
    })
}

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Asserts an error of the one shape; answers its code, message and field.
pub async fn error_of(answer: reqwest::Response, case: &str) -> (String, String, Option<String>) {
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let text = answer.text().await.unwrap();
    assert_eq!(kind, "application/json", "{case}: {text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    let error = &body["error"];
    let text = |key: &str| error[key].as_str().map(str::to_owned);
    let message = text("message").unwrap_or_else(|| panic!("{case}: {body}"));
    assert!(message.len() > 10, "{case}: {message}");
    (text("code").unwrap(), message, text("field"))
}

/// The first place where two values differ, and how.
pub fn difference(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            a.iter().find_map(|(key, one)| {
                let other = b.get(key).unwrap_or(&Value::Null);
                difference(one, other).map(|rest| format!(".{key}{rest}"))
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (one, other))| {
                difference(one, other).map(|rest| format!("[{at}]{rest}"))
            })
        }
        _ if one == other => None,
        _ => Some(format!(": {one} is now {other}")),
    }
}
