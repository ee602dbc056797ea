//! What a placed order says of the codes it used.
//!
//! [`order_coupons`] reads its coupons, [`order_certificates`] its certificates. [`order_uses`] says which codes of which locks that are, under the names of
//! [`order_names`]. [`live_order`] finds the order that carries a lock's code. [`compare_order`] holds the order
//! against what was validated.

pub mod compare_order;
pub mod live_order;
pub mod order_certificates;
pub mod order_coupons;
pub mod order_names;
pub mod order_uses;
