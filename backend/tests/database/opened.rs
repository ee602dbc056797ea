//! A fresh database of each kind for each test.

use voucherbridge::{database::Database, domain::StoreHash};
use voucherbridge_test_support::{connected, database::TestDatabase};

/// A fresh database, open; it goes when the test ends.
pub struct Opened {
    pub kind: &'static str,
    pub database: Database,
    _own: TestDatabase,
}

/// One database of each kind there is.
pub async fn databases() -> Vec<Opened> {
    let mut all = Vec::new();
    for own in TestDatabase::each() {
        all.push(opened(own).await);
    }
    all
}

pub async fn sqlite() -> Opened {
    opened(TestDatabase::sqlite()).await
}

async fn opened(own: TestDatabase) -> Opened {
    Opened {
        kind: own.kind(),
        database: own.open().await,
        _own: own,
    }
}

pub fn shop() -> StoreHash {
    connected::store()
}
