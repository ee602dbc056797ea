//! The first steps of every lock: written down as `applying` before a platform is asked, with a job
//! that gives it up unless it gets further; then moved on, or undone.

use std::time::Duration;

use tracing::warn;

use super::{FOLLOW_UP_MS, FlowError, give_up_after, save};
use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Hundredths, NativeCode, SessionKey, StoreHash,
        lock::{Lock, LockKind, LockState, ReleaseReason},
    },
    store::{
        Tx,
        jobs::{self, JobKind},
    },
    voucherify::Session,
};

/// An apply that has not ended after this long was cut off, and is undone.
pub(super) const SETTLE_AFTER_MS: i64 = 60_000;
/// The session outlives the native code by this much: an order may be placed at its last moment.
const SESSION_OUTLIVES_MINUTES: i64 = 30;
const MINUTE_MS: i64 = 60_000;

/// The lock of a coupon that begins with `code`.
pub(super) fn new_lock(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    code: &Code,
    session: SessionKey,
) -> Lock {
    let now = context.clock.now_ms();
    let (ends_at_ms, session_ends_at_ms) = lifetime(context);
    Lock {
        id: context.ids.lock_id(),
        store: connection.store.clone(),
        checkout: checkout.id.clone(),
        kind: LockKind::Coupon,
        code: code.clone(),
        coupons: Vec::new(),
        cards: Vec::new(),
        native_code: NativeCode::for_code(code, &context.ids.native_suffix()),
        promotion: None,
        certificate: None,
        session,
        state: LockState::Applying,
        discount: Hundredths::ZERO,
        native_discount: Hundredths::ZERO,
        currency: checkout.currency,
        snapshot: None,
        order: None,
        order_discount: None,
        reason: None,
        ends_at_ms,
        session_ends_at_ms,
        created_at_ms: now,
        checked_at_ms: now,
    }
}

/// When a native code made or renewed now ends, and when its session does.
pub(super) fn lifetime(context: &Context) -> (i64, i64) {
    let ends = context.clock.now_ms() + context.limits.lock_minutes * MINUTE_MS;
    (ends, ends + SESSION_OUTLIVES_MINUTES * MINUTE_MS)
}

/// The session of a key, living as long as [`lifetime`] says.
pub(super) fn session_of(context: &Context, key: &SessionKey) -> Session {
    Session {
        key: key.clone(),
        minutes: context.limits.lock_minutes + SESSION_OUTLIVES_MINUTES,
    }
}

/// How much longer a request of a change that was cut off may arrive and undo what is done now; none
/// if no lock carries its mark, or the mark is old.
pub(super) fn may_be_overtaken<'a>(
    context: &Context,
    locks: impl Iterator<Item = &'a Lock>,
) -> Option<Duration> {
    let marked = locks.filter(|lock| lock.is_settling());
    let last = marked.map(|lock| lock.checked_at_ms).max()?;
    let left = last + FOLLOW_UP_MS - context.clock.now_ms();
    u64::try_from(left)
        .ok()
        .filter(|left| *left > 0)
        .map(Duration::from_millis)
}

/// Asks for the job that follows a change of the checkout up; answers when it runs.
pub(super) async fn follow_up(
    context: &Context,
    tx: &mut Tx,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<i64, FlowError> {
    let now = context.clock.now_ms();
    let (kind, at) = (JobKind::RefreshCheckout, now + FOLLOW_UP_MS);
    jobs::enqueue(tx.connection(), store, kind, checkout.as_str(), at, now).await?;
    Ok(at)
}

/// Nothing was cut off: the job that was to run at `at_ms` is not needed.
pub(super) async fn nothing_to_follow_up(
    tx: &mut Tx,
    store: &StoreHash,
    checkout: &CheckoutId,
    at_ms: i64,
) -> Result<(), FlowError> {
    let kind = JobKind::RefreshCheckout;
    jobs::withdraw(tx.connection(), store, kind, checkout.as_str(), at_ms).await?;
    Ok(())
}

/// Asks for the job that gives an `applying` lock up.
pub(super) async fn settle_later(
    context: &Context,
    tx: &mut Tx,
    lock: &Lock,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let (kind, subject) = (JobKind::SettleApply, lock.id.as_str());
    let at = now + SETTLE_AFTER_MS;
    jobs::enqueue(tx.connection(), &lock.store, kind, subject, at, now).await?;
    Ok(())
}

/// Moves an `applying` lock on; it may have been given up meanwhile by the job that settles.
pub(super) async fn advance(
    context: &Context,
    lock: &mut Lock,
    to: LockState,
) -> Result<(), FlowError> {
    lock.state = to;
    if save(context, lock, LockState::Applying).await? {
        return Ok(());
    }
    lock.state = LockState::Applying;
    Err(FlowError::TooSlow)
}

/// Gives up a lock that an error kept from being held.
pub(super) async fn undo(
    context: &Context,
    lock: &mut Lock,
    error: &FlowError,
) -> Result<(), FlowError> {
    warn!(%error, lock = %lock.id, "a code could not be applied and is given up");
    let wait = straggling(context, error);
    give_up_after(context, lock, ReleaseReason::Unfinished, wait).await?;
    Ok(())
}

/// How long a request of ours may still be under way to a platform that did not answer: let go
/// before it arrives, the code would be held by nobody's lock.
fn straggling(context: &Context, error: &FlowError) -> Duration {
    match error {
        FlowError::Voucherify(error) if error.may_have_happened() => {
            2 * context.limits.upstream_timeout
        }
        _ => Duration::ZERO,
    }
}
