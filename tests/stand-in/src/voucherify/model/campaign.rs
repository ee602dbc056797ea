//! Campaigns, and the rewards of loyalty programmes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::voucher::Rule;

/// A campaign.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Campaign {
    pub id: String,
    pub name: String,
    #[serde(rename = "campaign_type")]
    pub kind: CampaignKind,
    pub category_id: Option<String>,
    /// All must hold for each of its codes.
    pub rules: Vec<Rule>,
}

/// Types of campaigns that are imitated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum CampaignKind {
    DiscountCoupons,
    GiftVouchers,
    ReferralProgram,
    LoyaltyProgram,
}

/// A reward that lets members pay with points.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Reward {
    pub id: String,
    pub name: String,
    /// Hundredths for `points_ratio` points.
    pub exchange_ratio: i64,
    pub points_ratio: i64,
    /// The campaign whose members can use it.
    pub campaign_id: String,
    pub assignment_id: String,
    pub created_at: OffsetDateTime,
}
