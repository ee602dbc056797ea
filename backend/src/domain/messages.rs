//! Why a code was refused, and the sentence the shopper reads.

/// Why a code cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Voucherify does not know it.
    Unknown,
    /// Another checkout holds its last use.
    InUse,
    /// It was used as often as it may be.
    UsedUp,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// The merchant switched it off.
    Disabled,
    /// The cart does not meet its rules.
    RulesNotMet,
    /// It is for other customers.
    CustomerNotEligible,
    /// It would change nothing.
    NoEffect,
    /// The cart's currency is not the project's, and its amount cannot be translated.
    OtherCurrency,
    /// Another code is applied already, and only one may be.
    OneCodeOnly,
    /// The gift card is empty.
    NoBalance,
    /// Nothing is left to pay.
    NothingToPay,
    /// A gift certificate is in the cart, which no gift card may pay for.
    CertificateInCart,
    /// It is of a kind that is not taken here.
    NotSupported,
    /// Anything else Voucherify says, with its own key.
    Other(String),
}

impl Refusal {
    /// From an error key of Voucherify's (Validate stackable discounts, `result.error.key`).
    #[must_use]
    pub fn from_voucherify(key: &str) -> Self {
        match key {
            "not_found" | "voucher_not_found" | "resource_not_found" => Self::Unknown,
            "quantity_exceeded" | "redemption_limit_exceeded" => Self::UsedUp,
            "gift_amount_exceeded" | "gift_balance_exceeded" => Self::NoBalance,
            "no_effect" => Self::NoEffect,
            "voucher_expired" => Self::Expired,
            "voucher_not_active" => Self::NotYetValid,
            "voucher_disabled" => Self::Disabled,
            "order_rules_violated"
            | "redemption_rules_violated"
            | "segment_rules_violated"
            | "missing_order"
            | "missing_order_items"
            | "missing_amount" => Self::RulesNotMet,
            "customer_rules_violated" | "missing_customer" | "invalid_customer" => {
                Self::CustomerNotEligible
            }
            other => Self::Other(other.to_owned()),
        }
    }

    /// Machine-readable, `snake_case`.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Unknown => "unknown",
            Self::InUse => "in_use",
            Self::UsedUp => "used_up",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Disabled => "disabled",
            Self::RulesNotMet => "rules_not_met",
            Self::CustomerNotEligible => "customer_not_eligible",
            Self::NoEffect => "no_effect",
            Self::OtherCurrency => "other_currency",
            Self::OneCodeOnly => "one_code_only",
            Self::NoBalance => "no_balance",
            Self::NothingToPay => "nothing_to_pay",
            Self::CertificateInCart => "certificate_in_cart",
            Self::NotSupported => "not_supported",
            Self::Other(key) => key,
        }
    }

    /// One sentence for the shopper.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::Unknown => "This code is not valid.",
            Self::InUse => "This code is in use in another checkout.",
            Self::UsedUp => "This code has already been used.",
            Self::Expired => "This code has expired.",
            Self::NotYetValid => "This code is not valid yet.",
            Self::Disabled => "This code is no longer active.",
            Self::RulesNotMet => "Your cart does not meet the conditions of this code.",
            Self::CustomerNotEligible => "This code is not available for your account.",
            Self::NoEffect => "This code does not change the price of your cart.",
            Self::OtherCurrency => "This code cannot be used in the currency of your cart.",
            Self::OneCodeOnly => "Only one code can be used. Remove the other one first.",
            Self::NoBalance => "This gift card has no money left.",
            Self::NothingToPay => "Nothing is left to pay for this gift card.",
            Self::CertificateInCart => {
                "Gift cards cannot be used while a gift certificate is in the cart."
            }
            Self::NotSupported | Self::Other(_) => "This code cannot be used here.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_reaches_the_sentence() {
        let refusal = Refusal::from_voucherify("some_new_key");
        assert_eq!(refusal.reason(), "some_new_key");
        assert!(!refusal.sentence().contains('_'));
    }
}
