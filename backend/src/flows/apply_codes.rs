//! A typed code becomes a native coupon, held for one checkout.
//!
//! 1. Read the checkout from BigCommerce: amounts never come from the browser.
//! 2. Write the lock down as `applying`, with a job that gives it up unless it gets further.
//! 3. Validate at Voucherify under the checkout's session key, which holds the code.
//! 4. Make a coupon promotion of exactly the calculated amount, and its code.
//! 5. The lock is `held`; the page may apply the native code.

use std::time::Duration;

use tracing::{info, warn};
use voucherbridge_api_types::{AppliedCode, ApplyResponse, NativeKind};

use super::{
    FlowError, describe_cart::describe, exclusive::exclusively, give_up, give_up_after,
    refresh_checkout::revalidate, release_lock::release_alone, save,
};
use crate::{
    bigcommerce::{BigCommerceError, Checkout, NewPromotion, PromotionTerms},
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Hundredths, NativeCode, SessionKey,
        lock::{Lock, LockState, ReleaseReason},
        messages::Refusal,
        snapshot::Snapshot,
    },
    store::{
        jobs::{self, JobKind},
        locks,
    },
    voucherify::{Session, Validation},
};

/// An apply that has not ended after this long was cut off, and is undone.
pub(super) const SETTLE_AFTER_MS: i64 = 60_000;
/// The session outlives the native code by this much: an order may be placed at its last moment.
const SESSION_OUTLIVES_MINUTES: i64 = 30;
const MINUTE_MS: i64 = 60_000;

/// What became of a code.
enum Outcome {
    Held(Box<Lock>),
    Refused(Refusal),
}

/// Applies `code` to the checkout.
pub async fn apply(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    code: &Code,
) -> Result<ApplyResponse, FlowError> {
    let work = apply_alone(context, connection, checkout, code);
    match exclusively(context, &connection.store, checkout, work).await? {
        Outcome::Held(lock) => {
            info!(store = %lock.store, %checkout, lock = %lock.id, amount = lock.discount.0, "code applied");
            metrics::counter!("voucherbridge_codes_applied_total").increment(1);
            Ok(ApplyResponse::Applied {
                native_codes: vec![lock.native_code.to_string()],
                codes: vec![applied_code(&lock)],
                dropped: Vec::new(),
                rejected: Vec::new(),
            })
        }
        Outcome::Refused(refusal) => {
            let reason = refusal.reason().to_owned();
            metrics::counter!("voucherbridge_codes_refused_total", "reason" => reason.clone())
                .increment(1);
            Ok(ApplyResponse::Rejected {
                reason,
                message: refusal.sentence().to_owned(),
            })
        }
    }
}

/// A held lock as the module is told of it.
pub(super) fn applied_code(lock: &Lock) -> AppliedCode {
    AppliedCode {
        code: lock.code.to_string(),
        native_code: lock.native_code.to_string(),
        kind: NativeKind::Coupon,
        amount: lock.discount.0,
        currency: lock.currency.to_string(),
    }
}

