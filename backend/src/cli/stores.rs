//! `voucherbridge connect` and `disconnect`.

use std::env;

use clap::Args;
use secrecy::SecretString;
use url::Url;
use voucherbridge::{
    app::App,
    domain::{Currency, Region, StoreHash},
    flows::merchant::{
        connect::{self, ConnectReport, ConnectRequest},
        disconnect,
    },
};

use super::arguments::{ChoiceArguments, Failure, StoreArguments, actor, choice};

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
    #[arg(long, value_parser = choice::<Region>(), default_value = "europe")]
    region: Region,
    /// Currency of the Voucherify project, such as USD.
    #[arg(long, value_name = "CODE", value_parser = currency)]
    currency: Currency,
    #[command(flatten)]
    choices: ChoiceArguments,
    /// A site beside the store's own whose checkout may call us; may be repeated.
    #[arg(long = "origin", value_name = "URL")]
    origins: Vec<Url>,
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
        choices: arguments.choices.into(),
        extra_origins: arguments.origins,
        actor: actor(),
    };
    let report = connect::connect(&app.context, &app.connections, &request).await?;
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

/// `voucherbridge disconnect`
pub async fn disconnect(app: &App, arguments: DisconnectArguments) -> Result<(), Failure> {
    let (context, connections) = (&app.context, &app.connections);
    let store = arguments.store.store;
    if arguments.forget {
        if !disconnect::forget(context, connections, &store, &actor()).await? {
            return Err(format!("{store} is not connected").into());
        }
        println!("Forgot {store}. What we made there is still there.");
        return Ok(());
    }
    let report = disconnect::disconnect(context, connections, &store, &actor()).await?;
    println!("Disconnected {store}. Removed there:");
    println!("  scripts:    {}", report.scripts);
    println!("  held codes: {}", report.codes);
    println!("  promotions: {}", report.promotions);
    println!("  webhooks:   {}", report.webhooks);
    Ok(())
}

fn secret(name: &str) -> Result<SecretString, Failure> {
    let variable = format!("VOUCHERBRIDGE_CONNECT_{name}");
    match env::var(&variable) {
        Ok(value) if !value.trim().is_empty() => Ok(SecretString::from(value.trim().to_owned())),
        _ => Err(format!("set {variable}: secrets are never taken from the command line").into()),
    }
}
