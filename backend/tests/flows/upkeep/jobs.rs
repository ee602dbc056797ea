//! The worker: what cannot be done is parked and stops nobody, and no class waits for another.

use std::{future::Future, sync::Arc, time::Duration};

use sqlx::Row as _;
use tokio_util::sync::CancellationToken;
use voucherbridge::{
    clock::{ManualClock, RandomIds, SharedClock},
    context::{Boxed, Connection, ConnectionSource, Context},
    database::{
        job_claims,
        jobs::{self, Class, JobKind, ParkedJob},
    },
    domain::StoreHash,
    error::FlowError,
    worker,
};
use voucherbridge_test_support::{connected, waiting::until};

use crate::world::{World, checkout_of};

/// More than what hangs may take in these tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// A store whose connection makes whoever asks for it panic, one whose connection never comes, one whose
/// job is gone by then too, and the one of these tests.
struct Poisoned(Arc<Connection>, sqlx::AnyPool);

impl ConnectionSource for Poisoned {
    fn connection<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Arc<Connection>>, FlowError>> {
        let connection = Arc::clone(&self.0);
        Box::pin(async move {
            match store.as_str() {
                "poison" => panic!("this store is poison"),
                "slow" => std::future::pending().await,
                "lost" => {
                    let query = sqlx::query("DELETE FROM jobs WHERE store = 'lost'");
                    query.execute(&self.1).await.unwrap();
                    std::future::pending().await
                }
                _ => Ok(Some(connection)),
            }
        })
    }
}

/// The world's context with such a source.
fn poisoned(world: &World) -> Arc<Context> {
    poisoned_at(world, world.context.clock.clone())
}

/// The same, by this clock.
fn poisoned_at(world: &World, clock: SharedClock) -> Arc<Context> {
    let store = world.context.database.clone();
    let source = Poisoned(Arc::clone(&world.connection), store.pool().clone());
    let limits = world.context.limits.clone();
    Arc::new(Context::new(
        store,
        clock,
        Arc::new(RandomIds),
        limits,
        Box::new(source),
    ))
}

fn store(hash: &str) -> StoreHash {
    StoreHash::parse(hash).unwrap()
}

async fn ask(context: &Context, hash: &str, kind: JobKind, subject: &str) {
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await.unwrap();
    jobs::enqueue(tx.connection(), &store(hash), kind, subject, now, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    context.wake_worker();
}

/// Somebody else's version wrote it.
async fn rename(context: &Context, subject: &str, kind: &str) {
    let query = sqlx::query("UPDATE jobs SET kind = $1 WHERE subject = $2");
    let query = query.bind(kind).bind(subject);
    query.execute(context.database.pool()).await.unwrap();
}

async fn parked(context: &Context) -> Vec<ParkedJob> {
    let mut tx = context.database.begin().await.unwrap();
    let parked = jobs::parked(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    parked
}

async fn waits(context: &Context, kind: &str) -> bool {
    let query = sqlx::query("SELECT id FROM jobs WHERE kind = $1 AND state = 'waiting'");
    let found = query.bind(kind).fetch_optional(context.database.pool());
    found.await.unwrap().is_some()
}

/// A running worker.
fn start(context: &Arc<Context>, stop: &CancellationToken) -> impl Future {
    tokio::spawn(worker::run(Arc::clone(context), stop.clone()))
}

#[tokio::test]
async fn poison_is_parked_with_its_reason_and_the_others_go_on() {
    let world = World::new().await;
    let shopper = world.shopper().await;
    let context = poisoned(&world);
    ask(&context, "demo1store", JobKind::ProcessOrder, "renamed").await;
    rename(&context, "renamed", "of_a_later_version").await;
    ask(&context, "demo1store", JobKind::ProcessOrder, "no number").await;
    for order in 1..=8 {
        ask(
            &context,
            "poison",
            JobKind::ProcessOrder,
            &order.to_string(),
        )
        .await;
    }
    let cart = checkout_of(&shopper);
    ask(&context, "demo1store", JobKind::EvictCoupon, cart.as_str()).await;
    ask(&context, "demo1store", JobKind::ProcessOrder, "999999").await;

    let stop = CancellationToken::new();
    let running = start(&context, &stop);
    until("all is parked", async || parked(&context).await.len() == 10).await;
    for kind in ["evict_coupon", "process_order"] {
        until("the others are done", async || !waits(&context, kind).await).await;
    }
    let all = parked(&context).await;
    let reason = |subject: &str| {
        let job = all.iter().find(|job| job.subject == subject).unwrap();
        assert!(job.is_parked);
        job.reason.clone()
    };
    assert_eq!(reason("renamed"), "this version knows no such job");
    assert_eq!(reason("no number"), "no order id: no number");
    assert_eq!(reason("3"), "it panicked: this store is poison");
    // The worker lives.
    ask(&context, "demo1store", JobKind::EvictCoupon, cart.as_str()).await;
    until("it is done", async || {
        !waits(&context, "evict_coupon").await
    })
    .await;
    stop.cancel();
    running.await;
}

#[tokio::test]
async fn a_checkout_and_an_order_do_not_wait_behind_bulk_work() {
    let world = World::new().await;
    let shopper = world.shopper().await;
    let context = poisoned(&world);
    for lock in 0..20 {
        ask(&context, "slow", JobKind::CleanUpNative, &lock.to_string()).await;
    }
    let stop = CancellationToken::new();
    drop(start(&context, &stop));
    until("bulk work is begun", async || {
        let query = sqlx::query("SELECT id FROM jobs WHERE lease_owner IS NOT NULL");
        query
            .fetch_all(context.database.pool())
            .await
            .unwrap()
            .len()
            == 2
    })
    .await;
    let cart = checkout_of(&shopper);
    ask(&context, "demo1store", JobKind::EvictCoupon, cart.as_str()).await;
    ask(&context, "demo1store", JobKind::ProcessOrder, "999999").await;
    for kind in ["evict_coupon", "process_order"] {
        until("it is done", async || !waits(&context, kind).await).await;
    }
    stop.cancel();
}

#[tokio::test]
async fn a_chore_that_panics_is_tried_again_and_shown() {
    let world = World::new().await;
    let context = poisoned(&world);
    ask(&context, "poison", JobKind::Sweep, "").await;
    worker::sweep(&context).await.unwrap();
    let all = parked(&context).await;
    let shown = all.iter().find(|job| job.store == "poison").unwrap();
    assert!(!shown.is_parked);
    assert_eq!(shown.reason, "it panicked: this store is poison");
    assert!(waits(&context, "sweep").await);
}

/// When a store's one job is tried again.
async fn run_at_ms(context: &Context, hash: &str) -> i64 {
    let query = sqlx::query("SELECT run_at_ms FROM jobs WHERE store = $1 AND state = 'waiting'");
    let row = query.bind(hash).fetch_one(context.database.pool());
    row.await.unwrap().try_get("run_at_ms").unwrap()
}

#[tokio::test]
async fn a_chore_that_keeps_failing_waits_longer_each_time_but_not_beyond_its_own_time() {
    for (chore, expected) in [
        (JobKind::Sweep, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]),
        (
            JobKind::LookAfterSetup,
            [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900],
        ),
    ] {
        let world = World::new().await;
        let context = poisoned(&world);
        ask(&context, "poison", chore, "").await;
        for seconds in expected {
            let before_ms = context.clock.now_ms();
            worker::sweep(&context).await.unwrap();
            let after_ms = context.clock.now_ms();
            let failed_at_ms = run_at_ms(&context, "poison").await - seconds * 1_000;
            assert!(
                (before_ms..=after_ms).contains(&failed_at_ms),
                "{chore:?}, {seconds} s: {failed_at_ms}, {before_ms} to {after_ms}"
            );
            world.move_time(seconds);
        }
    }
}

#[tokio::test]
async fn a_chore_of_a_later_version_is_not_parked() {
    let world = World::new().await;
    let context = poisoned(&world);
    ask(&context, "demo1store", JobKind::Sweep, "renamed").await;
    rename(&context, "renamed", "of_a_later_version").await;
    worker::sweep(&context).await.unwrap();
    let all = parked(&context).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].reason, "this version knows no such job");
    assert!(!all[0].is_parked);
    assert!(waits(&context, "of_a_later_version").await);
}

