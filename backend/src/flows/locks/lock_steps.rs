//! The first steps of every lock: written down as `applying` before a platform is asked, with a job
//! that gives it up unless it gets further; then moved on, or undone.

use std::time::Duration;

use tracing::warn;

use crate::{
    bigcommerce::Checkout,
    clock::MINUTE_MS,
    context::{Connection, Context},
    database::{
        Tx,
        jobs::{self, JobKind},
        locks,
    },
    domain::{
        CheckoutId, Code, Hundredths, NativeCode, SessionKey, StoreHash,
        lock::{Lock, LockKind, LockState, ReleaseReason, SETTLING, TAKEN_APART},
        snapshot::Snapshot,
    },
    error::FlowError,
    flows::{
        cart::cart_context::Cart,
        later::{FOLLOW_UP_MS, not_before},
        locks::changes::{NOT_TOLD, give_up_after, locks_of, save},
    },
    voucherify::Session,
};

/// An apply that has not ended after this long was cut off, and is undone.
pub(crate) const SETTLE_AFTER_MS: i64 = 60_000;
/// The session outlives the native code by this much: an order may be placed at its last moment.
const SESSION_OUTLIVES_MINUTES: i64 = 30;
/// How long a job waits at most before it tries again what it could not put right.
const LONGEST_PATIENCE_MS: i64 = 5 * MINUTE_MS;

/// The lock of a coupon that begins with `code`.
pub(crate) fn new_lock(
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
        cut_off_at_ms: None,
        unused_by: Vec::new(),
    }
}

/// When a native code made or renewed now ends, and when its session does.
pub(crate) fn lifetime(context: &Context) -> (i64, i64) {
    let ends = context.clock.now_ms() + context.limits.lock_minutes * MINUTE_MS;
    (ends, ends + SESSION_OUTLIVES_MINUTES * MINUTE_MS)
}

/// The session of a key, living as long as [`lifetime`] says.
pub(crate) fn session_of(context: &Context, key: &SessionKey) -> Session {
    Session {
        key: key.clone(),
        minutes: context.limits.lock_minutes + SESSION_OUTLIVES_MINUTES,
    }
}

/// When the newest change was cut off of which a request may still arrive under this session key, and
/// undo what is done now. A job is not asked before that is over.
pub(crate) async fn cut_off_at_ms(
    cart: Cart<'_>,
    key: &SessionKey,
) -> Result<Option<i64>, FlowError> {
    if cart.by_job {
        return Ok(None);
    }
    let mut all = locks_of(cart.context, &cart.connection.store, &cart.checkout.id).await?;
    all.retain(|lock| is_of(lock, key));
    Ok(newest_cut_off(cart.context, all.iter()))
}

/// A webhook may ask for the job sooner than what was left undone can be followed up: what a page left
/// by the job alone, what the job left as soon as its last request can no longer arrive. What it could not
/// put right of a cart that is as it was, it tries less and less often.
///
/// `to_pay` is the order of which the certificates know, if the cart is as it was.
pub(crate) async fn wait_for_late_requests(
    cart: Cart<'_>,
    to_pay: &Snapshot,
) -> Result<(), FlowError> {
    let all = locks_of(cart.context, &cart.connection.store, &cart.checkout.id).await?;
    let (own, others): (Vec<Lock>, Vec<Lock>) = all.into_iter().partition(Lock::is_mending);
    if let Some(at_ms) = newest_cut_off(cart.context, others.iter()) {
        not_before(cart.context, at_ms + FOLLOW_UP_MS)?;
    }
    let straggling = cart.context.straggling_ms();
    let wait = own
        .iter()
        .map(|lock| patience_ms(cart, to_pay, lock).max(straggling))
        .max();
    match own.iter().filter_map(Lock::newest_cut_off_ms).max() {
        Some(at_ms) => not_before(cart.context, at_ms + wait.unwrap_or(straggling)),
        None => Ok(()),
    }
}

/// How long a job waits before it tries again: as long as it has been since a shopper came by.
fn patience_ms(cart: Cart<'_>, to_pay: &Snapshot, lock: &Lock) -> i64 {
    let now = match lock.kind {
        LockKind::Coupon => cart.snapshot,
        LockKind::Certificate => to_pay,
    };
    let is_as_it_was = |known: &Snapshot| known.is_of_same_cart(now);
    if !lock.snapshot.as_ref().is_some_and(is_as_it_was) {
        return 0;
    }
    let began_at_ms = lock.ends_at_ms - cart.context.limits.lock_minutes * MINUTE_MS;
    (lock.checked_at_ms - began_at_ms).clamp(0, LONGEST_PATIENCE_MS)
}