async fn apply_alone(
    context: &Context,
    connection: &Connection,
    id: &CheckoutId,
    code: &Code,
) -> Result<Outcome, FlowError> {
    let checkout = match connection.bigcommerce.checkout(id).await {
        Ok(checkout) if checkout.order_id.is_some() => return Err(FlowError::CheckoutClosed),
        Ok(checkout) => checkout,
        Err(BigCommerceError::NotFound) => return Err(FlowError::UnknownCheckout),
        Err(error) => return Err(error.into()),
    };
    let snapshot = describe(context, connection, &checkout).await?;
    if let Some(mut lock) = previous(context, connection, &checkout, code).await? {
        if lock.code != *code && !lock.native_code.is(code.as_str()) {
            return Ok(Outcome::Refused(Refusal::OneCodeOnly));
        }
        return Ok(
            match revalidate(context, connection, &mut lock, &checkout, snapshot).await? {
                Ok(_) => Outcome::Held(Box::new(lock)),
                Err(refusal) => Outcome::Refused(refusal),
            },
        );
    }
    let mut lock = new_lock(context, connection, &checkout, code);
    write_intent(context, &lock).await?;
    match hold(context, connection, &mut lock, snapshot, &checkout).await {
        Ok(None) => Ok(Outcome::Held(Box::new(lock))),
        Ok(Some(refusal)) => Ok(Outcome::Refused(refusal)),
        Err(error) => {
            warn!(%error, lock = %lock.id, "a code could not be applied and is given up");
            give_up_after(
                context,
                &mut lock,
                ReleaseReason::Unfinished,
                straggling(context, &error),
            )
            .await?;
            Err(error)
        }
    }
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

/// The lock that stands in the way of a new one: one of the same code, or one that is on the page.
/// A held lock that left the page without a word makes room.
async fn previous(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    code: &Code,
) -> Result<Option<Lock>, FlowError> {
    let mut tx = context.store.begin().await?;
    let all = locks::of_checkout(tx.connection(), &connection.store, &checkout.id).await?;
    tx.commit().await?;
    for mut lock in all {
        let same = lock.code == *code || lock.native_code.is(code.as_str());
        let on_page = checkout
            .coupons
            .iter()
            .any(|coupon| lock.native_code.is(&coupon.code));
        match lock.state {
            LockState::Held if same || on_page => return Ok(Some(lock)),
            // An order was not paid, and the shopper went back to the cart it left open.
            LockState::Ordered if on_page => return Ok(Some(lock)),
            // To its end, before another code is validated under the same session key: that would
            // let go of this one at Voucherify while its coupon lives.
            LockState::Held => {
                give_up(context, &mut lock, ReleaseReason::Replaced).await?;
                release_alone(context, connection, &mut lock).await?;
            }
            // Nobody else works on this checkout, so whoever began this was cut off.
            LockState::Applying => {
                give_up(context, &mut lock, ReleaseReason::Unfinished).await?;
                release_alone(context, connection, &mut lock).await?;
            }
            _ => {}
        }
    }
    Ok(None)
}

fn new_lock(context: &Context, connection: &Connection, checkout: &Checkout, code: &Code) -> Lock {
    let now = context.clock.now_ms();
    let (ends_at_ms, session_ends_at_ms) = lifetime(context);
    Lock {
        id: context.ids.lock_id(),
        store: connection.store.clone(),
        checkout: checkout.id.clone(),
        code: code.clone(),
        native_code: NativeCode::for_code(code, &context.ids.native_suffix()),
        promotion: None,
        session: SessionKey::of(&connection.store, &checkout.id),
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

/// The session to validate a lock under, living as long as [`lifetime`] says.
pub(super) fn session_of(context: &Context, lock: &Lock) -> Session {
    Session {
        key: lock.session.clone(),
        minutes: context.limits.lock_minutes + SESSION_OUTLIVES_MINUTES,
    }
}

async fn write_intent(context: &Context, lock: &Lock) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let mut tx = context.store.begin().await?;
    locks::insert(tx.connection(), lock).await?;
    let (kind, subject) = (JobKind::SettleApply, lock.id.as_str());
    jobs::enqueue(
        tx.connection(),
        &lock.store,
        kind,
        subject,
        now + SETTLE_AFTER_MS,
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// From `applying` to `held`; a refusal leaves nothing behind.
async fn hold(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    snapshot: Snapshot,
    checkout: &Checkout,
) -> Result<Option<Refusal>, FlowError> {
    let session = session_of(context, lock);
    let codes = [lock.code.clone()];
    let validation = connection
        .voucherify
        .validate(&codes, &snapshot, Some(&session))
        .await?;
    let discount = match judge(&validation, &lock.code, &snapshot, connection) {
        Ok(discount) => discount,
        Err(refusal) => return refuse(context, lock, &validation, refusal).await.map(Some),
    };
    let terms = terms(discount, &snapshot, lock.ends_at_ms);
    lock.discount = discount;
    lock.native_discount = discount;
    lock.snapshot = Some(snapshot);
    advance(context, lock, LockState::Applying).await?;

    let promotion = promotion_for(lock, checkout.channel_id, connection, terms);
    lock.promotion = Some(connection.bigcommerce.create_promotion(&promotion).await?);
    advance(context, lock, LockState::Applying).await?;

    let id = lock.promotion.ok_or(FlowError::Busy)?;
    connection
        .bigcommerce
        .create_code(id, &lock.native_code)
        .await?;
    advance(context, lock, LockState::Held).await?;
    Ok(None)
}

/// Moves an `applying` lock on; it may have been given up meanwhile by the job that settles.
async fn advance(context: &Context, lock: &mut Lock, to: LockState) -> Result<(), FlowError> {
    lock.state = to;
    if save(context, lock, LockState::Applying).await? {
        return Ok(());
    }
    lock.state = LockState::Applying;
    Err(FlowError::TooSlow)
}

/// What Voucherify said of a code: its discount, or why not.
pub(super) fn judge(
    validation: &Validation,
    code: &Code,
    snapshot: &Snapshot,
    connection: &Connection,
) -> Result<Hundredths, Refusal> {
    let refused = validation.inapplicable.iter().chain(&validation.skipped);
    if let Some(refused) = refused.into_iter().find(|refused| refused.code == *code) {
        return Err(Refusal::from_voucherify(&refused.key));
    }
    let applicable = validation
        .applicable
        .iter()
        .find(|applicable| applicable.code == *code);
    let Some(applicable) = applicable else {
        return Err(Refusal::Other("no_answer".to_owned()));
    };
    if !applicable.is_order_discount {
        return Err(Refusal::NotSupported);
    }
    // The project's amounts mean the project's currency; a plain percentage means any.
    if snapshot.currency != connection.settings.currency && !applicable.is_plain_percentage {
        return Err(Refusal::OtherCurrency);
    }
    let discount = applicable.discount.min(snapshot.amount);
    if discount.is_positive() {
        Ok(discount)
    } else {
        Err(Refusal::NoEffect)
    }
}

/// Ends an apply that was refused. What the session may hold is released by a job; a plain refusal
/// holds nothing and its row is deleted, so that guessing codes leaves no heap behind.
async fn refuse(
    context: &Context,
    lock: &mut Lock,
    validation: &Validation,
    refusal: Refusal,
) -> Result<Refusal, FlowError> {
    if !validation.applicable.is_empty() {
        give_up(context, lock, ReleaseReason::Unfinished).await?;
        return Ok(refusal);
    }
    let mut tx = context.store.begin().await?;
    let connection = tx.connection();
    let elsewhere =
        locks::held_elsewhere(connection, &lock.store, &lock.code, &lock.checkout).await?;
    locks::delete(connection, &lock.id, LockState::Applying).await?;
    jobs::withdraw(
        connection,
        &lock.store,
        JobKind::SettleApply,
        lock.id.as_str(),
        lock.created_at_ms,
    )
    .await?;
    tx.commit().await?;
    let in_use = refusal == Refusal::UsedUp && elsewhere;
    Ok(if in_use { Refusal::InUse } else { refusal })
}

/// What the native coupon does: the calculated amount, while the cart is worth what was validated.
pub(super) fn terms(discount: Hundredths, snapshot: &Snapshot, ends_at_ms: i64) -> PromotionTerms {
    PromotionTerms {
        discount,
        minimum_spend: snapshot.amount,
        ends_at_ms,
    }
}

/// The promotion of a lock.
pub(super) fn promotion_for(
    lock: &Lock,
    channel_id: i64,
    connection: &Connection,
    terms: PromotionTerms,
) -> NewPromotion {
    NewPromotion {
        name: lock.promotion_name(),
        display_name: lock.code.to_string(),
        terms,
        channel_id,
        currency: lock.currency,
        combine: connection.settings.combine_with_promotions,
    }
}
