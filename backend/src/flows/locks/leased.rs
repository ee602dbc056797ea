//! One piece of work at a time for a checkout, and none abandoned halfway by a closed connection.
//!
//! Whoever works on a checkout takes it first. Its locks are read once and known from then on; what is to be
//! written is gathered, and written in one transaction: before a platform is asked for what must not be lost,
//! and when the checkout is given back.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use tracing::warn;
use uuid::Uuid;

use crate::{
    context::{Boxed, Context},
    database::{
        DatabaseError, Tx,
        checkouts::{self, Lease, Left, Taken},
        dropped_codes as dropped,
        jobs::{self, JobKind},
        locks,
    },
    domain::{
        CheckoutId, Code, SessionKey, StoreHash,
        checkout_change::{Change, ChangeBy},
        lock::{Lock, LockState},
    },
    error::FlowError,
    flows::{
        later::FOLLOW_UP_MS,
        locks::{
            dropped_codes::{self, Lost},
            gathered::{Gathered, Place, Step, is_on_cart},
        },
    },
};

/// How long a lease lasts: a killed replica's work blocks its checkout this long at most.
const LEASE: Duration = Duration::from_secs(45);
/// Work ends before its lease does.
const LIMIT: Duration = Duration::from_secs(40);
const RETRY_EVERY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(3);

/// A checkout that nobody else works on.
pub(crate) struct Leased<'a> {
    pub(crate) context: &'a Context,
    pub(crate) store: &'a StoreHash,
    pub(crate) checkout: &'a CheckoutId,
    by: ChangeBy,
    owner: String,
    found: Taken,
    work: Mutex<Gathered>,
}

/// Runs `work` while nobody else works on the checkout.
pub(crate) fn exclusively<'a, T: Send>(
    context: &'a Context,
    store: &'a StoreHash,
    checkout: &'a CheckoutId,
    work: impl Future<Output = Result<T, FlowError>> + Send + 'a,
) -> Boxed<'a, Result<T, FlowError>> {
    let work = Box::pin(work);
    Box::pin(async move {
        let leased = Leased::take(context, store, checkout, ChangeBy::Job, false).await?;
        leased.through(work).await
    })
}

impl<'a> Leased<'a> {
    /// Waits until nobody else works on the checkout, and takes it. It is given back by [`Self::through`].
    ///
    /// Where something is on the cart and `begins` says so, a change of what its sessions hold begins at once.
    pub(crate) async fn take(
        context: &'a Context,
        store: &'a StoreHash,
        checkout: &'a CheckoutId,
        by: ChangeBy,
        begins: bool,
    ) -> Result<Self, FlowError> {
        let owner = Uuid::now_v7().to_string();
        let lease_ms = i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        let tries = PATIENCE.as_millis() / RETRY_EVERY.as_millis();
        for _ in 0..tries {
            let at_ms = context.clock.now_ms();
            let lease = Lease {
                owner: &owner,
                at_ms,
                until_ms: at_ms + lease_ms,
            };
            let mut tx = context.database.begin().await?;
            let taken = checkouts::take(tx.connection(), store, checkout, lease).await?;
            let Some(found) = taken else {
                drop(tx);
                context.clock.sleep(RETRY_EVERY).await;
                continue;
            };
            let all = locks::of_checkout(tx.connection(), store, checkout).await?;
            let begins = begins && all.iter().any(is_on_cart);
            let found = Taken {
                left: with_cut_off_apply(found.left, &all),
                ..found
            };
            let mut work = Gathered::default();
            work.know(all);
            let leased = Self {
                context,
                store,
                checkout,
                by,
                owner,
                found,
                work: Mutex::new(work),
            };
            if begins {
                leased.stage_beginning();
                leased.write_in(&mut tx).await?;
            }
            tx.commit().await?;
            return Ok(leased);
        }
        Err(FlowError::Busy)
    }

    /// Does the work, and gives the checkout back with what is left to be written.
    pub(crate) async fn through<T>(
        &self,
        work: impl Future<Output = Result<T, FlowError>> + Send,
    ) -> Result<T, FlowError> {
        let work = AssertUnwindSafe(tokio::time::timeout(LIMIT, work)).catch_unwind();
        let result = work.await;
        let written = self.give_back().await;
        match result {
            Ok(done) => {
                let done = done.unwrap_or(Err(FlowError::TooSlow))?;
                written.map(|()| done)
            }
            // The checkout is free again; what becomes of the panic, whoever asked for the work says.
            Err(panic) => resume_unwind(panic),
        }
    }

