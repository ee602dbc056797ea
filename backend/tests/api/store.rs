//! What every database must do alike: run on SQLite always, and on PostgreSQL when
//! `VOUCHERBRIDGE_TEST_POSTGRES_URL` names a server where databases may be made.

use std::collections::HashMap;

use serde_json::json;
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;
use uuid::Uuid;
use voucherbridge::{
    bigcommerce::{CustomerFacts, ProductFacts},
    crypto::Sealed,
    domain::{
        Currency, EmailAddress, Hundredths, Region, StoreHash, settings::StoreSettings,
        snapshot::Group,
    },
    store::{Store, StoreError, audit::AuditEntry, stores::StoreRecord},
};

/// A fresh database of each kind that is to be had.
struct Databases {
    stores: Vec<(&'static str, Store)>,
    postgres: Option<(String, String)>,
    _folder: TempDir,
}

impl Databases {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.sqlite");
        let sqlite = Store::connect(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        let mut databases = Self {
            stores: vec![("sqlite", sqlite)],
            postgres: None,
            _folder: folder,
        };
        if let Ok(server) = std::env::var("VOUCHERBRIDGE_TEST_POSTGRES_URL") {
            let name = format!("voucherbridge_{}", Uuid::now_v7().simple());
            let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
            admin
                .execute(format!("CREATE DATABASE {name}").as_str())
                .await
                .unwrap();
            let mut url = url::Url::parse(&server).unwrap();
            url.set_path(&name);
            let store = Store::connect(url.as_str()).await.unwrap();
            databases.stores.push(("postgres", store));
            databases.postgres = Some((server, name));
        }
        databases
    }

