//! Sending, validating and releasing.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use super::{
    Applicable, Gift, Inapplicable, Redeemable, Session, Validation, VoucherifyError, verdict, wire,
};
use crate::{
    clock::SharedClock,
    domain::{Code, Hundredths, SessionKey, snapshot::Snapshot},
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

    /// Validate Stackable Discounts: `POST /v1/validations`. With a session, what applies is held
    /// under its key, in place of what was held there.
    pub async fn validate(
        &self,
        redeemables: &[Redeemable],
        snapshot: &Snapshot,
        session: Option<&Session>,
    ) -> Result<Validation, VoucherifyError> {
        const OPERATION: &str = "validate";
        let codes: Vec<Code> = redeemables.iter().map(|one| one.code.clone()).collect();
        let body = wire::Request {
            redeemables: redeemables.iter().map(wire::Redeemable::of).collect(),
            order: wire::Order::of(snapshot),
            customer: snapshot.customer.as_ref().map(wire::customer),
            session: session.map(wire::session),
            metadata: None,
        };
        let request = self
            .request(Method::POST, &["v1", "validations"])
            .json(&body);
        let verdicts: verdict::Verdicts = self.read(OPERATION, request).await?;
        validation(&codes, verdicts).ok_or(VoucherifyError::Rubbish(OPERATION))
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

/// Sorts the verdicts by their own status: depending on the project's stacking rules, those that
/// do not apply are listed beside or among the others. None if a verdict is on no code asked for.
fn validation(codes: &[Code], verdicts: verdict::Verdicts) -> Option<Validation> {
    let lists = [
        verdicts.redeemables,
        verdicts.inapplicable_redeemables,
        verdicts.skipped_redeemables,
    ];
    let mut validation = Validation::default();
    for verdict in lists.into_iter().flatten().flatten() {
        let code = asked_for(codes, &verdict.id)?.clone();
        match verdict.status.as_str() {
            "APPLICABLE" => validation.applicable.push(applicable(code, &verdict)),
            "SKIPPED" => validation.skipped.push(inapplicable(code, verdict)),
            _ => validation.inapplicable.push(inapplicable(code, verdict)),
        }
    }
    Some(validation)
}

fn applicable(code: Code, verdict: &verdict::Verdict) -> Applicable {
    let order = verdict.order.as_ref();
    let result = verdict.result.as_ref();
    let given = result.and_then(|result| result.discount.as_ref());
    let gift = result.and_then(|result| result.gift.as_ref());
    let gift = gift.map(|gift| Gift {
        balance: Hundredths(gift.balance.unwrap_or(0)),
        credits: Hundredths(gift.credits.unwrap_or(0)),
    });
    let card = result.and_then(|result| result.loyalty_card.as_ref());
    Applicable {
        gift,
        points: card.and_then(|card| card.points),
        code,
        calculated: order
            .map(verdict::VerdictOrder::calculated)
            .unwrap_or_default(),
        is_discount: given.is_some(),
        fits_every_currency: verdict.fits_every_currency(),
    }
}

pub(super) fn inapplicable(code: Code, verdict: verdict::Verdict) -> Inapplicable {
    let problem = verdict.reason();
    Inapplicable {
        code,
        key: problem.key(),
        merchant_message: problem.merchant_message(),
        message: problem.message,
    }
}

/// The code Voucherify means: some projects ignore case and answer with the voucher's own.
pub(super) fn asked_for<'a>(codes: &'a [Code], id: &str) -> Option<&'a Code> {
    let exactly = codes.iter().find(|code| code.as_str() == id);
    exactly.or_else(|| {
        let id = id.to_lowercase();
        codes.iter().find(|code| code.as_str().to_lowercase() == id)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{discount::ItemId, messages::Shopper};

    fn codes(texts: &[&str]) -> Vec<Code> {
        texts
            .iter()
            .map(|text| Code::parse(text).unwrap())
            .collect()
    }

    fn read(texts: &[&str], verdicts: serde_json::Value) -> Option<Validation> {
        validation(&codes(texts), serde_json::from_value(verdicts).unwrap())
    }

    #[test]
    fn sorts_verdicts_by_status_wherever_they_are_listed() {
        let verdicts = json!({ "valid": false, "redeemables": [
            { "status": "APPLICABLE", "id": "A", "object": "voucher",
              "order": { "total_applied_discount_amount": 1700, "applied_discount_amount": 1700 },
              "result": { "discount": { "type": "PERCENT", "percent_off": 10 } } },
            { "status": "INAPPLICABLE", "id": "B", "result": { "error":
              { "key": "not_found", "message": "Resource not found" } } },
            { "status": "SKIPPED", "id": "c", "result": {} },
        ]});
        let validation = read(&["A", "B", "C"], verdicts).unwrap();
        let applicable = &validation.applicable[0];
        assert_eq!(
            (applicable.code.as_str(), applicable.calculated.on_order.0),
            ("A", 1700)
        );
        assert!(applicable.is_discount && applicable.fits_every_currency);
        assert_eq!(validation.inapplicable[0].key, "not_found");
        assert_eq!(validation.skipped[0].code.as_str(), "C");
        assert_eq!(validation.skipped[0].key, "unknown");
    }

    fn of(verdict: &serde_json::Value) -> Applicable {
        let verdicts = json!({ "redeemables": [verdict] });
        read(&["A"], verdicts).unwrap().applicable.remove(0)
    }

    #[test]
    fn tells_which_codes_fit_every_currency() {
        let fits = |discount: serde_json::Value| {
            let result = json!({ "discount": discount });
            of(&json!({ "status": "APPLICABLE", "id": "A", "result": result })).fits_every_currency
        };
        assert!(fits(json!({ "type": "PERCENT", "percent_off": 10 })));
        assert!(fits(json!({ "type": "UNIT", "unit_off": 1 })));
        assert!(!fits(json!({ "type": "PERCENT", "amount_limit": 500 })));
        assert!(!fits(
            json!({ "type": "PERCENT", "percent_off_formula": "5" })
        ));
        assert!(!fits(json!({ "type": "AMOUNT", "amount_off": 500 })));
        assert!(!fits(
            json!({ "type": "UNIT", "unit_off": 1, "unit_off_formula": "FLOOR(ORDER_AMOUNT/100;0)" })
        ));
        let units = json!([{ "unit_off": 1 }, { "unit_off_formula": "2" }]);
        assert!(!fits(json!({ "type": "UNIT", "units": units })));
        let percent = json!({ "discount": { "type": "PERCENT", "percent_off": 10 } });
        let limited = of(
            &json!({ "status": "APPLICABLE", "id": "A", "result": percent,
            "applicable_to": { "data": [{ "aggregated_amount_limit": 500 }] } }),
        );
        assert!(!limited.fits_every_currency);
        let card =
            json!({ "status": "APPLICABLE", "id": "A", "result": { "gift": { "balance": 1 } } });
        assert!(!of(&card).is_discount);
    }

    #[test]
    fn tells_item_by_item_what_a_code_gives() {
        let items = json!([
            { "related_object": "sku", "source_id": "211", "applied_discount_amount": 500 },
            { "related_object": "product", "source_id": "115", "applied_quantity": 2,
              "applied_quantity_amount": 1500, "applied_discount_amount": 1500 },
            { "related_object": "product", "source_id": "prod_5h1pp1ng", "applied_quantity": 1,
              "applied_quantity_amount": 700, "applied_discount_amount": 700 },
            { "related_object": "product", "source_id": "116", "applied_discount_amount": 0 },
            { "product": { "source_id": "112" }, "sku": { "source_id": "213" },
              "applied_quantity": 1, "applied_discount_amount": 0 },
        ]);
        let order = json!({ "total_applied_discount_amount": 2700, "items": items });
        let one = of(&json!({ "status": "APPLICABLE", "id": "A", "order": order }));
        let calculated = one.calculated;
        assert!(calculated.free_shipping);
        assert_eq!(calculated.total.0, 2000);
        assert_eq!(calculated.items.len(), 3);
        assert_eq!(calculated.items[2].item, Some(ItemId::Variant(213)));
        assert_eq!(calculated.items[0].item, Some(ItemId::Variant(211)));
        assert_eq!(calculated.items[1].item, Some(ItemId::Product(115)));
        assert_eq!(
            (calculated.items[1].added, calculated.items[1].added_worth.0),
            (2, 1500)
        );
    }

    #[test]
    fn keeps_a_merchants_own_sentence_apart_from_voucherifys() {
        let error = json!({ "key": "order_rules_violated", "message": "violated",
            "error": { "message": "Spend 300 first." } });
        let verdict = json!({ "status": "INAPPLICABLE", "id": "A", "result": { "error": error } });
        let validation = read(&["A"], json!({ "inapplicable_redeemables": [verdict] })).unwrap();
        let refused = &validation.inapplicable[0];
        assert_eq!(
            refused.merchant_message.as_deref(),
            Some("Spend 300 first.")
        );
        assert_eq!(refused.message.as_deref(), Some("violated"));
        assert_eq!(refused.refusal(Shopper::Guest).reason(), "rules_not_met");
    }

    #[test]
    fn believes_no_verdict_on_a_code_it_did_not_ask_for() {
        let verdicts = json!({ "redeemables": [{ "status": "APPLICABLE", "id": "B" }] });
        assert_eq!(read(&["A"], verdicts), None);
    }
}
