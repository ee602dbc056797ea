//! Loyalty cards pay with points by a reward of their campaign.

use reqwest::Method;

use super::{Client, VoucherifyError, wire};
use crate::domain::Code;

impl Client {
    /// List Member Rewards: `GET /v1/loyalties/members/{memberId}/rewards`. The id of the first
    /// reward by which this card can pay with points (type `COIN`).
    pub async fn paying_reward(&self, card: &Code) -> Result<Option<String>, VoucherifyError> {
        let path = ["v1", "loyalties", "members", card.as_str(), "rewards"];
        let request = self.request(Method::GET, &path);
        let list: wire::Rewards = match self.read("list_member_rewards", request).await {
            // A key without the right to ask finds none either.
            Err(VoucherifyError::Refused { .. }) => return Ok(None),
            list => list?,
        };
        let mut rewards = list.data.into_iter().filter_map(|entry| entry.reward);
        let found = rewards.find(|reward| reward.kind == "COIN");
        Ok(found.map(|reward| reward.id))
    }
}
