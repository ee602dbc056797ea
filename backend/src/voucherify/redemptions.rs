//! Redeeming, looking for what an uncertain redemption did, and rolling back.

use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    Client, KnownOrder, KnownRedemption, Redeemed, RedeemedCode, RedemptionRequest, RolledBack,
    VoucherifyError, validations::inapplicable, wire,
};
use crate::domain::{Code, order::OrderStatus};

/// Where our lock ids are in a redemption's metadata.
const LOCK_IDS: &str = "voucherbridge_lock_ids";
/// The first of them alone, to search by in Voucherify's dashboard.
const LOCK_ID: &str = "voucherbridge_lock_id";
/// In what the order differs from the one that was validated, and that is sent.
const DIFFERS: &str = "voucherbridge_order_differs";
/// What the items of the real order cost before discounts, in hundredths.
const ORDERED_AMOUNT: &str = "voucherbridge_ordered_amount";
/// Redemptions read at once.
const TOGETHER: usize = 5;

impl Client {
    /// Redeem Stackable Discounts: `POST /v1/redemptions`. Each code succeeds or fails by itself.
    pub async fn redeem(
        &self,
        redemption: &RedemptionRequest<'_>,
    ) -> Result<Redeemed, VoucherifyError> {
        const OPERATION: &str = "redeem";
        let asked = redemption.codes.iter().map(|(_, asked)| asked);
        let codes: Vec<Code> = asked.clone().map(|asked| asked.code.clone()).collect();
        let mut order = wire::Order::of(redemption.snapshot);
        order.source_id = Some(redemption.order_source_id.to_owned());
        order.status = Some(redemption.order_status.as_str());
        let body = wire::Request {
            redeemables: asked.map(wire::Redeemable::of).collect(),
            order,
            customer: redemption.snapshot.customer.as_ref().map(wire::customer),
            session: Some(json!({ "type": "LOCK", "key": redemption.session.as_str() })),
            metadata: Some(metadata(redemption)),
        };
        let request = self
            .request(Method::POST, &["v1", "redemptions"])
            .json(&body);
        let answer: wire::Redemptions = self.read(OPERATION, request).await?;
        redeemed(&codes, answer).ok_or(VoucherifyError::Rubbish(OPERATION))
    }

    /// Get Order, then Get Redemption for each redemption it names: `GET /v1/orders/{source_id}`
    /// and `GET /v1/redemptions/{id}`. None if Voucherify does not know the order.
    pub async fn known_order(
        &self,
        order_source_id: &str,
    ) -> Result<Option<KnownOrder>, VoucherifyError> {
        const OPERATION: &str = "get_order";
        let request = self.request(Method::GET, &["v1", "orders", order_source_id]);
        let order: wire::KnownOrder = match self.read(OPERATION, request).await {
            Err(error) if error.is_not_found() => return Ok(None),
            order => order?,
        };
        if !order.is(order_source_id) {
            return Err(VoucherifyError::Rubbish(OPERATION));
        }
        let status = order.status();
        let entries: Vec<_> = order.redemptions.unwrap_or_default().into_iter().collect();
        let known: Vec<Vec<KnownRedemption>> = stream::iter(entries)
            .map(|(id, entry)| async move { self.known(&id, &entry).await })
            .buffered(TOGETHER)
            .try_collect()
            .await?;
        let mut known: Vec<_> = known.into_iter().flatten().collect();
        // A stack's parts may be named twice: by the stack and by the order.
        known.sort_by(|a, b| (&a.id, b.lock_ids.len()).cmp(&(&b.id, a.lock_ids.len())));
        known.dedup_by(|a, b| a.id == b.id);
        known.sort_by(|a, b| a.date.cmp(&b.date));
        Ok(Some(KnownOrder {
            status,
            redemptions: known,
        }))
    }

