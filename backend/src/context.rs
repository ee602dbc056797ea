//! What every flow is given.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    bigcommerce,
    clock::{SharedClock, SharedIds},
    domain::{OrderId, StoreHash},
    flows::FlowError,
    store::{Store, stores::StoreSettings},
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
pub trait Connector: Send + Sync + 'static {
    /// The connection of a store; `None` when it is not connected.
    fn connection<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Arc<Connection>>, FlowError>>;
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
    pub store: Store,
    /// Time.
    pub clock: SharedClock,
    /// Identifiers.
    pub ids: SharedIds,
    /// Numbers the operator may change.
    pub limits: Limits,
    connector: Box<dyn Connector>,
    work: Notify,
    last_done: Mutex<HashMap<(StoreHash, &'static str), i64>>,
    orders_read: Mutex<HashMap<StoreHash, Shown>>,
}

/// What a list showed of its orders (`bigcommerce::ChangedOrder`).
pub type Shown = HashMap<OrderId, u64>;

impl Context {
    /// Puts a context together.
    #[must_use]
    pub fn new(
        store: Store,
        clock: SharedClock,
        ids: SharedIds,
        limits: Limits,
        connector: Box<dyn Connector>,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            limits,
            connector,
            work: Notify::new(),
            last_done: Mutex::new(HashMap::new()),
            orders_read: Mutex::new(HashMap::new()),
        }
    }

    /// The connection of a store; `None` when it is not connected.
    pub async fn connection(
        &self,
        store: &StoreHash,
    ) -> Result<Option<Arc<Connection>>, FlowError> {
        self.connector.connection(store).await
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

    /// Tells an idle worker that there is a job.
    pub fn wake_worker(&self) {
        self.work.notify_one();
    }

    /// Waits to be told that there is a job.
    pub async fn work_asked_for(&self) {
        self.work.notified().await;
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

    /// Whether a chore of this process is due, which is then taken for done.
    pub fn is_due(&self, store: &StoreHash, chore: &'static str, every_ms: i64) -> bool {
        let now = self.clock.now_ms();
        let mut last_done = self
            .last_done
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let key = (store.clone(), chore);
        if last_done
            .get(&key)
            .is_some_and(|last| now - last < every_ms)
        {
            return false;
        }
        last_done.insert(key, now);
        true
    }
}
