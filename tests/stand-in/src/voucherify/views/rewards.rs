//! Rewards of type `COIN`.

use serde_json::{Value, json};

use super::writing::instant;
use crate::voucherify::model::Reward;

/// A reward.
#[must_use]
pub fn reward(reward: &Reward) -> Value {
    json!({
        "id": reward.id,
        "name": reward.name,
        "type": "COIN",
        "parameters": {"coin": {
            "exchange_ratio": reward.exchange_ratio,
            "points_ratio": reward.points_ratio,
        }},
        "stock": null,
        "redeemed": null,
        "attributes": {},
        "created_at": instant(reward.created_at),
        "updated_at": null,
        "metadata": {},
        "object": "reward",
    })
}

/// That members of a campaign can use it.
#[must_use]
pub fn reward_assignment(reward: &Reward) -> Value {
    json!({
        "id": reward.assignment_id,
        "reward_id": reward.id,
        "related_object_id": reward.campaign_id,
        "related_object_type": "campaign",
        "created_at": instant(reward.created_at),
        "updated_at": null,
        "object": "reward_assignment",
    })
}

/// A reward as a redemption shows it.
#[must_use]
pub fn redeemed_reward(reward: &Reward) -> Value {
    json!({
        "id": reward.id,
        "assignment_id": reward.assignment_id,
        "name": reward.name,
        "type": "COIN",
        "parameters": {"coin": {
            "exchange_ratio": reward.exchange_ratio,
            "points_ratio": reward.points_ratio,
        }},
        "created_at": instant(reward.created_at),
        "updated_at": null,
        "metadata": {},
        "object": "reward",
    })
}
