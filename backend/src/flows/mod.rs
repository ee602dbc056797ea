//! One story a file: what happens when a code is typed, removed, ordered, paid, given back.
//!
//! Every flow survives being killed between any two of its steps. The rule: what is about to be
//! done at a platform is written down first, with a job that finishes or undoes it; no transaction
//! is open during a call.

mod adopt_redemptions;
mod agree_amounts;
mod agree_codes;
pub mod apply_codes;
mod ask_cards;
pub mod before_order;
pub mod cart_error;
pub mod change_settings;
mod compare_order;
pub mod connect;
pub mod decide_difference;
mod describe_cart;
mod describe_order;
pub mod disconnect;
mod dropped_codes;
pub mod evict_coupon;
mod exclusive;
pub mod flag_order;
mod hold_cards;
mod hold_coupons;
pub mod install_scripts;
mod judge_codes;
pub mod known_checkout;
mod leave_session;
mod live_order;
mod lock_credits;
mod lock_steps;
pub mod look_after_setup;
mod native_coupons;
mod open_checkout;
mod opening;
mod order_certificates;
mod order_coupons;
mod order_names;
mod order_uses;
mod pay_again;
mod placed_order;
mod places;
pub mod process_order;
mod read_again;
pub mod receive_webhook;
pub mod recover;
pub mod redeem_order;
mod redemption_answers;
mod refresh_cards;
pub mod refresh_checkout;
mod refund_cards;
pub mod release_lock;
pub mod remove_code;
pub mod roll_back;
mod session_change;
mod settle_cards;
mod spellings;
pub mod sweep;
pub mod sweep_native;
mod tell_order;
mod void_order;

use std::time::Duration;

use crate::{
    bigcommerce::BigCommerceError,
    context::{Connection, Context},
    domain::{
        CheckoutId, Hundredths, StoreHash,
        lock::{Lock, LockState, ReleaseReason},
    },
    store::{
        StoreError, Tx,
        facts::{self, Fact},
        jobs::{self, JobKind},
        locks,
    },
    voucherify::VoucherifyError,
};

pub use exclusive::detached;

/// When the job looks that follows up a change cut off in the middle.
const FOLLOW_UP_MS: i64 = 60_000;
/// What BigCommerce was last told of an amount is not known.
const NOT_TOLD: Hundredths = Hundredths(-1);

/// Why a flow did not end well.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The store has no such checkout.
    #[error("the store has no such checkout")]
    UnknownCheckout,
    /// The checkout became an order.
    #[error("the checkout has become an order")]
    CheckoutClosed,
    /// Another request works on the same checkout and did not end in time.
    #[error("another request is working on this checkout")]
    Busy,
    /// The flow took longer than it may hold the checkout.
    #[error("the work on this checkout took too long")]
    TooSlow,
    /// It has to be tried again, not before this long.
    #[error("not before {0:?} from now")]
    NotYet(Duration),
    /// The operator has to mend the set-up; until then it is tried again.
    #[error("{0}")]
    Unusable(String),
    /// Trying again will not help.
    #[error("{0}")]
    NeedsPerson(String),
    /// BigCommerce did not do its part.
    #[error("BigCommerce: {0}")]
    BigCommerce(#[from] BigCommerceError),
    /// Voucherify did not do its part.
    #[error("Voucherify: {0}")]
    Voucherify(#[from] VoucherifyError),
    /// The database did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl FlowError {
    /// Whether a platform may have done what it was asked all the same.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::BigCommerce(error) => error.may_have_happened(),
            Self::Voucherify(error) => error.may_have_happened(),
            _ => false,
        }
    }

    /// How long a platform asked to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotYet(wait) => Some(*wait),
            Self::BigCommerce(error) => error.retry_after(),
            Self::Voucherify(error) => error.retry_after(),
            _ => None,
        }
    }
}

/// An error before that moment: a job is tried again then.
fn not_before(context: &Context, at_ms: i64) -> Result<(), FlowError> {
    match u64::try_from(at_ms - context.clock.now_ms()) {
        Ok(left) if left > 0 => Err(FlowError::NotYet(Duration::from_millis(left))),
        _ => Ok(()),
    }
}

/// Asks, in the transaction, for a lock to be released: from here a job sees it through.
///
/// Answers false when the lock is no longer in the state it was read in.
async fn ask_for_release(
    tx: &mut Tx,
    lock: &mut Lock,
    reason: ReleaseReason,
    run_at_ms: i64,
) -> Result<bool, StoreError> {
    let from = lock.state;
    let lost = lock.is_taken_apart();
    lock.cut_off_at_ms = lock.newest_cut_off_ms();
    lock.state = LockState::Releasing;
    lock.reason = Some(reason.as_str().to_owned());
    if !locks::update(tx.connection(), lock, from).await? {
        return Ok(false);
    }
    if lost {
        dropped_codes::tell_of(tx, lock, run_at_ms).await?;
    }
    let subject = lock.id.as_str();
    jobs::enqueue(
        tx.connection(),
        &lock.store,
        JobKind::ReleaseLock,
        subject,
        run_at_ms,
        run_at_ms,
    )
    .await?;
    Ok(true)
}

/// The same in a transaction of its own.
async fn give_up(
    context: &Context,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<bool, StoreError> {
    give_up_after(context, lock, reason, Duration::ZERO).await
}

/// The same, released not before `wait` is over.
async fn give_up_after(
    context: &Context,
    lock: &mut Lock,
    reason: ReleaseReason,
    wait: Duration,
) -> Result<bool, StoreError> {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    let mut tx = context.store.begin().await?;
    let asked = ask_for_release(&mut tx, lock, reason, context.clock.now_ms() + wait).await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(asked)
}

/// Asks, in the transaction, for the native part of a settled lock to end.
async fn clean_up_later(context: &Context, tx: &mut Tx, lock: &Lock) -> Result<(), StoreError> {
    let (now, subject) = (context.clock.now_ms(), lock.id.as_str());
    let kind = JobKind::CleanUpNative;
    jobs::enqueue(tx.connection(), &lock.store, kind, subject, now, now).await
}

/// The locks of a checkout, whatever their state.
async fn locks_of(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, StoreError> {
    let mut tx = context.store.begin().await?;
    let all = locks::of_checkout(tx.connection(), store, checkout).await?;
    tx.commit().await?;
    Ok(all)
}

/// Whether something was learnt of the store.
async fn knows(context: &Context, connection: &Connection, fact: Fact) -> Result<bool, StoreError> {
    let mut tx = context.store.begin().await?;
    let known = facts::is_known(tx.connection(), &connection.store, fact).await?;
    tx.commit().await?;
    Ok(known)
}

/// Writes a change of one lock down; false when it had moved on.
async fn save(context: &Context, lock: &Lock, from: LockState) -> Result<bool, StoreError> {
    let mut tx = context.store.begin().await?;
    let saved = locks::update(tx.connection(), lock, from).await?;
    tx.commit().await?;
    Ok(saved)
}

/// Asks for a job in a transaction of its own.
async fn ask_for(
    context: &Context,
    store: &StoreHash,
    kind: JobKind,
    subject: &str,
    run_at_ms: i64,
) -> Result<(), StoreError> {
    let mut tx = context.store.begin().await?;
    jobs::enqueue(
        tx.connection(),
        store,
        kind,
        subject,
        run_at_ms,
        context.clock.now_ms(),
    )
    .await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}
