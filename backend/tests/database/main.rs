//! The store's contract, on SQLite and, where `VOUCHERBRIDGE_TEST_POSTGRES_URL` names a server, on
//! PostgreSQL: the same SQL has to mean the same on both.
#![allow(clippy::unwrap_used, reason = "it fails the test that calls")]

mod audited;
mod change_settings;
mod checkouts;
mod chores;
mod dropped_codes;
mod failed_writes;
mod jobs;
mod kept_rows;
mod left_stores;
mod locks;
mod merchant;
mod names;
mod opened;
mod order_differences;
mod races;
mod reading;
mod retention;
mod stores;
mod turns;
mod voucherify_orders;