    async fn remove(self) {
        for (_, store) in &self.stores {
            store.close().await;
        }
        if let Some((server, name)) = self.postgres {
            let mut admin = sqlx::PgConnection::connect(&server).await.unwrap();
            admin
                .execute(format!("DROP DATABASE {name} WITH (FORCE)").as_str())
                .await
                .unwrap();
        }
    }
}

fn hash(text: &str) -> StoreHash {
    StoreHash::parse(text).unwrap()
}

fn record(store: &str) -> StoreRecord {
    let sealed = |text: &str| Sealed::from_stored(text.to_owned());
    StoreRecord {
        hash: hash(store),
        name: "Zoë's shop '; --".to_owned(),
        client_id: "id".to_owned(),
        client_secret: sealed("a"),
        access_token: sealed("b"),
        webhook_secret: sealed("c"),
        voucherify_app_id: "app".to_owned(),
        voucherify_secret_key: sealed("d"),
        voucherify_region: Region::Asia,
        settings: StoreSettings::new(Currency::parse("EUR").unwrap()),
        origins: vec!["https://shop.example".to_owned()],
        hook_ids: vec![1, i64::MAX],
        script_ids: Vec::new(),
        connected_at_ms: 1_800_000_000_000,
    }
}

#[tokio::test]
async fn stores_are_kept_changed_and_forgotten() {
    let databases = Databases::new().await;
    for (name, store) in &databases.stores {
        assert_eq!(
            store.store_record(&hash("one")).await.unwrap(),
            None,
            "{name}"
        );
        let one = record("one");
        store.save_store(&one).await.unwrap();
        store.save_store(&record("another")).await.unwrap();
        assert_eq!(
            store.store_record(&hash("one")).await.unwrap().as_ref(),
            Some(&one),
            "{name}"
        );
        let later = StoreRecord {
            name: "Renamed".to_owned(),
            script_ids: vec!["uuid".to_owned()],
            connected_at_ms: 1_900_000_000_000,
            ..one.clone()
        };
        store.save_store(&later).await.unwrap();
        let first_connected = StoreRecord {
            connected_at_ms: one.connected_at_ms,
            ..later
        };
        let all = store.store_records().await.unwrap();
        assert_eq!(all, [record("another"), first_connected], "{name}");
        assert!(store.delete_store(&hash("one")).await.unwrap(), "{name}");
        assert!(!store.delete_store(&hash("one")).await.unwrap(), "{name}");
        assert_eq!(store.store_records().await.unwrap().len(), 1, "{name}");
    }
    databases.remove().await;
}

#[tokio::test]
async fn facts_are_kept_for_a_day_by_store() {
    const NOW: i64 = 1_800_000_000_000;
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let product = |id, categories: &[i64]| ProductFacts {
        id,
        categories: categories.to_vec(),
        retail_price: Some(Hundredths(84_900)),
    };
    let group = Some(Group {
        id: 2,
        name: "STAFF".to_owned(),
    });
    let customer = CustomerFacts {
        id: 7,
        email: EmailAddress::parse("a@b.example").ok(),
        name: "A B".to_owned(),
        group,
    };
    let databases = Databases::new().await;
    for (name, store) in &databases.stores {
        let one = hash("one");
        store
            .cache_products(&one, &[product(1, &[5]), product(2, &[])], NOW)
            .await
            .unwrap();
        store
            .cache_products(&one, &[product(1, &[5, 6])], NOW)
            .await
            .unwrap();
        store.cache_customer(&one, &customer, NOW).await.unwrap();
        let known = store
            .cached_products(&one, &[1, 2, 3], NOW + DAY - 1)
            .await
            .unwrap();
        let expected = HashMap::from([(1, product(1, &[5, 6])), (2, product(2, &[]))]);
        assert_eq!(known, expected, "{name}");
        let known = store.cached_customer(&one, 7, NOW).await.unwrap();
        assert_eq!(known.as_ref(), Some(&customer), "{name}");
        assert!(
            store
                .cached_products(&hash("two"), &[1], NOW)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .cached_products(&one, &[1], NOW + DAY)
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            store.cached_customer(&one, 7, NOW + DAY).await.unwrap(),
            None,
            "{name}"
        );
        store.forget_product(&one, 1).await.unwrap();
        store.forget_customer(&one, 7).await.unwrap();
        assert_eq!(
            store
                .cached_products(&one, &[1, 2], NOW)
                .await
                .unwrap()
                .len(),
            1,
            "{name}"
        );
        assert_eq!(
            store.cached_customer(&one, 7, NOW).await.unwrap(),
            None,
            "{name}"
        );
        store.save_store(&record("one")).await.unwrap();
        store.delete_store(&one).await.unwrap();
        assert!(
            store
                .cached_products(&one, &[2], NOW)
                .await
                .unwrap()
                .is_empty(),
            "{name}"
        );
    }
    databases.remove().await;
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    let databases = Databases::new().await;
    for (name, store) in &databases.stores {
        for (at_ms, action) in [(2, "install_scripts"), (1, "connect"), (3, "disconnect")] {
            let entry = AuditEntry {
                at_ms,
                actor: "cli:zoë".to_owned(),
                action: action.to_owned(),
                details: json!({ "n": at_ms }),
            };
            store.audit(&hash("one"), &entry).await.unwrap();
        }
        let entries = store.audit_entries(&hash("one"), 2).await.unwrap();
        let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["disconnect", "install_scripts"], "{name}");
        assert_eq!(entries[0].details, json!({ "n": 3 }), "{name}");
        assert!(
            store
                .audit_entries(&hash("two"), 2)
                .await
                .unwrap()
                .is_empty(),
            "{name}"
        );
    }
    databases.remove().await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    let databases = Databases::new().await;
    for (name, store) in &databases.stores {
        store.save_store(&record("one")).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        sqlx::query("DELETE FROM stores")
            .execute(tx.connection())
            .await
            .unwrap();
        drop(tx);
        assert_eq!(store.store_records().await.unwrap().len(), 1, "{name}");
    }
    databases.remove().await;
}

#[tokio::test]
async fn only_known_databases_are_opened() {
    for url in ["", "mysql://localhost/x", "voucherbridge.sqlite"] {
        assert!(
            matches!(Store::connect(url).await, Err(StoreError::Address)),
            "{url}"
        );
    }
}
