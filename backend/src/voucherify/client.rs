//! Sending, and releasing what is held.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use super::{VoucherifyError, wire};
use crate::{
    clock::SharedClock,
    domain::{Code, SessionKey},
    upstream::{Answer, QuotaHeaders, Upstream},
};

/// One project; cheap to clone. Clones share what is known of the rate limit.
#[derive(Clone)]
pub struct Client {
    upstream: Upstream,
    http: reqwest::Client,
    base: Url,
    app_id: String,
    secret_key: Arc<SecretString>,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for one project. `timeout` holds for each call as a whole.
    #[must_use]
    pub fn new(
        http: reqwest::Client,
        api_url: &Url,
        app_id: String,
        secret_key: SecretString,
        timeout: Duration,
        clock: SharedClock,
    ) -> Self {
        let quota_headers = QuotaHeaders {
            left: "x-rate-limit-remaining",
            reset: "x-rate-limit-retry",
            reset_unit_ms: 1000.0,
        };
        let upstream = Upstream {
            platform: "voucherify",
            timeout,
            clock,
            quota_headers,
            closed_until_ms: Arc::default(),
        };
        Self {
            upstream,
            http,
            base: api_url.clone(),
            app_id,
            secret_key: Arc::new(secret_key),
        }
    }

    /// Validate Stackable Discounts: `POST /v1/validations`, with a code nobody has. Tells whether
    /// the key is good, and good for validating; holds nothing and changes nothing.
    pub async fn check(&self) -> Result<(), VoucherifyError> {
        let nobodys = json!({ "object": "voucher", "id": "VOUCHERBRIDGE-CONNECT-CHECK" });
        let body = json!({ "redeemables": [nobodys] });
        let request = self
            .request(Method::POST, &["v1", "validations"])
            .json(&body);
        match self.send("check_credentials", request).await {
            // An old project may answer 404 for a code that does not exist.
            Err(error) if error.is_not_found() => Ok(()),
            answer => answer.map(drop),
        }
    }

    /// Get Voucher: `GET /v1/vouchers/{code}`. How the voucher itself spells its code, which differs
    /// from what was asked for in a project that ignores case. None if there is no such voucher.
    pub async fn own_spelling(&self, code: &Code) -> Result<Option<String>, VoucherifyError> {
        let request = self.request(Method::GET, &["v1", "vouchers", code.as_str()]);
        match self.read::<wire::Voucher>("get_voucher", request).await {
            Ok(voucher) => Ok(Some(voucher.code)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Release Validation Session: `DELETE /v1/vouchers/{code}/sessions/{key}`. One that is gone
    /// is fine.
    pub async fn release(&self, code: &Code, session: &SessionKey) -> Result<(), VoucherifyError> {
        let path = [
            "v1",
            "vouchers",
            code.as_str(),
            "sessions",
            session.as_str(),
        ];
        match self
            .send("release_session", self.request(Method::DELETE, &path))
            .await
        {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A request to this project; `path` is percent-encoded segment by segment, so that a code
    /// with a slash stays one segment.
    pub(super) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        self.http
            .request(method, url)
            .header("X-App-Id", &self.app_id)
            .header("X-App-Token", self.secret_key.expose_secret())
    }

    /// Sends; any 2xx is an answer, everything else an error.
    pub(super) async fn send(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<Answer, VoucherifyError> {
        let answer = self.upstream.send(operation, request).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        if answer.status == StatusCode::UNAUTHORIZED {
            return Err(VoucherifyError::Unauthorized);
        }
        let problem = answer.parse::<wire::Problem>().unwrap_or_default();
        let message = problem.merchant_message();
        Err(VoucherifyError::Refused {
            status: answer.status.as_u16(),
            key: problem.key(),
            message: message.or(problem.message).unwrap_or_default(),
        })
    }

    /// Sends and reads the answer as `T`.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<T, VoucherifyError> {
        let answer = self.send(operation, request).await?;
        answer.parse().map_err(VoucherifyError::rubbish(operation))
    }
}
