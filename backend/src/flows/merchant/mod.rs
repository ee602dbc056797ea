//! A store is connected, set up, changed and disconnected.
//!
//! [`connect`] checks both accounts and remembers them. [`install_scripts`] puts the module into the
//! checkout. [`change_settings`] changes what the merchant chose. [`look_after_setup`] switches webhooks on
//! again and reports scripts that are gone. [`registered_webhooks`] registers, mends and removes webhooks.
//! [`disconnect`] removes everything that we made in the store.

pub mod change_settings;
pub mod connect;
pub mod disconnect;
pub mod install_scripts;
pub mod look_after_setup;
pub mod registered_webhooks;
