//! Webhooks: which hook gets which event, and what became of it.
//!
//! Events wait in the store's queue; [`sender::run`] takes them from there, makes one delivery for
//! each hook whose scope matches, and sends them.

pub mod sender;
mod sign;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;

use super::model::{Event, Hook, State as Store, WebhookMode};
use crate::kit::clock::Clock;

/// Deliveries kept for `GET /control/webhooks`.
const KEPT: usize = 2_000;
/// How long a domain that fails too often gets nothing.
const BLOCK: Duration = Duration::seconds(180);
/// The time in which successes are counted.
const WINDOW: Duration = Duration::seconds(120);
/// Deliveries in a window below which nothing is blocked.
const BLOCK_AFTER: usize = 100;
/// A hook without events for so long is switched off.
const IDLE: Duration = Duration::days(90);
/// How long `reversed` waits for events to turn round.
const REVERSING: Duration = Duration::milliseconds(300);

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Waits until a test lets it go.
    Held,
    /// Waits for its time.
    Due,
    /// Is being sent.
    Sending,
    /// Was taken with 2xx.
    Delivered,
    /// Failed too often.
    GivenUp,
}

/// One event for one hook.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// The `webhook-id` header.
    pub id: String,
    /// Order of making.
    pub seq: u64,
    /// The hook.
    pub hook_id: u64,
    /// Scope of the event.
    pub scope: String,
    /// Where it goes.
    pub destination: String,
    /// What is sent.
    pub body: Value,
    /// Tries so far.
    pub attempts: usize,
    /// Status of the last try; none where nothing answered.
    pub last_status: Option<u16>,
    /// Where it stands.
    pub progress: Progress,
    #[serde(skip)]
    due: OffsetDateTime,
    #[serde(skip)]
    headers: BTreeMap<String, String>,
}

impl Delivery {
    /// Whether it waits until a test lets it go.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.progress == Progress::Held
    }
}

#[derive(Debug, Default)]
struct Domain {
    results: VecDeque<(OffsetDateTime, bool)>,
    blocked_until: Option<OffsetDateTime>,
}

#[derive(Debug)]
struct Inner {
    last_seq: u64,
    deliveries: Vec<Delivery>,
    domains: BTreeMap<String, Domain>,
    block_after: Option<usize>,
}

/// All deliveries.
#[derive(Debug)]
pub struct Webhooks {
    inner: Mutex<Inner>,
    /// Rung when something may be sent.
    ring: Notify,
}

impl Default for Webhooks {
    fn default() -> Self {
        let inner = Inner {
            last_seq: 0,
            deliveries: Vec::new(),
            domains: BTreeMap::new(),
            block_after: Some(BLOCK_AFTER),
        };
        Self {
            inner: Mutex::new(inner),
            ring: Notify::new(),
        }
    }
}

impl Webhooks {
    /// The deliveries, oldest first.
    #[must_use]
    pub fn list(&self) -> Vec<Delivery> {
        self.lock().deliveries.clone()
    }

    /// Forgets deliveries and blocks.
    pub fn reset(&self) {
        let mut inner = self.lock();
        inner.deliveries.clear();
        inner.domains.clear();
        inner.block_after = Some(BLOCK_AFTER);
    }

    /// Deliveries in two minutes from which on a domain can be blocked; `None` never blocks.
    pub fn set_block_after(&self, deliveries: Option<usize>) {
        self.lock().block_after = deliveries;
    }

    /// Lets everything that is held or waits for a retry go now, the newest first if `reversed`.
    /// Gives how many there are.
    pub fn release(&self, clock: &Clock, reversed: bool) -> usize {
        let now = clock.now();
        let mut inner = self.lock();
        let waiting: Vec<&mut Delivery> = inner
            .deliveries
            .iter_mut()
            .filter(|one| matches!(one.progress, Progress::Held | Progress::Due))
            .collect();
        let count = waiting.len();
        for (index, delivery) in waiting.into_iter().enumerate() {
            delivery.progress = Progress::Due;
            let place = if reversed { count - index } else { index };
            // Microseconds keep the order without making anything wait.
            delivery.due = now - Duration::seconds(1)
                + Duration::microseconds(i64::try_from(place).unwrap_or_default());
        }
        drop(inner);
        self.ring.notify_one();
        count
    }

    /// Domains that get nothing at the moment, as `GET /v3/hooks/admin` shows them.
    #[must_use]
    pub fn blocked(&self, clock: &Clock) -> Vec<Value> {
        let now = clock.now();
        let inner = self.lock();
        let blocked = inner.domains.iter().filter_map(|(domain, state)| {
            let left = (state.blocked_until? - now).whole_seconds();
            (left > 0).then(|| json!({"destination": domain, "time_left": left, "reasons": []}))
        });
        blocked.collect()
    }

    /// Makes the deliveries of events that happened.
    pub fn add(&self, store: &mut Store) {
        let mode = store.switches.webhook_mode;
        let now = store.clock.now();
        switch_off_idle(store, now);
        let events: Vec<Event> = store.events.drain(..).collect();
        let mut inner = self.lock();
        for event in events {
            let body = body_of(&event, store);
            let hooks = store
                .hooks
                .values_mut()
                .filter(|hook| matches_scope(hook, &event.scope));
            for hook in hooks {
                hook.last_event = now;
                inner.push(hook, &event.scope, &body, mode, now);
                if mode == WebhookMode::Duplicate {
                    inner.push(hook, &event.scope, &body, mode, now);
                }
            }
        }
    }

