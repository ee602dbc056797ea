//! A code becomes a native coupon of exactly the amount Voucherify calculated.
//!
//! 1. Write the lock down as `applying`, with a job that gives it up unless it gets further.
//! 2. Validate at Voucherify under a session key of the checkout, which holds the code.
//! 3. Make a coupon promotion, and its code.
//! 4. The lock is `held`.

use std::time::Duration;

use tracing::warn;

use super::{FlowError, give_up, give_up_after, save, sort_codes::card_of};
use crate::{
    bigcommerce::{Checkout, NewPromotion, PromotionTerms},
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Hundredths, NativeCode, SessionKey, StoreHash,
        cards::Card,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        messages::Refusal,
        snapshot::Snapshot,
    },
    store::{
        jobs::{self, JobKind},
        locks,
    },
    voucherify::{Redeemable, Session, Validation},
};

/// An apply that has not ended after this long was cut off, and is undone.
pub(super) const SETTLE_AFTER_MS: i64 = 60_000;
/// The session outlives the native code by this much: an order may be placed at its last moment.
const SESSION_OUTLIVES_MINUTES: i64 = 30;
const MINUTE_MS: i64 = 60_000;

/// What became of a code typed where nothing was held.
pub(super) enum First {
    Held(Box<Lock>),
    Refused(Refusal),
    /// It is a gift card; the `applying` lock's session holds what it can pay of the items.
    IsCard(Card, Box<Lock>),
}

/// Holds a code of which nothing is known yet.
pub(super) async fn hold_first(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    snapshot: &Snapshot,
    code: &Code,
) -> Result<First, FlowError> {
    let [key, _] = SessionKey::of(&connection.store, &checkout.id);
    let mut lock = new_lock(context, connection, checkout, code, key);
    write_intent(context, &lock).await?;
    let ended = settle(context, connection, &mut lock, snapshot, checkout).await;
    ended_well(context, &mut lock, ended).await?.map_or_else(
        |refused| Ok(First::Refused(refused)),
        |card| {
            Ok(match card {
                None => First::Held(Box::new(lock)),
                Some(card) => First::IsCard(card, Box::new(lock)),
            })
        },
    )
}

/// Holds a coupon.
pub(super) async fn hold(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    snapshot: &Snapshot,
    code: &Code,
    key: SessionKey,
) -> Result<Result<Box<Lock>, Refusal>, FlowError> {
    let mut lock = new_lock(context, connection, checkout, code, key);
    write_intent(context, &lock).await?;
    let ended = settle(context, connection, &mut lock, snapshot, checkout).await;
    Ok(match ended_well(context, &mut lock, ended).await? {
        Err(refusal) => Err(refusal),
        Ok(None) => Ok(Box::new(lock)),
        // It was a coupon a moment ago.
        Ok(Some(_)) => {
            give_up(context, &mut lock, ReleaseReason::Unfinished).await?;
            Err(Refusal::NotSupported)
        }
    })
}

/// Gives up what ended with an error.
async fn ended_well<T>(
    context: &Context,
    lock: &mut Lock,
    ended: Result<T, FlowError>,
) -> Result<T, FlowError> {
    if let Err(error) = &ended {
        undo(context, lock, error).await?;
    }
    ended
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

/// A lock that is about to be made.
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

/// The session to validate a lock under, living as long as [`lifetime`] says.
pub(super) fn session_of(context: &Context, lock: &Lock) -> Session {
    Session {
        key: lock.session.clone(),
        minutes: context.limits.lock_minutes + SESSION_OUTLIVES_MINUTES,
    }
}

async fn write_intent(context: &Context, lock: &Lock) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    locks::insert(tx.connection(), lock).await?;
    settle_later(context, &mut tx, lock).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for the job that gives an `applying` lock up.
pub(super) async fn settle_later(
    context: &Context,
    tx: &mut crate::store::Tx,
    lock: &Lock,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let (kind, subject, at) = (
        JobKind::SettleApply,
        lock.id.as_str(),
        now + SETTLE_AFTER_MS,
    );
    jobs::enqueue(tx.connection(), &lock.store, kind, subject, at, now).await?;
    Ok(())
}

/// From `applying` to `held`; a refusal leaves nothing behind. A gift card is left as it is.
async fn settle(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    snapshot: &Snapshot,
    checkout: &Checkout,
) -> Result<Result<Option<Card>, Refusal>, FlowError> {
    let session = session_of(context, lock);
    let codes = [Redeemable::code(&lock.code)];
    let validation = connection
        .voucherify
        .validate(&codes, snapshot, Some(&session))
        .await?;
    let own = validation.applicable(&lock.code);
    if let Some(card) = own.and_then(card_of) {
        return Ok(Ok(Some(card)));
    }
    let discount = match judge(&validation, &lock.code, snapshot, connection) {
        Ok(discount) => discount,
        Err(refusal) => return refuse(context, lock, &validation, refusal).await.map(Err),
    };
    let terms = terms(discount, snapshot, lock.ends_at_ms);
    lock.discount = discount;
    lock.native_discount = discount;
    lock.snapshot = Some(snapshot.clone());
    advance(context, lock, LockState::Applying).await?;

    let promotion = promotion_for(lock, checkout.channel_id, connection, terms);
    let id = connection.bigcommerce.create_promotion(&promotion).await?;
    lock.promotion = Some(id);
    advance(context, lock, LockState::Applying).await?;

    connection
        .bigcommerce
        .create_code(id, &lock.native_code)
        .await?;
    advance(context, lock, LockState::Held).await?;
    Ok(Ok(None))
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

/// What Voucherify said of a code: its discount, or why not.
pub(super) fn judge(
    validation: &Validation,
    code: &Code,
    snapshot: &Snapshot,
    connection: &Connection,
) -> Result<Hundredths, Refusal> {
    if let Some(refused) = validation.refused(code) {
        return Err(refused.refusal());
    }
    let Some(applicable) = validation.applicable(code) else {
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
    locks::delete(connection, &lock.id, LockState::Applying).await?;
    jobs::withdraw(
        connection,
        &lock.store,
        JobKind::SettleApply,
        lock.id.as_str(),
        lock.created_at_ms,
    )
    .await?;
    let refusal = in_use(connection, &lock.store, &lock.checkout, &lock.code, refusal).await?;
    tx.commit().await?;
    Ok(refusal)
}

/// A code that is used up because another checkout holds it is said to be in use.
pub(super) async fn explain(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    refused: &mut [(Code, Refusal)],
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    for (code, refusal) in refused {
        let (store, id) = (&connection.store, &checkout.id);
        *refusal = in_use(tx.connection(), store, id, code, refusal.clone()).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn in_use(
    connection: &mut sqlx::AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    code: &Code,
    refusal: Refusal,
) -> Result<Refusal, FlowError> {
    if !matches!(refusal, Refusal::UsedUp | Refusal::NoBalance) {
        return Ok(refusal);
    }
    let elsewhere = locks::held_elsewhere(connection, store, code, checkout).await?;
    Ok(if elsewhere { Refusal::InUse } else { refusal })
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
