//! Imitations of BigCommerce and Voucherify, as strict as the real services, for the demo and the
//! tests. Both listeners run inside the calling process, each in a thread of its own.

// The service's larger answers are written as one `json!`.
#![recursion_limit = "256"]

pub mod bigcommerce;
mod first_switches;
pub mod kit;
mod server;
pub mod shopper;
pub mod voucherify;

pub use server::{StandIn, StandInOptions, StartError};
