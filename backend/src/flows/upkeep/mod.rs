//! Locks whose time is up, and what a crash left behind.
//!
//! [`sweep`] gives up what is over and asks again for what is stuck. [`forget`] deletes what nobody needs. [`sweep_native`] deletes or disables
//! native parts that no live lock has. [`recover`] frees the leases of a dead process. [`parked_jobs`] asks
//! again for jobs that could not be done.

pub mod forget;
pub mod parked_jobs;
pub mod recover;
pub mod sweep;
pub mod sweep_native;
