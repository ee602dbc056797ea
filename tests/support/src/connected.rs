//! The demo store, and what it is connected with.

use voucherbridge::{
    database::{
        Database,
        stores::{self, StoreRecord},
    },
    domain::StoreHash,
};

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

/// Saves a store as connecting it does.
pub async fn save(database: &Database, record: &StoreRecord) {
    let (hash, now_ms) = (&record.hash, record.connected_at_ms);
    let mut tx = database.begin().await.unwrap();
    let known = stores::for_connecting(tx.connection(), hash, now_ms).await;
    known.unwrap();
    stores::save(tx.connection(), record).await.unwrap();
    tx.commit().await.unwrap();
}

/// Deletes a store as disconnecting it then does; false where it was not connected.
pub async fn delete(database: &Database, hash: &StoreHash, now_ms: i64) -> bool {
    let mut tx = database.begin().await.unwrap();
    let was_known = stores::delete(tx.connection(), hash, now_ms).await;
    let was_known = was_known.unwrap();
    tx.commit().await.unwrap();
    was_known
}
