//! The languages of the sentences a shopper reads.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumIter, EnumMessage, EnumString, IntoStaticStr, VariantNames};

/// A language that has every sentence, by its two-letter name (ISO 639-1).
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumIter,
    EnumMessage,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Language {
    /// English, also for pages in a language that is not here.
    #[default]
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
    /// Polish.
    Pl,
}

impl Language {
    /// The language of a page by its `lang`, such as `de-AT`.
    #[must_use]
    pub fn of_page(locale: Option<&str>) -> Self {
        let locale = locale.unwrap_or_default();
        let primary = locale.split(['-', '_']).next().unwrap_or_default();
        let name = primary.trim().to_ascii_lowercase();
        name.parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_the_language_of_its_region() {
        for (locale, language) in [
            ("de", Language::De),
            ("de-AT", Language::De),
            ("FR_ca", Language::Fr),
            ("es-419", Language::Es),
            ("pl-PL", Language::Pl),
            ("en-GB", Language::En),
            ("ja", Language::En),
            ("deutsch", Language::En),
            ("", Language::En),
        ] {
            assert_eq!(Language::of_page(Some(locale)), language, "{locale}");
        }
        assert_eq!(Language::of_page(None), Language::En);
    }
}
