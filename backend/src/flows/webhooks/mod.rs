//! BigCommerce says that something changed; what no webhook said is read.
//!
//! [`receive_webhook`] takes an event; [`scopes`] is the table of what each asks for. [`read_again`] reads
//! the orders and refunds whose events were lost.

pub mod read_again;
pub mod receive_webhook;
pub mod scopes;
