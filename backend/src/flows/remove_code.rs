//! The shopper removed a code.

use tracing::warn;
use voucherbridge_api_types::RemoveResponse;

use super::{
    FlowError, NOT_TOLD, exclusive::exclusively, give_up, lock_steps::look_again,
    release_lock::release_alone,
};
use crate::{
    context::{Connection, Context},
    domain::{
        CheckoutId, NativeCode,
        lock::{Lock, LockKind, LockState, ReleaseReason},
    },
    store::locks,
};

/// Gives up the lock of a native code. It is written down before anything is done, so that the
/// code comes free even if this is cut off; removing what is not held is no error.
pub async fn remove(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    native_code: &NativeCode,
) -> Result<RemoveResponse, FlowError> {
    if find(context, connection, checkout, native_code)
        .await?
        .is_none()
    {
        return Ok(RemoveResponse { removed: false });
    }
    let work = async {
        let Some(mut lock) = find(context, connection, checkout, native_code).await? else {
            return Ok(RemoveResponse { removed: false });
        };
        if !give_up(context, &mut lock, ReleaseReason::Removed).await? {
            return Ok(RemoveResponse { removed: false });
        }
        look_again_at_others(context, &lock).await?;
        if let Err(error) = release_alone(context, connection, &mut lock).await {
            warn!(%error, lock = %lock.id, "a removed code is released later");
        }
        Ok(RemoveResponse { removed: true })
    };
    exclusively(context, &connection.store, checkout, work).await
}

/// The checkout's other coupons were calculated beside this one: they are validated again when the
/// page asks, or by the job.
pub(super) async fn look_again_at_others(
    context: &Context,
    removed: &Lock,
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
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

async fn find(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    native_code: &NativeCode,
) -> Result<Option<Lock>, FlowError> {
    let mut tx = context.store.begin().await?;
    let lock =
        locks::by_native_code(tx.connection(), &connection.store, native_code.as_str()).await?;
    tx.commit().await?;
    let removable = [LockState::Held, LockState::Ordered];
    let is_here = |lock: &Lock| lock.checkout == *checkout && !lock.is_apart();
    Ok(lock.filter(|lock| is_here(lock) && removable.contains(&lock.state)))
}
