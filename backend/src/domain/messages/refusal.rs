//! Why a code was refused.

use clap::ValueEnum;

/// The longest sentence taken over from Voucherify, in characters.
const LONGEST: usize = 300;

/// Why a code cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Refusal {
    /// Voucherify does not know it.
    Unknown,
    /// Another checkout holds its last use.
    InUse,
    /// It was used as often as it may be.
    UsedUp,
    /// A rule limits its uses, by customer, day or budget, and the limit is reached.
    LimitReached,
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
    /// It is for other customers.
    CustomerNotEligible,
    /// It is for customers, and the shopper is a guest.
    SignInNeeded,
    /// It is the shopper's own referral code.
    OwnReferral,
    /// It would change nothing.
    NoEffect,
    /// The cart's currency is not the project's, and its amount cannot be translated.
    OtherCurrency,
    /// Another code is applied already, and only one may be.
    OneCodeOnly,
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
    /// The item it adds has options that the code does not settle.
    FreeItemNeedsChoice,
    /// The store does not sell the item it adds.
    FreeItemUnavailable,
    /// It is of a kind that is not taken here.
    NotSupported,
    /// Voucherify cannot make sense of the cart.
    NotCheckable,
    /// Anything else Voucherify says, with its own key.
    #[value(skip)]
    Other(String),
    /// A refusal that came with a sentence of its own.
    #[value(skip)]
    Worded(Box<Worded>),
}

/// A refusal with the sentence that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worded {
    /// What it is; never worded itself.
    pub refusal: Refusal,
    /// Who wrote the sentence.
    pub author: Author,
    /// The sentence.
    pub sentence: String,
}

/// Who wrote a sentence that came from Voucherify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The merchant, for a validation rule.
    Merchant,
    /// Voucherify itself, in English unless the project says otherwise.
    Voucherify,
}

impl Refusal {
    /// By this name a merchant's own sentence takes the neutral one's place.
    pub const OTHER: &'static str = "other";

    /// From what Voucherify said of a code: its error key, the sentence the merchant configured
    /// for the rule, and Voucherify's own.
    #[must_use]
    pub fn said(key: &str, merchant: Option<&str>, voucherify: Option<&str>) -> Self {
        let refusal = Self::from_voucherify(key);
        let worded = |author, sentence| {
            Self::Worded(Box::new(Worded {
                refusal: refusal.clone(),
                author,
                sentence,
            }))
        };
        if let Some(sentence) = merchant.and_then(tidy).filter(|_| refusal.is_of_a_rule()) {
            return worded(Author::Merchant, sentence);
        }
        match voucherify.and_then(tidy).filter(|text| is_sentence(text)) {
            Some(sentence) if matches!(refusal, Self::Other(_)) => {
                worded(Author::Voucherify, sentence)
            }
            _ => refusal,
        }
    }

    /// From an error key of Voucherify's (Errors; Validate Stackable Discounts,
    /// `result.error.key` and `result.details.key`).
    #[must_use]
    pub fn from_voucherify(key: &str) -> Self {
        match key {
            "not_found" | "voucher_not_found" | "resource_not_found" => Self::Unknown,
            "multiple_requests" => Self::InUse,
            "quantity_exceeded" | "redemption_limit_exceeded" => Self::UsedUp,
            "redemption_rules_violated" => Self::LimitReached,
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
            "missing_customer" => Self::SignInNeeded,
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

    /// Whether a merchant's validation rule may be behind it.
    fn is_of_a_rule(&self) -> bool {
        matches!(
            self,
            Self::RulesNotMet | Self::CustomerNotEligible | Self::LimitReached | Self::Other(_)
        )
    }

    /// Machine-readable, `snake_case`.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Unknown => "unknown",
            Self::InUse => "in_use",
            Self::UsedUp => "used_up",
            Self::LimitReached => "limit_reached",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::NotNow => "not_now",
            Self::Disabled => "disabled",
            Self::RulesNotMet => "rules_not_met",
            Self::CustomerNotEligible => "customer_not_eligible",
            Self::SignInNeeded => "sign_in_needed",
            Self::OwnReferral => "own_referral",
            Self::NoEffect => "no_effect",
            Self::OtherCurrency => "other_currency",
            Self::OneCodeOnly => "one_code_only",
            Self::NotCombinable => "not_combinable",
            Self::TooManyCodes => "too_many_codes",
            Self::NotJudged => "not_judged",
            Self::NoBalance => "no_balance",
            Self::NoPoints => "no_points",
            Self::NothingToPay => "nothing_to_pay",
            Self::CertificateInCart => "certificate_in_cart",
            Self::FreeItemOutOfStock => "free_item_out_of_stock",
            Self::FreeItemNeedsChoice => "free_item_needs_choice",
            Self::FreeItemUnavailable => "free_item_unavailable",
            Self::NotSupported => "not_supported",
            Self::NotCheckable => "not_checkable",
            Self::Other(key) => key,
            Self::Worded(worded) => worded.refusal.reason(),
        }
    }

    /// The names under which a merchant may write sentences.
    pub fn reasons() -> impl Iterator<Item = &'static str> {
        let plain = Self::value_variants().iter().map(Self::reason);
        plain.chain([Self::OTHER])
    }
}

