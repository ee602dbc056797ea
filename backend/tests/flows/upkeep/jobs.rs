//! The worker: what cannot be done is parked and stops nobody, and no class waits for another.

use std::{future::Future, sync::Arc};

use tokio_util::sync::CancellationToken;
use voucherbridge::{
    clock::RandomIds,
    context::{Boxed, Connection, Connector, Context},
    domain::StoreHash,
    error::FlowError,
    store::jobs::{self, JobKind, ParkedJob},
    worker,
};

use crate::world::{World, checkout_of};

/// A store whose connection makes whoever asks for it panic, one whose connection never comes, and the
/// one of these tests.
struct Poisoned(Arc<Connection>);

impl Connector for Poisoned {
    fn connection<'a>(
        &'a self,
        store: &'a StoreHash,
    ) -> Boxed<'a, Result<Option<Arc<Connection>>, FlowError>> {
        let connection = Arc::clone(&self.0);
        Box::pin(async move {
            match store.as_str() {
                "poison" => panic!("this store is poison"),
                "slow" => std::future::pending().await,
                _ => Ok(Some(connection)),
            }
        })
    }
}

/// The world's context with such a connector.
fn poisoned(world: &World) -> Arc<Context> {
    let connector = Box::new(Poisoned(Arc::clone(&world.connection)));
    let (store, clock) = (world.context.store.clone(), world.context.clock.clone());
    let limits = world.context.limits.clone();
    Arc::new(Context::new(
        store,
        clock,
        Arc::new(RandomIds),
        limits,
        connector,
    ))
}

fn store(hash: &str) -> StoreHash {
    StoreHash::parse(hash).unwrap()
}

async fn ask(context: &Context, hash: &str, kind: JobKind, subject: &str) {
    let now = context.clock.now_ms();
    let mut tx = context.store.begin().await.unwrap();
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
    query.execute(context.store.pool()).await.unwrap();
}

async fn parked(context: &Context) -> Vec<ParkedJob> {
    let mut tx = context.store.begin().await.unwrap();
    let parked = jobs::parked(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    parked
}

async fn waits(context: &Context, kind: &str) -> bool {
    let query = sqlx::query("SELECT id FROM jobs WHERE kind = $1 AND state = 'waiting'");
    let found = query.bind(kind).fetch_optional(context.store.pool());
    found.await.unwrap().is_some()
}

#[allow(clippy::disallowed_methods)] // the worker is waited for in real time
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..400 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("never: {what}");
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
        query.fetch_all(context.store.pool()).await.unwrap().len() == 2
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
