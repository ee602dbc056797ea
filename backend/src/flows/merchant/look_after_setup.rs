//! What connecting a store made there, and what BigCommerce or the merchant undid since.
//!
//! A webhook is ours, and BigCommerce switches it off by itself: after deliveries that failed, after 90
//! days without an event. It is switched on again. A script can be the merchant's wish to be rid of, so
//! one that is gone is reported and not installed again.

use tracing::warn;

use crate::{
    app::App,
    connections::ConnectionError,
    domain::StoreHash,
    flows::merchant::connect::{self, ConnectError, SCOPES},
};

/// That a script is gone is said once in so long.
const SAY_AGAIN_MS: i64 = 24 * 60 * 60_000;

/// What was found, and done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Setup {
    /// Webhooks that were off and were switched on again.
    pub switched_on: usize,
    /// Webhooks that were missing and were made again.
    pub made: usize,
    /// Scripts that we installed and that are gone.
    pub scripts_gone: usize,
}

/// Why it could not be looked after.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The store cannot be worked on.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// BigCommerce or the database did not do its part.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

/// Looks after a store's webhooks and scripts.
pub async fn look_after(app: &App, store: &StoreHash) -> Result<Setup, SetupError> {
    let mut setup = mend_webhooks(app, store).await?;
    setup.scripts_gone = scripts_gone(app, store).await?;
    metrics::gauge!("voucherbridge_scripts_gone", "store" => store.to_string()).set(f64::from(
        u32::try_from(setup.scripts_gone).unwrap_or(u32::MAX),
    ));
    if setup.scripts_gone > 0 && app.context.is_due(store, "scripts gone", SAY_AGAIN_MS) {
        warn!(
            %store, scripts = setup.scripts_gone,
            "the checkout's script was deleted in the store: no code can be typed until \
             install-scripts is run"
        );
    }
    Ok(setup)
}

/// How many of the webhooks that bring us events are active, and how many there should be.
pub async fn webhooks(app: &App, store: &StoreHash) -> Result<(usize, usize), SetupError> {
    let connected = app.connections.connected(store).await?;
    let destination = connect::destination(&app.config.public_url, store)?;
    let hooks = connected.connection.bigcommerce.hooks(&destination).await;
    let hooks = hooks.map_err(ConnectError::from)?;
    let is_active = |scope: &&&str| {
        let mut hooks = hooks.iter();
        hooks.any(|hook| hook.is_active && hook.scope == **scope)
    };
    Ok((SCOPES.iter().filter(is_active).count(), SCOPES.len()))
}

async fn mend_webhooks(app: &App, store: &StoreHash) -> Result<Setup, SetupError> {
    let connected = app.connections.connected(store).await?;
    let client = &connected.connection.bigcommerce;
    let destination = connect::destination(&app.config.public_url, store)?;
    let there = client
        .hooks(&destination)
        .await
        .map_err(ConnectError::from)?;
    let mut setup = Setup::default();
    let wanted = |scope: &str| SCOPES.contains(&scope);
    for hook in there.iter().filter(|hook| wanted(&hook.scope)) {
        if !hook.is_active {
            client
                .switch_hook_on(hook.id)
                .await
                .map_err(ConnectError::from)?;
            setup.switched_on += 1;
        }
    }
    let mut ids: Vec<i64> = there.iter().map(|hook| hook.id).collect();
    for scope in SCOPES {
        if !there.iter().any(|hook| hook.scope == scope) {
            let secret = &connected.webhook_secret;
            let made = client.create_hook(scope, &destination, secret).await;
            ids.push(made.map_err(ConnectError::from)?);
            setup.made += 1;
        }
    }
    let mended = setup.switched_on + setup.made;
    if mended > 0 {
        warn!(
            %store, switched_on = setup.switched_on, made = setup.made,
            "webhooks were switched off or gone, and are there again"
        );
        metrics::counter!("voucherbridge_webhooks_mended_total").increment(mended as u64);
    }
    if setup.made > 0 {
        app.context
            .store
            .save_hooks(store, &ids)
            .await
            .map_err(ConnectError::from)?;
        app.connections.forget(store);
    }
    Ok(setup)
}

/// How many of the scripts that we installed the store no longer has.
async fn scripts_gone(app: &App, store: &StoreHash) -> Result<usize, SetupError> {
    let record = app.context.store.store_record(store).await;
    let record = record.map_err(ConnectError::from)?;
    let installed = record.map(|record| record.script_ids).unwrap_or_default();
    if installed.is_empty() {
        return Ok(0);
    }
    let connected = app.connections.connected(store).await?;
    let there = connected.connection.bigcommerce.scripts().await;
    let there = there.map_err(ConnectError::from)?;
    let is_gone = |id: &&String| !there.iter().any(|script| script.uuid == **id);
    Ok(installed.iter().filter(is_gone).count())
}
