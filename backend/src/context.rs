//! What every flow is given.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::sync::watch;
use url::Url;

use crate::{
    bigcommerce,
    clock::{SharedClock, SharedIds},
    database::Database,
    domain::{OrderId, StoreHash, settings::StoreSettings},
    error::FlowError,
    voucherify,
};

/// A connected store: its settings and a client for either platform.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The store.
    pub store: StoreHash,
    /// What its merchant chose.
    pub settings: StoreSettings,
    /// BigCommerce, with the store's token.
    pub bigcommerce: bigcommerce::Client,
    /// Voucherify, with the project's key.
    pub voucherify: voucherify::Client,
}

/// A future that names no type.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where connections come from: the one place that unseals a secret.
pub trait ConnectionSource: Send + Sync + 'static {
    /// The connection of a store; `None` when it is not connected.
    fn connection<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Arc<Connection>>, FlowError>>;

    /// Where the events of a connected store are to be delivered; `None` where none are.
    fn delivery<'a>(
        &'a self,
        _store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Delivery>, FlowError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// Where BigCommerce delivers a store's events.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The address.
    pub destination: Url,
    /// What every event brings along.
    pub secret: SecretString,
}

/// Numbers the operator may change.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long a native code lives, in minutes.
    pub lock_minutes: i64,
    /// How long an order may wait for its payment before its codes come free, in days.
    pub unpaid_days: i64,
    /// How long a call to a platform may take.
    pub upstream_timeout: Duration,
}

/// What every flow is given.
pub struct Context {
    /// The database.
    pub database: Database,
    /// Time.
    pub clock: SharedClock,
    /// Identifiers.
    pub ids: SharedIds,
    /// Numbers the operator may change.
    pub limits: Limits,
    source: Box<dyn ConnectionSource>,
    work: watch::Sender<()>,
    orders_read: Mutex<HashMap<StoreHash, Shown>>,
}

/// What a list showed of its orders (`bigcommerce::ChangedOrder`).
pub type Shown = HashMap<OrderId, u64>;

impl Context {
    /// Puts a context together.
    #[must_use]
    pub fn new(
        database: Database,
        clock: SharedClock,
        ids: SharedIds,
        limits: Limits,
        source: Box<dyn ConnectionSource>,
    ) -> Self {
        Self {
            database,
            clock,
            ids,
            limits,
            source,
            work: watch::Sender::default(),
            orders_read: Mutex::new(HashMap::new()),
        }
    }

    /// The connection of a store; `None` when it is not connected.
    pub async fn connection(
        &self,
        store: &StoreHash,
    ) -> Result<Option<Arc<Connection>>, FlowError> {
        self.source.connection(store).await
    }

    /// Where the events of a connected store are to be delivered; `None` where none are.
    pub async fn delivery(&self, store: &StoreHash) -> Result<Option<Delivery>, FlowError> {
        self.source.delivery(store).await
    }

    /// How long a request of ours may still be under way after it got no answer.
    #[must_use]
    pub fn straggling(&self) -> Duration {
        2 * self.limits.upstream_timeout
    }

    /// The same in milliseconds.
    #[must_use]
    pub fn straggling_ms(&self) -> i64 {
        i64::try_from(self.straggling().as_millis()).unwrap_or(i64::MAX)
    }

    /// Tells the worker that there is a job.
    pub fn wake_worker(&self) {
        self.work.send_replace(());
    }

    /// Changes each time the worker is told that there is a job.
    #[must_use]
    pub fn work(&self) -> watch::Receiver<()> {
        self.work.subscribe()
    }

    /// The changed orders of a store that were asked for, as this process last read them.
    pub fn orders_read(&self, store: &StoreHash) -> Shown {
        let read = self.orders_read.lock();
        let read = read.unwrap_or_else(PoisonError::into_inner);
        read.get(store).cloned().unwrap_or_default()
    }

    /// Keeps those of the newest reading.
    pub fn keep_orders_read(&self, store: &StoreHash, shown: Shown) {
        let read = self.orders_read.lock();
        let mut read = read.unwrap_or_else(PoisonError::into_inner);
        read.insert(store.clone(), shown);
    }
}
