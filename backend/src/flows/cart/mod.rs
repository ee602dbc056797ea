//! A checkout as BigCommerce has it, and as Voucherify is told of it.
//!
//! [`open_checkout`] reads it. [`describe_cart`] describes it in Voucherify's terms.

pub mod describe_cart;
pub mod open_checkout;
