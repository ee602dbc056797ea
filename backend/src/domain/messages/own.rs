//! The merchant's own sentences.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::VariantNames as _;

use super::{language::Language, refusal::Refusal};

/// The longest sentence, in characters.
const LONGEST: usize = 200;

/// The merchant's own sentences, by reason and language, in place of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Messages(BTreeMap<String, BTreeMap<Language, String>>);

/// Why a sentence is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OwnSentenceError {
    /// No refusal has this reason.
    #[error("`{0}` is no reason; the reasons are {list}", list = Refusal::reasons().collect::<Vec<_>>().join(", "))]
    Reason(String),
    /// No sentences are kept in this language.
    #[error("`{0}` is no language; the languages are {list}", list = Language::VARIANTS.join(", "))]
    Language(String),
    /// The sentence is blank.
    #[error("the sentence for `{0}` is empty")]
    Empty(String),
    /// The sentence is too long for the page.
    #[error("the sentence for `{0}` has more than {LONGEST} characters")]
    TooLong(String),
    /// The sentence is more than a line of plain text.
    #[error("the sentence for `{0}` must be one line of plain text without < and >")]
    NotPlain(String),
}

impl Messages {
    /// No sentence at all.
    pub(super) const NONE: &'static Self = &Self(BTreeMap::new());

    /// Takes a sentence, in place of the one there may be.
    pub fn set(
        &mut self,
        reason: &str,
        language: Language,
        sentence: &str,
    ) -> Result<(), OwnSentenceError> {
        known(reason)?;
        let sentence = sentence.trim();
        let is_odd = |character: char| character.is_control() || matches!(character, '<' | '>');
        if sentence.is_empty() {
            return Err(OwnSentenceError::Empty(reason.to_owned()));
        }
        if sentence.chars().count() > LONGEST {
            return Err(OwnSentenceError::TooLong(reason.to_owned()));
        }
        if sentence.contains(is_odd) {
            return Err(OwnSentenceError::NotPlain(reason.to_owned()));
        }
        let of_reason = self.0.entry(reason.to_owned()).or_default();
        of_reason.insert(language, sentence.to_owned());
        Ok(())
    }

    /// Forgets the sentence of a reason in one language, or in all.
    pub fn reset(
        &mut self,
        reason: &str,
        language: Option<Language>,
    ) -> Result<(), OwnSentenceError> {
        known(reason)?;
        if let (Some(language), Some(of_reason)) = (language, self.0.get_mut(reason)) {
            of_reason.remove(&language);
        }
        if language.is_none() || self.0.get(reason).is_some_and(BTreeMap::is_empty) {
            self.0.remove(reason);
        }
        Ok(())
    }

    /// Every sentence, with its reason and language.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Language, &str)> {
        self.0.iter().flat_map(|(reason, sentences)| {
            let of_reason = sentences.iter();
            of_reason.map(|(language, sentence)| (reason.as_str(), *language, sentence.as_str()))
        })
    }

    /// The sentence for a refusal, if there is one.
    pub(super) fn sentence(&self, refusal: &Refusal, language: Language) -> Option<&str> {
        let name = match refusal {
            Refusal::Other(_) => Refusal::OTHER,
            refusal => refusal.reason(),
        };
        Some(self.0.get(name)?.get(&language)?.as_str())
    }
}

fn known(reason: &str) -> Result<(), OwnSentenceError> {
    if Refusal::reasons().any(|known| known == reason) {
        return Ok(());
    }
    Err(OwnSentenceError::Reason(reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_line_of_plain_text_and_says_what_is_wrong_with_the_rest() {
        let mut own = Messages::default();
        let mut set = |reason: &str, sentence: &str| {
            let error = own.set(reason, Language::En, sentence).unwrap_err();
            error.to_string()
        };
        assert!(
            set("no_such", "Sorry.").contains("`no_such` is no reason; the reasons are unknown,")
        );
        assert!(set("expired", "  ").contains("empty"));
        assert!(set("expired", &"x".repeat(201)).contains("200"));
        assert!(set("expired", "<b>No</b>").contains("plain text"));
        assert!(set("expired", "Two\nlines").contains("one line"));
        own.set("expired", Language::En, &"ß".repeat(200)).unwrap();
    }

    #[test]
    fn keeps_and_forgets() {
        let mut own = Messages::default();
        for language in [Language::En, Language::De] {
            own.set("expired", language, " Zu spät. ").unwrap();
        }
        own.set("other", Language::Pl, "Nie.").unwrap();
        let json = serde_json::to_string(&own).unwrap();
        assert_eq!(
            json,
            r#"{"expired":{"en":"Zu spät.","de":"Zu spät."},"other":{"pl":"Nie."}}"#
        );
        assert_eq!(serde_json::from_str::<Messages>(&json).unwrap(), own);
        own.reset("expired", Some(Language::De)).unwrap();
        assert_eq!(own.iter().count(), 2);
        own.reset("expired", Some(Language::En)).unwrap();
        own.reset("other", None).unwrap();
        own.reset("unknown", None).unwrap();
        assert_eq!(own, Messages::default());
        assert!(own.reset("no_such", None).is_err());
    }
}
