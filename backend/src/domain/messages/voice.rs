//! The sentences for one shopper, in one language and in the merchant's words where there are any.

use super::{
    de, en, es, fr, language::Language, own::Messages, pl, refusal::Refusal, trouble::Trouble,
};
use crate::domain::{Code, CodeError};

/// Speaks to one shopper: a language, and the merchant's own sentences in it.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    language: Language,
    own: &'a Messages,
    /// The language of what comes from Voucherify.
    voucherify: Language,
}

impl Default for Voice<'_> {
    /// English, in our words.
    fn default() -> Self {
        Self {
            language: Language::En,
            own: Messages::NONE,
            voucherify: Language::En,
        }
    }
}

impl<'a> Voice<'a> {
    /// The voice of a store in a language.
    #[must_use]
    pub fn new(language: Language, own: &'a Messages) -> Self {
        Self {
            language,
            own,
            ..Self::default()
        }
    }

    /// The same, where the merchant says in what language the texts at Voucherify are.
    #[must_use]
    pub fn voucherify_in(self, voucherify: Language) -> Self {
        Self { voucherify, ..self }
    }

    /// Why a code is refused.
    ///
    /// What the merchant wrote here for the reason, in this language, goes first. What came from
    /// Voucherify, a rule's own text or its words for an unknown key, serves only the pages in its
    /// language. That is English unless the merchant says otherwise: the texts do not tell.
    #[must_use]
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let (plain, said) = match refusal {
            Refusal::Worded(worded) => (&worded.refusal, Some(&worded.sentence)),
            refusal => (refusal, None),
        };
        if let Some(own) = self.own.sentence(plain, self.language) {
            return own.to_owned();
        }
        match said.filter(|_| self.language == self.voucherify) {
            Some(sentence) => sentence.clone(),
            None => refused(self.language, plain).to_owned(),
        }
    }

    /// A code left the checkout, and why. The page no longer shows which one it was.
    #[must_use]
    pub fn taken_off(&self, code: &Code, refusal: &Refusal) -> String {
        let taken_off = match self.language {
            Language::En => en::taken_off(code),
            Language::De => de::taken_off(code),
            Language::Fr => fr::taken_off(code),
            Language::Es => es::taken_off(code),
            Language::Pl => pl::taken_off(code),
        };
        format!("{taken_off} {}", self.refusal(refusal))
    }
}

/// Why a text is no code.
#[must_use]
pub fn no_code(language: Language, error: &CodeError) -> String {
    match language {
        Language::En => en::no_code(error),
        Language::De => de::no_code(error),
        Language::Fr => fr::no_code(error),
        Language::Es => es::no_code(error),
        Language::Pl => pl::no_code(error),
    }
}

/// What keeps codes from being worked on.
#[must_use]
pub fn trouble(language: Language, trouble: Trouble) -> &'static str {
    match language {
        Language::En => en::trouble(trouble),
        Language::De => de::trouble(trouble),
        Language::Fr => fr::trouble(trouble),
        Language::Es => es::trouble(trouble),
        Language::Pl => pl::trouble(trouble),
    }
}

/// Our own sentence.
fn refused(language: Language, refusal: &Refusal) -> &'static str {
    match language {
        Language::En => en::refused(refusal),
        Language::De => de::refused(refusal),
        Language::Fr => fr::refused(refusal),
        Language::Es => es::refused(refusal),
        Language::Pl => pl::refused(refusal),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use strum::IntoEnumIterator as _;

    use super::*;

    const TROUBLES: [Trouble; 4] = [
        Trouble::Unavailable,
        Trouble::Busy,
        Trouble::CheckoutClosed,
        Trouble::UnknownCheckout,
    ];

    /// Everything that can be said in a language.
    fn all(language: Language) -> Vec<String> {
        let voice = Voice::new(language, Messages::NONE);
        let other = Refusal::Other("some_new_key".to_owned());
        let refusals = Refusal::iter().chain([other]);
        let mut all: Vec<String> = refusals.map(|refusal| voice.refusal(&refusal)).collect();
        let errors = [
            CodeError::Empty,
            CodeError::TooLong,
            CodeError::TooMany,
            CodeError::Impossible,
        ];
        all.extend(errors.iter().map(|error| no_code(language, error)));
        all.extend(TROUBLES.map(|one| trouble(language, one).to_owned()));
        let code = Code::parse("SAVE10").unwrap();
        all.push(voice.taken_off(&code, &Refusal::Expired));
        all
    }

    #[test]
    fn every_language_has_a_sentence_of_its_own_for_everything() {
        let english = all(Language::En);
        for language in Language::iter() {
            let sentences = all(language);
            let distinct: HashSet<&String> = sentences.iter().collect();
            assert_eq!(
                distinct.len(),
                sentences.len(),
                "{language} says one thing twice"
            );
            for (sentence, english) in sentences.iter().zip(&english) {
                assert!(sentence.ends_with('.'), "{language}: {sentence}");
                assert!(sentence.chars().count() < 120, "{language}: {sentence}");
                assert!(!sentence.contains('_'), "{language}: {sentence}");
                if language != Language::En {
                    assert_ne!(sentence, english);
                }
            }
        }
    }

    #[test]
    fn a_code_that_left_is_named() {
        let code = Code::parse("SAVE10").unwrap();
        let said = Voice::default().taken_off(&code, &Refusal::Expired);
        assert_eq!(
            said,
            "The code SAVE10 was taken off. This code has expired."
        );
    }

    #[test]
    fn the_merchants_words_go_before_ours_and_voucherifys_serve_english_pages() {
        let mut own = Messages::default();
        own.set("rules_not_met", Language::De, "Das reicht noch nicht.")
            .unwrap();
        own.set("other", Language::De, "Bitte rufen Sie uns an.")
            .unwrap();
        let in_words = |language, refusal: &Refusal| Voice::new(language, &own).refusal(refusal);
        let plain = Refusal::RulesNotMet;
        assert_eq!(in_words(Language::De, &plain), "Das reicht noch nicht.");
        assert_eq!(
            in_words(Language::En, &plain),
            "Your cart does not meet the conditions of this code."
        );
        let of_rule = Refusal::said("order_rules_violated", Some("Spend 300 first."), None);
        assert_eq!(in_words(Language::En, &of_rule), "Spend 300 first.");
        assert_eq!(in_words(Language::De, &of_rule), "Das reicht noch nicht.");
        for language in [Language::Fr, Language::Es, Language::Pl] {
            assert_eq!(in_words(language, &of_rule), in_words(language, &plain));
        }
        let german = Voice::new(Language::De, Messages::NONE).voucherify_in(Language::De);
        assert_eq!(german.refusal(&of_rule), "Spend 300 first.");
        let english = Voice::default().voucherify_in(Language::De);
        assert_eq!(english.refusal(&of_rule), english.refusal(&plain));
        own.set("rules_not_met", Language::En, "Not yet.").unwrap();
        assert_eq!(Voice::new(Language::En, &own).refusal(&of_rule), "Not yet.");
        let in_words = |language, refusal: &Refusal| Voice::new(language, &own).refusal(refusal);
        let unknown = Refusal::said("some_new_key", None, Some("The voucher is on hold"));
        assert_eq!(in_words(Language::En, &unknown), "The voucher is on hold.");
        assert_eq!(in_words(Language::De, &unknown), "Bitte rufen Sie uns an.");
        assert_eq!(
            in_words(Language::Fr, &unknown),
            "Ce code ne peut pas être utilisé ici."
        );
    }
}
