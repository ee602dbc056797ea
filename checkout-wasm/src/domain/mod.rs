//! The rules, and what is known of a checkout. Pure, but for the reading of JavaScript's values.

pub mod checkout;
pub mod compare;
pub mod held;
pub mod routes;
#[cfg(test)]
pub mod samples;
pub mod session;
pub mod shipping;
pub mod verdicts;
