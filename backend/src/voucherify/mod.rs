//! Voucherify's API, as one project's application key sees it.
//!
//! [`Client`] has one method for each API operation used; its types are ours, not the wire's.

mod balances;
mod client;
mod discounts;
mod error;
mod orders;
mod reading;
mod redemptions;
mod rewards;
mod understood;
mod validations;
mod verdict;
mod wire;

pub use client::Client;
pub use error::VoucherifyError;

use crate::domain::{
    Code, Hundredths, LockId, SessionKey,
    lock::Reward,
    messages::{Refusal, Shopper},
    order::OrderStatus,
    room::Calculated,
    snapshot::Snapshot,
};

/// A code to validate or redeem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemable {
    /// The code.
    pub code: Code,
    /// How much of a gift card to use; all that can be used when not said.
    pub credits: Option<Hundredths>,
    /// By what a loyalty card pays.
    pub reward: Option<Reward>,
}

impl Redeemable {
    /// A code whose kind is not known, or a coupon.
    #[must_use]
    pub fn code(code: &Code) -> Self {
        Self {
            code: code.clone(),
            credits: None,
            reward: None,
        }
    }
}

/// A session that locks what is validated under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its key; repeating it replaces what it held.
    pub key: SessionKey,
    /// How long it lives.
    pub minutes: i64,
}

/// What a validation said of each code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validation {
    /// Codes that apply, in the order in which they apply.
    pub applicable: Vec<Applicable>,
    /// Codes that do not.
    pub inapplicable: Vec<Inapplicable>,
    /// Codes that a stacking rule left out.
    pub skipped: Vec<Inapplicable>,
    /// Whether the cart's lines had to be told whole ([`Snapshot::whole_lines`]): a redemption has
    /// to tell them alike.
    pub whole_lines: bool,
    /// Codes that the session may hold all the same: they applied before the lines were told whole.
    pub maybe_held: Vec<Code>,
}

impl Validation {
    /// What was said of a code that applies.
    #[must_use]
    pub fn applicable(&self, code: &Code) -> Option<&Applicable> {
        self.applicable.iter().find(|one| one.code == *code)
    }

    /// What was said of a code that does not apply.
    #[must_use]
    pub fn refused(&self, code: &Code) -> Option<&Inapplicable> {
        let mut refused = self.inapplicable.iter().chain(&self.skipped);
        refused.find(|one| one.code == *code)
    }
}

/// A code that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicable {
    /// The code.
    pub code: Code,
    /// What it gives, beside the codes before it; none if the answer has what is not understood
    /// here, or leaves out what would have to be known.
    pub calculated: Option<Calculated>,
    /// Whether it means the same in every currency: a percentage without a cap, free items, free
    /// shipping.
    pub fits_every_currency: bool,
    /// What a gift card has and gives; none for other codes.
    pub gift: Option<Gift>,
    /// The points a loyalty card pays with; none for other codes.
    pub points: Option<i64>,
}

/// A gift card in a validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gift {
    /// What is on it, where that is said.
    pub balance: Option<Hundredths>,
    /// How much of it pays for this order.
    pub credits: Hundredths,
}

/// A code that does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inapplicable {
    /// The code.
    pub code: Code,
    /// Why, as Voucherify's error key.
    pub key: String,
    /// The sentence the merchant configured for the rule that is not met.
    pub merchant_message: Option<String>,
    /// Voucherify's own sentence.
    pub message: Option<String>,
}

impl Inapplicable {
    /// Why, as this shopper is told.
    #[must_use]
    pub fn refusal(&self, shopper: Shopper) -> Refusal {
        let merchant = self.merchant_message.as_deref();
        let refusal = Refusal::said(&self.key, merchant, self.message.as_deref());
        refusal.for_shopper(shopper)
    }

    /// Whether it is a loyalty card, which needs a reward to pay by.
    #[must_use]
    pub fn needs_reward(&self) -> bool {
        self.key == "missing_reward"
    }

    /// Whether it was not judged at all, because a code before it failed: a project's stacking
    /// rules may say so. Some answers say no more than that it was skipped.
    #[must_use]
    pub fn is_unjudged(&self) -> bool {
        matches!(self.key.as_str(), "preceding_validation_failed" | "unknown")
    }
}

/// A paid order's codes to redeem.
#[derive(Debug, Clone)]
pub struct RedemptionRequest<'a> {
    /// Each lock with a code of it, in the order in which the codes were validated.
    pub codes: Vec<(LockId, Redeemable)>,
    /// The order as it was validated.
    pub snapshot: &'a Snapshot,
    /// The session that holds the codes.
    pub session: &'a SessionKey,
    /// What Voucherify is to know the order by.
    pub order_source_id: &'a str,
    /// What the order is to be: whether it counts among the customer's orders.
    pub order_status: OrderStatus,
    /// Where the order is not the snapshot: in what it differs, and what its items cost before
    /// discounts.
    pub difference: Option<(Vec<&'static str>, Hundredths)>,
}

/// What a redemption did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeemed {
    /// The redemption that holds those of several codes together.
    pub parent_id: Option<String>,
    /// One for each code asked for.
    pub results: Vec<RedeemedCode>,
    /// What the order is now, where that is said.
    pub order_status: Option<OrderStatus>,
}

/// What a redemption did with one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemedCode {
    /// The code.
    pub code: Code,
    /// The redemption, if it succeeded.
    pub id: Option<String>,
    /// What it took off a gift card, where that is said.
    pub credits: Option<Hundredths>,
    /// Why it did not: error key and sentence.
    pub failure: Option<(String, String)>,
}

/// An order to tell Voucherify of, whatever redemptions it has.
#[derive(Debug, Clone)]
pub struct NewOrder<'a> {
    /// What Voucherify is to know it by.
    pub source_id: &'a str,
    /// What it is.
    pub status: OrderStatus,
    /// What was bought, and by whom.
    pub bought: &'a Snapshot,
    /// What was taken off that.
    pub discount: Hundredths,
}

/// An order found at Voucherify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOrder {
    /// What it is, if that is understood.
    pub status: Option<OrderStatus>,
    /// Its redemptions, the earliest first.
    pub redemptions: Vec<KnownRedemption>,
}

/// A redemption found at an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRedemption {
    /// Its id.
    pub id: String,
    /// The redemption it is a part of.
    pub parent_id: Option<String>,
    /// The code redeemed.
    pub code: Option<String>,
    /// The locks it was made for, in the metadata we sent.
    pub lock_ids: Vec<String>,
    /// When it was made, as Voucherify writes it: texts that sort by time.
    pub date: Option<String>,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Whether it was rolled back since.
    pub rolled_back: bool,
}

/// What a rollback did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolledBack {
    /// It was rolled back.
    Done,
    /// It had been already.
    AlreadyDone,
}
