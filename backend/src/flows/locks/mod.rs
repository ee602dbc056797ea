//! A lock holds codes for one checkout. This room is its row.
//!
//! [`leased`] is a checkout that one piece of work has to itself, and [`gathered`] what that writes; [`cart_context`] is what every question about its
//! codes is asked for. [`lock_steps`] writes a lock down before a
//! platform is asked. [`changes`] reads, changes and gives up locks. [`native_parts`] ends the promotion or the
//! certificate. [`session_keys`] and [`redeemables`] say how Voucherify knows what is held. [`applied_codes`] and
//! [`dropped_codes`] are what the page is told.

pub mod applied_codes;
pub mod cart_context;
pub mod changes;
pub mod dropped_codes;
pub mod gathered;
pub mod leased;
pub mod lock_steps;
pub mod native_parts;
pub mod redeemables;
pub mod session_keys;
