//! What time ends, and what a crash left.
//!
//! [`sweep`] ends what is over. [`sweep_native`] deletes native parts that nobody knows. [`recover`] frees what a
//! dead process held.

pub mod recover;
pub mod sweep;
pub mod sweep_native;
