//! Runs the jobs.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tracing::{debug, error, warn};

use crate::{
    app::App,
    context::Context,
    domain::{CheckoutId, LockId, OrderId, StoreHash},
    flows::{
        FlowError, evict_coupon, flag_order, look_after_setup, process_order, refresh_checkout,
        refresh_checkout::Asker, release_lock, sweep, sweep_native,
    },
    store::jobs::{self, Job, JobKind},
};

/// How many jobs run at once in one process.
const WORKERS: usize = 4;
/// A job's lease: longer than any flow may take.
const LEASE_MS: i64 = 60_000;
/// How long an idle worker waits before it looks by itself.
const IDLE: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const LEFTOVERS_EVERY_MS: i64 = 60 * 60_000;
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// After this long a job that keeps failing needs a person.
const GIVE_UP_AFTER_MS: i64 = 48 * 60 * 60_000;

/// Runs jobs and sweeps until `stop` says so.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    let context = Arc::clone(&app.context);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        tasks.spawn(work(Arc::clone(&context), stop.clone()));
    }
    let sweeper = tasks.spawn(sweep_often(app.clone(), stop.clone())).id();
    while let Some(ended) = tasks.join_next().await {
        let Err(panicked) = ended else { continue };
        // Its job's lease ends by itself; the others must not be left with less and less workers.
        error!(error = %panicked, "a worker ended abnormally and is started again");
        if panicked.id() == sweeper {
            tasks.spawn(sweep_often(app.clone(), stop.clone()));
        } else {
            tasks.spawn(work(Arc::clone(&context), stop.clone()));
        }
    }
}

async fn work(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match run_one(&context).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => error!(%error, "the job table could not be read"),
        }
        tokio::select! {
            () = context.work_asked_for() => {}
            () = context.clock.sleep(IDLE) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn sweep_often(app: App, mut stop: watch::Receiver<bool>) {
    let context = Arc::clone(&app.context);
    while !*stop.borrow() {
        if let Err(error) = sweep_all(&app).await {
            warn!(%error, "the sweep did not finish");
        }
        tokio::select! {
            () = context.clock.sleep(SWEEP_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn sweep_all(app: &App) -> Result<(), FlowError> {
    let context = &app.context;
    sweep::sweep(context).await?;
    for record in context.store.store_records().await? {
        if !context.is_due(&record.hash, "leftovers", LEFTOVERS_EVERY_MS) {
            continue;
        }
        if let Err(error) = look_after_setup::look_after(app, &record.hash).await {
            warn!(store = %record.hash, %error, "webhooks and scripts could not be looked after");
        }
        if let Err(error) = sweep_leftovers(context, &record.hash).await {
            warn!(store = %record.hash, %error, "not all leftovers could be swept");
        }
    }
    Ok(())
}

/// Promotions that cannot be swept keep no certificates, nor one store another.
async fn sweep_leftovers(context: &Context, store: &StoreHash) -> Result<(), FlowError> {
    let Some(connection) = context.connection(store).await? else {
        return Ok(());
    };
    let promotions = sweep_native::sweep_promotions(context, &connection).await;
    let certificates = sweep_native::sweep_certificates(context, &connection).await;
    promotions.and(certificates)
}

/// Runs every job that is due, and those they ask for, until none is left. For tests, which move
/// time themselves.
pub async fn drain(context: &Context) -> Result<usize, FlowError> {
    let mut ran = 0;
    while run_one(context).await? {
        ran += 1;
    }
    Ok(ran)
}

/// Runs one due job; false when there is none.
async fn run_one(context: &Context) -> Result<bool, FlowError> {
    let now = context.clock.now_ms();
    let owner = uuid::Uuid::now_v7().to_string();
    let mut tx = context.store.begin().await?;
    let job = jobs::take(tx.connection(), &owner, now, now + LEASE_MS).await?;
    tx.commit().await?;
    let Some(job) = job else { return Ok(false) };
    let result = perform(context, &job).await;
    let mut tx = context.store.begin().await?;
    let connection = tx.connection();
    match result {
        Ok(()) => jobs::finish(connection, &job, &owner).await?,
        Err(error) if is_hopeless(&error, &job, context) => {
            error!(job = job.kind.as_str(), subject = job.subject, %error, "a job needs a person");
            metrics::counter!("voucherbridge_jobs_failed_total", "kind" => job.kind.as_str())
                .increment(1);
            jobs::fail(connection, &job, &owner, &error.to_string()).await?;
        }
        Err(error) => {
            let wait = wait_before_retry(&error, job.attempts, context.straggling_ms());
            debug!(job = job.kind.as_str(), subject = job.subject, %error, wait, "tried again later");
            let at = context.clock.now_ms() + wait;
            jobs::retry(connection, &job, &owner, at, &error.to_string()).await?;
        }
    }
    tx.commit().await?;
    Ok(true)
}

async fn perform(context: &Context, job: &Job) -> Result<(), FlowError> {
    let Some(connection) = context.connection(&job.store).await? else {
        return Err(FlowError::NeedsPerson(format!(
            "the store {} is not connected",
            job.store
        )));
    };
    match job.kind {
        JobKind::SettleApply => release_lock::settle_apply(context, &connection, &lock(job)?).await,
        JobKind::ReleaseLock => release_lock::release(context, &connection, &lock(job)?).await,
        JobKind::CleanUpNative => {
            release_lock::clean_up_native(context, &connection, &lock(job)?).await
        }
        JobKind::RefreshCheckout => {
            refresh_checkout::refresh(context, &connection, &cart(job)?, Asker::Job)
                .await
                .map(|_| ())
        }
        JobKind::EvictCoupon => evict_coupon::evict(context, &connection, &cart(job)?).await,
        JobKind::ProcessOrder => process_order::process(context, &connection, order(job)?).await,
        JobKind::FlagOrder => flag_order::flag(context, &connection, order(job)?).await,
    }
}

fn lock(job: &Job) -> Result<LockId, FlowError> {
    LockId::parse(&job.subject).map_err(|error| FlowError::NeedsPerson(error.to_string()))
}

fn cart(job: &Job) -> Result<CheckoutId, FlowError> {
    CheckoutId::parse(&job.subject).map_err(|error| FlowError::NeedsPerson(error.to_string()))
}

fn order(job: &Job) -> Result<OrderId, FlowError> {
    let id = job.subject.parse();
    id.map(OrderId)
        .map_err(|_| FlowError::NeedsPerson(format!("no order id: {}", job.subject)))
}

fn is_hopeless(error: &FlowError, job: &Job, context: &Context) -> bool {
    matches!(error, FlowError::NeedsPerson(_))
        || context.clock.now_ms() - job.created_at_ms > GIVE_UP_AFTER_MS
}

/// 1 s, 2 s, 4 s … 15 minutes, or what the platform asked for; after an uncertain answer not before
/// the request it was for can no longer arrive.
fn wait_before_retry(error: &FlowError, attempts: i64, straggling_ms: i64) -> i64 {
    if let Some(asked) = error.retry_after() {
        return i64::try_from(asked.as_millis()).unwrap_or(LONGEST_WAIT_MS);
    }
    let doublings = u32::try_from(attempts.clamp(1, 11) - 1).unwrap_or(0);
    let wait = (1_000_i64 << doublings).min(LONGEST_WAIT_MS);
    if error.may_have_happened() {
        wait.max(straggling_ms)
    } else {
        wait
    }
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
