//! What becomes of an order.
//!
//! [`place`] makes it of a checkout, [`payments`] have it paid, and [`settle`] takes what it costs:
//! stock, uses, certificates, the cart. [`changes`] and [`refunds`] come afterwards.

mod changes;
mod error;
mod payments;
mod place;
mod refunds;
mod settle;

pub use error::OrderError;
pub use payments::{PAYMENT_METHODS, PaymentError, PaymentMethod};
pub use refunds::{Wanted, WantedPayment, is_asked_for};
