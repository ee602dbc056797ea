//! The connected stores: their clients and secrets, unsealed here and nowhere else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::SecretString;
use url::Url;

use crate::{
    bigcommerce,
    clock::SharedClock,
    config::Config,
    context::{Boxed, Connection, ConnectionSource, Delivery},
    crypto::{CryptoError, Sealed, Sealer},
    database::{Database, DatabaseError, stores::StoreRecord},
    domain::{Region, StoreHash},
    error::FlowError,
    voucherify,
};

/// A store's record is read again this often: a `connect` or `disconnect` by the command line, or
/// by another replica, is noticed within it.
pub const FRESH_MS: i64 = 3_000;

/// Names of the sealed fields: a sealed secret can be read only under its own.
pub(crate) mod field {
    pub(crate) const ACCESS_TOKEN: &str = "access_token";
    pub(crate) const CLIENT_SECRET: &str = "client_secret";
    pub(crate) const WEBHOOK_SECRET: &str = "webhook_secret";
    pub(crate) const VOUCHERIFY_SECRET_KEY: &str = "voucherify_secret_key";
}

/// Why a store's connection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The store is not connected.
    #[error("the store is not connected")]
    UnknownStore,
    /// Its record cannot be read.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Its secrets cannot be read.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// Its region has no address.
    #[error("the Voucherify address is unusable")]
    Address,
}

/// A connected store with all that its record holds.
#[derive(Debug)]
pub struct ConnectedStore {
    /// Settings and clients.
    pub connection: Arc<Connection>,
    /// What BigCommerce signs webhooks with.
    pub client_secret: SecretString,
    /// What BigCommerce sends along with webhooks.
    pub webhook_secret: SecretString,
    /// Sites whose checkout may call us.
    pub origins: Vec<String>,
    record: StoreRecord,
}

/// What makes clients for a store out of its credentials.
#[derive(Debug, Clone)]
pub struct Clients {
    http: reqwest::Client,
    config: Arc<Config>,
    clock: SharedClockDebug,
}

/// A clock, in a struct that can be printed.
#[derive(Clone)]
struct SharedClockDebug(SharedClock);

impl std::fmt::Debug for SharedClockDebug {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Clock")
    }
}

impl Clients {
    /// Clients on one HTTP client.
    pub fn new(config: Arc<Config>, clock: SharedClock) -> reqwest::Result<Self> {
        let http = crate::http_client(config.upstream_timeout())?;
        Ok(Self {
            http,
            config,
            clock: SharedClockDebug(clock),
        })
    }

    /// BigCommerce's management API of a store.
    #[must_use]
    pub fn bigcommerce(&self, store: &StoreHash, token: SecretString) -> bigcommerce::Client {
        bigcommerce::Client::new(
            self.http.clone(),
            &self.config.bigcommerce_api_url,
            store,
            token,
            self.config.upstream_timeout(),
            self.clock.0.clone(),
        )
    }

    /// Voucherify's API of a project.
    pub fn voucherify(
        &self,
        region: Region,
        app_id: &str,
        secret_key: SecretString,
    ) -> Result<voucherify::Client, url::ParseError> {
        let url: Url = match &self.config.voucherify_api_url {
            Some(url) => url.clone(),
            None => region.api_url()?,
        };
        Ok(voucherify::Client::new(
            self.http.clone(),
            &url,
            app_id.to_owned(),
            secret_key,
            self.config.upstream_timeout(),
            self.clock.0.clone(),
        ))
    }
}

/// The connected stores; cheap to clone.
#[derive(Debug, Clone)]
pub struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    sealer: Sealer,
    clients: Clients,
    known: Mutex<HashMap<StoreHash, Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    connected: Arc<ConnectedStore>,
    read_at_ms: i64,
}

impl Connections {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(database: Database, sealer: Sealer, clients: Clients) -> Self {
        Self(Arc::new(Inner {
            database,
            sealer,
            clients,
            known: Mutex::default(),
        }))
    }

    /// A connected store.
    pub async fn connected(
        &self,
        hash: &StoreHash,
    ) -> Result<Arc<ConnectedStore>, ConnectionError> {
        let inner = &self.0;
        let now = inner.clients.clock.0.now_ms();
        let known = inner.lock().get(hash).cloned();
        if let Some(known) = known
            .as_ref()
            .filter(|known| now - known.read_at_ms < FRESH_MS)
        {
            return Ok(Arc::clone(&known.connected));
        }
        let Some(record) = inner.database.store_record(hash).await? else {
            self.forget(hash);
            return Err(ConnectionError::UnknownStore);
        };
        // An unchanged record keeps its clients, which remember the platforms' rate limits.
        let connected = match known {
            Some(known) if known.connected.record == record => known.connected,
            _ => Arc::new(inner.connect(record)?),
        };
        let fresh = Known {
            connected: Arc::clone(&connected),
            read_at_ms: now,
        };
        inner.lock().insert(hash.clone(), fresh);
        Ok(connected)
    }

    /// What makes clients of credentials.
    #[must_use]
    pub fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// What seals secrets.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    /// Under which address BigCommerce and the shoppers' browsers reach us.
    #[must_use]
    pub fn public_url(&self) -> &Url {
        &self.0.clients.config.public_url
    }

    /// Reads the store's record anew at the next call: it was changed by this process.
    pub fn forget(&self, hash: &StoreHash) {
        self.0.lock().remove(hash);
    }
}

impl Inner {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<StoreHash, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self, record: StoreRecord) -> Result<ConnectedStore, ConnectionError> {
        let hash = &record.hash;
        let unseal = |field, sealed: &Sealed| self.sealer.unseal(hash, field, sealed);
        let key = unseal(field::VOUCHERIFY_SECRET_KEY, &record.voucherify_secret_key)?;
        let app_id = &record.voucherify_app_id;
        let voucherify = self
            .clients
            .voucherify(record.voucherify_region, app_id, key);
        let token = unseal(field::ACCESS_TOKEN, &record.access_token)?;
        let connection = Connection {
            store: hash.clone(),
            settings: record.settings.clone(),
            bigcommerce: self.clients.bigcommerce(hash, token),
            voucherify: voucherify.map_err(|_| ConnectionError::Address)?,
        };
        Ok(ConnectedStore {
            connection: Arc::new(connection),
            client_secret: unseal(field::CLIENT_SECRET, &record.client_secret)?,
            webhook_secret: unseal(field::WEBHOOK_SECRET, &record.webhook_secret)?,
            origins: record.origins.clone(),
            record,
        })
    }
}

impl ConnectionSource for Connections {
    fn connection<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Arc<Connection>>, FlowError>> {
        Box::pin(async move {
            match self.connected(store).await {
                Ok(connected) => Ok(Some(Arc::clone(&connected.connection))),
                Err(ConnectionError::UnknownStore) => Ok(None),
                Err(ConnectionError::Database(error)) => Err(error.into()),
                // A master key that is put right again makes every waiting job possible.
                Err(error) => Err(FlowError::Unusable(error.to_string())),
            }
        })
    }

    fn delivery<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Delivery>, FlowError>> {
        Box::pin(async move {
            let connected = self.connected(store).await;
            let connected = connected.map_err(|error| FlowError::Unusable(error.to_string()))?;
            let destination = bigcommerce::webhook_destination(self.public_url(), store)
                .ok_or_else(|| FlowError::Unusable(bigcommerce::UNREACHABLE.to_owned()))?;
            Ok(Some(Delivery {
                destination,
                secret: connected.webhook_secret.clone(),
            }))
        })
    }
}
