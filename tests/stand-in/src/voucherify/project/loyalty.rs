//! Loyalty cards as payment: points against money, by a reward of type `COIN`.

use serde::Deserialize;

use super::Project;
use crate::kit::strict::Refusal;
use crate::voucherify::calculate::Calculation;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::{LoyaltyCard, Reward, Spent};
use crate::voucherify::requests::RedeemableBody;

/// `loyalty_card` of a voucher to create.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct LoyaltyBody {
    pub points: i64,
    pub balance: Option<i64>,
}

/// The points of a card that is created.
pub fn new_card(body: LoyaltyBody) -> Result<LoyaltyCard, ApiError> {
    let balance = body.balance.unwrap_or(body.points);
    if body.points < 0 || !(0..=body.points).contains(&balance) {
        let what = "must be at least 0, and balance 0 to points";
        return Err(Refusal::field("loyalty_card.points", what).into());
    }
    Ok(LoyaltyCard {
        points: body.points,
        subtracted: body.points - balance,
        balance,
    })
}

impl Project {
    /// Pays with the points asked for, or with all that are free, and gives the points needed. What
    /// they are worth is rounded down to the cent, the points for it up.
    pub fn pay_with_points(
        &self,
        card: LoyaltyCard,
        campaign_id: Option<&str>,
        held: i64,
        redeemable: &RedeemableBody,
        money: &mut Calculation,
    ) -> Result<Spent, ApiError> {
        let asked = redeemable.reward.as_ref();
        let id = asked.and_then(|reward| reward.id.as_deref());
        let id = id.ok_or_else(|| {
            ApiError::bad("missing_reward", "missing reward").details(&redeemable.id)
        })?;
        let reward = self
            .reward(id)
            .filter(|reward| Some(reward.campaign_id.as_str()) == campaign_id);
        let reward = reward.ok_or_else(|| ApiError::not_found("reward", id))?;
        let free = (card.balance - held).max(0);
        let wanted = asked.and_then(|reward| reward.points);
        if free == 0 || wanted.is_some_and(|points| points > free) {
            let error = ApiError::bad(
                "loyalty_card_points_exceeded",
                "loyalty card points exceeded",
            );
            return Err(error.details(&redeemable.id));
        }
        let points = wanted.unwrap_or(free);
        let worth = points.saturating_mul(reward.exchange_ratio) / reward.points_ratio;
        let paid = money.pay(worth)?;
        let needed = paid.saturating_mul(reward.points_ratio);
        Ok(Spent {
            reward_id: reward.id.clone(),
            points: (needed + reward.exchange_ratio - 1) / reward.exchange_ratio,
        })
    }

    /// A reward by its id.
    #[must_use]
    pub fn reward(&self, id: &str) -> Option<&Reward> {
        self.rewards.iter().find(|reward| reward.id == id)
    }
}
