//! Runs the jobs.
//!
//! Each class has workers of its own, so that none waits for another. A job runs in a task of its own,
//! where a panic ends nothing but the job: what cannot be done, now or ever, is parked with its reason.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use strum::IntoEnumIterator as _;
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use crate::{
    clock::MINUTE_MS,
    context::Context,
    database::{
        DatabaseError, job_claims,
        jobs::{self as table, Class, Job, JobKind},
        left_stores, stores,
    },
    domain::{StoreHash, name_of},
    error::FlowError,
    jobs::{self, Work},
};

/// A job's lease, which is renewed while it runs.
const LEASE_MS: i64 = 60_000;
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// How long an idle worker waits before it looks by itself.
const IDLE: Duration = Duration::from_secs(1);
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// After this long a job that keeps failing needs a person.
const GIVE_UP_AFTER_MS: i64 = 48 * 60 * 60_000;

/// A job that runs longer than this hangs, and is stopped.
fn longest_minutes(class: Class) -> i64 {
    match class {
        Class::Checkout | Class::Orders | Class::Bulk => 5,
        Class::Chores => 30,
    }
}

/// How many jobs of a class run at once in one process.
fn share(class: Class) -> usize {
    match class {
        Class::Checkout | Class::Orders => 3,
        Class::Bulk | Class::Chores => 2,
    }
}

