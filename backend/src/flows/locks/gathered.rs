//! What is known of a checkout while it is worked on, and what is gathered to be written in one transaction.

use std::collections::HashMap;

use crate::{
    database::{
        Tx, checkouts,
        dropped_codes::{self as dropped, DroppedCode},
        jobs::{self, JobKind},
        locks,
    },
    domain::{
        CheckoutId, LockId, SessionKey, StoreHash,
        checkout_change::{Change, ChangeBy},
        lock::{Lock, LockState},
    },
    error::FlowError,
    flows::{
        later::FOLLOW_UP_MS,
        locks::dropped_codes::{self, Lost},
    },
};

/// What is known, and what is to be written.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The locks as they are; none where they have to be read again.
    pub(crate) locks: Option<Vec<Lock>>,
    /// How often each was written, as far as is known here.
    revisions: HashMap<LockId, i64>,
    pub(crate) steps: Vec<Step>,
    /// Whether this work dropped codes.
    pub(crate) has_dropped: bool,
    /// When the first change of this work began, as is written down or about to be.
    pub(crate) began_at_ms: Option<i64>,
    /// When the job runs that follows the changes up, where one was asked for.
    pub(crate) followed_up_at_ms: Option<i64>,
    /// When the change that is under way began.
    pub(crate) under_way: Option<i64>,
    /// The sessions that were changed, and hold what their locks say.
    pub(crate) ended_well: Vec<SessionKey>,
    /// What of a change is left to be put right.
    pub(crate) left: Option<Change>,
}

/// Something to be written.
pub(crate) enum Step {
    Begin(i64),
    Put(Box<Lock>),
    Delete(Box<Lock>),
    Ask(JobKind, String, i64),
    Withdraw(JobKind, String, i64),
    Drop(Vec<Lost>),
    TakeOut(DroppedCode),
}

impl Gathered {
    pub(crate) fn know(&mut self, all: Vec<Lock>) {
        let revisions = all.iter().map(|lock| (lock.id.clone(), lock.revision));
        self.revisions.extend(revisions);
        self.locks = Some(all);
    }

    /// The lock is to be written, in place of what was to be written of it.
    pub(crate) fn put(&mut self, lock: &Lock) {
        self.steps.retain(|step| !is_put_of(step, lock));
        self.steps.push(Step::Put(Box::new(lock.clone())));
        self.learn(lock);
    }

    /// The lock is to be deleted, if it was ever written.
    pub(crate) fn delete(&mut self, lock: &Lock) {
        self.steps.retain(|step| !is_put_of(step, lock));
        if self.revision_of(lock) > 0 {
            self.steps.push(Step::Delete(Box::new(lock.clone())));
        }
        if let Some(known) = &mut self.locks {
            known.retain(|known| known.id != lock.id);
        }
    }

    /// Whether the lock was written, or is to be.
    pub(crate) fn is_written(&self, lock: &Lock) -> bool {
        self.revision_of(lock) > 0 || self.steps.iter().any(|step| is_put_of(step, lock))
    }

    /// What is to be written, over what was read or written before.
    pub(crate) fn take_steps(&mut self) -> Vec<Step> {
        let mut steps = std::mem::take(&mut self.steps);
        for step in &mut steps {
            if let Step::Put(lock) | Step::Delete(lock) = step {
                lock.revision = self.revision_of(lock);
            }
        }
        steps
    }

    /// The lock is that from now on; its revision is that of what is in the database.
    pub(crate) fn learn(&mut self, lock: &Lock) {
        let known = self.revisions.entry(lock.id.clone()).or_default();
        *known = (*known).max(lock.revision);
        let Some(all) = &mut self.locks else {
            return;
        };
        match all.iter_mut().find(|known| known.id == lock.id) {
            Some(known) => *known = lock.clone(),
            None => all.push(lock.clone()),
        }
    }

    pub(crate) fn revision_of(&self, lock: &Lock) -> i64 {
        let known = self.revisions.get(&lock.id).copied();
        known.unwrap_or_default().max(lock.revision)
    }

    /// What of this work's changes, or of those before it, is left to be put right.
    pub(crate) fn what_is_left(&self, by: ChangeBy, found: Change, now_ms: i64) -> Change {
        if let Some(at_ms) = self.under_way {
            return Change::Begun { by, at_ms };
        }
        if let Some(left) = self.left {
            return left;
        }
        let is_done = |lock: &Lock| !is_on_cart(lock) || self.ended_well.contains(&lock.session);
        let all_done = self
            .locks
            .as_ref()
            .is_some_and(|all| all.iter().all(is_done));
        let may_arrive = |at_ms: i64| self.ended_well.is_empty() && at_ms + FOLLOW_UP_MS > now_ms;
        if all_done && !found.cut_off_at_ms().is_some_and(may_arrive) {
            return Change::Done;
        }
        found
    }
}

fn is_put_of(step: &Step, lock: &Lock) -> bool {
    matches!(step, Step::Put(known) if known.id == lock.id)
}

/// Whose work is written down.
pub(crate) struct Place<'a> {
    pub(crate) store: &'a StoreHash,
    pub(crate) checkout: &'a CheckoutId,
    pub(crate) owner: &'a str,
    pub(crate) by: ChangeBy,
}

impl Place<'_> {
    /// Writes in the transaction; answers the locks as they are then. An error where a lock, or the checkout,
    /// is somebody else's by now.
    pub(crate) async fn write(
        &self,
        tx: &mut Tx,
        steps: Vec<Step>,
        now_ms: i64,
    ) -> Result<Vec<Lock>, FlowError> {
        let (store, checkout) = (self.store, self.checkout);
        let mut written = Vec::new();
        for step in steps {
            let connection = tx.connection();
            match step {
                Step::Begin(at_ms) => {
                    let change = (self.by, at_ms);
                    if !checkouts::begin(connection, store, checkout, self.owner, change).await? {
                        return Err(FlowError::TooSlow);
                    }
                }
                Step::Put(mut lock) => {
                    if !locks::put(connection, &mut lock).await? {
                        return Err(FlowError::Busy);
                    }
                    written.push(*lock);
                }
                Step::Delete(lock) => locks::delete(connection, &lock).await?,
                Step::Ask(kind, subject, at_ms) => {
                    jobs::enqueue(connection, store, kind, &subject, at_ms, now_ms).await?;
                }
                Step::Withdraw(kind, subject, at_ms) => {
                    jobs::withdraw(connection, store, kind, &subject, at_ms).await?;
                }
                Step::Drop(lost) => {
                    dropped_codes::keep(tx, store, checkout, lost, now_ms).await?;
                }
                Step::TakeOut(one) => {
                    dropped::take_out(connection, store, checkout, &one).await?;
                }
            }
        }
        Ok(written)
    }
}

/// Whether an open cart may carry the lock.
pub(crate) fn is_on_cart(lock: &Lock) -> bool {
    matches!(lock.state, LockState::Held | LockState::Ordered) && !lock.is_apart()
}
