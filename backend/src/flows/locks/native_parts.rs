//! The native part of a lock ends: its promotion is deleted, its certificate disabled or deleted.

use crate::{
    context::Connection,
    domain::{
        CertificateId,
        lock::{Lock, LockKind, PROMOTION_NAME_PREFIX, ReleaseReason},
    },
    error::FlowError,
};

/// Whether the page was ever given the native code.
pub(crate) fn was_known_to_page(lock: &Lock) -> bool {
    let reason = lock.released_because;
    reason.is_none_or(ReleaseReason::was_known_to_page)
}

/// Has the native part be worth nothing. A certificate the page knows is kept for a while: its
/// code is used again when its cards are entered again.
pub(crate) async fn end_native(connection: &Connection, lock: &Lock) -> Result<(), FlowError> {
    let reason = lock.released_because;
    let is_kept = reason.is_none_or(ReleaseReason::keeps_certificate);
    if lock.kind == LockKind::Coupon || !is_kept {
        return delete_native(connection, lock).await;
    }
    if let Some(id) = certificate_of(connection, lock).await? {
        connection.bigcommerce.disable_certificate(id).await?;
    }
    Ok(())
}

/// The lock's certificate. One whose id was never written down is found by its code.
async fn certificate_of(
    connection: &Connection,
    lock: &Lock,
) -> Result<Option<CertificateId>, FlowError> {
    if lock.certificate.is_some() {
        return Ok(lock.certificate);
    }
    let code = &lock.native_code;
    Ok(connection.bigcommerce.find_certificate(code).await?)
}

pub(crate) async fn delete_native(connection: &Connection, lock: &Lock) -> Result<(), FlowError> {
    match lock.kind {
        LockKind::Coupon => delete_promotion(connection, lock).await,
        LockKind::Certificate => {
            if let Some(id) = certificate_of(connection, lock).await? {
                connection.bigcommerce.delete_certificate(id).await?;
            }
            Ok(())
        }
    }
}

/// Deletes the promotion. One whose id was never written down is found by its name.
pub(crate) async fn delete_promotion(
    connection: &Connection,
    lock: &Lock,
) -> Result<(), FlowError> {
    if let Some(id) = lock.promotion {
        connection.bigcommerce.delete_promotion(id).await?;
        return Ok(());
    }
    let name = lock.promotion_name();
    for (id, found) in connection
        .bigcommerce
        .promotions_named(PROMOTION_NAME_PREFIX)
        .await?
    {
        if found == name {
            connection.bigcommerce.delete_promotion(id).await?;
        }
    }
    Ok(())
}
