//! Campaigns: what their codes have in common, and what was redeemed of them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::error::ApiError;
use super::ids;
use super::model::{Redeemed, Redemption, Rule, Voucher};
use super::project::Project;
use super::rules;
use crate::kit::strict::Refusal;

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

/// A campaign to create or replace, by its name. Control API only.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CampaignBody {
    pub name: String,
    pub campaign_type: CampaignKind,
    pub category_id: Option<String>,
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// Whose redemptions are counted.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// Those of one code.
    Voucher(&'a Voucher),
    /// Those of all codes of a campaign, by its id.
    Campaign(&'a str),
}

impl Project {
    /// A campaign by id or name.
    #[must_use]
    pub fn campaign(&self, id_or_name: &str) -> Option<&Campaign> {
        let named = |campaign: &&Campaign| campaign.id == id_or_name || campaign.name == id_or_name;
        self.campaigns.iter().find(named)
    }

    /// The campaign of a code.
    #[must_use]
    pub fn campaign_of(&self, voucher: &Voucher) -> Option<&Campaign> {
        self.campaign(voucher.campaign_id.as_deref()?)
    }

    /// Whether a code is a referral code.
    #[must_use]
    pub fn is_referral(&self, voucher: &Voucher) -> bool {
        let campaign = self.campaign_of(voucher);
        campaign.is_some_and(|campaign| campaign.kind == CampaignKind::ReferralProgram)
    }

    /// The category of a code: its own, else its campaign's.
    #[must_use]
    pub fn category_of<'a>(&'a self, voucher: &'a Voucher) -> Option<&'a str> {
        let of_campaign = self.campaign_of(voucher);
        let of_campaign = of_campaign.and_then(|campaign| campaign.category_id.as_deref());
        voucher.category_id.as_deref().or(of_campaign)
    }

    /// Redemptions that stand, of a code or of a campaign, by one customer or by all, since a time.
    pub fn redeemed<'a>(
        &'a self,
        source: Source<'a>,
        customer_id: Option<&'a str>,
        since: Option<OffsetDateTime>,
    ) -> impl Iterator<Item = &'a Redemption> {
        let counts = move |redemption: &&Redemption| {
            let Redeemed::Voucher { code, .. } = &redemption.redeemed else {
                return false;
            };
            let of_source = match source {
                Source::Voucher(voucher) => voucher.code == *code,
                Source::Campaign(id) => self
                    .voucher(code)
                    .is_some_and(|voucher| voucher.campaign_id.as_deref() == Some(id)),
            };
            of_source
                && redemption.failure.is_none()
                && redemption.rollback.is_none()
                && customer_id.is_none_or(|id| redemption.customer_id.as_deref() == Some(id))
                && since.is_none_or(|since| redemption.date >= since)
        };
        self.redemptions.iter().filter(counts)
    }

    /// Creates a campaign, or replaces the one of that name. Gives its id.
    pub fn put_campaign(&mut self, body: CampaignBody) -> Result<String, ApiError> {
        if body.name.is_empty() {
            return Err(Refusal::field("name", "must not be empty").into());
        }
        for rule in &body.rules {
            rules::check(rule).map_err(ApiError::payload)?;
        }
        let known = self
            .campaign(&body.name)
            .map(|campaign| campaign.id.clone());
        let id = known.unwrap_or_else(|| ids::long("camp_"));
        self.campaigns.retain(|campaign| campaign.id != id);
        self.campaigns.push(Campaign {
            id: id.clone(),
            name: body.name,
            kind: body.campaign_type,
            category_id: body.category_id,
            rules: body.rules,
        });
        Ok(id)
    }
}