    async fn give_back(&self) -> Result<(), FlowError> {
        let mut tx = self.context.database.begin().await?;
        let written = self.write_in(&mut tx).await;
        if written.is_ok() {
            // Somebody else works on it by now: nothing of this is written over what he does.
            if !self.free(&mut tx).await? {
                return Err(FlowError::TooSlow);
            }
            tx.commit().await?;
            return Ok(());
        }
        drop(tx);
        // What was done is not written down: the checkout has to be looked at again.
        self.end_open(self.context.clock.now_ms());
        let freed = async {
            let mut tx = self.context.database.begin().await?;
            self.free(&mut tx).await?;
            tx.commit().await
        };
        if let Err(error) = freed.await {
            // The lease ends by itself; what could not be written matters more.
            warn!(%error, checkout = %self.checkout, "a checkout could not be given back");
        }
        written
    }

    async fn free(&self, tx: &mut Tx) -> Result<bool, DatabaseError> {
        let now = self.context.clock.now_ms();
        let found = self.found.left.change;
        let change = self.work().what_is_left(self.by, found, now);
        let followed_up = self.work().followed_up_at_ms;
        if let Some(at_ms) = followed_up.filter(|_| !change.is_open()) {
            let (kind, subject) = (JobKind::RefreshCheckout, self.checkout.as_str());
            jobs::withdraw(tx.connection(), self.store, kind, subject, at_ms).await?;
        }
        let (store, checkout, late_ms) = (self.store, self.checkout, now - FOLLOW_UP_MS);
        let connection = tx.connection();
        checkouts::give_back(connection, store, checkout, &self.owner, change, late_ms).await
    }

    /// The locks of the checkout, whatever their state, oldest first.
    pub(crate) async fn locks(&self) -> Result<Vec<Lock>, FlowError> {
        if let Some(known) = &self.work().locks {
            return Ok(known.clone());
        }
        let mut connection = self.context.database.read().await?;
        let all = locks::of_checkout(&mut connection, self.store, self.checkout).await?;
        self.work().know(all.clone());
        Ok(all)
    }

    /// The locks an open cart may carry. An order that was not paid leaves its cart open, and the
    /// shopper goes on with it.
    pub(crate) async fn on_cart(&self) -> Result<Vec<Lock>, FlowError> {
        let mut all = self.locks().await?;
        all.retain(is_on_cart);
        Ok(all)
    }

    /// Whether the change before this work left something to be put right.
    pub(crate) fn found_open(&self) -> bool {
        self.found.left.change.is_open()
    }

    /// What earlier work left.
    pub(crate) fn found(&self) -> Left {
        self.found.left
    }

    /// Whether the store runs the first rule of a promotion alone.
    pub(crate) fn one_rule(&self) -> bool {
        self.found.one_rule
    }

    /// Has a lock written with what is written next.
    pub(crate) fn stage(&self, lock: &Lock) {
        self.work().put(lock);
    }

    /// Has a lock deleted with what is written next.
    pub(crate) fn stage_delete(&self, lock: &Lock) {
        self.work().delete(lock);
    }

    /// Has a job asked for with what is written next.
    pub(crate) fn stage_job(&self, kind: JobKind, subject: &str, at_ms: i64) {
        self.work()
            .steps
            .push(Step::Ask(kind, subject.to_owned(), at_ms));
    }

    /// Has a job withdrawn with what is written next, if it is to run then or later.
    pub(crate) fn stage_withdrawal(&self, kind: JobKind, subject: &str, at_ms: i64) {
        self.work()
            .steps
            .push(Step::Withdraw(kind, subject.to_owned(), at_ms));
    }

    /// Has what is dropped kept for the page with what is written next.
    pub(crate) fn stage_dropped(&self, lost: Vec<Lost>) {
        let mut work = self.work();
        work.has_dropped = true;
        work.steps.push(Step::Drop(lost));
    }

    /// What jobs dropped of the checkout and the page has yet to be told: it is taken out with what is written
    /// next.
    pub(crate) async fn take_dropped(
        &self,
        is_known: impl Fn(&Code) -> bool,
    ) -> Result<Vec<Lost>, FlowError> {
        if !(self.work().has_dropped || self.found.has_dropped_codes) {
            return Ok(Vec::new());
        }
        self.write_down().await?;
        let mut reading = self.context.database.read().await?;
        let all = dropped::of_checkout(&mut reading, self.store, self.checkout).await?;
        let out = all.iter().cloned().map(Step::TakeOut);
        self.work().steps.extend(out);
        Ok(dropped_codes::untold(all, is_known))
    }

