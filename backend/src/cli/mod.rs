//! The commands by which a merchant's store is connected, and what they print.

mod differences;
mod settings;

use std::env;

pub use differences::{DifferencesArguments, differences};
pub use settings::{SettingsArguments, settings};

use clap::Args;
use secrecy::SecretString;
use url::Url;
use voucherbridge::{
    app::App,
    checkout_module,
    domain::{Currency, StoreHash},
    flows::merchant::{
        change_settings::Choices,
        connect::{self, ConnectReport, ConnectRequest},
        disconnect,
        install_scripts::{self, Installed},
        look_after_setup,
    },
    store::stores::StoreRecord,
    voucherify::Region,
};

use crate::Failure;

/// Which store.
#[derive(Debug, Args)]
pub struct StoreArguments {
    /// The store's hash, or the API path BigCommerce shows.
    #[arg(long, value_name = "HASH", value_parser = store)]
    store: StoreHash,
}

/// How a store is connected.
#[derive(Debug, Args)]
pub struct ConnectArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Client id of the BigCommerce API account.
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// Application id of the Voucherify project.
    #[arg(long, value_name = "ID")]
    voucherify_app_id: String,
    /// Where the Voucherify project lives.
    #[arg(long, value_enum, default_value = "europe")]
    region: Region,
    /// Currency of the Voucherify project, such as USD.
    #[arg(long, value_name = "CODE", value_parser = currency)]
    currency: Currency,
    #[command(flatten)]
    choices: Choices,
    /// A site beside the store's own whose checkout may call us; may be repeated.
    #[arg(long = "origin", value_name = "URL")]
    origins: Vec<Url>,
}

/// How the script is installed.
#[derive(Debug, Args)]
pub struct InstallArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Remove every script of ours first.
    #[arg(long)]
    reset: bool,
}

/// How a store is disconnected.
#[derive(Debug, Args)]
pub struct DisconnectArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Forget the store without removing anything there: its token is no longer good.
    #[arg(long)]
    forget: bool,
}

/// Takes `abc123` or `https://api.bigcommerce.com/stores/abc123/v3/`.
fn store(text: &str) -> Result<StoreHash, String> {
    let hash = match text.split_once("/stores/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or_default(),
        None => text,
    };
    StoreHash::parse(hash).map_err(|error| error.to_string())
}

fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(text).map_err(|error| error.to_string())
}

/// `voucherbridge connect`
pub async fn connect(app: &App, arguments: ConnectArguments) -> Result<(), Failure> {
    let request = ConnectRequest {
        store: arguments.store.store,
        client_id: arguments.client_id,
        client_secret: secret("CLIENT_SECRET")?,
        access_token: secret("ACCESS_TOKEN")?,
        voucherify_app_id: arguments.voucherify_app_id,
        voucherify_secret_key: secret("VOUCHERIFY_SECRET_KEY")?,
        region: arguments.region,
        currency: arguments.currency,
        choices: arguments.choices,
        extra_origins: arguments.origins,
        actor: actor(),
    };
    let report = connect::connect(app, &request).await?;
    print_report(&request.store, &report);
    Ok(())
}

fn print_report(store: &StoreHash, report: &ConnectReport) {
    println!("Connected {store} ({}).", report.store_name);
    println!("  sites:    {}", report.origins.join(", "));
    println!("  webhooks: {}", report.webhooks);
    println!("  coupons:  {} at a checkout", report.coupons_allowed);
    if !report.native_coupons.is_empty() {
        println!("These coupons of the store itself stop working in its checkout:");
        for coupon in &report.native_coupons {
            println!("  - {}", coupon.name);
        }
    }
    println!("Next: voucherbridge install-scripts --store {store}");
}

/// `voucherbridge install-scripts`
pub async fn install_scripts(app: &App, arguments: InstallArguments) -> Result<(), Failure> {
    let store = arguments.store.store;
    let done = install_scripts::install(app, &store, arguments.reset, &actor()).await?;
    let done = match done {
        Installed::New => "Installed",
        Installed::Updated => "Brought up to date",
        Installed::Reset => "Installed anew",
    };
    println!("{done}: the script of {store}'s checkout. New scripts appear after some 20 seconds.");
    Ok(())
}

/// `voucherbridge uninstall-scripts`
pub async fn uninstall_scripts(app: &App, arguments: StoreArguments) -> Result<(), Failure> {
    let removed = install_scripts::uninstall(app, &arguments.store, &actor()).await?;
    println!("Removed {removed} script(s) of {}.", arguments.store);
    Ok(())
}

/// `voucherbridge disconnect`
pub async fn disconnect(app: &App, arguments: DisconnectArguments) -> Result<(), Failure> {
    let store = arguments.store.store;
    if arguments.forget {
        if !disconnect::forget(app, &store, &actor()).await? {
            return Err(format!("{store} is not connected").into());
        }
        println!("Forgot {store}. What we made there is still there.");
        return Ok(());
    }
    let report = disconnect::disconnect(app, &store, &actor()).await?;
    println!("Disconnected {store}. Removed there:");
    println!("  scripts:    {}", report.scripts);
    println!("  held codes: {}", report.codes);
    println!("  promotions: {}", report.promotions);
    println!("  webhooks:   {}", report.webhooks);
    Ok(())
}

/// `voucherbridge status`
pub async fn status(app: &App) -> Result<(), Failure> {
    let records = app.context.store.store_records().await?;
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
    match look_after_setup::webhooks(app, store).await {
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
    match install_scripts::installed(app, &record.hash).await {
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
    let records = app.context.store.store_records().await.unwrap_or_default();
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

fn secret(name: &str) -> Result<SecretString, Failure> {
    let variable = format!("VOUCHERBRIDGE_CONNECT_{name}");
    match env::var(&variable) {
        Ok(value) if !value.trim().is_empty() => Ok(SecretString::from(value.trim().to_owned())),
        _ => Err(format!("set {variable}: secrets are never taken from the command line").into()),
    }
}

/// Who runs the command, for the audit log.
fn actor() -> String {
    let user = env::var("USER").or_else(|_| env::var("USERNAME"));
    format!("cli:{}", user.as_deref().unwrap_or("unknown"))
}