    /// What is to be sent now, in order.
    fn take_due(&self, clock: &Clock) -> Vec<Delivery> {
        let now = clock.now();
        let mut inner = self.lock();
        inner.postpone_blocked(now);
        let mut due: Vec<&mut Delivery> = inner
            .deliveries
            .iter_mut()
            .filter(|one| one.progress == Progress::Due && one.due <= now)
            .collect();
        due.sort_by_key(|one| one.due);
        due.into_iter()
            .map(|one| {
                one.progress = Progress::Sending;
                one.attempts += 1;
                one.clone()
            })
            .collect()
    }

    /// Records the end of a try. Gives the hook when it is to be switched off.
    fn finish(&self, sent: &Delivery, status: Option<u16>, retries: &[u64], clock: &Clock) -> bool {
        let now = clock.now();
        let success = status.is_some_and(|status| (200..300).contains(&status));
        let mut inner = self.lock();
        inner.count(&sent.destination, success, now);
        let Some(one) = inner.deliveries.iter_mut().find(|one| one.seq == sent.seq) else {
            return false;
        };
        one.last_status = status;
        if success {
            one.progress = Progress::Delivered;
            return false;
        }
        let Some(pause) = retries.get(one.attempts - 1) else {
            one.progress = Progress::GivenUp;
            return true;
        };
        one.progress = Progress::Due;
        one.due = now + Duration::seconds(i64::try_from(*pause).unwrap_or(i64::MAX));
        false
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn push(
        &mut self,
        hook: &Hook,
        scope: &str,
        body: &Value,
        mode: WebhookMode,
        now: OffsetDateTime,
    ) {
        self.last_seq += 1;
        if self.deliveries.len() == KEPT {
            self.deliveries.remove(0);
        }
        let (progress, due) = match mode {
            WebhookMode::Hold => (Progress::Held, now),
            WebhookMode::Reversed => (Progress::Due, self.before_the_waiting(now)),
            WebhookMode::Deliver | WebhookMode::Duplicate => (Progress::Due, now),
        };
        self.deliveries.push(Delivery {
            id: format!("msg_{}", Store::new_hex()),
            seq: self.last_seq,
            hook_id: hook.id,
            scope: scope.to_owned(),
            destination: hook.destination.clone(),
            body: body.clone(),
            attempts: 0,
            last_status: None,
            progress,
            due,
            headers: hook.headers.clone(),
        });
    }

    /// In `reversed`, events wait a moment, and a later one goes just before those that wait.
    fn before_the_waiting(&self, now: OffsetDateTime) -> OffsetDateTime {
        let waiting = self
            .deliveries
            .iter()
            .filter(|one| one.progress == Progress::Due && one.attempts == 0 && one.due > now);
        let first = waiting.map(|one| one.due).min();
        first.map_or(now + REVERSING, |due| due - Duration::microseconds(1))
    }

    fn postpone_blocked(&mut self, now: OffsetDateTime) {
        for delivery in self
            .deliveries
            .iter_mut()
            .filter(|one| one.progress == Progress::Due)
        {
            let domain = self.domains.get(&domain_of(&delivery.destination));
            if let Some(until) = domain.and_then(|domain| domain.blocked_until)
                && until > now
            {
                delivery.due = delivery.due.max(until);
            }
        }
    }

    fn count(&mut self, destination: &str, success: bool, now: OffsetDateTime) {
        let domain = self.domains.entry(domain_of(destination)).or_default();
        domain.results.push_back((now, success));
        while domain
            .results
            .front()
            .is_some_and(|(at, _)| *at < now - WINDOW)
        {
            domain.results.pop_front();
        }
        let total = domain.results.len();
        let good = domain
            .results
            .iter()
            .filter(|(_, success)| *success)
            .count();
        let enough = self.block_after.is_some_and(|least| total >= least);
        if enough && good * 10 < total * 9 {
            domain.blocked_until = Some(now + BLOCK);
            domain.results.clear();
        }
    }
}

/// "A webhook subscription becomes deactivated after 90 days of inactivity."
fn switch_off_idle(store: &mut Store, now: OffsetDateTime) {
    for hook in store.hooks.values_mut() {
        if now - hook.last_event.max(hook.updated_at) >= IDLE {
            hook.is_active = false;
        }
    }
}

fn domain_of(destination: &str) -> String {
    let url = url::Url::parse(destination).ok();
    url.and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default()
}

/// `store/order/*` is for every event that starts with `store/order/`.
fn matches_scope(hook: &Hook, scope: &str) -> bool {
    let by_star = hook
        .scope
        .strip_suffix('*')
        .is_some_and(|start| scope.starts_with(start));
    hook.is_active && (hook.scope == scope || by_star)
}

/// Shops report of hashes that are alike wherever the data are, and of events without a time.
fn body_of(event: &Event, store: &Store) -> Value {
    let producer = format!("stores/{}", store.store.hash);
    let told = format!("{producer}|{}|{}", event.scope, event.data);
    // The real one has the 40 characters of a SHA-1 as well.
    let digest = Sha256::digest(told);
    let bytes = digest.iter().take(20);
    let hash = bytes.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let mut body = json!({
        "scope": event.scope,
        "store_id": store.store.id.to_string(),
        "data": event.data,
        "hash": hash,
        "producer": producer,
    });
    if store.switches.webhooks_tell_created_at {
        body["created_at"] = json!(event.at.unix_timestamp());
    }
    body
}