/// Has every chore done for every connected store, and lets each have turns: this version may have new
/// chores or classes.
pub async fn plan_chores(context: &Context) -> Result<(), FlowError> {
    let records = context.database.store_records().await?;
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await?;
    for record in records {
        stores::serve(tx.connection(), &record.hash, now).await?;
    }
    for store in left_stores::all(tx.connection()).await? {
        stores::forget_later(tx.connection(), &store, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Runs jobs until `stop` says so, then lets those that run end.
pub async fn run(context: Arc<Context>, stop: CancellationToken) {
    let workers: Vec<(Class, Arc<Semaphore>)> = Class::iter()
        .map(|class| (class, Arc::new(Semaphore::new(share(class)))))
        .collect();
    let mut running = JoinSet::new();
    let mut asked = context.work();
    while !stop.is_cancelled() {
        asked.borrow_and_update();
        if let Err(error) = begin_due(&context, &workers, &mut running).await {
            error!(%error, "the job table could not be read");
        }
        tokio::select! {
            Some(_) = running.join_next() => {}
            Ok(()) = asked.changed() => {}
            () = context.clock.sleep(IDLE) => {}
            () = stop.cancelled() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Begins what is due, as far as workers are free: one of each class, then another.
async fn begin_due(
    context: &Arc<Context>,
    workers: &[(Class, Arc<Semaphore>)],
    running: &mut JoinSet<()>,
) -> Result<(), DatabaseError> {
    loop {
        let due = due(context).await?;
        let mut has_begun = false;
        for (class, free) in workers.iter().filter(|(class, _)| due.contains(class)) {
            let Ok(place) = Arc::clone(free).try_acquire_owned() else {
                continue;
            };
            let Some(claimed) = claim(context, *class).await? else {
                continue;
            };
            has_begun = true;
            let context = Arc::clone(context);
            running.spawn(async move {
                claimed.carry_out(&context).await;
                drop(place);
            });
        }
        if !has_begun {
            return Ok(());
        }
    }
}

async fn due(context: &Context) -> Result<Vec<Class>, DatabaseError> {
    let mut connection = context.database.pool().acquire().await?;
    job_claims::due(&mut connection, context.clock.now_ms()).await
}

/// Runs every job that is due, and those they ask for, until none is left; no chores. For tests, which
/// move time themselves.
pub async fn drain(context: &Context) -> Result<usize, FlowError> {
    let mut ran = 0;
    while let Some(class) = due(context)
        .await?
        .into_iter()
        .find(|one| *one != Class::Chores)
    {
        let Some(claimed) = claim(context, class).await? else {
            break;
        };
        claimed.carry_out(context).await;
        ran += 1;
    }
    Ok(ran)
}

/// Looks at what every store has under way, whether that is due or not, and does the other chores of the
/// database that are due. For tests, which move time themselves.
pub async fn sweep(context: &Context) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    for record in context.database.store_records().await? {
        let mut tx = context.database.begin().await?;
        for chore in [JobKind::Forget, JobKind::AskAgain, JobKind::ReadAgain] {
            table::plan(tx.connection(), &record.hash, chore, now).await?;
        }
        table::enqueue(tx.connection(), &record.hash, JobKind::Sweep, "", now, now).await?;
        tx.commit().await?;
    }
    while let Some(claimed) = claim(context, Class::Chores).await? {
        claimed.carry_out(context).await;
    }
    Ok(())
}

/// A job that this process has, and by which name.
struct Claimed {
    job: Job,
    class: Class,
    owner: String,
}

/// What became of a job.
enum Outcome {
    Done,
    /// Done for now.
    Rests(i64),
    /// Tried again at that time.
    Failed(i64, String),
    /// It needs a person.
    Parked(String),
    /// It is another worker's, or nobody's any more.
    Lost,
}

async fn claim(context: &Context, class: Class) -> Result<Option<Claimed>, DatabaseError> {
    let now = context.clock.now_ms();
    let owner = uuid::Uuid::now_v7().to_string();
    let mut tx = context.database.begin().await?;
    let until = now + LEASE_MS;
    let Some(job) = job_claims::take(tx.connection(), class, &owner, now, until).await? else {
        return Ok(None);
    };
    tx.commit().await?;
    Ok(Some(Claimed { job, class, owner }))
}

impl Claimed {
    async fn carry_out(&self, context: &Context) {
        let work = AssertUnwindSafe(self.perform(context)).catch_unwind();
        let outcome = tokio::select! {
            ended = work => ended.unwrap_or_else(|panic| self.panicked(context, panic.as_ref())),
            never = self.renew(context) => never,
        };
        if let Err(error) = self.write_down(context, outcome).await {
            // Its lease ends by itself, and it is done again.
            error!(%error, job = self.job.kind, "what became of a job could not be written down");
        }
    }

    async fn perform(&self, context: &Context) -> Outcome {
        let Some(job) = jobs::find(&self.job.kind) else {
            return self.hopeless(context, "this version knows no such job".to_owned());
        };
        let ran = async {
            let store = StoreHash::parse(&self.job.store)
                .map_err(|error| FlowError::NeedsPerson(error.to_string()))?;
            let Some(connection) = context.connection(&store).await? else {
                return job.run_left(context, &store).await;
            };
            let work = Work {
                context,
                connection: &connection,
                subject: &self.job.subject,
            };
            job.run(work).await
        };
        match (ran.await, job.kind().every_ms()) {
            (Ok(()), None) => Outcome::Done,
            (Ok(()), Some(every)) => Outcome::Rests(context.clock.now_ms() + every),
            (Err(FlowError::NeedsPerson(reason)), _) => self.hopeless(context, reason),
            (Err(error), _) => {
                let attempts = self.job.attempts;
                let wait = wait_before_retry(&error, attempts, context.straggling_ms());
                self.failed(context, wait, error.to_string())
            }
        }
    }

    /// A job is tried again after a wait, for two days. A chore is tried again when it would be done
    /// anyway, at the latest, and never parked: what it is for goes on without anybody asking.
    fn failed(&self, context: &Context, wait_ms: i64, error: String) -> Outcome {
        let now = context.clock.now_ms();
        let (store, job, subject) = (&self.job.store, &self.job.kind, &self.job.subject);
        if self.class == Class::Chores {
            let known = jobs::find(job).and_then(|job| job.kind().every_ms());
            let wait_ms = wait_ms.min(known.unwrap_or(LONGEST_WAIT_MS));
            warn!(store, chore = job, error, wait_ms, "a chore was not done");
            return Outcome::Failed(now + wait_ms, error);
        }
        if now - self.job.created_at_ms > GIVE_UP_AFTER_MS {
            return Outcome::Parked(error);
        }
        debug!(job, subject, error, wait_ms, "tried again later");
        Outcome::Failed(now + wait_ms, error)
    }

    /// Trying it again is no use, unless it is a chore.
    fn hopeless(&self, context: &Context, reason: String) -> Outcome {
        if self.class == Class::Chores {
            return self.failed(context, growing_wait(self.job.attempts), reason);
        }
        Outcome::Parked(reason)
    }

    fn panicked(&self, context: &Context, panic: &(dyn std::any::Any + Send)) -> Outcome {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let reason = format!("it panicked: {}", text.unwrap_or("no words"));
        self.hopeless(context, reason)
    }

    /// Keeps the lease while the job runs, but not for ever. Answers when the job is to be stopped.
    async fn renew(&self, context: &Context) -> Outcome {
        let began_ms = context.clock.now_ms();
        let longest = longest_minutes(self.class);
        loop {
            context.clock.sleep(RENEW_EVERY).await;
            let now = context.clock.now_ms();
            if now - began_ms >= longest * MINUTE_MS {
                // What it asked a platform for may still arrive.
                let wait = growing_wait(self.job.attempts).max(context.straggling_ms());
                let reason = format!("it did not end within {longest} minutes");
                return self.failed(context, wait, reason);
            }
            let renewed = async {
                let mut tx = context.database.begin().await?;
                let (job, owner, until) = (&self.job, &self.owner, now + LEASE_MS);
                let is_ours = job_claims::renew(tx.connection(), job, owner, until).await?;
                tx.commit().await.map(|()| is_ours)
            };
            match renewed.await {
                Ok(true) => {}
                Ok(false) => return Outcome::Lost,
                Err(error) => {
                    warn!(%error, job = self.job.kind, "a job's lease could not be renewed");
                }
            }
        }
    }

    async fn write_down(&self, context: &Context, outcome: Outcome) -> Result<(), DatabaseError> {
        let (job, owner) = (&self.job, self.owner.as_str());
        let mut tx = context.database.begin().await?;
        let connection = tx.connection();
        match outcome {
            Outcome::Done => table::finish(connection, job, owner).await?,
            Outcome::Rests(until) => table::rest(connection, job, owner, until).await?,
            Outcome::Failed(at, error) => table::retry(connection, job, owner, at, &error).await?,
            Outcome::Parked(reason) => {
                error!(
                    job = job.kind,
                    subject = job.subject,
                    reason,
                    "a job needs a person"
                );
                let kind = jobs::find(&job.kind).map_or("unknown", |job| name_of(job.kind()));
                metrics::counter!("voucherbridge_jobs_parked_total", "kind" => kind).increment(1);
                table::park(connection, job, owner, &reason).await?;
            }
            Outcome::Lost => warn!(job = job.kind, "a job was stopped: its lease was lost"),
        }
        tx.commit().await
    }
}

/// What the platform asked for, or longer each time; after an uncertain answer not before the request it
/// was for can no longer arrive.
fn wait_before_retry(error: &FlowError, attempts: i64, straggling_ms: i64) -> i64 {
    if let Some(asked) = error.retry_after() {
        return i64::try_from(asked.as_millis()).unwrap_or(LONGEST_WAIT_MS);
    }
    let wait = growing_wait(attempts);
    if error.may_have_happened() {
        wait.max(straggling_ms)
    } else {
        wait
    }
}

/// 1 s, 2 s, 4 s … 15 minutes.
fn growing_wait(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 11) - 1).unwrap_or(0);
    (1_000_i64 << doublings).min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time() {
        let busy = FlowError::Busy;
        assert_eq!(wait_before_retry(&busy, 1, 5_000), 1_000);
        assert_eq!(wait_before_retry(&busy, 4, 5_000), 8_000);
        assert_eq!(wait_before_retry(&busy, 90, 5_000), LONGEST_WAIT_MS);
        let uncertain = FlowError::Voucherify(crate::voucherify::VoucherifyError::Uncertain(
            "lost".to_owned(),
        ));
        assert_eq!(wait_before_retry(&uncertain, 1, 5_000), 5_000);
        let asked = FlowError::NotYet(Duration::from_secs(7));
        assert_eq!(wait_before_retry(&asked, 9, 5_000), 7_000);
    }
}
