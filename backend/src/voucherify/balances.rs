//! Money given back to a gift card without rolling its redemption back.

use reqwest::Method;
use serde_json::json;

use super::{Client, VoucherifyError, wire};
use crate::domain::{Code, Hundredths};

/// The longest page of transactions.
const PAGE: &str = "100";

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
        let path = ["v1", "vouchers", code.as_str(), "balance"];
        let body = json!({ "amount": amount.0, "source_id": source_id, "reason": reason });
        let request = self.request(Method::POST, &path).json(&body);
        self.send("add_balance", request).await.map(drop)
    }

    /// List Voucher Transactions: `GET /v1/vouchers/{code}/transactions`, the newest hundred.
    /// Tells whether one of them has this `source_id`.
    pub async fn has_transaction(
        &self,
        code: &Code,
        source_id: &str,
    ) -> Result<bool, VoucherifyError> {
        let path = ["v1", "vouchers", code.as_str(), "transactions"];
        let request = self.request(Method::GET, &path);
        let request = request.query(&[("limit", PAGE)]);
        let found: wire::Transactions = self.read("list_transactions", request).await?;
        let mut ids = found.data.iter().map(|one| one.source_id.as_deref());
        Ok(ids.any(|id| id == Some(source_id)))
    }
}
