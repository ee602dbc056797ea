//! What BigCommerce says of itself, and what it did not say.
//!
//! [`receive_webhook`] takes an event; [`scopes`] is the table of what each asks for. [`read_again`] reads the orders whose events were lost.

pub mod read_again;
pub mod receive_webhook;
pub mod scopes;
