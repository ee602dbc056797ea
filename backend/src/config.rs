//! Configuration: `voucherbridge.toml`, then the environment (`VOUCHERBRIDGE_*`, `DATABASE_URL`).

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::crypto::{self, CryptoError, Sealer};

/// The file read when no other is named.
pub const FILE: &str = "voucherbridge.toml";
const PREFIX: &str = "VOUCHERBRIDGE_";
const KEYS: [&str; 12] = [
    "listen",
    "public_url",
    "database_url",
    "master_key",
    "demo",
    "bigcommerce_api_url",
    "voucherify_api_url",
    "lock_minutes",
    "unpaid_days",
    "upstream_timeout_ms",
    "log",
    "log_format",
];

/// What the operator decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    #[serde(default = "default_listen")]
    pub listen: String,
    /// Under which address BigCommerce and the shoppers' browsers reach us.
    #[serde(default = "default_public_url")]
    pub public_url: Url,
    /// `sqlite://…` or `postgres://…`; it can hold a password.
    #[serde(default = "default_database_url")]
    pub database_url: SecretString,
    /// 32 bytes in base64; seals the stores' secrets.
    #[serde(default)]
    pub master_key: Option<SecretString>,
    /// Whether a master key may be made up and kept in a file beside the SQLite file.
    #[serde(default)]
    pub demo: bool,
    /// Address of BigCommerce's management API.
    #[serde(default = "default_bigcommerce_api_url")]
    pub bigcommerce_api_url: Url,
    /// Address of Voucherify's API; by default that of each store's region.
    #[serde(default)]
    pub voucherify_api_url: Option<Url>,
    /// How long a code stays held for a checkout that nobody touches.
    #[serde(default = "default_lock_minutes")]
    pub lock_minutes: i64,
    /// How long an order may wait for its payment before its codes come free.
    #[serde(default = "default_unpaid_days")]
    pub unpaid_days: i64,
    /// How long a platform may take to answer.
    #[serde(default = "default_upstream_timeout_ms")]
    pub upstream_timeout_ms: u64,
    /// What is logged (`tracing` filter).
    #[serde(default = "default_log")]
    pub log: String,
    /// How it is logged.
    #[serde(default)]
    pub log_format: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// For machines.
    Json,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is missing, unknown or of the wrong kind.
    #[error("{}", sentences(.0))]
    Figment(Box<figment::Error>),
    /// A value is of the right kind and still impossible.
    #[error("`{key}` (environment: {PREFIX}{}): {problem}", .key.to_uppercase())]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The named file does not exist.
    #[error("the configuration file {0} does not exist")]
    NoFile(String),
    /// There is no master key.
    #[error(
        "no master key: set `master_key` (environment: VOUCHERBRIDGE_MASTER_KEY) to 32 random \
         bytes in base64, for example from: openssl rand -base64 32"
    )]
    NoMasterKey,
    /// The master key is unusable.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

fn default_listen() -> String {
    "127.0.0.1:4030".to_owned()
}

fn default_public_url() -> Url {
    constant("http://localhost:4030")
}

fn default_database_url() -> SecretString {
    SecretString::from("sqlite://voucherbridge.sqlite")
}

fn default_bigcommerce_api_url() -> Url {
    constant("https://api.bigcommerce.com")
}

#[allow(clippy::expect_used)] // constants, read at start-up
fn constant(address: &str) -> Url {
    Url::parse(address).expect("a constant address")
}

fn default_lock_minutes() -> i64 {
    120
}

fn default_unpaid_days() -> i64 {
    14
}

fn default_upstream_timeout_ms() -> u64 {
    5000
}

fn default_log() -> String {
    "info,actix_server=warn".to_owned()
}

