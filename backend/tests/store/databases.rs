//! A fresh database of each kind for each test.

use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;
use uuid::Uuid;
use voucherbridge::{domain::StoreHash, store::Store};

/// A fresh database; its file goes with it.
pub struct Database {
    pub kind: &'static str,
    pub store: Store,
    _folder: Option<TempDir>,
}

/// One database of each kind there is.
pub async fn databases() -> Vec<Database> {
    let mut all = vec![sqlite().await];
    if let Ok(server) = std::env::var("VOUCHERBRIDGE_TEST_POSTGRES_URL") {
        all.push(postgres(&server).await);
    }
    all
}

async fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    let store = Store::connect(&url).await.unwrap();
    Database {
        kind: "SQLite",
        store,
        _folder: Some(folder),
    }
}

async fn postgres(server: &str) -> Database {
    sqlx::any::install_default_drivers();
    let name = format!("test_{}", Uuid::new_v4().simple());
    let mut admin = AnyConnection::connect(server).await.unwrap();
    admin
        .execute(format!("CREATE DATABASE {name}").as_str())
        .await
        .unwrap();
    admin.close().await.unwrap();
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&name);
    let store = Store::connect(url.as_str()).await.unwrap();
    Database {
        kind: "PostgreSQL",
        store,
        _folder: None,
    }
}

pub fn shop() -> StoreHash {
    StoreHash::parse("demo1store").unwrap()
}