/// It was connected by a version that knew no turns.
#[tokio::test]
async fn a_store_without_turns_gets_them_at_the_start() {
    let world = World::new().await;
    let context = &world.context;
    for sql in [
        "DELETE FROM job_turns",
        "INSERT INTO job_turns (class, store, turn) VALUES ('orders', 'busy', 0)",
    ] {
        sqlx::query(sql)
            .execute(context.database.pool())
            .await
            .unwrap();
    }
    worker::plan_chores(context).await.unwrap();
    for order in ["1", "2", "3"] {
        ask(context, "busy", JobKind::ProcessOrder, order).await;
    }
    ask(context, "demo1store", JobKind::ProcessOrder, "4").await;
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await.unwrap();
    let mut served = Vec::new();
    for _ in 0..2 {
        let class = Class::Orders;
        let taken = job_claims::take(tx.connection(), class, "a", now, now + 100).await;
        served.push(taken.unwrap().unwrap().store);
    }
    assert_eq!(served, ["busy", "demo1store"]);
}

/// Its clock moves on while it waits to renew the lease.
#[tokio::test]
async fn a_job_that_hangs_is_stopped_and_tried_again() {
    let world = World::new().await;
    let began_ms = world.context.clock.now_ms();
    let context = poisoned_at(&world, Arc::new(ManualClock::at(began_ms)));
    ask(&context, "slow", JobKind::CleanUpNative, "1").await;
    let ran = tokio::time::timeout(PATIENCE, worker::drain(&context)).await;
    assert_eq!(ran.expect("it is stopped").unwrap(), 1);
    assert_eq!(context.clock.now_ms() - began_ms, 5 * 60_000);
    assert!(run_at_ms(&context, "slow").await > context.clock.now_ms());

    let known = connected::delete(
        &context.database,
        &store("demo1store"),
        context.clock.now_ms(),
    )
    .await;
    assert!(known, "its chores would move the clock");
    let began_ms = context.clock.now_ms();
    ask(&context, "slow", JobKind::Sweep, "").await;
    let swept = tokio::time::timeout(PATIENCE, worker::sweep(&context)).await;
    swept.expect("it is stopped").unwrap();
    assert_eq!(context.clock.now_ms() - began_ms, 30 * 60_000);
    let all = parked(&context).await;
    let chore = all.iter().find(|job| job.kind == "sweep").unwrap();
    assert_eq!(chore.reason, "it did not end within 30 minutes");
    assert!(!chore.is_parked);
}

/// Another worker has it, or nobody wants it any more.
#[tokio::test]
async fn a_job_whose_lease_is_lost_is_stopped() {
    let world = World::new().await;
    let began_ms = world.context.clock.now_ms();
    let context = poisoned_at(&world, Arc::new(ManualClock::at(began_ms)));
    ask(&context, "lost", JobKind::CleanUpNative, "1").await;
    let ran = tokio::time::timeout(PATIENCE, worker::drain(&context)).await;
    assert_eq!(ran.expect("it is stopped").unwrap(), 1);
    assert!(context.clock.now_ms() - began_ms < 5 * 60_000);
}
