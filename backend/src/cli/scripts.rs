//! `voucherbridge install-scripts` and `uninstall-scripts`.

use clap::Args;
use voucherbridge::{
    app::App,
    flows::merchant::install_scripts::{self, Installed},
};

use super::arguments::{Failure, StoreArguments, actor};

/// How the script is installed.
#[derive(Debug, Args)]
pub struct InstallArguments {
    #[command(flatten)]
    store: StoreArguments,
    /// Remove every script of ours first.
    #[arg(long)]
    reset: bool,
}

/// `voucherbridge install-scripts`
pub async fn install_scripts(app: &App, arguments: InstallArguments) -> Result<(), Failure> {
    let store = arguments.store.store;
    let done = install_scripts::install(
        &app.context,
        &app.connections,
        &store,
        arguments.reset,
        &actor(),
    )
    .await?;
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
    let removed =
        install_scripts::uninstall(&app.context, &app.connections, &arguments.store, &actor())
            .await?;
    println!("Removed {removed} script(s) of {}.", arguments.store);
    Ok(())
}
