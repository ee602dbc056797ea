//! The Voucherify stand-in over HTTP.
#![allow(clippy::unwrap_used, reason = "it fails the test that calls")]

mod amounts;
mod catalogue;
mod errors;
mod formulas;
mod free_items;
mod gift_cards;
mod item_discounts;
mod limits;
mod members;
mod orders;
mod prose;
mod redemptions;
mod rollbacks;
mod rules;
mod sessions;
mod shapes;
mod stacking;
mod strictness;
mod support;
