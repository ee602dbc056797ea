//! What a placed order says of the codes it used.
//!
//! [`order_coupons`] reads its coupons, [`order_certificates`] its certificates. [`order_uses`] says which
//! codes of which locks those are. [`order_names`] says what the order is called at Voucherify.
//! [`live_order`] finds the order that carries a lock's code. [`compare_order`] compares the order with what
//! was validated.

pub mod compare_order;
pub mod live_order;
pub mod order_certificates;
pub mod order_coupons;
pub mod order_names;
pub mod order_uses;
