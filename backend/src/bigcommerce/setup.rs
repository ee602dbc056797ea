//! What connecting a store needs: store information, promotion settings, webhooks, scripts.

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::{BigCommerceError, Client, wire};
use crate::domain::{
    Currency,
    currencies::{Currencies, ExchangeRate, StoreCurrency},
};

/// The header in which a webhook brings our own secret.
pub const SECRET_HEADER: &str = "X-Voucherbridge-Secret";

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

/// A webhook of ours (Get All Webhooks).
#[derive(Debug, Clone, Deserialize)]
pub struct Hook {
    /// Its id.
    pub id: i64,
    /// The events it brings.
    pub scope: String,
    /// Where they go.
    pub destination: String,
    /// False after 90 idle days or too many failures.
    #[serde(default)]
    pub is_active: bool,
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

    /// Get All Webhooks: `GET /v3/hooks`, those of this API account that bring events to
    /// `destination`.
    pub async fn hooks(&self, destination: &Url) -> Result<Vec<Hook>, BigCommerceError> {
        let list = || self.request(Method::GET, &["v3", "hooks"]);
        let hooks: Vec<Hook> = self.every_page("get_hooks", list).await?;
        let ours = hooks
            .into_iter()
            .filter(|hook| hook.destination == destination.as_str());
        Ok(ours.collect())
    }

    /// Create a Webhook: `POST /v3/hooks`.
    pub async fn create_hook(
        &self,
        scope: &str,
        destination: &Url,
        secret: &SecretString,
    ) -> Result<i64, BigCommerceError> {
        let body = json!({
            "scope": scope,
            "destination": destination.as_str(),
            "is_active": true,
            "headers": { SECRET_HEADER: secret.expose_secret() },
        });
        let request = self.request(Method::POST, &["v3", "hooks"]).json(&body);
        let answer: wire::Data<wire::Id> = self.read("create_hook", request).await?;
        Ok(answer.data.id)
    }

    /// Update a Webhook: `PUT /v3/hooks/{id}`. Its headers stay as they are.
    pub async fn switch_hook_on(&self, id: i64) -> Result<(), BigCommerceError> {
        let request = self.request(Method::PUT, &["v3", "hooks", &id.to_string()]);
        let request = request.json(&json!({ "is_active": true }));
        self.send("update_hook", request).await.map(drop)
    }

    /// Delete a Webhook: `DELETE /v3/hooks/{id}`. One that is gone is fine.
    pub async fn delete_hook(&self, id: i64) -> Result<(), BigCommerceError> {
        let request = self.request(Method::DELETE, &["v3", "hooks", &id.to_string()]);
        gone_is_fine(self.send("delete_hook", request).await.map(drop))
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

fn gone_is_fine(result: Result<(), BigCommerceError>) -> Result<(), BigCommerceError> {
    match result {
        Err(BigCommerceError::NotFound) => Ok(()),
        result => result,
    }
}