    /// One redemption, or the parts of a stack, which carry the stack's lock ids.
    async fn known(
        &self,
        id: &str,
        entry: &wire::OrderEntry,
    ) -> Result<Vec<KnownRedemption>, VoucherifyError> {
        let whole = known(self.redemption(id).await?, entry.rollback_id.is_some());
        let parts = entry.stacked.as_deref().unwrap_or_default();
        if parts.is_empty() {
            return Ok(vec![whole]);
        }
        let mut known_parts = Vec::with_capacity(parts.len());
        for part in parts {
            let mut part = known(self.redemption(part).await?, whole.rolled_back);
            part.parent_id = Some(id.to_owned());
            if part.lock_ids.is_empty() {
                part.lock_ids.clone_from(&whole.lock_ids);
            }
            known_parts.push(part);
        }
        Ok(known_parts)
    }

    /// Get Redemption: `GET /v1/redemptions/{id}`, which answers rollbacks too. Nothing but the
    /// redemption that was asked for is believed.
    async fn redemption(&self, id: &str) -> Result<wire::Redemption, VoucherifyError> {
        const OPERATION: &str = "get_redemption";
        let request = self.request(Method::GET, &["v1", "redemptions", id]);
        let found: wire::Redemption = self.read(OPERATION, request).await?;
        if found.id == id && found.is_redemption() {
            return Ok(found);
        }
        Err(VoucherifyError::Rubbish(OPERATION))
    }

    /// Rollback Redemption or Rollback Stackable Redemptions:
    /// `POST /v1/redemptions/{id}/rollback` or, for the parent of a stack, `…/rollbacks`.
    ///
    /// A rollback cancels the order, unless the request says what that is to be. The error key of a
    /// second rollback is not documented: after a refusal the redemption itself is asked.
    pub async fn roll_back(
        &self,
        redemption_or_parent_id: &str,
        stacked: bool,
        reason: &str,
        order_status: Option<OrderStatus>,
    ) -> Result<RolledBack, VoucherifyError> {
        const OPERATION: &str = "roll_back";
        let action = if stacked { "rollbacks" } else { "rollback" };
        let path = ["v1", "redemptions", redemption_or_parent_id, action];
        let mut body = json!({ "reason": reason });
        if let Some(status) = order_status {
            body["order"] = json!({ "status": status.as_str() });
        }
        let request = self.request(Method::POST, &path).json(&body);
        match self.read::<wire::Rollbacks>(OPERATION, request).await {
            Ok(done) if done.is_of(redemption_or_parent_id) => Ok(RolledBack::Done),
            Ok(_) => Err(VoucherifyError::Rubbish(OPERATION)),
            Err(refused @ VoucherifyError::Refused { .. }) if !refused.is_not_found() => {
                let redemption = self.redemption(redemption_or_parent_id).await?;
                if redemption.is_rolled_back() {
                    Ok(RolledBack::AlreadyDone)
                } else {
                    Err(refused)
                }
            }
            Err(error) => Err(error),
        }
    }
}

fn metadata(redemption: &RedemptionRequest<'_>) -> Value {
    let codes = redemption.codes.iter();
    let mut ids: Vec<&str> = codes.map(|(id, _)| id.as_str()).collect();
    ids.dedup();
    let mut metadata = json!({ LOCK_IDS: ids, LOCK_ID: ids.first() });
    if let Some((kinds, amount)) = &redemption.difference {
        metadata[DIFFERS] = json!(kinds.join(", "));
        metadata[ORDERED_AMOUNT] = json!(amount.0);
    }
    metadata
}

