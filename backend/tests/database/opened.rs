//! A fresh database of each kind for each test.

use sqlx::{Row as _, any::AnyRow};
use voucherbridge::{database::Database, domain::StoreHash};
use voucherbridge_test_support::{connected, database::TestDatabase};

/// A fresh database, open; it goes when the test ends.
pub struct Opened {
    pub kind: &'static str,
    pub database: Database,
    own: TestDatabase,
}

impl Opened {
    pub fn url(&self) -> &str {
        self.own.url()
    }

    /// The same database, as another process has it.
    pub async fn again(&self) -> Database {
        self.own.open().await
    }

    /// Every row of these tables, as text.
    pub async fn rows(&self, tables: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        for table in tables {
            let sql = format!("SELECT * FROM {table}");
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
                .fetch_all(self.database.pool())
                .await;
            let mut rows: Vec<String> = rows.unwrap().iter().map(text).collect();
            rows.sort();
            all.extend(rows.into_iter().map(|row| format!("{table} {row}")));
        }
        all
    }
}

fn text(row: &AnyRow) -> String {
    let value = |column: usize| {
        let number = row
            .try_get::<Option<i64>, _>(column)
            .map(|it| format!("{it:?}"));
        number.unwrap_or_else(|_| format!("{:?}", row.get::<Option<String>, _>(column)))
    };
    let values: Vec<String> = (0..row.len()).map(value).collect();
    values.join(", ")
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
        own,
    }
}

pub fn shop() -> StoreHash {
    connected::store()
}
