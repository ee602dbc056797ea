//! What BigCommerce says of itself, and what it did not say.
//!
//! [`receive_webhook`] decides what an event asks for. [`read_again`] reads the orders whose events were lost.

pub mod read_again;
pub mod receive_webhook;
