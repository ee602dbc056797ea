//! Time and identifiers, passed in so that tests decide both.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use uuid::Uuid;

use crate::domain::{LockId, NativeSuffix};

/// A minute in milliseconds, the unit of all stored times.
pub const MINUTE_MS: i64 = 60_000;

/// The clock every flow is given.
pub type SharedClock = Arc<dyn Clock>;
/// The id source every flow is given.
pub type SharedIds = Arc<dyn Ids>;

/// A source of time.
pub trait Clock: Send + Sync + 'static {
    /// Now, in Unix milliseconds.
    fn now_ms(&self) -> i64;
    /// Waits; a manual clock returns at once, having moved on by `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The machine's clock, moved by a fixed offset (zero in production).
#[derive(Debug, Default)]
pub struct SystemClock {
    offset_ms: i64,
}

impl SystemClock {
    /// A clock that runs `offset_ms` ahead: how the crash tests outlive a dead process's leases.
    #[must_use]
    pub fn ahead_by(offset_ms: i64) -> Self {
        Self { offset_ms }
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that reads the machine's clock
    fn now_ms(&self) -> i64 {
        let now = time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
        i64::try_from(now).unwrap_or(i64::MAX) + self.offset_ms
    }

    #[allow(clippy::disallowed_methods)] // the one place that really waits
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Starts at `now_ms`.
    #[must_use]
    pub fn at(now_ms: i64) -> Self {
        Self(AtomicI64::new(now_ms))
    }

    /// Moves on.
    pub fn advance(&self, duration: Duration) {
        let by = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }
}

/// A source of identifiers.
pub trait Ids: Send + Sync + 'static {
    /// A new lock's id.
    fn lock_id(&self) -> LockId;
    /// The random end of a native code.
    fn native_suffix(&self) -> NativeSuffix;
}

/// Identifiers nobody can guess.
#[derive(Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn lock_id(&self) -> LockId {
        LockId::from_uuid(Uuid::now_v7())
    }

    fn native_suffix(&self) -> NativeSuffix {
        NativeSuffix::from_bits(rand::random())
    }
}

/// Identifiers that count upwards, for tests.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn lock_id(&self) -> LockId {
        let next = self.0.fetch_add(1, Ordering::SeqCst);
        LockId::from_uuid(Uuid::from_u128(u128::from(next) + 1))
    }

    fn native_suffix(&self) -> NativeSuffix {
        let next = self.0.fetch_add(1, Ordering::SeqCst);
        NativeSuffix::from_bits(u32::try_from(next).unwrap_or(u32::MAX))
    }
}
