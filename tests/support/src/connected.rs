//! The demo store, and what it is connected with.

use voucherbridge::domain::StoreHash;

/// The store's hash at BigCommerce.
pub const STORE: &str = "demo1store";
/// Of the store's API account.
pub const CLIENT_ID: &str = "demo-client-id";
/// Signs what the page sends; secret.
pub const CLIENT_SECRET: &str = "demo-client-secret";
/// Opens the store's management API; secret.
pub const ACCESS_TOKEN: &str = "demo-access-token";
/// Names the project at Voucherify.
pub const VOUCHERIFY_APP_ID: &str = "demo-app-id";
/// Opens the project; secret.
pub const VOUCHERIFY_SECRET_KEY: &str = "demo-secret-key";

/// [`STORE`], parsed.
#[must_use]
pub fn store() -> StoreHash {
    StoreHash::parse(STORE).unwrap()
}
