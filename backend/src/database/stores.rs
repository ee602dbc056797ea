//! Connected stores.

use serde::{Serialize, de::DeserializeOwned};
use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};
use strum::IntoEnumIterator as _;

use super::{
    Database, DatabaseError,
    jobs::{self, Class, JobKind},
    left_stores,
};
use crate::{
    crypto::Sealed,
    domain::{Region, StoreHash, name_of, settings::StoreSettings},
};

/// One connected store, its secrets sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRecord {
    /// The store.
    pub hash: StoreHash,
    /// Its name, for people.
    pub name: String,
    /// Client id of the BigCommerce API account.
    pub client_id: String,
    /// Client secret of the same account; BigCommerce signs webhooks with it.
    pub client_secret: Sealed,
    /// Access token of the same account.
    pub access_token: Sealed,
    /// What we ask BigCommerce to send along with every webhook.
    pub webhook_secret: Sealed,
    /// Application id of the Voucherify project.
    pub voucherify_app_id: String,
    /// Secret key of the same project.
    pub voucherify_secret_key: Sealed,
    /// Where the project lives.
    pub voucherify_region: Region,
    /// What the merchant chose.
    pub settings: StoreSettings,
    /// Sites whose checkout may call us, as in the `Origin` header.
    pub origins: Vec<String>,
    /// The webhooks we registered.
    pub hook_ids: Vec<i64>,
    /// The scripts we installed.
    pub script_ids: Vec<String>,
    /// When it was connected first.
    pub connected_at_ms: i64,
}

const COLUMNS: &str = "hash, name, client_id, client_secret_sealed, access_token_sealed, \
    webhook_secret_sealed, voucherify_app_id, voucherify_secret_key_sealed, voucherify_region, \
    settings, origins, hook_ids, script_ids, connected_at";

/// What an unreadable one is called.
pub(super) const SETTINGS: &str = "store settings";

/// A store's chores begin so long after it was connected: whoever connects it still registers its
/// webhooks, and one of the chores would register them too.
const FIRST_CHORES_MS: i64 = 60_000;

impl Database {
    /// The record of a store, if it is connected.
    pub async fn store_record(
        &self,
        hash: &StoreHash,
    ) -> Result<Option<StoreRecord>, DatabaseError> {
        find(&mut *self.read().await?, hash).await
    }

    /// All connected stores, by hash.
    pub async fn store_records(&self) -> Result<Vec<StoreRecord>, DatabaseError> {
        let sql = format!("SELECT {COLUMNS} FROM stores ORDER BY hash");
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(&mut *self.read().await?)
            .await?;
        rows.iter().map(read).collect()
    }
}

async fn find(
    connection: &mut AnyConnection,
    hash: &StoreHash,
) -> Result<Option<StoreRecord>, DatabaseError> {
    let sql = format!("SELECT {COLUMNS} FROM stores WHERE hash = $1");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(hash.as_str());
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The record of a store, for a transaction that changes it. Whoever else is about to change it waits until
/// that ends, and then reads what it wrote.
pub async fn for_change(
    connection: &mut AnyConnection,
    hash: &StoreHash,
) -> Result<Option<StoreRecord>, DatabaseError> {
    // A write that changes nothing holds the row, on either database.
    let held = sqlx::query("UPDATE stores SET hash = hash WHERE hash = $1").bind(hash.as_str());
    if held.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(None);
    }
    find(connection, hash).await
}

/// The same for a store that may be new. It is let have turns at the jobs, and its chores are done.
pub async fn for_connecting(
    connection: &mut AnyConnection,
    hash: &StoreHash,
    now_ms: i64,
) -> Result<Option<StoreRecord>, DatabaseError> {
    // A store that is not there has no chores. Where two processes connect it at the same time, the second
    // waits here until the chores of the first are written, and finds its record below.
    serve(connection, hash, now_ms + FIRST_CHORES_MS).await?;
    for_change(connection, hash).await
}

/// Saves a store as a whole, new or known: one that the same transaction has read ([`for_connecting`]). The
/// time it was connected first is kept.
pub async fn save(
    connection: &mut AnyConnection,
    record: &StoreRecord,
) -> Result<(), DatabaseError> {
    let sql = format!(
        "INSERT INTO stores ({COLUMNS}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (hash) DO UPDATE SET name = excluded.name, \
         client_id = excluded.client_id, \
         client_secret_sealed = excluded.client_secret_sealed, \
         access_token_sealed = excluded.access_token_sealed, \
         webhook_secret_sealed = excluded.webhook_secret_sealed, \
         voucherify_app_id = excluded.voucherify_app_id, \
         voucherify_secret_key_sealed = excluded.voucherify_secret_key_sealed, \
         voucherify_region = excluded.voucherify_region, settings = excluded.settings, \
         origins = excluded.origins, hook_ids = excluded.hook_ids, \
         script_ids = excluded.script_ids"
    );
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(record.hash.as_str())
        .bind(&record.name)
        .bind(&record.client_id)
        .bind(record.client_secret.as_str())
        .bind(record.access_token.as_str())
        .bind(record.webhook_secret.as_str())
        .bind(&record.voucherify_app_id)
        .bind(record.voucherify_secret_key.as_str())
        .bind(name_of(record.voucherify_region))
        .bind(to_json(&record.settings, SETTINGS)?)
        .bind(to_json(&record.origins, "store origins")?)
        .bind(to_json(&record.hook_ids, "store hooks")?)
        .bind(to_json(&record.script_ids, "store scripts")?)
        .bind(record.connected_at_ms);
    query.execute(&mut *connection).await?;
    left_stores::remove(connection, &record.hash).await
}

