//! `voucherbridge status`.

use voucherbridge::{
    app::App,
    checkout_module,
    database::stores::StoreRecord,
    domain::StoreHash,
    flows::merchant::{install_scripts, look_after_setup},
};

use super::arguments::Failure;

/// `voucherbridge status`
pub async fn status(app: &App) -> Result<(), Failure> {
    let records = app.context.database.store_records().await?;
    if records.is_empty() {
        println!("No store is connected.");
    }
    for record in records {
        println!("{} ({})", record.hash, record.name);
        println!("  sites:      {}", record.origins.join(", "));
        println!(
            "  voucherify: {} at {}",
            record.voucherify_app_id, record.voucherify_region
        );
        println!("  currency:   {}", record.settings.currency);
        println!("  webhooks:   {}", webhook_status(app, &record.hash).await);
        println!("  script:     {}", script_status(app, &record).await);
    }
    Ok(())
}

async fn webhook_status(app: &App, store: &StoreHash) -> String {
    match look_after_setup::count_webhooks(&app.context, store).await {
        Ok((active, of)) if active == of => format!("{active} active"),
        Ok((active, of)) => format!("{active} of {of} active: a running server mends that"),
        Err(error) => format!("unknown: {error}"),
    }
}

async fn script_status(app: &App, record: &StoreRecord) -> String {
    let was_installed = !record.script_ids.is_empty();
    let Some(manifest) = checkout_module::manifest() else {
        return "the checkout module was not built".to_owned();
    };
    match install_scripts::installed(&app.context, &app.connections, &record.hash).await {
        Ok(installed) if installed.is_empty() && was_installed => {
            "deleted in the store: run install-scripts to have it again".to_owned()
        }
        Ok(installed) if installed.is_empty() => "not installed".to_owned(),
        Ok(installed) if installed.iter().all(|src| src.contains(&manifest.version)) => {
            "installed".to_owned()
        }
        Ok(_) => "of another version: run install-scripts".to_owned(),
        Err(error) => format!("unknown: {error}"),
    }
}

/// An updated server no longer has the files that scripts of an older version ask for.
pub async fn warn_of_old_scripts(app: &App) {
    let records = app
        .context
        .database
        .store_records()
        .await
        .unwrap_or_default();
    for record in records
        .iter()
        .filter(|record| !record.script_ids.is_empty())
    {
        let status = script_status(app, record).await;
        if status != "installed" {
            tracing::warn!(store = %record.hash, status, "the checkout's script needs a look");
        }
    }
}
