//! What a crash, a restored backup or a deleted row left behind at BigCommerce.

use tracing::info;

use crate::{
    bigcommerce::CERTIFICATE_ADDRESS,
    context::{Connection, Context},
    database::locks,
    domain::{
        LockId,
        lock::{LockKind, PROMOTION_NAME_PREFIX},
    },
    error::FlowError,
};

/// Deletes promotions of ours whose lock is over. One that cannot be deleted keeps no other: the first
/// failure is answered when all were tried.
pub async fn sweep_promotions(context: &Context, connection: &Connection) -> Result<(), FlowError> {
    let mut failed = None;
    for (id, name) in connection
        .bigcommerce
        .promotions_named(PROMOTION_NAME_PREFIX)
        .await?
    {
        let Some(lock_id) = name.strip_prefix(PROMOTION_NAME_PREFIX) else {
            continue;
        };
        let Ok(lock_id) = LockId::parse(lock_id) else {
            continue;
        };
        let mut reading = context.database.read().await?;
        let lock = locks::get(&mut reading, &lock_id).await?;
        drop(reading);
        if lock.is_some_and(|lock| lock.state.is_live()) {
            continue;
        }
        info!(store = %connection.store, promotion = %id, "a leftover promotion is deleted");
        if let Err(error) = connection.bigcommerce.delete_promotion(id).await {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// Disables certificates of ours whose lock is over, and deletes those that have none. One that fails keeps
/// no other, either.
pub async fn sweep_certificates(
    context: &Context,
    connection: &Connection,
) -> Result<(), FlowError> {
    let bigcommerce = &connection.bigcommerce;
    let mut failed = None;
    for (id, code, is_active) in bigcommerce.certificates_to(CERTIFICATE_ADDRESS).await? {
        let mut reading = context.database.read().await?;
        let lock = locks::by_native_code(&mut reading, &connection.store, &code).await?;
        drop(reading);
        let ended = match lock.filter(|lock| lock.kind == LockKind::Certificate) {
            Some(lock) if lock.state.is_live() || !is_active => Ok(()),
            Some(lock) => {
                info!(store = %lock.store, lock = %lock.id, "a leftover certificate is disabled");
                bigcommerce.disable_certificate(id).await
            }
            None => {
                info!(store = %connection.store, certificate = %id, "a leftover certificate is deleted");
                bigcommerce.delete_certificate(id).await
            }
        };
        if let Err(error) = ended {
            failed.get_or_insert(error);
        }
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
