//! What a validation needs to know about products and customers, kept for a day at most; webhooks
//! drop what changed earlier.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Row};

use super::{
    Database, DatabaseError,
    stores::{from_json, to_json},
};
use crate::{
    bigcommerce::{CustomerFacts, ProductFacts},
    domain::StoreHash,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The two kinds of things cached, each in a table of its own.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Product,
    Customer,
}

impl Kind {
    fn table(self) -> &'static str {
        match self {
            Self::Product => "product_facts",
            Self::Customer => "customer_facts",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Product => "product_id",
            Self::Customer => "customer_id",
        }
    }
}

impl Database {
    /// What is known of these products; those unknown, or known for more than a day, are missing.
    pub async fn cached_products(
        &self,
        store: &StoreHash,
        ids: &[i64],
        now_ms: i64,
    ) -> Result<HashMap<i64, ProductFacts>, DatabaseError> {
        let known = self.facts(Kind::Product, store, ids, now_ms).await?;
        Ok(known.into_iter().collect())
    }

    /// Keeps what BigCommerce said about products.
    pub async fn cache_products(
        &self,
        store: &StoreHash,
        products: &[ProductFacts],
        now_ms: i64,
    ) -> Result<(), DatabaseError> {
        let mut facts = Vec::with_capacity(products.len());
        for product in products {
            facts.push((product.id, to_json(product, "cached fact")?));
        }
        self.keep(Kind::Product, store, facts, now_ms).await
    }

    /// Forgets a product: it changed or was deleted.
    pub async fn forget_product(&self, store: &StoreHash, id: i64) -> Result<(), DatabaseError> {
        self.forget(Kind::Product, store, id).await
    }

    /// What is known of a customer.
    pub async fn cached_customer(
        &self,
        store: &StoreHash,
        id: i64,
        now_ms: i64,
    ) -> Result<Option<CustomerFacts>, DatabaseError> {
        let known = self.facts(Kind::Customer, store, &[id], now_ms).await?;
        Ok(known.into_iter().next().map(|(_, facts)| facts))
    }

    /// Keeps what BigCommerce said about a customer.
    pub async fn cache_customer(
        &self,
        store: &StoreHash,
        customer: &CustomerFacts,
        now_ms: i64,
    ) -> Result<(), DatabaseError> {
        let facts = vec![(customer.id, to_json(customer, "cached fact")?)];
        self.keep(Kind::Customer, store, facts, now_ms).await
    }

    /// Forgets a customer: it changed or was deleted.
    pub async fn forget_customer(&self, store: &StoreHash, id: i64) -> Result<(), DatabaseError> {
        self.forget(Kind::Customer, store, id).await
    }

    /// What was read within the last day, in one statement: a shopper waits.
    async fn facts<T: DeserializeOwned>(
        &self,
        kind: Kind,
        store: &StoreHash,
        ids: &[i64],
        now_ms: i64,
    ) -> Result<Vec<(i64, T)>, DatabaseError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (table, key) = (kind.table(), kind.key());
        let places: Vec<String> = (0..ids.len()).map(|at| format!("${}", at + 2)).collect();
        let places = places.join(", ");
        let sql = format!(
            "SELECT {key} AS id, facts, read_at FROM {table} WHERE store = $1 AND {key} IN ({places})"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(store.as_str());
        for id in ids {
            query = query.bind(id);
        }
        let mut known = Vec::with_capacity(ids.len());
        for row in query.fetch_all(&mut *self.read().await?).await? {
            if row.try_get::<i64, _>("read_at")? > now_ms - DAY_MS {
                let facts = from_json(&row.try_get::<String, _>("facts")?, "cached fact")?;
                known.push((row.try_get("id")?, facts));
            }
        }
        Ok(known)
    }

    async fn keep(
        &self,
        kind: Kind,
        store: &StoreHash,
        facts: Vec<(i64, String)>,
        now_ms: i64,
    ) -> Result<(), DatabaseError> {
        let (table, key) = (kind.table(), kind.key());
        let sql = format!(
            "INSERT INTO {table} (store, {key}, facts, read_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (store, {key}) \
             DO UPDATE SET facts = excluded.facts, read_at = excluded.read_at"
        );
        let mut tx = self.begin().await?;
        for (id, fact) in facts {
            let query = sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(store.as_str())
                .bind(id)
                .bind(fact)
                .bind(now_ms);
            query.execute(tx.connection()).await?;
        }
        tx.commit().await
    }

    async fn forget(&self, kind: Kind, store: &StoreHash, id: i64) -> Result<(), DatabaseError> {
        let (table, key) = (kind.table(), kind.key());
        let sql = format!("DELETE FROM {table} WHERE store = $1 AND {key} = $2");
        sqlx::query(AssertSqlSafe(sql))
            .bind(store.as_str())
            .bind(id)
            .execute(self.pool())
            .await?;
        Ok(())
    }
}
