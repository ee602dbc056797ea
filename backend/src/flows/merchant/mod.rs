//! A store is connected, set up, changed and disconnected.
//!
//! [`connect`] checks both accounts and remembers them. [`install_scripts`] puts the module into the checkout.
//! [`change_settings`] changes what the merchant chose. [`look_after_setup`] mends hooks and scripts;
//! [`registered_webhooks`] are those that there should be.
//! [`disconnect`] takes everything away.

pub mod change_settings;
pub mod connect;
pub mod disconnect;
pub mod install_scripts;
pub mod look_after_setup;
pub mod registered_webhooks;
