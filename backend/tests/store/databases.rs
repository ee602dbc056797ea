//! A fresh database of each kind for each test.

use voucherbridge::{domain::StoreHash, store::Store};
use voucherbridge_test_support::{connected, database::TestDatabase};

/// A fresh database, open; it goes when the test ends.
pub struct Database {
    pub kind: &'static str,
    pub store: Store,
    _own: TestDatabase,
}

/// One database of each kind there is.
pub async fn databases() -> Vec<Database> {
    let mut all = Vec::new();
    for own in TestDatabase::each() {
        all.push(opened(own).await);
    }
    all
}

pub async fn sqlite() -> Database {
    opened(TestDatabase::sqlite()).await
}

async fn opened(own: TestDatabase) -> Database {
    Database {
        kind: own.kind(),
        store: own.open().await,
        _own: own,
    }
}

pub fn shop() -> StoreHash {
    connected::store()
}
