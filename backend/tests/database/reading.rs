//! How far lists were read.

use voucherbridge::{
    database::reading::{self, List, Reading},
    domain::StoreHash,
};

use super::opened::{databases, shop};

#[tokio::test]
async fn each_store_and_each_list_has_its_own() {
    for opened in databases().await {
        let under_way = Reading {
            since_ms: 1_000,
            began_at_ms: Some(5_000),
            done: 250,
        };
        let over = Reading {
            since_ms: 4_000,
            began_at_ms: None,
            done: 0,
        };
        let other = StoreHash::parse("other1store").unwrap();
        let mut tx = opened.database.begin().await.unwrap();
        for (store, list, read) in [
            (shop(), List::Orders, under_way),
            (shop(), List::Refunds, over),
            (other.clone(), List::Orders, over),
            (shop(), List::Orders, under_way),
        ] {
            let saved = reading::save(tx.connection(), &store, list, read).await;
            saved.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = opened.database.begin().await.unwrap();
        for (store, list, expected) in [
            (shop(), List::Orders, Some(under_way)),
            (shop(), List::Refunds, Some(over)),
            (other.clone(), List::Orders, Some(over)),
            (other.clone(), List::Refunds, None),
        ] {
            let found = reading::find(tx.connection(), &store, list).await;
            assert_eq!(found.unwrap(), expected, "{store} {list:?}");
        }
    }
}
