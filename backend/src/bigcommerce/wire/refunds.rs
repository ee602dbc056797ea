//! Refunds.

use serde::Deserialize;

use super::super::numbers::{Decimal, optional_id, or_default};
use crate::domain::refunds::{self, RefundWay};

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Refund {
    pub(in crate::bigcommerce) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) total_amount: Decimal,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) payments: Vec<RefundPayment>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct RefundPayment {
    #[serde(default, deserialize_with = "optional_id")]
    pub(in crate::bigcommerce) id: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) provider_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) amount: Decimal,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) offline: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) is_declined: bool,
}

impl RefundPayment {
    /// `giftcertificate` and `custom` are gateways of Get Transactions.
    fn way(&self) -> RefundWay {
        match self.provider_id.as_str() {
            "giftcertificate" => RefundWay::Certificates,
            "custom" => RefundWay::Offline,
            _ if self.offline => RefundWay::Offline,
            _ => RefundWay::Other,
        }
    }
}

impl Refund {
    pub(in crate::bigcommerce) fn payments(&self) -> Vec<refunds::RefundPayment> {
        // At least one is promised. Of a refund without any nothing is known but its sum.
        if self.payments.is_empty() {
            return vec![refunds::RefundPayment {
                id: self.id.to_string(),
                way: RefundWay::Other,
                amount: self.total_amount.0,
                is_declined: false,
            }];
        }
        let payment = |(at, one): (usize, &RefundPayment)| refunds::RefundPayment {
            id: match one.id {
                Some(id) => format!("{}-{id}", self.id),
                None => format!("{}-at-{at}", self.id),
            },
            way: one.way(),
            amount: one.amount.0,
            is_declined: one.is_declined,
        };
        self.payments.iter().enumerate().map(payment).collect()
    }
}

/// A refund, as far as it says whose it is.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct RefundedOrder {
    pub(in crate::bigcommerce) order_id: i64,
}
