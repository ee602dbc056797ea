//! The operator's commands, and what they print.

mod arguments;
mod differences;
mod jobs;
mod scripts;
mod settings;
mod status;
mod stores;

pub use arguments::{Failure, StoreArguments};
pub use differences::{DifferencesArguments, differences};
pub use jobs::{JobsArguments, jobs};
pub use scripts::{InstallArguments, install_scripts, uninstall_scripts};
pub use settings::{SettingsArguments, settings};
pub use status::{status, warn_of_old_scripts};
pub use stores::{ConnectArguments, DisconnectArguments, connect, disconnect};
