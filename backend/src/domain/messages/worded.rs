//! Refusals that come with a sentence of their own.

use super::refusal::{Refusal, Worded};

/// The longest sentence taken over from Voucherify, in characters.
const LONGEST: usize = 300;

impl Refusal {
    /// From what Voucherify said of a code: its error key, the sentence the merchant configured
    /// for the rule, and Voucherify's own.
    #[must_use]
    pub fn said(key: &str, merchant: Option<&str>, voucherify: Option<&str>) -> Self {
        let refusal = Self::from_voucherify(key);
        let of_rule = merchant.and_then(tidy).filter(|_| refusal.is_of_a_rule());
        let of_voucherify = || {
            let text = voucherify.filter(|_| matches!(refusal, Self::Other(_)))?;
            tidy(text).filter(|text| is_sentence(text)).map(ended)
        };
        match of_rule.or_else(of_voucherify) {
            Some(sentence) => Self::Worded(Box::new(Worded { refusal, sentence })),
            None => refusal,
        }
    }

    /// Whether a merchant's validation rule may be behind it.
    fn is_of_a_rule(&self) -> bool {
        matches!(
            self,
            Self::RulesNotMet
                | Self::CustomerNotEligible
                | Self::RedemptionRulesNotMet
                | Self::Other(_)
        )
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

fn ended(sentence: String) -> String {
    if sentence.ends_with(['.', '!', '?', '…']) {
        return sentence;
    }
    sentence + "."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_rule_are_the_merchants() {
        let own = Some(" Spend 300\nfirst. ");
        let Refusal::Worded(worded) = Refusal::said("order_rules_violated", own, Some("x")) else {
            panic!("it lost its words");
        };
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
        assert_eq!(worded.sentence, "The voucher is on hold.");
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
