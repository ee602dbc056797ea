//! Connected stores, what is kept of their products and customers, and who changed what.

use std::collections::HashMap;

use serde_json::json;
use voucherbridge::{
    bigcommerce::{CustomerFacts, ProductFacts},
    crypto::Sealed,
    database::{
        Database, DatabaseError,
        audit::{self, AuditEntry},
        stores::StoreRecord,
    },
    domain::{
        Currency, EmailAddress, Hundredths, Region, StoreHash, settings::StoreSettings,
        snapshot::Group,
    },
};
use voucherbridge_test_support::connected;

use crate::opened::databases;

fn hash(text: &str) -> StoreHash {
    StoreHash::parse(text).unwrap()
}

pub fn record(store: &str) -> StoreRecord {
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
    for opened in databases().await {
        let (name, database) = (opened.kind, &opened.database);
        assert_eq!(
            database.store_record(&hash("one")).await.unwrap(),
            None,
            "{name}"
        );
        let one = record("one");
        connected::save(database, &one).await;
        connected::save(database, &record("another")).await;
        assert_eq!(
            database.store_record(&hash("one")).await.unwrap().as_ref(),
            Some(&one),
            "{name}"
        );
        let later = StoreRecord {
            name: "Renamed".to_owned(),
            script_ids: vec!["uuid".to_owned()],
            connected_at_ms: 1_900_000_000_000,
            ..one.clone()
        };
        connected::save(database, &later).await;
        let first_connected = StoreRecord {
            connected_at_ms: one.connected_at_ms,
            ..later
        };
        let all = database.store_records().await.unwrap();
        assert_eq!(all, [record("another"), first_connected], "{name}");
        assert!(
            connected::delete(database, &hash("one"), NOW).await,
            "{name}"
        );
        assert!(
            !connected::delete(database, &hash("one"), NOW).await,
            "{name}"
        );
        assert_eq!(database.store_records().await.unwrap().len(), 1, "{name}");
    }
}

const NOW: i64 = 1_800_000_000_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

fn product(id: i64, categories: &[i64]) -> ProductFacts {
    ProductFacts {
        id,
        categories: categories.to_vec(),
        retail_price: Some(Hundredths(84_900)),
    }
}

fn customer() -> CustomerFacts {
    CustomerFacts {
        id: 7,
        email: EmailAddress::parse("a@b.example").ok(),
        name: "A B".to_owned(),
        group: Some(Group {
            id: 2,
            name: "STAFF".to_owned(),
        }),
    }
}

/// A store with two products and a customer, read at `NOW`.
async fn with_facts(database: &Database) -> StoreHash {
    let one = hash("one");
    for products in [
        &[product(1, &[5]), product(2, &[])][..],
        &[product(1, &[5, 6])],
    ] {
        database.cache_products(&one, products, NOW).await.unwrap();
    }
    database
        .cache_customer(&one, &customer(), NOW)
        .await
        .unwrap();
    one
}

#[tokio::test]
async fn facts_are_kept_for_a_day_by_store() {
    for opened in databases().await {
        let (name, database) = (opened.kind, &opened.database);
        let one = with_facts(database).await;
        let products = async |store_hash: &StoreHash, ids: &[i64], now| {
            let known = database.cached_products(store_hash, ids, now).await;
            known.unwrap()
        };
        let known = products(&one, &[1, 2, 3], NOW + DAY - 1).await;
        let expected = HashMap::from([(1, product(1, &[5, 6])), (2, product(2, &[]))]);
        assert_eq!(known, expected, "{name}");
        assert!(products(&hash("two"), &[1], NOW).await.is_empty());
        assert!(products(&one, &[1], NOW + DAY).await.is_empty());
        let known = database.cached_customer(&one, 7, NOW).await.unwrap();
        assert_eq!(known, Some(customer()), "{name}");
        let known = database.cached_customer(&one, 7, NOW + DAY).await.unwrap();
        assert_eq!(known, None, "{name}");
    }
}

#[tokio::test]
async fn facts_are_forgotten_one_by_one_and_with_their_store() {
    for opened in databases().await {
        let (name, database) = (opened.kind, &opened.database);
        let one = with_facts(database).await;
        database.forget_product(&one, 1).await.unwrap();
        database.forget_customer(&one, 7).await.unwrap();
        let known = database.cached_products(&one, &[1, 2], NOW).await.unwrap();
        assert_eq!(known.len(), 1, "{name}");
        let known = database.cached_customer(&one, 7, NOW).await.unwrap();
        assert_eq!(known, None, "{name}");
        connected::save(database, &record("one")).await;
        connected::delete(database, &one, NOW).await;
        let known = database.cached_products(&one, &[2], NOW).await.unwrap();
        assert!(known.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn the_audit_log_is_read_newest_first() {
    for opened in databases().await {
        let (name, database) = (opened.kind, &opened.database);
        for (at_ms, action) in [(2, "install_scripts"), (1, "connect"), (3, "disconnect")] {
            let entry = AuditEntry {
                at_ms,
                actor: "cli:zoë".to_owned(),
                action: action.to_owned(),
                details: json!({ "n": at_ms }),
            };
            let mut tx = database.begin().await.unwrap();
            let written = audit::write(&mut tx, &hash("one"), &entry).await;
            written.unwrap();
            tx.commit().await.unwrap();
        }
        let entries = database.audit_entries(&hash("one"), 2).await.unwrap();
        let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["disconnect", "install_scripts"], "{name}");
        assert_eq!(entries[0].details, json!({ "n": 3 }), "{name}");
        assert!(
            database
                .audit_entries(&hash("two"), 2)
                .await
                .unwrap()
                .is_empty(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    for opened in databases().await {
        let (name, database) = (opened.kind, &opened.database);
        connected::save(database, &record("one")).await;
        let mut tx = database.begin().await.unwrap();
        sqlx::query("DELETE FROM stores")
            .execute(tx.connection())
            .await
            .unwrap();
        drop(tx);
        assert_eq!(database.store_records().await.unwrap().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn only_known_databases_are_opened() {
    for url in ["", "mysql://localhost/x", "voucherbridge.sqlite"] {
        assert!(
            matches!(Database::connect(url).await, Err(DatabaseError::Address)),
            "{url}"
        );
    }
}