impl Config {
    /// Reads the file (the default one may be missing) and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(file) = file.filter(|file| !file.exists()) {
            return Err(ConfigError::NoFile(file.display().to_string()));
        }
        let file = file.unwrap_or(Path::new(FILE));
        let mut figment = Figment::new();
        if file.exists() {
            figment = figment.merge(Toml::file_exact(file));
        }
        Self::from_figment(&figment.merge(environment()))
    }

    /// Reads what `figment` holds.
    pub fn from_figment(figment: &Figment) -> Result<Self, ConfigError> {
        let config: Self = figment
            .extract()
            .map_err(|error| ConfigError::Figment(Box::new(error)))?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, problem: &str| {
            Err(ConfigError::Value {
                key,
                problem: problem.to_owned(),
            })
        };
        if self.public_url.host().is_none() {
            return wrong("public_url", "must be an http or https address");
        }
        if !(1..=24 * 60).contains(&self.lock_minutes) {
            return wrong("lock_minutes", "must be between 1 and 1440");
        }
        if !(1..=90).contains(&self.unpaid_days) {
            return wrong("unpaid_days", "must be between 1 and 90");
        }
        // A flow of several calls has to end before its lease on the checkout does.
        if !(100..=8_000).contains(&self.upstream_timeout_ms) {
            return wrong("upstream_timeout_ms", "must be between 100 and 8000");
        }
        Ok(())
    }

    /// How long a platform may take to answer.
    #[must_use]
    pub fn upstream_timeout(&self) -> Duration {
        Duration::from_millis(self.upstream_timeout_ms)
    }

    /// What seals secrets with the master key; in a demo, with one made up.
    pub fn sealer(&self) -> Result<Sealer, ConfigError> {
        if let Some(key) = &self.master_key {
            return Ok(Sealer::new(key)?);
        }
        match self.demo_key_file() {
            Some(file) => Ok(Sealer::new(&crypto::demo_key(&file)?)?),
            None => Err(ConfigError::NoMasterKey),
        }
    }

    fn demo_key_file(&self) -> Option<PathBuf> {
        let database = self.database_url.expose_secret();
        let file = database.strip_prefix("sqlite:")?.trim_start_matches("//");
        let file = file.split('?').next().unwrap_or(file);
        self.demo.then(|| PathBuf::from(format!("{file}-demo-key")))
    }
}

fn environment() -> Figment {
    // Other variables begin with the same prefix: connect's secrets, tests' switches.
    let ours = Env::prefixed(PREFIX).only(&KEYS);
    let database = Env::raw().only(&["DATABASE_URL"]);
    Figment::new().merge(database).merge(ours)
}

/// One sentence a problem, naming the key and where it came from. Figment's own sentences quote
/// what they found; a wrong value could be a secret in the wrong place.
fn sentences(error: &figment::Error) -> String {
    let sentence = |error: figment::Error| {
        let key = error.path.join(".");
        let source = error
            .metadata
            .as_ref()
            .map(|source| source.name.to_string());
        let source = source.unwrap_or_else(|| "the configuration".to_owned());
        match error.kind {
            figment::error::Kind::UnknownField(field, _) => {
                format!("{source}: unknown key `{field}`")
            }
            figment::error::Kind::InvalidType(_, expected) => {
                format!("{source}: `{key}` must be {expected}")
            }
            figment::error::Kind::UnknownVariant(_, variants) => {
                format!("{source}: `{key}` must be one of {}", variants.join(", "))
            }
            figment::error::Kind::Message(_) if !key.is_empty() => {
                format!("{source}: `{key}` has an unusable value")
            }
            kind => format!("{source}: {kind}"),
        }
    };
    error
        .clone()
        .into_iter()
        .map(sentence)
        .collect::<Vec<_>>()
        .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(toml: &str) -> Result<Config, ConfigError> {
        Config::from_figment(&Figment::new().merge(Toml::string(toml)))
    }

    #[test]
    fn has_a_default_for_everything_but_the_key() {
        let config = read("").unwrap();
        assert_eq!(config.listen, "127.0.0.1:4030");
        assert_eq!(config.lock_minutes, 120);
        assert!(matches!(config.sealer(), Err(ConfigError::NoMasterKey)));
    }

    #[test]
    fn names_the_key_at_fault_and_quotes_no_value() {
        for (toml, key) in [
            ("lock_minutes = \"hunter2\"", "lock_minutes"),
            ("lock_minutes = 0", "lock_minutes"),
            ("public_url = \"hunter2\"", "public_url"),
            ("upstream_timeout_ms = 5", "upstream_timeout_ms"),
            ("master_kye = \"hunter2\"", "master_kye"),
            ("log_format = \"hunter2\"", "log_format"),
            ("master_key = [\"hunter2\"]", "master_key"),
        ] {
            let error = read(toml).unwrap_err().to_string();
            assert!(error.contains(key), "{toml}: {error}");
            assert!(!error.contains("hunter2"), "{toml}: {error}");
        }
    }

    #[test]
    fn makes_up_a_key_for_a_demo_only() {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}/demo.sqlite", folder.path().display());
        let demo = read(&format!("database_url = \"{database}\"\ndemo = true")).unwrap();
        assert!(demo.sealer().is_ok());
        assert!(folder.path().join("demo.sqlite-demo-key").exists());
        let real = read(&format!("database_url = \"{database}\"")).unwrap();
        assert!(matches!(real.sealer(), Err(ConfigError::NoMasterKey)));
    }
}
