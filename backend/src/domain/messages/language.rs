//! The languages of the sentences a shopper reads.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A language that has every sentence.
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
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
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
    /// All of them.
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Fr, Self::Es, Self::Pl];

    /// The language of a page by its `lang`, such as `de-AT`.
    #[must_use]
    pub fn of_page(locale: Option<&str>) -> Self {
        let locale = locale.unwrap_or_default();
        let primary = locale.split(['-', '_']).next().unwrap_or_default();
        Self::parse(&primary.trim().to_ascii_lowercase()).unwrap_or_default()
    }

    /// The language of a two-letter name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// Its two-letter name (ISO 639-1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Pl => "pl",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
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
