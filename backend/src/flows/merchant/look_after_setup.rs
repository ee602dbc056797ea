//! What connecting a store made there, and what BigCommerce or the merchant undid since.
//!
//! A webhook is ours, and BigCommerce switches it off by itself: after deliveries that failed, after 90
//! days without an event. It is switched on again. A script can be the merchant's wish to be rid of, so
//! one that is gone is reported and not installed again.

use tracing::warn;

use crate::{
    context::{Connection, Context},
    database::stores,
    domain::StoreHash,
    error::FlowError,
    flows::{
        merchant::registered_webhooks::{count_active, mend},
        webhooks::scopes::SCOPES,
    },
};

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

/// Looks after a store's webhooks and scripts.
pub async fn look_after(context: &Context, connection: &Connection) -> Result<Setup, FlowError> {
    let mut setup = mend_webhooks(context, connection).await?;
    setup.scripts_gone = scripts_gone(context, connection).await?;
    metrics::gauge!("voucherbridge_scripts_gone", "store" => connection.store.to_string()).set(
        f64::from(u32::try_from(setup.scripts_gone).unwrap_or(u32::MAX)),
    );
    Ok(setup)
}

/// Says that a script is gone.
pub async fn report_scripts(context: &Context, connection: &Connection) -> Result<(), FlowError> {
    let scripts = scripts_gone(context, connection).await?;
    if scripts > 0 {
        warn!(
            store = %connection.store, scripts,
            "the checkout's script was deleted in the store: no code can be typed until \
             install-scripts is run"
        );
    }
    Ok(())
}

/// How many of the webhooks that bring us events are active, and how many there should be.
pub async fn count_webhooks(
    context: &Context,
    store: &StoreHash,
) -> Result<(usize, usize), FlowError> {
    let connection = context.connection(store).await?;
    let active = match connection.zip(context.delivery(store).await?) {
        Some((there, delivery)) => count_active(&there.bigcommerce, &delivery).await?,
        None => 0,
    };
    Ok((active, SCOPES.len()))
}

async fn mend_webhooks(context: &Context, connection: &Connection) -> Result<Setup, FlowError> {
    let store = &connection.store;
    let Some(delivery) = context.delivery(store).await? else {
        return Ok(Setup::default());
    };
    let mended = mend(&connection.bigcommerce, &delivery).await?;
    let (switched_on, made) = (mended.switched_on, mended.made);
    if switched_on + made > 0 {
        warn!(
            %store, switched_on, made, "webhooks were switched off or gone, and are there again"
        );
        let count = (switched_on + made) as u64;
        metrics::counter!("voucherbridge_webhooks_mended_total").increment(count);
    }
    if made > 0 {
        let mut tx = context.database.begin().await?;
        stores::save_hooks(tx.connection(), store, &mended.ids).await?;
        tx.commit().await?;
    }
    Ok(Setup {
        switched_on,
        made,
        scripts_gone: 0,
    })
}

/// How many of the scripts that we installed the store no longer has.
async fn scripts_gone(context: &Context, connection: &Connection) -> Result<usize, FlowError> {
    let record = context.database.store_record(&connection.store).await?;
    let installed = record.map(|record| record.script_ids).unwrap_or_default();
    if installed.is_empty() {
        return Ok(0);
    }
    let there = connection.bigcommerce.scripts().await?;
    let is_gone = |id: &&String| !there.iter().any(|script| script.uuid == **id);
    Ok(installed.iter().filter(is_gone).count())
}
