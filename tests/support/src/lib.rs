//! What the backend's tests share, whichever way they drive it: both platforms with a shopper, a database
//! of its own for each test, the store that is connected, programs of their own, and waiting.
//!
//! What differs is each test program's own: `flows` calls the flows in its process, `crash` kills a
//! process, `api` asks over HTTP, `store` asks the database.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

mod blocking;
pub mod clock;
pub mod connected;
pub mod database;
pub mod money;
pub mod platforms;
mod postgres;
pub mod process;
pub mod waiting;
