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
        checkouts::{self, Left},
        jobs::{self, JobKind},
        locks,
    },
    domain::{
        CheckoutId, Code, Hundredths, NativeCode, SessionKey, StoreHash,
        checkout_change::{Change, ChangeBy},
        lock::{Lock, LockKind, LockState, ReleaseReason},
        snapshot::Snapshot,
    },
    error::FlowError,
    flows::{
        later::{FOLLOW_UP_MS, not_before},
        locks::{cart_context::Cart, changes::give_up_after, gathered::is_on_cart, leased::Leased},
    },
    voucherify::Session,
};

/// An apply that has not ended after this long was cut off, and is undone.
pub(crate) const UNDO_AFTER_MS: i64 = 60_000;
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
        native_discount: None,
        currency: checkout.currency,
        snapshot: None,
        order: None,
        order_discount: None,
        apart: None,
        released_because: None,
        refused_because: None,
        is_taken_apart: false,
        ends_at_ms,
        session_ends_at_ms,
        created_at_ms: now,
        checked_at_ms: now,
        state_since_ms: now,
        unused_by: Vec::new(),
        revision: 0,
    }
}

/// When a native code made or renewed now ends, and when its session does.
fn lifetime(context: &Context) -> (i64, i64) {
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

/// When the newest change was cut off of which a request may still arrive, and undo what is done now. A job
/// is not asked before that is over.
pub(crate) fn cut_off_at_ms(cart: Cart<'_>) -> Option<i64> {
    let newest = cart.work.found().cut_off_at_ms();
    newest.filter(|at_ms| {
        !cart.work.is_by_job() && at_ms + FOLLOW_UP_MS > cart.context.clock.now_ms()
    })
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
    let found = cart.work.found();
    if found.late_at_ms > 0 {
        not_before(cart.context, found.late_at_ms + FOLLOW_UP_MS)?;
    }
    let (began_at_ms, waited_ms) = match found.change {
        Change::Done
        | Change::Failed {
            by: ChangeBy::Page, ..
        } => return Ok(()),
        Change::Begun {
            by: ChangeBy::Page,
            at_ms,
        } => {
            return not_before(cart.context, at_ms + FOLLOW_UP_MS);
        }
        Change::Begun {
            by: ChangeBy::Job,
            at_ms,
        } => (at_ms, 0),
        Change::Failed {
            by: ChangeBy::Job,
            at_ms,
        } => (at_ms, FOLLOW_UP_MS),
    };
    let all = cart.work.on_cart().await?;
    let patience = all
        .iter()
        .map(|lock| patience_ms(cart, to_pay, lock, began_at_ms));
    let wait = patience
        .max()
        .unwrap_or(0)
        .max(cart.context.straggling_ms());
    not_before(cart.context, began_at_ms - waited_ms + wait)
}

/// How long a job waits before it tries again what it tried at `tried_at_ms`: as long as it had been since a
/// shopper came by.
fn patience_ms(cart: Cart<'_>, to_pay: &Snapshot, lock: &Lock, tried_at_ms: i64) -> i64 {
    let now = match lock.kind {
        LockKind::Coupon => cart.snapshot,
        LockKind::Certificate => to_pay,
    };
    let is_as_it_was = |known: &Snapshot| known.is_of_same_cart(now);
    if !lock.snapshot.as_ref().is_some_and(is_as_it_was) {
        return 0;
    }
    let began_at_ms = lock.ends_at_ms - cart.context.limits.lock_minutes * MINUTE_MS;
    (tried_at_ms - began_at_ms).clamp(0, LONGEST_PATIENCE_MS)
}

/// An error while a request of a change of the checkout that was cut off may still arrive. Whoever calls has
/// the checkout to himself, and began no change of it.
pub(crate) async fn late_requests_are_over(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<(), FlowError> {
    let mut reading = context.database.read().await?;
    let left = checkouts::left(&mut reading, store, checkout).await?;
    not_while_late(context, left)
}

/// An error while a request may still arrive of what was left.
pub(crate) fn not_while_late(context: &Context, left: Left) -> Result<(), FlowError> {
    match left.cut_off_at_ms() {
        Some(at_ms) => not_before(context, at_ms + context.straggling_ms()),
        None => Ok(()),
    }
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

impl Cart<'_> {
    /// Asks for the job that looks at the checkout a while after `at_ms`.
    pub(crate) fn stage_look_again(&self, at_ms: i64) {
        let (kind, subject) = (JobKind::RefreshCheckout, self.checkout.id.as_str());
        self.work.stage_job(kind, subject, at_ms + FOLLOW_UP_MS);
    }

    /// Writes a new lock down, with the job that gives it up unless it gets further.
    pub(crate) fn stage_applying(&self, lock: &Lock) {
        self.work.stage(lock);
        let at_ms = self.context.clock.now_ms() + UNDO_AFTER_MS;
        let (kind, subject) = (JobKind::UndoApply, lock.id.as_str());
        self.work.stage_job(kind, subject, at_ms);
    }

    /// An applying lock is held now: no job has to give it up.
    pub(crate) fn stage_held(&self, lock: &mut Lock) {
        lock.enter(LockState::Held, self.context.clock.now_ms());
        lock.is_taken_apart = false;
        self.work.stage(lock);
        let (kind, subject) = (JobKind::UndoApply, lock.id.as_str());
        self.work
            .stage_withdrawal(kind, subject, lock.created_at_ms);
    }
}

impl Leased<'_> {
    /// The lock is what was validated now, for this order. A job has the codes of a cart that is as it was end
    /// when they were to end: what it cannot put right is not tried for ever.
    pub(crate) fn renew(&self, lock: &mut Lock, validated: &Snapshot) {
        let known = lock.snapshot.as_ref();
        let is_as_it_was = known.is_some_and(|known| known.is_of_same_cart(validated));
        lock.add_up();
        lock.snapshot = Some(validated.clone());
        lock.checked_at_ms = self.context.clock.now_ms();
        let (ends_at_ms, session_ends_at_ms) = lifetime(self.context);
        lock.session_ends_at_ms = session_ends_at_ms;
        if !(self.is_by_job() && is_as_it_was) {
            lock.ends_at_ms = ends_at_ms;
        }
    }
}

/// Gives up a lock that an error kept from being held.
pub(crate) async fn undo(
    cart: Cart<'_>,
    lock: &mut Lock,
    error: &FlowError,
) -> Result<(), FlowError> {
    warn!(%error, lock = %lock.id, "a code could not be applied and is given up");
    let wait = straggling(cart.context, error);
    if !wait.is_zero() {
        cart.work.may_arrive_late();
    }
    cart.work.hand_over(lock).await?;
    give_up_after(cart.context, lock, ReleaseReason::Unfinished, wait).await?;
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
        both_coupons && lock.id != removed.id && is_on_cart(lock)
    });
    let mut is_alone = true;
    for mut lock in others {
        is_alone = false;
        lock.native_discount = None;
        locks::put(tx.connection(), &mut lock).await?;
    }
    if !is_alone {
        look_again(context, &mut tx, &removed.store, &removed.checkout).await?;
    }
    tx.commit().await?;
    Ok(())
}