/// What failed for certain has no request under way: its mark stays, and is as good as old.
pub(crate) async fn nothing_is_under_way(
    cart: Cart<'_>,
    key: &SessionKey,
) -> Result<(), FlowError> {
    let mut tx = cart.context.database.begin().await?;
    let store = &cart.connection.store;
    let all = locks::of_checkout(tx.connection(), store, &cart.checkout.id).await?;
    let marked = all
        .into_iter()
        .filter(|lock| lock.is_settling() && lock.session == *key);
    for mut lock in marked {
        lock.checked_at_ms = cart.context.clock.now_ms() - FOLLOW_UP_MS;
        locks::update(tx.connection(), &lock, lock.state).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Whether a change of the lock was made under the key.
fn is_of(lock: &Lock, key: &SessionKey) -> bool {
    lock.session == *key || lock.session.before().as_ref() == Some(key)
}

/// An error while a request of a change that was cut off may still arrive under this session key.
pub(crate) fn late_requests_are_over(
    context: &Context,
    locks: &[Lock],
    key: &SessionKey,
) -> Result<(), FlowError> {
    let own = locks.iter().filter(|lock| is_of(lock, key));
    match own.filter_map(Lock::newest_cut_off_ms).max() {
        Some(at_ms) => not_before(context, at_ms + context.straggling_ms()),
        None => Ok(()),
    }
}

fn newest_cut_off<'a>(context: &Context, locks: impl Iterator<Item = &'a Lock>) -> Option<i64> {
    let newest = locks.filter_map(Lock::newest_cut_off_ms).max();
    newest.filter(|at_ms| at_ms + FOLLOW_UP_MS > context.clock.now_ms())
}

/// Keeps the mark of what was cut off at `at_ms`, for the job that looks again.
pub(crate) async fn keep_watch(
    cart: Cart<'_>,
    locks: &mut [Lock],
    at_ms: i64,
) -> Result<(), FlowError> {
    if locks.is_empty() {
        return Ok(());
    }
    let mut tx = cart.context.database.begin().await?;
    for lock in locks {
        lock.reason = Some(SETTLING.to_owned());
        lock.checked_at_ms = at_ms;
        locks::update(tx.connection(), lock, lock.state).await?;
    }
    let (store, kind) = (&cart.connection.store, JobKind::RefreshCheckout);
    let (subject, at) = (cart.checkout.id.as_str(), at_ms + FOLLOW_UP_MS);
    let now = cart.context.clock.now_ms();
    jobs::enqueue(tx.connection(), store, kind, subject, at, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for the job that follows a change of the checkout up; the job itself is tried again anyway.
pub(crate) async fn follow_up(cart: Cart<'_>, tx: &mut Tx) -> Result<(), FlowError> {
    if cart.by_job {
        return Ok(());
    }
    look_again(cart.context, tx, &cart.connection.store, &cart.checkout.id).await
}

/// Asks for the job that looks at the checkout in a while.
pub(crate) async fn look_again(
    context: &Context,
    tx: &mut Tx,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let (kind, at) = (JobKind::RefreshCheckout, now + FOLLOW_UP_MS);
    jobs::enqueue(tx.connection(), store, kind, checkout.as_str(), at, now).await?;
    Ok(())
}

/// Nothing of a change that began at `began_at_ms` was cut off: no job has to follow it up.
pub(crate) async fn nothing_to_follow_up(
    cart: Cart<'_>,
    tx: &mut Tx,
    began_at_ms: i64,
) -> Result<(), FlowError> {
    let (kind, subject) = (JobKind::RefreshCheckout, cart.checkout.id.as_str());
    let (store, at_ms) = (&cart.connection.store, began_at_ms + FOLLOW_UP_MS);
    jobs::withdraw(tx.connection(), store, kind, subject, at_ms).await?;
    Ok(())
}

/// Asks for the job that gives an `applying` lock up.
pub(crate) async fn settle_later(
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
pub(crate) async fn advance(
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
pub(crate) async fn undo(
    context: &Context,
    lock: &mut Lock,
    error: &FlowError,
) -> Result<(), FlowError> {
    warn!(%error, lock = %lock.id, "a code could not be applied and is given up");
    let wait = straggling(context, error);
    if wait.is_zero() {
        // Nothing is under way, whatever the lock is marked with.
        lock.reason.take_if(|reason| reason != TAKEN_APART);
    } else {
        lock.cut_off_at_ms = Some(context.clock.now_ms());
    }
    give_up_after(context, lock, ReleaseReason::Unfinished, wait).await?;
    Ok(())
}

/// How long a request of ours may still be under way to a platform that did not answer: let go
/// before it arrives, the code would be held by nobody's lock.
fn straggling(context: &Context, error: &FlowError) -> Duration {
    match error {
        FlowError::Voucherify(error) if error.may_have_happened() => context.straggling(),
        _ => Duration::ZERO,
    }
}

/// The checkout's other coupons were calculated beside this one: they are validated again when the
/// page asks, or by the job.
pub(crate) async fn look_again_at_others(
    context: &Context,
    removed: &Lock,
) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    let all = locks::of_checkout(tx.connection(), &removed.store, &removed.checkout).await?;
    let others = all.into_iter().filter(|lock| {
        let both_coupons = lock.kind == LockKind::Coupon && removed.kind == LockKind::Coupon;
        let on_cart = matches!(lock.state, LockState::Held | LockState::Ordered);
        both_coupons && lock.id != removed.id && on_cart && !lock.is_apart()
    });
    let mut is_alone = true;
    for mut lock in others {
        is_alone = false;
        lock.native_discount = NOT_TOLD;
        locks::update(tx.connection(), &lock, lock.state).await?;
    }
    if !is_alone {
        look_again(context, &mut tx, &removed.store, &removed.checkout).await?;
    }
    tx.commit().await?;
    Ok(())
}
