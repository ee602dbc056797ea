//! A voucher code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest code taken, in characters. Voucherify names no limit; real codes stay far below.
pub(super) const MAX_CHARACTERS: usize = 200;
/// The most codes of one entry: as many as Voucherify takes in one request (Validate Stackable
/// Discounts, `redeemables`).
pub(super) const MOST_CODES: usize = 30;

/// A voucher code as typed, kept unchanged but for the white space around it. It may hold whatever
/// Voucherify allows (Create Voucher, `code`: letters, numerals and special characters).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// Why a text is no code; `messages` has the shopper's sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but white space.
    #[error("there is no code")]
    Empty,
    /// More than 200 characters.
    #[error("the code is longer than {MAX_CHARACTERS} characters")]
    TooLong,
    /// More than 30 codes in one entry.
    #[error("there are more than {MOST_CODES} codes")]
    TooMany,
    /// A character that nobody sees, or a text that cannot be a segment of a path.
    #[error("no code looks like this")]
    Impossible,
}

impl Code {
    /// Takes a typed text. `.` and `..` mean something else in a path, and what nobody sees is not
    /// part of a code: it could only make two codes look alike, or a log line be what it is not.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        if text.chars().count() > MAX_CHARACTERS {
            return Err(CodeError::TooLong);
        }
        let is_hidden = |character: char| character.is_control() || is_invisible(character);
        if matches!(text, "." | "..") || text.chars().any(is_hidden) {
            return Err(CodeError::Impossible);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether they differ by capital letters alone: in a project that ignores case they are the same
    /// voucher, in another they are two.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        self != other && self.is_but_for_case(&other.0)
    }

    /// The one of `codes` that a platform means by `text`: some projects ignore case, and answer with
    /// the voucher's own spelling.
    #[must_use]
    pub fn named<'a>(codes: &'a [Self], text: &str) -> Option<&'a Self> {
        let exactly = codes.iter().find(|code| code.as_str() == text);
        exactly.or_else(|| codes.iter().find(|code| code.is_but_for_case(text)))
    }

    fn is_but_for_case(&self, text: &str) -> bool {
        self.0.to_lowercase() == text.to_lowercase()
    }

    /// Whether it has letters that could be capital ones.
    #[must_use]
    pub fn has_small_letters(&self) -> bool {
        self.0.chars().any(char::is_lowercase)
    }
}

/// Characters that take no room or turn what follows them round: Unicode's
/// `Default_Ignorable_Code_Point`, as far as no letter is written with them, and the line ends that
/// are no control characters. The joiners of Persian and of emoji are kept, and so are variation
/// selectors.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
    )
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Code {
    type Error = CodeError;
    fn try_from(text: String) -> Result<Self, CodeError> {
        Self::parse(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    #[test]
    fn keeps_what_was_typed() {
        for text in [
            "Spring/Sale+10% é",
            "DON'T10",
            "10€OFF",
            "<b>&quot;\"\\",
            "割引",
            "SAVE🎉",
            "👩\u{200d}💻",
            "...",
            "a;b",
        ] {
            assert_eq!(code(&format!(" {text}\u{a0}")).as_str(), text);
        }
    }

    #[test]
    fn refuses_what_no_code_is() {
        assert_eq!(Code::parse(" \u{2003}"), Err(CodeError::Empty));
        assert_eq!(Code::parse(&"A".repeat(201)), Err(CodeError::TooLong));
        for text in [
            ".",
            "..",
            "A\u{0}B",
            "A\nB",
            "A\tB",
            "A\u{1b}[2J",
            "A\u{2028}B",
            "A\u{202e}B",
            "A\u{feff}B",
            "A\u{ad}B",
        ] {
            assert_eq!(Code::parse(text), Err(CodeError::Impossible), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_taken_for_the_code_that_is_spelt_so() {
        let codes = [code("abc"), code("ABC"), code("Other")];
        assert_eq!(Code::named(&codes, "ABC"), Some(&codes[1]));
        assert_eq!(Code::named(&codes, "OTHER"), Some(&codes[2]));
        assert_eq!(Code::named(&codes, "abcd"), None);
        assert!(codes[0].may_be(&codes[1]) && !codes[0].may_be(&codes[0]));
    }
}
