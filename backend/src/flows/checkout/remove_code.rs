//! The shopper removed a code.

use tracing::warn;
use voucherbridge_api_types::RemoveResponse;

use crate::{
    context::{Connection, Context},
    database::locks,
    domain::{
        CheckoutId, NativeCode,
        checkout_change::ChangeBy,
        lock::{Lock, ReleaseReason},
    },
    error::FlowError,
    flows::{
        locks::{
            changes::give_up, gathered::is_on_cart, leased::Leased,
            lock_steps::look_again_at_others,
        },
        sessions::release_lock::release_alone,
    },
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
    let leased = Leased::take(context, &connection.store, checkout, ChangeBy::Page, false).await?;
    let work = async {
        let mut all = leased.locks().await?.into_iter();
        let is_it = |lock: &Lock| lock.native_code.is(native_code.as_str()) && is_on_cart(lock);
        let Some(mut lock) = all.find(is_it) else {
            return Ok(RemoveResponse { removed: false });
        };
        leased.hand_over(&mut lock).await?;
        match give_up(context, &mut lock, ReleaseReason::Removed).await {
            Err(FlowError::Busy) => return Ok(RemoveResponse { removed: false }),
            given_up => given_up?,
        }
        look_again_at_others(context, &lock).await?;
        if let Err(error) =
            release_alone(context, connection, &mut lock, !leased.found_open()).await
        {
            warn!(%error, lock = %lock.id, "a removed code is released later");
        }
        Ok(RemoveResponse { removed: true })
    };
    leased.through(work).await
}

async fn find(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    native_code: &NativeCode,
) -> Result<Option<Lock>, FlowError> {
    let mut reading = context.database.read().await?;
    let code = native_code.as_str();
    let lock = locks::by_native_code(&mut reading, &connection.store, code).await?;
    Ok(lock.filter(|lock| lock.checkout == *checkout && is_on_cart(lock)))
}