/// One result for each code; none if the answer leaves one out or says neither yes nor no: then
/// nobody knows.
fn redeemed(codes: &[Code], answer: wire::Redemptions) -> Option<Redeemed> {
    let mut results = Vec::with_capacity(codes.len());
    for redemption in answer.redemptions.into_iter().flatten() {
        let code = match (&redemption.voucher, codes) {
            (Some(voucher), _) => Code::named(codes, &voucher.code)?.clone(),
            // The example of a redemption that failed has no voucher.
            (None, [only]) => only.clone(),
            (None, _) => return None,
        };
        results.push(result(code, redemption)?);
    }
    let refused = [answer.inapplicable_redeemables, answer.skipped_redeemables];
    for verdict in refused.into_iter().flatten().flatten() {
        let code = Code::named(codes, &verdict.id)?.clone();
        let reason = inapplicable(code, verdict);
        let message = reason.merchant_message.or(reason.message);
        let failure = Some((reason.key, message.unwrap_or_default()));
        results.push(RedeemedCode {
            code: reason.code,
            credits: None,
            id: None,
            failure,
        });
    }
    let complete = codes
        .iter()
        .all(|code| results.iter().any(|result| result.code == *code));
    let parent_id = answer.parent_redemption.map(|parent| parent.id);
    let order_status = answer.order.and_then(|order| order.status());
    complete.then_some(Redeemed {
        parent_id,
        results,
        order_status,
    })
}

fn result(code: Code, redemption: wire::Redemption) -> Option<RedeemedCode> {
    let status = redemption.status.as_deref();
    match (redemption.result.as_deref()?, status) {
        ("SUCCESS", None | Some("SUCCEEDED")) if redemption.is_redemption() => Some(RedeemedCode {
            code,
            credits: redemption.credits(),
            id: Some(redemption.id),
            failure: None,
        }),
        ("FAILURE", None | Some("FAILED")) => {
            let key = redemption
                .failure_code
                .unwrap_or_else(|| "unknown".to_owned());
            let failure = Some((key, redemption.failure_message.unwrap_or_default()));
            Some(RedeemedCode {
                code,
                credits: None,
                id: None,
                failure,
            })
        }
        _ => None,
    }
}

fn known(redemption: wire::Redemption, rolled_back: bool) -> KnownRedemption {
    KnownRedemption {
        lock_ids: lock_ids(&redemption),
        succeeded: redemption.result.as_deref() == Some("SUCCESS"),
        rolled_back: rolled_back || redemption.is_rolled_back(),
        code: redemption.voucher.map(|voucher| voucher.code),
        parent_id: redemption.redemption,
        date: redemption.date,
        id: redemption.id,
    }
}

