//! One code applied: its time, its uses, its rules, and what it takes off.

use time::OffsetDateTime;

use super::{Pass, Used};
use crate::voucherify::calculate::Calculation;
use crate::voucherify::discount::Effect;
use crate::voucherify::error::ApiError;
use crate::voucherify::formula::Scope;
use crate::voucherify::model::{Hold, ProductsMode, Voucher, VoucherValue};
use crate::voucherify::project::cards;
use crate::voucherify::requests::RedeemableBody;
use crate::voucherify::rules::{self, Case};

impl Pass<'_> {
    /// Applies a code to the order if everything allows it, and gives what it used for that.
    pub(super) fn apply(
        &self,
        redeemable: &RedeemableBody,
        voucher: &Voucher,
        money: &mut Calculation,
    ) -> Result<Used, ApiError> {
        usable(voucher, self.ask.now)?;
        let held: Vec<_> = self
            .project
            .held_by_others(&voucher.code, self.ask.session_key)
            .collect();
        let ignore = self.ask.facts.ignore_redemptions;
        if let Some(quantity) = voucher.quantity
            && !ignore
            && u64::from(voucher.redeemed_quantity) + held.len() as u64 >= u64::from(quantity)
        {
            let error = ApiError::bad("quantity_exceeded", "quantity exceeded");
            return Err(error.details(&voucher.code));
        }
        let case = Case {
            facts: self.ask.facts,
            project: self.project,
            voucher,
            now: self.ask.now,
        };
        self.refuse_referrer(voucher)?;
        rules::hold_before(case, money)?;
        let used = self.take(redeemable, voucher, &held, money)?;
        rules::hold_after(case, money)?;
        Ok(used)
    }

    /// A referral code is for others than its holder, so it must be known who redeems it.
    fn refuse_referrer(&self, voucher: &Voucher) -> Result<(), ApiError> {
        if !self.project.is_referral(voucher) {
            return Ok(());
        }
        let customer = self.ask.facts.customer;
        let customer =
            customer.ok_or_else(|| ApiError::bad("missing_customer", "missing customer"))?;
        if customer.id.is_some() && customer.id == voucher.holder_id.as_deref() {
            let key = "referrer_not_permitted_to_redeem";
            let message = "referrer is not permitted to redeem the code";
            return Err(ApiError::bad(key, message).details(&voucher.code));
        }
        Ok(())
    }

    /// Takes off what a code is worth, and gives what it used for that.
    fn take(
        &self,
        redeemable: &RedeemableBody,
        voucher: &Voucher,
        held: &[&Hold],
        money: &mut Calculation,
    ) -> Result<Used, ApiError> {
        match &voucher.value {
            VoucherValue::Discount(discount) => {
                let discount = discount.worked_out(self.scope());
                let mode = self.project.stacking.redeemables_products_application_mode;
                let once = mode == ProductsMode::Once;
                if discount.effect().takes_money() {
                    money.apply(&discount, &voucher.products, once)?;
                } else if discount.effect() == Effect::ReplaceItems {
                    let units = self.project.free_units(&discount)?;
                    money.replace_units(&units, &voucher.products)?;
                } else {
                    money.add_units(&self.project.free_units(&discount)?, once)?;
                }
                let discount = Some(discount);
                Ok(Used {
                    discount,
                    ..Used::default()
                })
            }
            VoucherValue::Gift(gift) => {
                let held = held.iter().filter_map(|hold| hold.credits).sum();
                let asked = cards::credits_to_take(*gift, held, redeemable)?;
                let paid = match gift.effect {
                    Effect::ApplyToItems => money.pay_items(asked, &voucher.products),
                    _ => money.pay(asked)?,
                };
                let is_named = redeemable.gift.is_some_and(|gift| gift.credits.is_some());
                let surplus = is_named && self.project.switches.surplus_credits_count;
                let credits = Some(if surplus { asked } else { paid });
                Ok(Used {
                    credits,
                    ..Used::default()
                })
            }
            VoucherValue::Loyalty(card) => {
                let held = held.iter().filter_map(|hold| hold.points).sum();
                let campaign = voucher.campaign_id.as_deref();
                let pay = self
                    .project
                    .pay_with_points(*card, campaign, held, redeemable, money);
                let spent = Some(pay?);
                Ok(Used {
                    spent,
                    ..Used::default()
                })
            }
        }
    }

    /// What formulas look at.
    fn scope(&self) -> Scope<'_> {
        let facts = self.ask.facts;
        Scope {
            money: facts.money,
            order: facts.order,
            customer: facts.customer.map(|customer| customer.metadata),
            redemption: facts.redemption,
        }
    }
}

/// Whether a voucher is enabled and in its time.
fn usable(voucher: &Voucher, now: OffsetDateTime) -> Result<(), ApiError> {
    if !voucher.active {
        return Err(ApiError::bad("voucher_disabled", "voucher is disabled").details(&voucher.code));
    }
    if voucher.start_date.is_some_and(|start| start > now) {
        let error = ApiError::bad("voucher_not_active", "voucher is not active yet");
        return Err(error.details(&voucher.code));
    }
    if voucher.expiration_date.is_some_and(|end| end <= now) {
        return Err(ApiError::bad("voucher_expired", "voucher expired").details(&voucher.code));
    }
    Ok(())
}
