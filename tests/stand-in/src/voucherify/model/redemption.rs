//! Locks on codes, redemptions and rollbacks.

use serde::Serialize;
use serde_json::Number;
use time::OffsetDateTime;

use crate::voucherify::calculate::Calculation;
use crate::voucherify::error::ApiError;
use crate::voucherify::requests::{Metadata, TtlUnit};

/// A lock on codes.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Session {
    pub key: String,
    pub ttl: Number,
    pub ttl_unit: TtlUnit,
    pub expires_at: OffsetDateTime,
    pub holds: Vec<Hold>,
}

/// One code in a session: one redemption, and the credits or points of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Hold {
    pub code: String,
    pub credits: Option<i64>,
    pub points: Option<i64>,
}

/// What a redemption is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// One voucher.
    Voucher {
        /// Its code.
        code: String,
        /// Its id.
        id: String,
        /// Credits taken from a gift card.
        credits: Option<i64>,
        /// Points taken from a loyalty card.
        spent: Option<Spent>,
    },
    /// Several: the parent of these redemptions.
    Stack(Vec<String>),
}

/// Points spent on a reward.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Spent {
    pub reward_id: String,
    pub points: i64,
}

/// A redemption, successful or not.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Redemption {
    pub id: String,
    pub date: OffsetDateTime,
    pub redeemed: Redeemed,
    /// Id of the parent, for a child.
    pub parent: Option<String>,
    pub customer_id: Option<String>,
    pub tracking_id: Option<String>,
    pub metadata: Metadata,
    pub order_id: Option<String>,
    /// The order's money right after this redeemable.
    pub money: Option<Calculation>,
    pub session_key: Option<String>,
    /// Why it failed, for a failed one.
    pub failure: Option<ApiError>,
    /// Id of its rollback.
    pub rollback: Option<String>,
}

/// A rollback of one redemption, or of a parent.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Rollback {
    pub id: String,
    pub date: OffsetDateTime,
    pub redemption_id: String,
    pub reason: Option<String>,
    pub metadata: Metadata,
    /// Credits given back to a gift card.
    pub credits: Option<i64>,
    /// Points given back to a loyalty card.
    pub points: Option<i64>,
}