/// Saves which webhooks we have, and nothing else.
pub async fn save_hooks(
    connection: &mut AnyConnection,
    hash: &StoreHash,
    ids: &[i64],
) -> Result<(), DatabaseError> {
    let query = sqlx::query("UPDATE stores SET hook_ids = $1 WHERE hash = $2")
        .bind(to_json(&ids, "store hooks")?)
        .bind(hash.as_str());
    query.execute(connection).await?;
    Ok(())
}

/// Saves which scripts we installed, and nothing else; false when the store is not connected.
pub async fn save_scripts(
    connection: &mut AnyConnection,
    hash: &StoreHash,
    ids: &[String],
) -> Result<bool, DatabaseError> {
    let query = sqlx::query("UPDATE stores SET script_ids = $1 WHERE hash = $2")
        .bind(to_json(&ids, "store scripts")?)
        .bind(hash.as_str());
    Ok(query.execute(connection).await?.rows_affected() > 0)
}

/// Forgets a store, what was cached of it and its chores; false when it was not connected. One chore stays: it
/// deletes the rest after a time.
pub async fn delete(
    connection: &mut AnyConnection,
    hash: &StoreHash,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    let sql = "DELETE FROM stores WHERE hash = $1";
    let done = sqlx::query(sql).bind(hash.as_str());
    if done.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(false);
    }
    for table in [
        "product_facts",
        "customer_facts",
        "dropped_codes",
        "store_facts",
    ] {
        let sql = format!("DELETE FROM {table} WHERE store = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(hash.as_str());
        query.execute(&mut *connection).await?;
    }
    let sql = "DELETE FROM jobs WHERE store = $1 AND class = 'chores' AND kind <> 'forget'";
    let chores = sqlx::query(sql).bind(hash.as_str());
    chores.execute(&mut *connection).await?;
    left_stores::put(connection, hash, now_ms).await?;
    forget_later(connection, hash, now_ms).await?;
    Ok(true)
}

/// Has the one chore done that a store has after it was disconnected.
pub async fn forget_later(
    connection: &mut AnyConnection,
    hash: &StoreHash,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    let chore = JobKind::Forget;
    let first_ms = now_ms + chore.every_ms().unwrap_or_default();
    jobs::plan(connection, hash, chore, first_ms).await
}

/// Lets a store have turns at the jobs of every class, and has every chore done for it, from
/// `chores_at_ms` on where it is not done yet.
pub async fn serve(
    connection: &mut AnyConnection,
    store: &StoreHash,
    chores_at_ms: i64,
) -> Result<(), DatabaseError> {
    for class in Class::iter() {
        let sql = "INSERT INTO job_turns (class, store, turn) VALUES ($1, $2, 0) \
                   ON CONFLICT (class, store) DO NOTHING";
        let query = sqlx::query(sql).bind(name_of(class));
        query.bind(store.as_str()).execute(&mut *connection).await?;
    }
    for chore in JobKind::chores() {
        jobs::plan(connection, store, chore, chores_at_ms).await?;
    }
    Ok(())
}

fn read(row: &AnyRow) -> Result<StoreRecord, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let sealed = |column: &str| text(column).map(Sealed::from_stored);
    let hash = text("hash")?;
    let region = text("voucherify_region")?;
    Ok(StoreRecord {
        hash: StoreHash::parse(&hash).map_err(|_| DatabaseError::Unreadable("store hash"))?,
        name: text("name")?,
        client_id: text("client_id")?,
        client_secret: sealed("client_secret_sealed")?,
        access_token: sealed("access_token_sealed")?,
        webhook_secret: sealed("webhook_secret_sealed")?,
        voucherify_app_id: text("voucherify_app_id")?,
        voucherify_secret_key: sealed("voucherify_secret_key_sealed")?,
        voucherify_region: region
            .parse()
            .map_err(|_| DatabaseError::Unreadable("region"))?,
        settings: from_json(&text("settings")?, SETTINGS)?,
        origins: from_json(&text("origins")?, "store origins")?,
        hook_ids: from_json(&text("hook_ids")?, "store hooks")?,
        script_ids: from_json(&text("script_ids")?, "store scripts")?,
        connected_at_ms: row.try_get("connected_at")?,
    })
}

pub(super) fn to_json<T: Serialize>(
    value: &T,
    what: &'static str,
) -> Result<String, DatabaseError> {
    serde_json::to_string(value).map_err(|_| DatabaseError::Unreadable(what))
}

pub(super) fn from_json<T: DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, DatabaseError> {
    serde_json::from_str(text).map_err(|_| DatabaseError::Unreadable(what))
}
