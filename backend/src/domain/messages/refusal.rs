//! Why a code was refused.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr};

use crate::domain::Code;

/// Why a code cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    /// Voucherify does not know it.
    Unknown,
    /// Voucherify does not know it as it was typed, in small letters; in a project that heeds case it
    /// may be spelt otherwise. Whether it is, is not looked up: that would tell which codes exist.
    #[strum(serialize = "unknown")]
    UnknownInThisCase,
    /// Another checkout holds its last use.
    InUse,
    /// It was used as often as it may be.
    UsedUp,
    /// A rule on redemptions does not hold: a limit by customer, day or budget, or any other
    /// condition. Voucherify does not say which.
    RedemptionRulesNotMet,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is valid at other hours or on other days.
    NotNow,
    /// The merchant switched it off.
    Disabled,
    /// The cart does not meet its rules.
    RulesNotMet,
    /// It is for other customers, and the shopper has signed in.
    CustomerNotEligible,
    /// It depends on who shops, and nothing is known of the shopper.
    AddressNeeded,
    /// It is for other customers, and the shopper is a guest with an address.
    SignInNeeded,
    /// It is the shopper's own referral code.
    OwnReferral,
    /// It would change nothing.
    NoEffect,
    /// The cart's currency is not the project's, and its amount cannot be translated.
    OtherCurrency,
    /// Voucherify's stacking rules keep it from the other codes.
    NotCombinable,
    /// Voucherify's stacking rules allow no more codes.
    TooManyCodes,
    /// A code before it failed, and it was not judged.
    NotJudged,
    /// The gift card is empty.
    NoBalance,
    /// The loyalty card has too few points.
    NoPoints,
    /// Nothing is left to pay.
    NothingToPay,
    /// A gift certificate is in the cart, which no gift card may pay for.
    CertificateInCart,
    /// The item it adds is out of stock.
    FreeItemOutOfStock,
    /// The item it adds has options to choose or to fill in that the code does not settle.
    FreeItemNeedsChoice,
    /// The store does not sell the item it adds.
    FreeItemUnavailable,
    /// The store does not take its discount off the cart, or not as it was calculated.
    NotApplied,
    /// It is of a kind that is not taken here.
    NotSupported,
    /// Voucherify cannot make sense of the cart.
    NotCheckable,
    /// Anything else Voucherify says, with its own key.
    #[strum(disabled)]
    Other(String),
    /// A refusal that came with a sentence of its own.
    #[strum(disabled)]
    Worded(Box<Worded>),
}

/// A refusal with the sentence that came with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worded {
    /// What it is; never worded itself.
    pub refusal: Refusal,
    /// The sentence.
    pub sentence: String,
}

/// What is known of who shops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shopper {
    /// Nothing: no address was entered yet.
    Unknown,
    /// The address a guest entered.
    Guest,
    /// The account.
    SignedIn,
}

impl Refusal {
    /// By this name a merchant's own sentence takes the neutral one's place.
    pub const OTHER: &'static str = "other";

    /// Machine-readable, `snake_case`.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Other(key) => key,
            Self::Worded(worded) => worded.refusal.reason(),
            plain => plain.into(),
        }
    }

    /// What it comes to for a code as it was typed.
    #[must_use]
    pub fn for_code(self, code: &Code) -> Self {
        match self {
            Self::Unknown if code.has_small_letters() => Self::UnknownInThisCase,
            other => other,
        }
    }

    /// What it comes to for this shopper: what depends on a customer may need an address, or an
    /// account.
    #[must_use]
    pub fn for_shopper(self, shopper: Shopper) -> Self {
        match self {
            Self::Worded(mut worded) => {
                worded.refusal = worded.refusal.for_shopper(shopper);
                Self::Worded(worded)
            }
            Self::AddressNeeded | Self::SignInNeeded | Self::CustomerNotEligible => match shopper {
                Shopper::Unknown => Self::AddressNeeded,
                Shopper::Guest => Self::SignInNeeded,
                Shopper::SignedIn => Self::CustomerNotEligible,
            },
            other => other,
        }
    }

    /// The names under which a merchant may write sentences.
    pub fn reasons() -> impl Iterator<Item = &'static str> {
        let told_as_another = Self::UnknownInThisCase;
        let plain = Self::iter().filter(move |one| *one != told_as_another);
        plain.map(Into::into).chain([Self::OTHER])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_the_customer_says_what_helps_this_shopper() {
        let keys = ["missing_customer", "customer_rules_violated"];
        for (shopper, reason) in [
            (Shopper::Unknown, "address_needed"),
            (Shopper::Guest, "sign_in_needed"),
            (Shopper::SignedIn, "customer_not_eligible"),
        ] {
            for key in keys {
                let plain = Refusal::said(key, None, None);
                assert_eq!(plain.for_shopper(shopper).reason(), reason, "{key}");
                let worded = Refusal::said(key, Some("For members only."), None);
                assert_eq!(worded.for_shopper(shopper).reason(), reason, "{key}");
            }
            assert_eq!(Refusal::Expired.for_shopper(shopper), Refusal::Expired);
        }
    }
}