    /// Whether the lock was written before, or is about to be.
    pub(crate) fn is_written(&self, lock: &Lock) -> bool {
        self.work().is_written(lock)
    }

    /// Writes down what is to be written, in one transaction.
    pub(crate) async fn write_down(&self) -> Result<(), FlowError> {
        if self.work().steps.is_empty() {
            return Ok(());
        }
        let mut tx = self.context.database.begin().await?;
        self.write_in(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn write_in(&self, tx: &mut Tx) -> Result<(), FlowError> {
        let steps = self.work().take_steps();
        let place = Place {
            store: self.store,
            checkout: self.checkout,
            owner: &self.owner,
            by: self.by,
        };
        for lock in place.write(tx, steps, self.context.clock.now_ms()).await? {
            self.work().learn(&lock);
        }
        Ok(())
    }

    /// Before others read and write the lock by themselves: all is written, and read again afterwards.
    pub(crate) async fn hand_over(&self, lock: &mut Lock) -> Result<(), FlowError> {
        self.write_down().await?;
        let mut work = self.work();
        lock.revision = work.revision_of(lock);
        work.locks = None;
        Ok(())
    }

    /// Others wrote locks: they are read again.
    pub(crate) fn forget(&self) {
        self.work().locks = None;
    }

    /// A change of what a session holds begins. Of something that is held already, that is written with what
    /// is written next; what is not held yet has an applying lock that says it, and a job of its own.
    pub(crate) fn begin(&self, is_held: bool) -> i64 {
        if is_held && self.work().began_at_ms.is_none() {
            self.stage_beginning();
        }
        let now = self.context.clock.now_ms();
        let mut work = self.work();
        let began = work.began_at_ms.unwrap_or(now);
        work.under_way = Some(began);
        began
    }

    /// With the job that follows it up; a job is tried again by itself.
    fn stage_beginning(&self) {
        let now = self.context.clock.now_ms();
        let mut work = self.work();
        work.began_at_ms = Some(now);
        work.steps.push(Step::Begin(now));
        if !self.is_by_job() {
            let at_ms = now + FOLLOW_UP_MS;
            work.followed_up_at_ms = Some(at_ms);
            let (kind, subject) = (JobKind::RefreshCheckout, self.checkout.to_string());
            work.steps.push(Step::Ask(kind, subject, at_ms));
        }
    }

    /// The change ended well: the session holds what its locks say.
    pub(crate) fn end_well(&self, key: &SessionKey) {
        let mut work = self.work();
        work.under_way = None;
        work.ended_well.push(key.clone());
    }

    /// The change ended, and something of it is left: what began at `began_at_ms` has to be looked at again.
    pub(crate) fn end_open(&self, began_at_ms: i64) {
        self.leave(Change::Begun {
            by: self.by,
            at_ms: began_at_ms,
        });
    }

    /// The change failed, and no request of it is under way.
    pub(crate) fn fail(&self) {
        self.leave(Change::Failed {
            by: self.by,
            at_ms: self.context.clock.now_ms(),
        });
    }

    fn leave(&self, change: Change) {
        let mut work = self.work();
        work.under_way = None;
        work.left = Some(change);
    }

    /// A request of the change that is under way got no answer, and may arrive from now on.
    pub(crate) fn may_arrive_late(&self) {
        let now = self.context.clock.now_ms();
        if let Some(began) = &mut self.work().under_way {
            *began = now;
        }
    }

    /// Whether a job makes the changes, and not a page: what a job leaves undone is tried again by itself.
    pub(crate) fn is_by_job(&self) -> bool {
        self.by == ChangeBy::Job
    }

    fn work(&self) -> MutexGuard<'_, Gathered> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An apply that nobody works on was cut off when it began.
fn with_cut_off_apply(left: Left, all: &[Lock]) -> Left {
    let applying = all.iter().filter(|lock| lock.state == LockState::Applying);
    match applying.map(|lock| lock.state_since_ms).max() {
        Some(at_ms) if left.cut_off_at_ms().is_none_or(|known| known < at_ms) => Left {
            change: Change::Begun {
                by: ChangeBy::Page,
                at_ms,
            },
            ..left
        },
        _ => left,
    }
}
