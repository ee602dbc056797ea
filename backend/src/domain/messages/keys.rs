//! What Voucherify's error keys mean.

use super::refusal::Refusal;

impl Refusal {
    /// From an error key of Voucherify's (Errors; Validate Stackable Discounts,
    /// `result.error.key` and `result.details.key`).
    #[must_use]
    pub fn from_voucherify(key: &str) -> Self {
        match key {
            "not_found" | "voucher_not_found" | "resource_not_found" => Self::Unknown,
            "multiple_requests" => Self::InUse,
            "quantity_exceeded" | "redemption_limit_exceeded" => Self::UsedUp,
            "redemption_rules_violated" => Self::RedemptionRulesNotMet,
            "voucher_expired" | "campaign_expired" | "promotion_expired" => Self::Expired,
            "voucher_not_active" => Self::NotYetValid,
            "voucher_not_active_now"
            | "campaign_not_active"
            | "campaign_not_active_now"
            | "promotion_not_active"
            | "promotion_not_active_now" => Self::NotNow,
            "voucher_disabled" | "campaign_inactive" | "campaign_disabled"
            | "promotion_inactive" => Self::Disabled,
            "order_rules_violated" | "missing_order" | "missing_order_items" | "missing_amount" => {
                Self::RulesNotMet
            }
            "customer_rules_violated" | "segment_rules_violated" | "invalid_customer" => {
                Self::CustomerNotEligible
            }
            "missing_customer" => Self::AddressNeeded,
            "referrer_not_permitted_to_redeem" => Self::OwnReferral,
            "no_effect" => Self::NoEffect,
            "exclusion_rules_not_met"
            | "applicable_redeemables_per_category_limit_exceeded"
            | "applicable_exclusive_redeemables_limit_exceeded"
            | "applicable_exclusive_redeemables_per_category_limit_exceeded" => Self::NotCombinable,
            "applicable_redeemables_limit_exceeded" => Self::TooManyCodes,
            "preceding_validation_failed" => Self::NotJudged,
            "gift_amount_exceeded" | "gift_balance_exceeded" => Self::NoBalance,
            "loyalty_card_points_exceeded" => Self::NoPoints,
            "missing_reward" | "invalid_voucher" | "invalid_gift" => Self::NotSupported,
            "invalid_order"
            | "invalid_amount"
            | "invalid_product"
            | "invalid_sku"
            | "invalid_payload"
            | "missing_order_items_amount"
            | "query_too_large" => Self::NotCheckable,
            other => Self::Other(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key of Voucherify's list of errors that a validation can give, every key of a skipped
    /// code, and the names by which they were known before.
    const KEYS: [(Refusal, &str); 18] = [
        (
            Refusal::Unknown,
            "not_found resource_not_found voucher_not_found",
        ),
        (Refusal::InUse, "multiple_requests"),
        (
            Refusal::UsedUp,
            "quantity_exceeded redemption_limit_exceeded",
        ),
        (Refusal::RedemptionRulesNotMet, "redemption_rules_violated"),
        (
            Refusal::Expired,
            "voucher_expired campaign_expired promotion_expired",
        ),
        (Refusal::NotYetValid, "voucher_not_active"),
        (
            Refusal::NotNow,
            "voucher_not_active_now campaign_not_active campaign_not_active_now \
             promotion_not_active promotion_not_active_now",
        ),
        (
            Refusal::Disabled,
            "voucher_disabled campaign_inactive campaign_disabled promotion_inactive",
        ),
        (
            Refusal::RulesNotMet,
            "order_rules_violated missing_order missing_order_items missing_amount",
        ),
        (
            Refusal::CustomerNotEligible,
            "customer_rules_violated segment_rules_violated invalid_customer",
        ),
        (Refusal::AddressNeeded, "missing_customer"),
        (Refusal::OwnReferral, "referrer_not_permitted_to_redeem"),
        (Refusal::NoEffect, "no_effect"),
        (
            Refusal::NotCombinable,
            "exclusion_rules_not_met applicable_redeemables_per_category_limit_exceeded \
             applicable_exclusive_redeemables_limit_exceeded \
             applicable_exclusive_redeemables_per_category_limit_exceeded",
        ),
        (
            Refusal::TooManyCodes,
            "applicable_redeemables_limit_exceeded",
        ),
        (Refusal::NotJudged, "preceding_validation_failed"),
        (
            Refusal::NoBalance,
            "gift_amount_exceeded gift_balance_exceeded",
        ),
        (Refusal::NoPoints, "loyalty_card_points_exceeded"),
    ];

    #[test]
    fn every_known_key_has_a_refusal() {
        for (refusal, keys) in KEYS {
            for key in keys.split(' ') {
                assert_eq!(Refusal::from_voucherify(key), refusal, "{key}");
            }
        }
        for key in ["invalid_voucher", "missing_reward"] {
            assert_eq!(Refusal::from_voucherify(key), Refusal::NotSupported);
        }
        for key in ["invalid_order", "invalid_product", "invalid_payload"] {
            assert_eq!(Refusal::from_voucherify(key), Refusal::NotCheckable);
        }
        let unknown = Refusal::from_voucherify("some_new_key");
        assert_eq!(unknown.reason(), "some_new_key");
    }
}
