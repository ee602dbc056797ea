//! From what a shopper types to the code that is meant: spellings, several codes at once, the rules that
//! Voucherify checks, whom a code is for, and how many calls it costs.

mod addresses;
mod costs;
mod misread;
mod rules;
mod typed;
mod typed_property;
