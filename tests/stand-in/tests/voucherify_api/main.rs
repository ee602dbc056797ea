//! The Voucherify stand-in over HTTP.

mod amounts;
mod catalogue;
mod errors;
mod gift_cards;
mod redemptions;
mod rollbacks;
mod sessions;
mod stacking;
mod strictness;
mod support;
