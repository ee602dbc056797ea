//! Voucherbridge's backend: holds the secrets, validates codes at Voucherify, turns them into
//! BigCommerce coupons for one checkout, and redeems them once the order is paid.
//!
//! Data goes one way: `server`, `routes`, `worker` → `jobs` → `flows` → `domain`, with the clients and
//! the store called from the flows. ARCHITECTURE.md walks through each flow.

pub mod app;
pub mod bigcommerce;
pub mod checkout_module;
pub mod clock;
pub mod config;
pub mod connections;
pub mod context;
pub mod crypto;
pub mod database;
pub mod domain;
pub mod error;
pub mod flows;
pub mod jobs;
pub mod kill_points;
pub mod routes;
pub mod server;
pub mod telemetry;
mod upstream;
pub mod voucherify;
pub mod worker;
pub use upstream::http_client;
