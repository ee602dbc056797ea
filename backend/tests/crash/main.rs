//! The backend is killed with SIGKILL between any two steps and started again.
//!
//! Each walk raises the number of the point at which the process kills itself until the flow ends
//! without being killed: every moment before and after a call and a commit can be visited. Afterwards a
//! code is redeemed at most once, what was paid is redeemed, and no native coupon is left usable.
//!
//! The short form, which `npm test` runs, takes every fifth point on SQLite; `npm run test:crash` takes all,
//! on SQLite and on PostgreSQL.
//!
//! `cargo test -p voucherbridge --features kill-points --test crash`

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail by it, and wait for processes"
)]

mod bridge;
mod card_walks;
mod session_walks;
mod stacking_walks;
mod walks;
mod world;
