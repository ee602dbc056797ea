//! Connected stores.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError};
use crate::{
    crypto::Sealed,
    domain::{
        Currency, Hundredths, StoreHash,
        currencies::Currencies,
        messages::{Language, Messages},
        refunds::OfflineRefunds,
    },
    voucherify::Region,
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

/// What the merchant chose.
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSettings {
    /// The currency of the Voucherify project; Voucherify itself knows none.
    pub currency: Currency,
    /// Whether codes work beside the store's own promotions.
    pub combine_with_promotions: bool,
    /// What a customer is called at Voucherify.
    pub source_id: SourceId,
    /// Whether a guest's e-mail address may stand for the customer who has it: anyone can type
    /// anyone's address.
    pub guests_are_customers: bool,
    /// The store's currencies, with their decimals and rates (Get All Currencies).
    #[serde(default)]
    pub currencies: Currencies,
    /// How many coupons the store allows at a checkout (Get Promotion Settings).
    pub coupons_allowed: i64,
    /// Whether orders carry the store's hash at Voucherify: stores that share a project would
    /// otherwise meet in the same order id. Fixed when the store is first connected.
    #[serde(default)]
    pub prefix_orders: bool,
    /// Whether codes are calculated from the retail price (MSRP) of products that have one.
    #[serde(default)]
    pub retail_prices: bool,
    /// What gift cards get of what the merchant gives back by hand.
    #[serde(default)]
    pub offline_refunds: OfflineRefunds,
    /// The language of the texts at Voucherify that shoppers read, such as those of its rules.
    #[serde(default)]
    pub voucherify_language: Language,
    /// What becomes of codes whose order is not what they were validated for.
    #[serde(default)]
    pub on_difference: OnDifference,
    /// The merchant's own sentences for shoppers.
    #[serde(default)]
    pub messages: Messages,
}

/// What becomes of the codes of an order that is not what they were validated for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum OnDifference {
    /// They are redeemed.
    #[default]
    Redeem,
    /// They stay locked until a person decides.
    Hold,
    /// They are redeemed, and the order is marked in the notes of the store's staff.
    Flag,
}

/// What a customer is called at Voucherify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SourceId {
    /// BigCommerce's customer id.
    CustomerId,
    /// The e-mail address.
    Email,
}

impl StoreSettings {
    /// A price of the catalogue in the currency of a cart. Of a store whose currencies are not known
    /// yet, its own is taken to be the project's.
    #[must_use]
    pub fn retail_price_in(&self, price: Hundredths, currency: Currency) -> Option<Hundredths> {
        if self.currencies.0.is_empty() {
            return (currency == self.currency).then_some(price);
        }
        self.currencies.from_own(price, currency)
    }

    /// The settings of a store whose merchant chose nothing but the currency.
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self {
            currency,
            combine_with_promotions: true,
            source_id: SourceId::CustomerId,
            guests_are_customers: false,
            currencies: Currencies::default(),
            coupons_allowed: 1,
            prefix_orders: false,
            retail_prices: false,
            offline_refunds: OfflineRefunds::default(),
            voucherify_language: Language::default(),
            on_difference: OnDifference::default(),
            messages: Messages::default(),
        }
    }
}

const COLUMNS: &str = "hash, name, client_id, client_secret_sealed, access_token_sealed, \
    webhook_secret_sealed, voucherify_app_id, voucherify_secret_key_sealed, voucherify_region, \
    settings, origins, hook_ids, script_ids, connected_at";

impl Store {
    /// The record of a store, if it is connected.
    pub async fn store_record(&self, hash: &StoreHash) -> Result<Option<StoreRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM stores WHERE hash = $1");
        let row = sqlx::query(&sql)
            .bind(hash.as_str())
            .fetch_optional(self.pool())
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// All connected stores, by hash.
    pub async fn store_records(&self) -> Result<Vec<StoreRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM stores ORDER BY hash");
        let rows = sqlx::query(&sql).fetch_all(self.pool()).await?;
        rows.iter().map(read).collect()
    }

    /// Saves a store, new or known. The time it was connected first is kept.
    pub async fn save_store(&self, record: &StoreRecord) -> Result<(), StoreError> {
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
        let query = sqlx::query(&sql)
            .bind(record.hash.as_str())
            .bind(&record.name)
            .bind(&record.client_id)
            .bind(record.client_secret.as_str())
            .bind(record.access_token.as_str())
            .bind(record.webhook_secret.as_str())
            .bind(&record.voucherify_app_id)
            .bind(record.voucherify_secret_key.as_str())
            .bind(record.voucherify_region.as_str())
            .bind(to_json(&record.settings, "store settings")?)
            .bind(to_json(&record.origins, "store origins")?)
            .bind(to_json(&record.hook_ids, "store hooks")?)
            .bind(to_json(&record.script_ids, "store scripts")?)
            .bind(record.connected_at_ms);
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Saves what the merchant chose, and nothing else; false when the store is not connected.
    pub async fn save_settings(
        &self,
        hash: &StoreHash,
        settings: &StoreSettings,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query("UPDATE stores SET settings = $1 WHERE hash = $2")
            .bind(to_json(settings, "store settings")?)
            .bind(hash.as_str());
        Ok(query.execute(self.pool()).await?.rows_affected() > 0)
    }

    /// Saves which webhooks we have, and nothing else.
    pub async fn save_hooks(&self, hash: &StoreHash, ids: &[i64]) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE stores SET hook_ids = $1 WHERE hash = $2")
            .bind(to_json(&ids, "store hooks")?)
            .bind(hash.as_str());
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Forgets a store and what was cached of it; false when it was not connected.
    pub async fn delete_store(&self, hash: &StoreHash) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        for table in [
            "product_facts",
            "customer_facts",
            "dropped_codes",
            "store_facts",
        ] {
            let sql = format!("DELETE FROM {table} WHERE store = $1");
            sqlx::query(&sql)
                .bind(hash.as_str())
                .execute(tx.connection())
                .await?;
        }
        let sql = "DELETE FROM stores WHERE hash = $1";
        let done = sqlx::query(sql)
            .bind(hash.as_str())
            .execute(tx.connection())
            .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

fn read(row: &AnyRow) -> Result<StoreRecord, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let sealed = |column: &str| text(column).map(Sealed::from_stored);
    let hash = text("hash")?;
    let region = text("voucherify_region")?;
    Ok(StoreRecord {
        hash: StoreHash::parse(&hash).map_err(|_| StoreError::Unreadable("store hash"))?,
        name: text("name")?,
        client_id: text("client_id")?,
        client_secret: sealed("client_secret_sealed")?,
        access_token: sealed("access_token_sealed")?,
        webhook_secret: sealed("webhook_secret_sealed")?,
        voucherify_app_id: text("voucherify_app_id")?,
        voucherify_secret_key: sealed("voucherify_secret_key_sealed")?,
        voucherify_region: Region::parse(&region).ok_or(StoreError::Unreadable("region"))?,
        settings: from_json(&text("settings")?, "store settings")?,
        origins: from_json(&text("origins")?, "store origins")?,
        hook_ids: from_json(&text("hook_ids")?, "store hooks")?,
        script_ids: from_json(&text("script_ids")?, "store scripts")?,
        connected_at_ms: row.try_get("connected_at")?,
    })
}

pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable(what))
}

pub(super) fn from_json<T: DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable(what))
}
