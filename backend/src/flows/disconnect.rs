//! A merchant disconnects a store: everything we made there is removed, and the record forgotten.

use crate::{
    app::App,
    bigcommerce::{BigCommerceError, Client},
    connections::ConnectionError,
    domain::{StoreHash, lock::PROMOTION_NAME_PREFIX},
    flows::{
        connect::{self, ConnectError},
        install_scripts::{self, InstallError},
    },
    store::{StoreError, audit::AuditEntry},
};

/// What was removed at BigCommerce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisconnectReport {
    /// Webhooks.
    pub webhooks: usize,
    /// Scripts.
    pub scripts: usize,
    /// Promotions: the native codes of checkouts under way.
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
    #[error(transparent)]
    PublicUrl(#[from] ConnectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Removes scripts first, so that no shopper enters a code any more, then promotions, then
/// webhooks, then the record. Sessions at Voucherify end by themselves.
pub async fn disconnect(
    app: &App,
    store: &StoreHash,
    actor: &str,
) -> Result<DisconnectReport, DisconnectError> {
    let connected = app.connections.connected(store).await?;
    let client = &connected.connection.bigcommerce;
    let scripts = install_scripts::uninstall(app, store, actor).await?;
    let promotions = remove_promotions(client).await?;
    let webhooks = remove_hooks(app, store, client).await?;
    app.context.store.delete_store(store).await?;
    app.connections.forget(store);
    let report = DisconnectReport {
        webhooks,
        scripts,
        promotions,
    };
    app.context
        .store
        .audit(store, &entry(app, actor, report))
        .await?;
    Ok(report)
}

/// Forgets a store whose token BigCommerce no longer takes: there is nothing left to remove with.
pub async fn forget(app: &App, store: &StoreHash, actor: &str) -> Result<bool, DisconnectError> {
    let known = app.context.store.delete_store(store).await?;
    app.connections.forget(store);
    let nothing = DisconnectReport {
        webhooks: 0,
        scripts: 0,
        promotions: 0,
    };
    app.context
        .store
        .audit(store, &entry(app, actor, nothing))
        .await?;
    Ok(known)
}

async fn remove_promotions(client: &Client) -> Result<usize, DisconnectError> {
    let promotions = client.promotions_named(PROMOTION_NAME_PREFIX).await?;
    for (id, _) in &promotions {
        client.delete_promotion(*id).await?;
    }
    Ok(promotions.len())
}

async fn remove_hooks(
    app: &App,
    store: &StoreHash,
    client: &Client,
) -> Result<usize, DisconnectError> {
    let destination = connect::destination(&app.config.public_url, store)?;
    let record = app.context.store.store_record(store).await?;
    let mut ids = record.map(|record| record.hook_ids).unwrap_or_default();
    ids.extend(
        client
            .hooks(&destination)
            .await?
            .into_iter()
            .map(|hook| hook.id),
    );
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        client.delete_hook(*id).await?;
    }
    Ok(ids.len())
}

fn entry(app: &App, actor: &str, report: DisconnectReport) -> AuditEntry {
    AuditEntry {
        at_ms: app.context.clock.now_ms(),
        actor: actor.to_owned(),
        action: "disconnect".to_owned(),
        details: serde_json::json!({
            "webhooks": report.webhooks,
            "scripts": report.scripts,
            "promotions": report.promotions,
        }),
    }
}
