//! What a cart's session at Voucherify holds.
//!
//! [`session_change`] begins and ends every change of it. [`leave_session`] moves what waits for an order
//! into a session of its own. [`release_lock`] ends a lock: its native part first, then its codes.

pub mod leave_session;
pub mod release_lock;
pub mod session_change;