/// One line of text, not too long; none if nothing is left.
fn tidy(text: &str) -> Option<String> {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST {
        return Some(line).filter(|line| !line.is_empty());
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    Some(format!("{}…", cut.trim_end()))
}

/// Whether a shopper can read it: words, and neither a key nor a piece of JSON.
fn is_sentence(text: &str) -> bool {
    let odd = |character| {
        matches!(
            character,
            '_' | '{' | '}' | '[' | ']' | '<' | '>' | '`' | '"'
        )
    };
    let starts_well = text.chars().next().is_some_and(char::is_uppercase);
    starts_well && text.split(' ').count() > 2 && !text.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key of Voucherify's list of errors that a validation can give, every key of a skipped
    /// code, and the names by which they were known before.
    const KEYS: [(&str, Refusal); 44] = [
        ("not_found", Refusal::Unknown),
        ("resource_not_found", Refusal::Unknown),
        ("voucher_not_found", Refusal::Unknown),
        ("multiple_requests", Refusal::InUse),
        ("quantity_exceeded", Refusal::UsedUp),
        ("redemption_limit_exceeded", Refusal::UsedUp),
        ("redemption_rules_violated", Refusal::LimitReached),
        ("voucher_expired", Refusal::Expired),
        ("campaign_expired", Refusal::Expired),
        ("promotion_expired", Refusal::Expired),
        ("voucher_not_active", Refusal::NotYetValid),
        ("voucher_not_active_now", Refusal::NotNow),
        ("campaign_not_active", Refusal::NotNow),
        ("campaign_not_active_now", Refusal::NotNow),
        ("promotion_not_active", Refusal::NotNow),
        ("promotion_not_active_now", Refusal::NotNow),
        ("voucher_disabled", Refusal::Disabled),
        ("campaign_inactive", Refusal::Disabled),
        ("campaign_disabled", Refusal::Disabled),
        ("promotion_inactive", Refusal::Disabled),
        ("order_rules_violated", Refusal::RulesNotMet),
        ("missing_order", Refusal::RulesNotMet),
        ("missing_order_items", Refusal::RulesNotMet),
        ("missing_amount", Refusal::RulesNotMet),
        ("customer_rules_violated", Refusal::CustomerNotEligible),
        ("segment_rules_violated", Refusal::CustomerNotEligible),
        ("invalid_customer", Refusal::CustomerNotEligible),
        ("missing_customer", Refusal::SignInNeeded),
        ("referrer_not_permitted_to_redeem", Refusal::OwnReferral),
        ("no_effect", Refusal::NoEffect),
        ("exclusion_rules_not_met", Refusal::NotCombinable),
        (
            "applicable_redeemables_per_category_limit_exceeded",
            Refusal::NotCombinable,
        ),
        (
            "applicable_exclusive_redeemables_limit_exceeded",
            Refusal::NotCombinable,
        ),
        (
            "applicable_exclusive_redeemables_per_category_limit_exceeded",
            Refusal::NotCombinable,
        ),
        (
            "applicable_redeemables_limit_exceeded",
            Refusal::TooManyCodes,
        ),
        ("preceding_validation_failed", Refusal::NotJudged),
        ("gift_amount_exceeded", Refusal::NoBalance),
        ("gift_balance_exceeded", Refusal::NoBalance),
        ("loyalty_card_points_exceeded", Refusal::NoPoints),
        ("missing_reward", Refusal::NotSupported),
        ("invalid_voucher", Refusal::NotSupported),
        ("invalid_order", Refusal::NotCheckable),
        ("invalid_product", Refusal::NotCheckable),
        ("invalid_payload", Refusal::NotCheckable),
    ];

    #[test]
    fn every_known_key_has_a_refusal() {
        for (key, refusal) in KEYS {
            assert_eq!(Refusal::from_voucherify(key), refusal, "{key}");
        }
        let unknown = Refusal::from_voucherify("some_new_key");
        assert_eq!(unknown.reason(), "some_new_key");
    }

    #[test]
    fn reasons_are_the_names_of_the_kinds() {
        for refusal in Refusal::value_variants() {
            let value = refusal.to_possible_value().unwrap();
            assert_eq!(refusal.reason(), value.get_name());
        }
    }

    #[test]
    fn the_words_of_a_rule_are_the_merchants() {
        let own = Some(" Spend 300\nfirst. ");
        let Refusal::Worded(worded) = Refusal::said("order_rules_violated", own, Some("x")) else {
            panic!("it lost its words");
        };
        assert_eq!(worded.author, Author::Merchant);
        assert_eq!(worded.sentence, "Spend 300 first.");
        assert_eq!(worded.refusal, Refusal::RulesNotMet);
        // What flows decide by is never hidden behind words.
        assert_eq!(
            Refusal::said("quantity_exceeded", own, None),
            Refusal::UsedUp
        );
        let blank = Refusal::said("order_rules_violated", Some(" \n"), None);
        assert_eq!(blank, Refusal::RulesNotMet);
        let long = Refusal::said("order_rules_violated", Some(&"word ".repeat(200)), None);
        let Refusal::Worded(worded) = long else {
            panic!("it lost its words");
        };
        assert!(worded.sentence.chars().count() <= LONGEST && worded.sentence.ends_with('…'));
    }

    #[test]
    fn voucherifys_own_words_count_only_where_the_key_is_unknown_and_only_as_a_sentence() {
        let of = |key: &str, message: &str| Refusal::said(key, None, Some(message));
        let Refusal::Worded(worded) = of("some_new_key", "The voucher is on hold") else {
            panic!("it lost its words");
        };
        assert_eq!(worded.author, Author::Voucherify);
        assert_eq!(
            of("voucher_expired", "The voucher is old"),
            Refusal::Expired
        );
        for message in [
            "",
            "some_new_key",
            "Key some_new_key failed",
            "Failed",
            "{\"a\": 1 2}",
        ] {
            let plain = Refusal::Other("some_new_key".to_owned());
            assert_eq!(of("some_new_key", message), plain, "{message}");
        }
    }
}
