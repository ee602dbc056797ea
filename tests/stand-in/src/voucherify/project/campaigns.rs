//! Creating campaigns.

use serde::Deserialize;

use super::Project;
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::{Campaign, CampaignKind, Rule};
use crate::voucherify::{ids, rules};

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

impl Project {
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
