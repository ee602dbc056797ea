//! The money of gift cards: how much can be taken; and every movement of money and points.
//!
//! `balance = amount - subtracted_amount - redemption.redeemed_amount`, as the API description has it.

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Project;
use crate::kit::strict::Refusal;
use crate::voucherify::discount::Effect;
use crate::voucherify::error::ApiError;
use crate::voucherify::ids;
use crate::voucherify::model::{
    Balance, Gift, Movement, Redemption, Rollback, Transaction, Voucher, VoucherValue,
};
use crate::voucherify::requests::RedeemableBody;

/// Body of `POST /v1/vouchers/{code}/balance`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BalanceBody {
    /// To add; negative to remove.
    pub amount: Option<i64>,
    /// The merchant's id of this movement.
    pub source_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// `gift` of a voucher to create.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct GiftBody {
    pub amount: i64,
    pub balance: Option<i64>,
    pub effect: Option<Effect>,
}

/// The money of a card that is created.
pub fn new_gift(body: GiftBody) -> Result<Gift, ApiError> {
    let balance = body.balance.unwrap_or(body.amount);
    if body.amount < 0 {
        return Err(Refusal::field("gift.amount", "must not be negative").into());
    }
    if !(0..=body.amount).contains(&balance) {
        return Err(Refusal::field("gift.balance", "must be 0 to gift.amount").into());
    }
    let effect = body.effect.unwrap_or(Effect::ApplyToOrder);
    match effect {
        Effect::ApplyToOrder | Effect::ApplyToItems => Ok(Gift {
            amount: body.amount,
            subtracted: body.amount - balance,
            balance,
            effect,
        }),
        _ => Err(Refusal::field("gift.effect", "is no effect of a gift card").into()),
    }
}

/// The credits asked for, or all that are free.
pub fn credits_to_take(
    gift: Gift,
    held: i64,
    redeemable: &RedeemableBody,
) -> Result<i64, ApiError> {
    let free = (gift.balance - held).max(0);
    let wanted = redeemable.gift.and_then(|gift| gift.credits);
    if free == 0 || wanted.is_some_and(|credits| credits > free) {
        let error = ApiError::bad("gift_amount_exceeded", "gift amount exceeded");
        return Err(error.details(&redeemable.id));
    }
    Ok(wanted.unwrap_or(free))
}

impl Project {
    /// Adds to a card's balance or takes from it, and answers with the balance.
    pub fn adjust_balance(
        &mut self,
        code: &str,
        body: BalanceBody,
        now: OffsetDateTime,
    ) -> Result<Value, ApiError> {
        let amount = body.amount.filter(|amount| *amount != 0);
        let amount = amount.ok_or_else(|| Refusal::field("amount", "must be a number, not 0"))?;
        let voucher = self
            .voucher_mut(code)
            .ok_or_else(|| ApiError::not_found("voucher", code))?;
        let VoucherValue::Gift(gift) = &mut voucher.value else {
            // The keys of these two refusals are not documented.
            let error = ApiError::bad("invalid_voucher", "voucher has no balance");
            return Err(error.about("voucher", code));
        };
        let balance = gift.balance.checked_add(amount);
        let Some(balance) = balance.filter(|balance| *balance >= 0) else {
            let error = ApiError::bad("gift_amount_exceeded", "balance would be below zero");
            return Err(error.about("voucher", code));
        };
        gift.balance = balance;
        gift.amount += amount.max(0);
        gift.subtracted -= amount.min(0);
        voucher.updated_at = Some(now);
        let (id, after) = (voucher.id.clone(), Balance::of_gift(*gift));
        let mut answer = balance_of(&id, amount, after);
        answer["operation_type"] = json!("MANUAL");
        self.transactions.push(Transaction {
            id: ids::short("vtx_"),
            voucher_id: id,
            movement: Movement::Adjusted {
                source_id: body.source_id,
                reason: body.reason,
            },
            amount,
            after,
            order_id: None,
            created_at: now,
        });
        Ok(answer)
    }

    /// Takes the credits or points of a redemption.
    pub fn spend(&mut self, code: &str, amount: i64, redemption: &Redemption) {
        let movement = Movement::Redeemed {
            redemption: redemption.id.clone(),
        };
        let order_id = redemption.order_id.clone();
        self.move_balance(code, -amount, movement, order_id, redemption.date);
    }

    /// Gives back the credits or points of a redemption that is rolled back.
    pub fn give_back(
        &mut self,
        code: &str,
        amount: i64,
        redemption: &Redemption,
        rollback: &Rollback,
    ) {
        let movement = Movement::RolledBack {
            redemption: redemption.id.clone(),
            rollback: rollback.id.clone(),
        };
        let order_id = redemption.order_id.clone();
        self.move_balance(code, amount, movement, order_id, rollback.date);
    }

    fn move_balance(
        &mut self,
        code: &str,
        amount: i64,
        movement: Movement,
        order_id: Option<String>,
        now: OffsetDateTime,
    ) {
        let Some(voucher) = self.voucher_mut(code) else {
            return;
        };
        let after = match &mut voucher.value {
            VoucherValue::Gift(gift) => {
                gift.balance += amount;
                Balance::of_gift(*gift)
            }
            VoucherValue::Loyalty(card) => {
                card.balance += amount;
                Balance {
                    total: card.points - card.subtracted,
                    balance: card.balance,
                    points: true,
                }
            }
            VoucherValue::Discount(_) => return,
        };
        let voucher_id = voucher.id.clone();
        self.transactions.push(Transaction {
            id: ids::short("vtx_"),
            voucher_id,
            movement,
            amount,
            after,
            order_id,
            created_at: now,
        });
    }

    /// The movements of a card, newest first.
    pub fn transactions_of<'a>(
        &'a self,
        voucher: &'a Voucher,
    ) -> impl Iterator<Item = &'a Transaction> {
        let all = self.transactions.iter().rev();
        all.filter(|transaction| transaction.voucher_id == voucher.id)
    }
}

impl Balance {
    const fn of_gift(gift: Gift) -> Self {
        Self {
            total: gift.amount - gift.subtracted,
            balance: gift.balance,
            points: false,
        }
    }
}

/// `balance` after a movement.
#[must_use]
pub fn balance_of(voucher_id: &str, amount: i64, after: Balance) -> Value {
    let (kind, unit) = if after.points {
        ("loyalty_card", "points")
    } else {
        ("gift_voucher", "amount")
    };
    let mut shown = json!({
        "total": after.total,
        "balance": after.balance,
        "type": kind,
        "object": "balance",
        "related_object": {"type": "voucher", "id": voucher_id},
    });
    shown[unit] = json!(amount);
    shown
}
