//! Gift certificates. All of it is v2, whose amounts are strings.

use reqwest::Method;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::{BigCommerceError, Client, NewCertificate, wire};
use crate::domain::{CertificateId, Hundredths, NativeCode};

/// Nobody's address: a certificate needs two, and ours goes to nobody.
pub const ADDRESS: &str = "gift-card@voucherbridge.invalid";
const NAME: &str = "Voucherbridge";

impl Client {
    /// Create a Gift Certificate: `POST /v2/gift_certificates`. One with this code that is there
    /// already was made by an earlier try, and is brought up to date.
    pub async fn create_certificate(
        &self,
        new: &NewCertificate,
    ) -> Result<CertificateId, BigCommerceError> {
        const OPERATION: &str = "create_gift_certificate";
        let body = state(new)?;
        let request = self.request(Method::POST, &["v2", "gift_certificates"]);
        let answer: Result<wire::Id, _> = self.read(OPERATION, request.json(&body)).await;
        let refused = match answer {
            Ok(made) => return Ok(CertificateId(made.id)),
            Err(refused @ BigCommerceError::Refused { .. }) => refused,
            Err(error) => return Err(error),
        };
        let Some(id) = self.find_certificate(&new.code).await? else {
            return Err(refused);
        };
        self.update_certificate(id, new).await?;
        Ok(id)
    }

    /// Update a Gift Certificate: `PUT /v2/gift_certificates/{id}`. Its code stays the same.
    pub async fn update_certificate(
        &self,
        id: CertificateId,
        new: &NewCertificate,
    ) -> Result<(), BigCommerceError> {
        let path = ["v2", "gift_certificates", &id.to_string()];
        let request = self.request(Method::PUT, &path).json(&state(new)?);
        self.send("update_gift_certificate", request)
            .await
            .map(drop)
    }

    /// Has a certificate be worth nothing, and no longer usable unless it is brought up to date
    /// again. One that is gone is fine.
    pub async fn disable_certificate(&self, id: CertificateId) -> Result<(), BigCommerceError> {
        let path = ["v2", "gift_certificates", &id.to_string()];
        let request = self.request(Method::GET, &path);
        let found: Result<wire::Certificate, _> = self.read("get_gift_certificate", request).await;
        let found = match found {
            Ok(found) => found,
            Err(BigCommerceError::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        let currency = found.currency_code.unwrap_or_default();
        let mut body = whole(&found.code, &currency, Hundredths::ZERO);
        body["status"] = json!("disabled");
        let request = self.request(Method::PUT, &path).json(&body);
        gone_is_fine(
            self.send("disable_gift_certificate", request)
                .await
                .map(drop),
        )
    }

    /// Delete a Gift Certificate: `DELETE /v2/gift_certificates/{id}`. One that is gone is fine.
    pub async fn delete_certificate(&self, id: CertificateId) -> Result<(), BigCommerceError> {
        let path = ["v2", "gift_certificates", &id.to_string()];
        let request = self.request(Method::DELETE, &path);
        gone_is_fine(
            self.send("delete_gift_certificate", request)
                .await
                .map(drop),
        )
    }

    /// Get a Gift Certificate: `GET /v2/gift_certificates/{id}`. What is left on it; none if it is
    /// gone.
    pub async fn certificate_balance(
        &self,
        id: CertificateId,
    ) -> Result<Option<Hundredths>, BigCommerceError> {
        let path = ["v2", "gift_certificates", &id.to_string()];
        let request = self.request(Method::GET, &path);
        let found: Result<wire::Certificate, _> = self.read("get_gift_certificate", request).await;
        match found {
            Ok(found) => Ok(Some(found.balance.0)),
            Err(BigCommerceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Get All Gift Certificates: `GET /v2/gift_certificates?to_email=…`. Each with its code and
    /// whether it can be used.
    pub async fn certificates_to(
        &self,
        address: &str,
    ) -> Result<Vec<(CertificateId, String, bool)>, BigCommerceError> {
        let list = || {
            let request = self.request(Method::GET, &["v2", "gift_certificates"]);
            request.query(&[("to_email", address)])
        };
        let found: Vec<wire::Certificate> =
            self.every_v2_page("get_gift_certificates", list).await?;
        let own = |one: wire::Certificate| {
            let is_active = one.status == "active";
            (CertificateId(one.id), one.code, is_active)
        };
        Ok(found.into_iter().map(own).collect())
    }

    /// Get All Gift Certificates: `GET /v2/gift_certificates?code=…`.
    pub async fn find_certificate(
        &self,
        code: &NativeCode,
    ) -> Result<Option<CertificateId>, BigCommerceError> {
        let list = || {
            let request = self.request(Method::GET, &["v2", "gift_certificates"]);
            request.query(&[("code", code.as_str())])
        };
        let found: Vec<wire::Certificate> =
            self.every_v2_page("get_gift_certificates", list).await?;
        let own = found.iter().find(|one| code.is(&one.code));
        Ok(own.map(|one| CertificateId(one.id)))
    }
}

fn gone_is_fine(answer: Result<(), BigCommerceError>) -> Result<(), BigCommerceError> {
    match answer {
        Err(BigCommerceError::NotFound) => Ok(()),
        answer => answer,
    }
}

fn state(new: &NewCertificate) -> Result<Value, BigCommerceError> {
    let mut body = whole(new.code.as_str(), new.currency.as_str(), new.balance);
    body["expiry_date"] = json!(expiry_date(new.ends_at_ms)?);
    body["status"] = json!("active");
    Ok(body)
}

/// All that a change must name too: what is left out is refused, or gets its default again, the code
/// included (Update a Gift Certificate). The balance may not be above the amount.
fn whole(code: &str, currency: &str, balance: Hundredths) -> Value {
    json!({
        "code": code,
        "currency_code": currency,
        "to_name": NAME,
        "to_email": ADDRESS,
        "from_name": NAME,
        "from_email": ADDRESS,
        // An amount of nothing is refused.
        "amount": balance.max(Hundredths(1)).to_decimal(),
        "balance": balance.to_decimal(),
    })
}

/// Whole seconds, rounded up, as in a promotion.
fn expiry_date(ends_at_ms: i64) -> Result<String, BigCommerceError> {
    let seconds = ends_at_ms.div_euclid(1000) + 1;
    let date = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let text = date.and_then(|date| date.format(&Rfc2822).ok());
    text.ok_or(BigCommerceError::Unreachable(
        "a certificate's end is no date",
    ))
}
