//! A merchant disconnects a store: everything we made there is removed, and the record forgotten.

use crate::{
    bigcommerce::{self, BigCommerceError, CERTIFICATE_ADDRESS, Client},
    connections::{ConnectionError, Connections},
    context::{Connection, Context},
    database::{
        DatabaseError,
        audit::{self, AuditEntry},
        due_locks, locks, stores,
    },
    domain::{
        StoreHash,
        lock::{LockState, PROMOTION_NAME_PREFIX, ReleaseReason},
    },
    error::FlowError,
    flows::{
        locks::changes::give_up,
        merchant::{
            install_scripts::{self, InstallError},
            registered_webhooks,
        },
        sessions::release_lock,
    },
};

/// What was removed at BigCommerce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisconnectReport {
    /// Webhooks.
    pub webhooks: usize,
    /// Scripts.
    pub scripts: usize,
    /// Codes held for checkouts under way, each with its promotion and its session.
    pub codes: usize,
    /// Promotions that were left over beside those.
    pub promotions: usize,
}

/// Why it was not, or not wholly; running it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum DisconnectError {
    /// The store cannot be worked on.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// BigCommerce said no, or nothing.
    #[error(transparent)]
    BigCommerce(#[from] BigCommerceError),
    /// The scripts could not be removed.
    #[error(transparent)]
    Scripts(#[from] InstallError),
    /// The public address is unusable.
    #[error("{}", bigcommerce::UNREACHABLE)]
    PublicUrl,
    /// A held code could not be let go.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Removes scripts first, so that no shopper enters a code any more, then what is held, then
/// webhooks, then the record. A code on an order that waits for its payment stays with it: should
/// the store be connected again, it is redeemed.
pub async fn disconnect(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    actor: &str,
) -> Result<DisconnectReport, DisconnectError> {
    let connected = connections.connected(store).await?;
    let client = &connected.connection.bigcommerce;
    let scripts = install_scripts::uninstall(context, connections, store, actor).await?;
    let codes = release_all(context, &connected.connection).await?;
    let promotions = remove_promotions(client).await?;
    remove_certificates(context, &connected.connection).await?;
    let destination = bigcommerce::webhook_destination(connections.public_url(), store)
        .ok_or(DisconnectError::PublicUrl)?;
    let record = context.database.store_record(store).await?;
    let remembered = record.map(|record| record.hook_ids).unwrap_or_default();
    let webhooks = registered_webhooks::remove(client, &destination, remembered).await?;
    let report = DisconnectReport {
        webhooks,
        scripts,
        codes,
        promotions,
    };
    delete(context, connections, store, actor, report).await?;
    Ok(report)
}

/// Forgets a store whose token BigCommerce no longer takes: there is nothing left to remove with.
pub async fn forget(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    actor: &str,
) -> Result<bool, DisconnectError> {
    let nothing = DisconnectReport {
        webhooks: 0,
        scripts: 0,
        codes: 0,
        promotions: 0,
    };
    Ok(delete(context, connections, store, actor, nothing).await?)
}

/// Deletes the record; false where there was none.
async fn delete(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    actor: &str,
    report: DisconnectReport,
) -> Result<bool, DatabaseError> {
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await?;
    let was_known = stores::delete(tx.connection(), store, now).await?;
    let entry = entry(context, actor, report);
    audit::write(&mut tx, store, &entry).await?;
    tx.commit().await?;
    connections.forget(store);
    Ok(was_known)
}

/// Releases every held code, the way a removal does.
async fn release_all(context: &Context, connection: &Connection) -> Result<usize, DisconnectError> {
    let mut reading = context.database.read().await?;
    // Whenever they end: all of them.
    let held = due_locks::expired(&mut reading, &connection.store, i64::MAX, i64::MAX).await?;
    drop(reading);
    let codes = held.len();
    for mut lock in held {
        give_up(context, &mut lock, ReleaseReason::Disconnected).await?;
        release_lock::release(context, connection, &lock.id).await?;
    }
    Ok(codes)
}

async fn remove_promotions(client: &Client) -> Result<usize, DisconnectError> {
    let promotions = client.promotions_named(PROMOTION_NAME_PREFIX).await?;
    for (id, _) in &promotions {
        client.delete_promotion(*id).await?;
    }
    Ok(promotions.len())
}

/// Deletes the certificates that no order waits with.
async fn remove_certificates(
    context: &Context,
    connection: &Connection,
) -> Result<(), DisconnectError> {
    let client = &connection.bigcommerce;
    for (id, code, _) in client.certificates_to(CERTIFICATE_ADDRESS).await? {
        let mut reading = context.database.read().await?;
        let lock = locks::by_native_code(&mut reading, &connection.store, &code).await?;
        drop(reading);
        let over = lock.is_none_or(|lock| lock.state == LockState::Released);
        if over {
            client.delete_certificate(id).await?;
        }
    }
    Ok(())
}

fn entry(context: &Context, actor: &str, report: DisconnectReport) -> AuditEntry {
    AuditEntry {
        at_ms: context.clock.now_ms(),
        actor: actor.to_owned(),
        action: "disconnect".to_owned(),
        details: serde_json::json!({
            "webhooks": report.webhooks,
            "scripts": report.scripts,
            "codes": report.codes,
            "promotions": report.promotions,
        }),
    }
}
