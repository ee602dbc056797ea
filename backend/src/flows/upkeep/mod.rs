//! What time ends, and what a crash left.
//!
//! [`sweep`] ends what is over. [`sweep_native`] deletes native parts that nobody knows. [`recover`] frees what a
//! dead process held. [`parked_jobs`] asks again for what could not be done.

pub mod parked_jobs;
pub mod recover;
pub mod sweep;
pub mod sweep_native;
