//! Money given back to a gift card without rolling its redemption back.

use reqwest::Method;
use serde_json::json;

use super::{Client, VoucherifyError, wire};
use crate::domain::{Code, Hundredths};

/// The longest page of transactions.
const PAGE: &str = "100";
/// A list that says that it has more pages is not followed for ever.
const MOST_PAGES: usize = 100;

impl Client {
    /// Adjust Voucher Balance: `POST /v1/vouchers/{code}/balance`. `source_id` names the
    /// transaction, so that [`Client::has_transaction`] finds it; Voucherify itself takes the same
    /// one twice.
    pub async fn add_balance(
        &self,
        code: &Code,
        amount: Hundredths,
        source_id: &str,
        reason: &str,
    ) -> Result<(), VoucherifyError> {
        const OPERATION: &str = "add_balance";
        let path = ["v1", "vouchers", code.as_str(), "balance"];
        let body = json!({ "amount": amount.0, "source_id": source_id, "reason": reason });
        let request = self.request(Method::POST, &path).json(&body);
        let done: wire::Balance = self.read(OPERATION, request).await?;
        if done.amount == Some(amount.0) {
            return Ok(());
        }
        Err(VoucherifyError::Rubbish(OPERATION))
    }

    /// Get Voucher: `GET /v1/vouchers/{code}`. What is on a gift card; none if that is not said.
    pub async fn balance(&self, code: &Code) -> Result<Option<Hundredths>, VoucherifyError> {
        let request = self.request(Method::GET, &["v1", "vouchers", code.as_str()]);
        let found: wire::GiftVoucher = match self.read("get_voucher", request).await {
            // A key without the right to ask learns none either.
            Err(VoucherifyError::Refused { .. }) => return Ok(None),
            found => found?,
        };
        let is_it = |own: &str| own.to_lowercase() == code.as_str().to_lowercase();
        let gift = found
            .gift
            .filter(|_| found.code.as_deref().is_some_and(is_it));
        Ok(gift.and_then(|gift| gift.balance).map(Hundredths))
    }

    /// List Voucher Transactions: `GET /v1/vouchers/{code}/transactions`, the newest first, page by
    /// page. Tells whether one of them has this `source_id`.
    pub async fn has_transaction(
        &self,
        code: &Code,
        source_id: &str,
    ) -> Result<bool, VoucherifyError> {
        const OPERATION: &str = "list_transactions";
        let path = ["v1", "vouchers", code.as_str(), "transactions"];
        let mut after = None;
        for _ in 0..MOST_PAGES {
            // Which come first when nothing is asked for is not said.
            let mut query = vec![("limit", PAGE.to_owned()), ("order", "-id".to_owned())];
            query.extend(after.map(|id| ("starting_after_id", id)));
            let request = self.request(Method::GET, &path).query(&query);
            let found: wire::Transactions = self.read(OPERATION, request).await?;
            let mut ids = found.data.iter().map(|one| one.source_id.as_deref());
            if ids.any(|id| id == Some(source_id)) {
                return Ok(true);
            }
            let Some(next) = found.next() else {
                return Ok(false);
            };
            after = Some(next);
        }
        Err(VoucherifyError::Rubbish(OPERATION))
    }
}
