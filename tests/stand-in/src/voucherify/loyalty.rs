//! Loyalty cards as payment: points against money, by a reward of type `COIN`.

use serde::Deserialize;
use time::OffsetDateTime;

use super::calculate::Calculation;
use super::error::ApiError;
use super::project::Project;
use super::requests::RedeemableBody;
use crate::kit::strict::Refusal;

/// A loyalty card's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoyaltyCard {
    /// Added, over its life.
    pub points: i64,
    /// Taken off by hand, over its life.
    pub subtracted: i64,
    /// Left.
    pub balance: i64,
}

impl LoyaltyCard {
    /// Spent by redemptions that stand.
    #[must_use]
    pub const fn redeemed(&self) -> i64 {
        self.points - self.subtracted - self.balance
    }
}

/// `loyalty_card` of a voucher to create.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct LoyaltyBody {
    pub points: i64,
    pub balance: Option<i64>,
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

/// Points spent on a reward.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Spent {
    pub reward_id: String,
    pub points: i64,
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