fn lock_ids(redemption: &wire::Redemption) -> Vec<String> {
    let Some(metadata) = &redemption.metadata else {
        return Vec::new();
    };
    let all = metadata.get(LOCK_IDS).and_then(Value::as_array);
    let mut ids: Vec<String> = all
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    let first = metadata.get(LOCK_ID).and_then(Value::as_str);
    if let Some(first) = first.filter(|first| !ids.iter().any(|id| id == first)) {
        ids.push(first.to_owned());
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str], answer: Value) -> Option<Redeemed> {
        let codes: Vec<Code> = texts
            .iter()
            .map(|text| Code::parse(text).unwrap())
            .collect();
        redeemed(&codes, serde_json::from_value(answer).unwrap())
    }

    #[test]
    fn judges_each_code_of_a_stack() {
        let answer = json!({
            "redemptions": [
                { "id": "r_1", "result": "SUCCESS", "voucher": { "code": "A" } },
                { "id": "r_2", "result": "FAILURE", "voucher": { "code": "B" },
                  "failure_code": "quantity_exceeded", "failure_message": "used" },
            ],
            "parent_redemption": { "id": "r_0" },
            "inapplicable_redeemables": [{ "status": "INAPPLICABLE", "id": "C",
                "result": { "error": { "key": "voucher_expired", "message": "expired" } } }],
        });
        let redeemed = read(&["A", "B", "C"], answer).unwrap();
        assert_eq!(redeemed.parent_id.as_deref(), Some("r_0"));
        let ids: Vec<_> = redeemed
            .results
            .iter()
            .map(|one| one.id.as_deref())
            .collect();
        assert_eq!(ids, [Some("r_1"), None, None]);
        let keys = redeemed
            .results
            .iter()
            .filter_map(|one| one.failure.as_ref());
        let keys: Vec<_> = keys.map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["quantity_exceeded", "voucher_expired"]);
    }

    #[test]
    fn takes_only_explicit_success_or_failure() {
        let one = |result: Value| {
            let redemption = json!({ "id": "r", "result": result, "voucher": { "code": "A" } });
            read(&["A"], json!({ "redemptions": [redemption] }))
        };
        assert!(one(json!("SUCCESS")).is_some());
        assert!(one(json!("PENDING")).is_none());
        assert!(one(Value::Null).is_none());
        assert!(read(&["A"], json!({ "redemptions": [] })).is_none());
        assert!(read(&["A"], json!({})).is_none());
    }

    #[test]
    fn a_failed_redemption_may_have_no_voucher() {
        let failed = json!({ "id": "rf_1", "result": "FAILURE", "failure_code": "not_found",
            "voucher": null, "order": null });
        let answer = json!({ "redemptions": [failed] });
        let redeemed = read(&["A"], answer.clone()).unwrap();
        assert_eq!(redeemed.results[0].id, None);
        assert!(read(&["A", "B"], answer).is_none(), "of which of the two?");
    }

    #[test]
    fn takes_no_redemption_that_says_two_things() {
        let one = |redemption: Value| read(&["A"], json!({ "redemptions": [redemption] }));
        for (result, status) in [
            ("SUCCESS", "FAILED"),
            ("SUCCESS", "ROLLED_BACK"),
            ("FAILURE", "SUCCEEDED"),
            ("SUCCESS", "PENDING"),
        ] {
            let redemption = json!({ "id": "r", "result": result, "status": status,
                "voucher": { "code": "A" } });
            assert!(one(redemption).is_none(), "{result} {status}");
        }
        let rollback = json!({ "id": "r", "result": "SUCCESS", "object": "redemption_rollback",
            "voucher": { "code": "A" } });
        assert!(one(rollback).is_none());
    }

    #[test]
    fn a_rollback_is_done_when_the_answer_says_so() {
        let is_of = |answer: Value| {
            let answer: wire::Rollbacks = serde_json::from_value(answer).unwrap();
            answer.is_of("r_1")
        };
        let own = json!({ "redemption": "r_1", "result": "SUCCESS" });
        assert!(is_of(own.clone()));
        assert!(is_of(json!({ "rollbacks": [own] })));
        assert!(is_of(json!({ "rollbacks": [], "parent_rollback": own })));
        assert!(!is_of(json!({})));
        assert!(!is_of(json!({ "redemption": "r_2", "result": "SUCCESS" })));
        assert!(!is_of(json!({ "redemption": "r_1", "result": "FAILURE" })));
    }

    #[test]
    fn what_is_rolled_back_is_known_without_a_status() {
        let of = |redemption: Value| {
            let redemption: wire::Redemption = serde_json::from_value(redemption).unwrap();
            known(redemption, false).rolled_back
        };
        let related = json!({ "rollbacks": [{ "id": "rr_1" }] });
        assert!(of(json!({ "id": "r", "related_redemptions": related })));
        assert!(of(json!({ "id": "r", "status": "ROLLED_BACK" })));
        assert!(!of(
            json!({ "id": "r", "related_redemptions": { "rollbacks": [] } })
        ));
    }

    #[test]
    fn finds_our_locks_in_the_metadata() {
        let of = |metadata: Value| {
            let redemption = json!({ "id": "r", "metadata": metadata });
            lock_ids(&serde_json::from_value(redemption).unwrap())
        };
        let both = json!({ "voucherbridge_lock_ids": ["a", "b"], "voucherbridge_lock_id": "a" });
        assert_eq!(of(both), ["a", "b"]);
        assert_eq!(of(json!({ "voucherbridge_lock_id": "a" })), ["a"]);
        assert!(of(Value::Null).is_empty());
        assert!(of(json!({ "voucherbridge_lock_ids": "a", "other": 1 })).is_empty());
    }
}
