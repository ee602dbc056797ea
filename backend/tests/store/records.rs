//! Connected stores and what is kept of their products and customers.

use secrecy::SecretString;
use voucherbridge::{
    bigcommerce::{CustomerFacts, ProductFacts},
    crypto::{self, Sealer},
    domain::{Currency, Hundredths, snapshot::Group},
    store::stores::{StoreRecord, StoreSettings},
    voucherify::Region,
};

use super::databases::{databases, shop};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn record() -> StoreRecord {
    let sealer = Sealer::new(&crypto::random_secret()).unwrap();
    let seal = |field: &'static str| {
        sealer
            .seal(&shop(), field, &SecretString::from("hunter2"))
            .unwrap()
    };
    StoreRecord {
        hash: shop(),
        name: "Demo".to_owned(),
        client_id: "client".to_owned(),
        client_secret: seal("client_secret"),
        access_token: seal("access_token"),
        webhook_secret: seal("webhook_secret"),
        voucherify_app_id: "app".to_owned(),
        voucherify_secret_key: seal("voucherify_secret_key"),
        voucherify_region: Region::Asia,
        settings: StoreSettings::new(Currency::parse("EUR").unwrap()),
        origins: vec!["https://shop.example".to_owned()],
        hook_ids: vec![1, 2],
        script_ids: vec!["s".to_owned()],
        connected_at_ms: 5,
    }
}

#[tokio::test]
async fn a_store_is_saved_changed_and_deleted() {
    for database in databases().await {
        let store = &database.store;
        let mut saved = record();
        store.save_store(&saved).await.unwrap();
        saved.settings.combine_with_promotions = false;
        saved.hook_ids.push(3);
        store.save_store(&saved).await.unwrap();
        let read = store.store_record(&shop()).await.unwrap();
        assert_eq!(read.as_ref(), Some(&saved), "{}", database.kind);
        assert_eq!(
            store.store_records().await.unwrap(),
            [saved],
            "{}",
            database.kind
        );
        assert!(
            store.delete_store(&shop()).await.unwrap(),
            "{}",
            database.kind
        );
        assert!(
            !store.delete_store(&shop()).await.unwrap(),
            "{}",
            database.kind
        );
        assert_eq!(
            store.store_record(&shop()).await.unwrap(),
            None,
            "{}",
            database.kind
        );
    }
}

#[tokio::test]
async fn facts_are_kept_for_a_day_and_forgotten_when_told() {
    for database in databases().await {
        let store = &database.store;
        let product = ProductFacts {
            id: 7,
            categories: vec![1, 2],
            retail_price: Some(Hundredths(5)),
        };
        store
            .cache_products(&shop(), std::slice::from_ref(&product), 0)
            .await
            .unwrap();
        let known = store
            .cached_products(&shop(), &[7, 8], DAY_MS - 1)
            .await
            .unwrap();
        assert_eq!(known.get(&7), Some(&product), "{}", database.kind);
        assert_eq!(known.len(), 1, "{}", database.kind);
        let old = store
            .cached_products(&shop(), &[7], DAY_MS + 1)
            .await
            .unwrap();
        assert!(old.is_empty(), "{}", database.kind);
        store.forget_product(&shop(), 7).await.unwrap();
        assert!(
            store
                .cached_products(&shop(), &[7], 1)
                .await
                .unwrap()
                .is_empty()
        );

        let customer = CustomerFacts {
            id: 12,
            email: "bob@example.com".to_owned(),
            name: "Bob".to_owned(),
            group: Some(Group {
                id: 2,
                name: "STAFF".to_owned(),
            }),
        };
        store.cache_customer(&shop(), &customer, 0).await.unwrap();
        let known = store.cached_customer(&shop(), 12, 1).await.unwrap();
        assert_eq!(known, Some(customer), "{}", database.kind);
        store.forget_customer(&shop(), 12).await.unwrap();
        assert_eq!(store.cached_customer(&shop(), 12, 1).await.unwrap(), None);
    }
}
