//! What connecting a store needs: store information, promotion settings, scripts.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{BigCommerceError, Client, error::gone_is_fine, wire};
use crate::domain::{
    Currency,
    currencies::{Currencies, ExchangeRate, StoreCurrency},
};

/// A store (Get Store Information).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreInformation {
    /// Its name.
    pub name: String,
    /// Its address.
    pub secure_url: Url,
    /// Its default currency.
    pub currency: String,
}

/// A coupon of the store's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeCoupon {
    /// Its name.
    pub name: String,
}

/// A script of ours (Get Scripts).
#[derive(Debug, Clone, Deserialize)]
pub struct Script {
    /// Its id.
    pub uuid: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its address.
    #[serde(default)]
    pub src: Option<String>,
}

/// A script to install (Create a Script).
#[derive(Debug, Clone, Serialize)]
pub struct NewScript {
    /// Name, for the merchant.
    pub name: String,
    /// Description, for the merchant.
    pub description: String,
    /// Address.
    pub src: String,
    /// Hashes of what the address serves (subresource integrity).
    pub integrity_hashes: Vec<String>,
}

impl Client {
    /// Get Store Information: `GET /v2/store`.
    pub async fn store_information(&self) -> Result<StoreInformation, BigCommerceError> {
        const OPERATION: &str = "get_store_information";
        let request = self.request(Method::GET, &["v2", "store"]);
        let wire: wire::StoreInformation = self.read(OPERATION, request).await?;
        let url = Url::parse(&wire.secure_url);
        let secure_url = url.map_err(|_| BigCommerceError::Rubbish(OPERATION))?;
        Ok(StoreInformation {
            name: wire.name,
            secure_url,
            currency: wire.currency,
        })
    }

    /// Get Promotion Settings: `GET /v3/promotions/settings`; how many coupons a checkout takes.
    pub async fn coupons_allowed(&self) -> Result<i64, BigCommerceError> {
        let request = self.request(Method::GET, &["v3", "promotions", "settings"]);
        let settings: wire::PromotionSettings =
            self.read("get_promotion_settings", request).await?;
        Ok(settings.number_of_coupons_allowed_at_checkout)
    }

    /// Get All Currencies: `GET /v2/currencies`.
    pub async fn currencies(&self) -> Result<Currencies, BigCommerceError> {
        let list = || self.request(Method::GET, &["v2", "currencies"]);
        let all: Vec<wire::StoreCurrency> = self.every_v2_page("get_currencies", list).await?;
        let currency = |one: wire::StoreCurrency| {
            let rate = one.currency_exchange_rate;
            let rate = rate
                .as_str()
                .map_or_else(|| rate.to_string(), str::to_owned);
            Some(StoreCurrency {
                code: Currency::parse(&one.currency_code).ok()?,
                decimals: one.decimal_places,
                is_default: one.is_default,
                rate: ExchangeRate::parse(&rate),
            })
        };
        Ok(Currencies(all.into_iter().filter_map(currency).collect()))
    }

    /// Get Scripts: `GET /v3/content/scripts`, those of this API account.
    pub async fn scripts(&self) -> Result<Vec<Script>, BigCommerceError> {
        let list = || self.request(Method::GET, &["v3", "content", "scripts"]);
        self.every_page("get_scripts", list).await
    }

    /// Create a Script: `POST /v3/content/scripts`, in the head of the checkout.
    ///
    /// Its consent category is `essential`: a cookie banner would otherwise hide it.
    pub async fn create_script(&self, script: &NewScript) -> Result<String, BigCommerceError> {
        let path = ["v3", "content", "scripts"];
        let request = self.request(Method::POST, &path).json(&script_body(script));
        let answer: wire::Data<Script> = self.read("create_script", request).await?;
        Ok(answer.data.uuid)
    }

    /// Update a Script: `PUT /v3/content/scripts/{uuid}`.
    pub async fn update_script(
        &self,
        uuid: &str,
        script: &NewScript,
    ) -> Result<(), BigCommerceError> {
        let path = ["v3", "content", "scripts", uuid];
        let request = self.request(Method::PUT, &path).json(&script_body(script));
        self.send("update_script", request).await.map(drop)
    }

    /// Delete a Script: `DELETE /v3/content/scripts/{uuid}`. One that is gone is fine: merchants
    /// can delete scripts too.
    pub async fn delete_script(&self, uuid: &str) -> Result<(), BigCommerceError> {
        let request = self.request(Method::DELETE, &["v3", "content", "scripts", uuid]);
        gone_is_fine(self.send("delete_script", request).await.map(drop))
    }
}

fn script_body(script: &NewScript) -> serde_json::Value {
    json!({
        "name": script.name,
        "description": script.description,
        "src": script.src,
        "integrity_hashes": script.integrity_hashes,
        "kind": "src",
        "location": "head",
        // Beside the page: a backend that never answers must not keep the checkout from opening.
        "load_method": "async",
        "visibility": "checkout",
        "consent_category": "essential",
        "auto_uninstall": true,
        "enabled": true,
    })
}
