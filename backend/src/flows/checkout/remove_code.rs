//! The shopper removed a code.

use tracing::warn;
use voucherbridge_api_types::RemoveResponse;

use crate::{
    context::{Connection, Context},
    database::locks,
    domain::{
        CheckoutId, NativeCode,
        lock::{Lock, LockState, ReleaseReason},
    },
    error::FlowError,
    flows::{
        locks::{changes::give_up, exclusive::exclusively, lock_steps::look_again_at_others},
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

async fn find(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    native_code: &NativeCode,
) -> Result<Option<Lock>, FlowError> {
    let mut tx = context.database.begin().await?;
    let lock =
        locks::by_native_code(tx.connection(), &connection.store, native_code.as_str()).await?;
    tx.commit().await?;
    let removable = [LockState::Held, LockState::Ordered];
    let is_here = |lock: &Lock| lock.checkout == *checkout && !lock.is_apart();
    Ok(lock.filter(|lock| is_here(lock) && removable.contains(&lock.state)))
}
