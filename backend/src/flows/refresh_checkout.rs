//! The checkout changed: its code is validated again, and the native coupon follows.
//!
//! The lock is written down with the new discount before BigCommerce is told, and marked as not
//! yet told, so that a crash between the two is found and mended by the job written with it.

use tracing::{info, warn};
use voucherbridge_api_types::{DroppedCode, RefreshResponse};

use super::{
    FlowError, NOT_TOLD,
    apply_codes::applied_codes,
    describe_cart::describe,
    exclusive::exclusively,
    give_up,
    hold_cards::Till,
    hold_coupon::{judge, lifetime, promotion_for, session_of, terms},
    open_checkout,
    refresh_cards::refresh_cards,
    release_lock::release_alone,
};
use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Hundredths,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        messages::{Refusal, Voice},
        snapshot::Snapshot,
    },
    store::{
        jobs::{self, JobKind},
        locks,
    },
    voucherify::Redeemable,
};

/// A session that ends sooner is renewed even if nothing changed.
const RENEW_BEFORE_MS: i64 = 45 * 60_000;
/// When the job looks that follows up a change cut off in the middle.
const FOLLOW_UP_MS: i64 = 60_000;

/// Who asks for a refresh.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    /// The page, because the shopper does something: what is about to end lives on. It is answered
    /// in this voice.
    Page(Voice<'a>),
    /// A job: an unchanged cart's codes end when they were to end.
    Job,
}

impl<'a> Asker<'a> {
    fn voice(self) -> Voice<'a> {
        match self {
            Self::Page(voice) => voice,
            Self::Job => Voice::default(),
        }
    }
}

/// Brings the codes of a checkout up to date. Costs nothing for a checkout without codes.
pub async fn refresh(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    asker: Asker<'_>,
) -> Result<RefreshResponse, FlowError> {
    if on_cart(context, connection, checkout).await?.is_empty() {
        return Ok(RefreshResponse {
            changed: false,
            codes: Vec::new(),
            dropped: Vec::new(),
        });
    }
    let work = async {
        match open_checkout::find(connection, checkout).await?.open() {
            Some(found) => refresh_alone(context, connection, &found, asker).await,
            None => gone(context, connection, checkout).await,
        }
    };
    exclusively(context, &connection.store, checkout, work).await
}

