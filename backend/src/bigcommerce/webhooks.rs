//! Webhooks: where they are delivered, and the calls that make and mend them.

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{BigCommerceError, Client, error::gone_is_fine, wire};
use crate::domain::StoreHash;

/// The header in which a webhook brings our own secret.
pub const SECRET_HEADER: &str = "X-Voucherbridge-Secret";

/// Why there is no address for webhooks.
pub const UNREACHABLE: &str = "`public_url` must be https on port 443, where BigCommerce delivers \
    webhooks; only localhost may be something else";

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

/// Where BigCommerce is to deliver: `{public_url}/{store}/webhooks`. None where it would not deliver.
#[must_use]
pub fn webhook_destination(public_url: &Url, store: &StoreHash) -> Option<Url> {
    let here = matches!(public_url.host_str(), Some("localhost" | "127.0.0.1"));
    let reachable =
        public_url.scheme() == "https" && public_url.port_or_known_default() == Some(443);
    if !here && !reachable {
        return None;
    }
    let mut destination = public_url.clone();
    let mut path = destination.path_segments_mut().ok()?;
    path.pop_if_empty().extend([store.as_str(), "webhooks"]);
    drop(path);
    Some(destination)
}

impl Client {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_go_to_a_port_bigcommerce_delivers_to() {
        let store = StoreHash::parse("abc").unwrap();
        let of =
            |url: &str| webhook_destination(&Url::parse(url).unwrap(), &store).map(String::from);
        assert_eq!(
            of("https://a.example").unwrap(),
            "https://a.example/abc/webhooks"
        );
        assert_eq!(
            of("https://a.example/vb/").unwrap(),
            "https://a.example/vb/abc/webhooks"
        );
        assert_eq!(
            of("http://localhost:4030").unwrap(),
            "http://localhost:4030/abc/webhooks"
        );
        assert!(of("http://a.example").is_none());
        assert!(of("https://a.example:8443").is_none());
    }
}
