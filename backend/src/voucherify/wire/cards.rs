//! The balance of a gift card and the movements of its money.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(in crate::voucherify) struct Transactions {
    #[serde(default)]
    pub(in crate::voucherify) data: Vec<Transaction>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    more_starting_after: Option<String>,
}

impl Transactions {
    /// What the next page starts after; none on the last.
    pub(in crate::voucherify) fn next(self) -> Option<String> {
        self.more_starting_after.filter(|_| self.has_more)
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::voucherify) struct Transaction {
    #[serde(default)]
    pub(in crate::voucherify) source_id: Option<String>,
}

/// What Get Voucher says of a gift card.
#[derive(Debug, Deserialize)]
pub(in crate::voucherify) struct GiftVoucher {
    #[serde(default)]
    pub(in crate::voucherify) code: Option<String>,
    #[serde(default)]
    pub(in crate::voucherify) gift: Option<GiftBalance>,
}

#[derive(Debug, Deserialize)]
pub(in crate::voucherify) struct GiftBalance {
    #[serde(default)]
    pub(in crate::voucherify) balance: Option<i64>,
}

/// The answer to a change of a card's balance.
#[derive(Debug, Deserialize)]
pub(in crate::voucherify) struct Balance {
    #[serde(default)]
    pub(in crate::voucherify) amount: Option<i64>,
}
