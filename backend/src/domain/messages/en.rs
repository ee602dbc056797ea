//! English.

use super::{refusal::Refusal, trouble::Trouble};
use crate::domain::{
    Code, CodeError,
    codes::{MAX_CHARACTERS, MOST_CODES},
};

pub(super) fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Unknown => "This code is not valid.",
        Refusal::UnknownInThisCase => {
            "This code is not valid. Please check capital and small letters."
        }
        Refusal::InUse => "This code is in use in another checkout.",
        Refusal::UsedUp => "This code has already been used.",
        Refusal::RedemptionRulesNotMet => {
            "The conditions of this code are not met, or its limit has been reached."
        }
        Refusal::Expired => "This code has expired.",
        Refusal::NotYetValid => "This code is not valid yet.",
        Refusal::NotNow => "This code is not valid at this time.",
        Refusal::Disabled => "This code is no longer active.",
        Refusal::RulesNotMet => "Your cart does not meet the conditions of this code.",
        Refusal::CustomerNotEligible => "This code is not available for your account.",
        Refusal::AddressNeeded => {
            "Please enter your e-mail address first, or sign in, to use this code."
        }
        Refusal::SignInNeeded => {
            "This code is not available to you as a guest. If you have an account, please sign in."
        }
        Refusal::OwnReferral => "You cannot use your own referral code.",
        Refusal::NoEffect => "This code does not change the price of your cart.",
        Refusal::OtherCurrency => "This code cannot be used in the currency of your cart.",
        Refusal::NotCombinable => "This code cannot be combined with the other codes.",
        Refusal::TooManyCodes => "No more codes can be added to this order.",
        Refusal::NotJudged => "This code was not checked because another code cannot be used.",
        Refusal::NoBalance => "This gift card has no money left.",
        Refusal::NoPoints => "This loyalty card does not have enough points.",
        Refusal::NothingToPay => "Nothing is left to pay for this gift card.",
        Refusal::CertificateInCart => {
            "Gift cards cannot be used while a gift certificate is in the cart."
        }
        Refusal::FreeItemOutOfStock => "The free item of this code is out of stock.",
        Refusal::FreeItemNeedsChoice => {
            "Something has to be chosen or filled in for the free item of this code, which is not possible here."
        }
        Refusal::FreeItemUnavailable => "The free item of this code is not available.",
        Refusal::NotApplied => "The shop cannot take the discount of this code off your cart.",
        Refusal::NotSupported => "Codes of this kind are not accepted here.",
        Refusal::NotCheckable => "This code cannot be checked for your cart.",
        Refusal::Other(_) | Refusal::Worded(_) => "This code cannot be used here.",
    }
}

pub(super) fn taken_off(code: &Code) -> String {
    format!("The code {code} was taken off.")
}

pub(super) fn no_code(error: &CodeError) -> String {
    match error {
        CodeError::Empty => "Please enter a code.".to_owned(),
        CodeError::TooLong => format!("A code has at most {MAX_CHARACTERS} characters."),
        CodeError::TooMany => format!("At most {MOST_CODES} codes can be entered at once."),
        CodeError::Impossible => "No code has such characters.".to_owned(),
    }
}

pub(super) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Unavailable => "Codes cannot be checked right now.",
        Trouble::Busy => "Your checkout is being updated. Please try again in a moment.",
        Trouble::CheckoutClosed => "This checkout has already become an order.",
        Trouble::UnknownCheckout => "This checkout cannot be found.",
    }
}