/// The locks an open cart may carry. An order that was not paid leaves its cart open, and the
/// shopper goes on with it.
async fn on_cart(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, FlowError> {
    let mut tx = context.store.begin().await?;
    let mut all = locks::of_checkout(tx.connection(), &connection.store, checkout).await?;
    tx.commit().await?;
    all.retain(|lock| {
        let may_be = matches!(lock.state, LockState::Held | LockState::Ordered);
        may_be && !lock.is_taken_elsewhere()
    });
    Ok(all)
}

/// The cart is gone: it may have been paid, so the release looks for an order first.
async fn gone(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<RefreshResponse, FlowError> {
    let mut codes = Vec::new();
    for mut lock in on_cart(context, connection, checkout).await? {
        codes.extend(applied_codes(&lock));
        if lock.state == LockState::Ordered {
            continue;
        }
        give_up(context, &mut lock, ReleaseReason::CartGone).await?;
    }
    Ok(RefreshResponse {
        changed: false,
        codes,
        dropped: Vec::new(),
    })
}

async fn refresh_alone(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    asker: Asker<'_>,
) -> Result<RefreshResponse, FlowError> {
    let snapshot = describe(context, connection, checkout).await?;
    let mut response = RefreshResponse {
        changed: false,
        codes: Vec::new(),
        dropped: Vec::new(),
    };
    let all = on_cart(context, connection, &checkout.id).await?;
    let (coupons, certificates): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|lock| lock.kind == LockKind::Coupon);
    let mut coupon = None;
    for lock in coupons {
        let kept = refresh_coupon(context, connection, checkout, &snapshot, lock, asker);
        coupon = kept.await?.note(&mut response).or(coupon);
    }
    if !certificates.is_empty() {
        let coupon_changed = response.changed;
        // The store counts the coupon anew: that is what is left to pay.
        let counted = if coupon_changed {
            connection.bigcommerce.checkout(&checkout.id).await?
        } else {
            checkout.clone()
        };
        let is_counted = |lock: &Lock| {
            let mut codes = counted.coupons.iter().map(|coupon| &coupon.code);
            codes.any(|code| lock.native_code.is(code))
        };
        let coupon = coupon.filter(is_counted);
        let till = Till::new(context, connection, &counted, &snapshot, coupon.as_ref());
        refresh_cards(&till, certificates, asker, &mut response).await?;
    }
    Ok(response)
}

/// What became of a coupon that was looked at.
enum Looked {
    AsItWas(Lock),
    Changed(Lock),
    Dropped(DroppedCode),
}

impl Looked {
    /// Tells of it; answers the coupon that stands.
    fn note(self, response: &mut RefreshResponse) -> Option<Lock> {
        let lock = match self {
            Self::AsItWas(lock) => lock,
            Self::Changed(lock) => {
                response.changed = true;
                lock
            }
            Self::Dropped(code) => {
                response.changed = true;
                response.dropped.push(code);
                return None;
            }
        };
        response.codes.extend(applied_codes(&lock));
        Some(lock)
    }
}

async fn refresh_coupon(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
    snapshot: &Snapshot,
    mut lock: Lock,
    asker: Asker<'_>,
) -> Result<Looked, FlowError> {
    if is_up_to_date(context, &lock, snapshot, asker) {
        lock.checked_at_ms = context.clock.now_ms();
        super::save(context, &lock, lock.state).await?;
        return Ok(Looked::AsItWas(lock));
    }
    match revalidate(context, connection, &mut lock, checkout, snapshot.clone()).await? {
        Ok(changed) => {
            let back = put_back(connection, &lock, checkout).await;
            Ok(if changed || back {
                Looked::Changed(lock)
            } else {
                Looked::AsItWas(lock)
            })
        }
        Err(refusal) => {
            let native = lock.native_code.as_str();
            Ok(Looked::Dropped(dropped_code(
                &lock.code, native, &refusal, asker,
            )))
        }
    }
}

/// Whether a lock needs no look at Voucherify.
pub(super) fn is_up_to_date(
    context: &Context,
    lock: &Lock,
    snapshot: &Snapshot,
    asker: Asker<'_>,
) -> bool {
    let ends_soon = lock.session_ends_at_ms <= context.clock.now_ms() + RENEW_BEFORE_MS;
    let renew = matches!(asker, Asker::Page(_)) && ends_soon;
    let told = lock.native_discount == lock.discount && !lock.is_settling();
    !renew && told && lock.snapshot.as_ref() == Some(snapshot)
}

/// A code that left as the page is told of it.
pub(super) fn dropped_code(
    code: &Code,
    native_code: &str,
    refusal: &Refusal,
    asker: Asker<'_>,
) -> DroppedCode {
    DroppedCode {
        code: code.to_string(),
        native_code: native_code.to_owned(),
        reason: refusal.reason().to_owned(),
        message: asker.voice().taken_off(code, refusal),
    }
}

/// Validates a held lock again under its session key, and has the native coupon follow.
///
/// Answers whether the discount changed, or why the code is given up.
pub(super) async fn revalidate(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    checkout: &Checkout,
    snapshot: Snapshot,
) -> Result<Result<bool, Refusal>, FlowError> {
    let session = session_of(context, lock);
    let codes = [Redeemable::code(&lock.code)];
    let validation = connection
        .voucherify
        .validate(&codes, &snapshot, Some(&session))
        .await?;
    let discount = match judge(&validation, &lock.code, &snapshot, connection) {
        Ok(discount) => discount,
        Err(refusal) => {
            drop_code(context, connection, lock).await?;
            return Ok(Err(refusal));
        }
    };
    let changed = discount != lock.discount;
    let follow_up_at_ms = write_renewal(context, lock, discount, snapshot).await?;
    tell_bigcommerce(context, connection, lock, checkout.channel_id).await?;
    let mut tx = context.store.begin().await?;
    let (kind, subject) = (JobKind::RefreshCheckout, lock.checkout.as_str());
    jobs::withdraw(tx.connection(), &lock.store, kind, subject, follow_up_at_ms).await?;
    tx.commit().await?;
    Ok(Ok(changed))
}

/// Answers when the job looks that follows this up.
async fn write_renewal(
    context: &Context,
    lock: &mut Lock,
    discount: Hundredths,
    snapshot: Snapshot,
) -> Result<i64, FlowError> {
    let now = context.clock.now_ms();
    let from = lock.state;
    lock.state = LockState::Held;
    lock.discount = discount;
    lock.native_discount = NOT_TOLD;
    lock.snapshot = Some(snapshot);
    lock.checked_at_ms = now;
    (lock.ends_at_ms, lock.session_ends_at_ms) = lifetime(context);
    let mut tx = context.store.begin().await?;
    if !locks::update(tx.connection(), lock, from).await? {
        return Err(FlowError::Busy);
    }
    let (kind, subject) = (JobKind::RefreshCheckout, lock.checkout.as_str());
    jobs::enqueue(
        tx.connection(),
        &lock.store,
        kind,
        subject,
        now + FOLLOW_UP_MS,
        now,
    )
    .await?;
    tx.commit().await?;
    Ok(now + FOLLOW_UP_MS)
}

async fn tell_bigcommerce(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    channel_id: i64,
) -> Result<(), FlowError> {
    let (Some(id), Some(snapshot)) = (lock.promotion, lock.snapshot.as_ref()) else {
        return Err(FlowError::NeedsPerson(format!(
            "the held lock {} has no promotion",
            lock.id
        )));
    };
    let terms = terms(lock.discount, snapshot, lock.ends_at_ms);
    let promotion = promotion_for(lock, channel_id, connection, terms);
    connection
        .bigcommerce
        .update_promotion(id, &promotion)
        .await?;
    lock.native_discount = lock.discount;
    super::save(context, lock, LockState::Held).await?;
    info!(store = %lock.store, lock = %lock.id, amount = lock.discount.0, "code brought up to date");
    Ok(())
}

/// BigCommerce takes a coupon off by itself when the cart is worth less than its condition says, or
/// when the shopper signs in. The code still holds, so it comes back; answers whether it did.
async fn put_back(connection: &Connection, lock: &Lock, checkout: &Checkout) -> bool {
    let mut coupons = checkout.coupons.iter();
    if coupons.any(|coupon| lock.native_code.is(&coupon.code)) {
        return false;
    }
    let added = connection
        .bigcommerce
        .add_coupon(&checkout.id, &lock.native_code);
    match added.await {
        Ok(()) => true,
        Err(error) => {
            // The shopper can type the code again: it is held for this checkout.
            warn!(%error, lock = %lock.id, "a code that the store took off could not be put back");
            false
        }
    }
}

/// Voucherify no longer accepts the code: it is taken off the page's checkout at once, and what
/// fails of that now a job does later.
async fn drop_code(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    give_up(context, lock, ReleaseReason::NoLongerValid).await?;
    if let Err(error) = release_alone(context, connection, lock).await {
        warn!(%error, lock = %lock.id, "a code that is no longer valid is released later");
    }
    Ok(())
}
