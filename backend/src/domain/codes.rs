//! What the shopper types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest code taken, in characters. Voucherify names no limit; real codes stay far below.
const MAX_CHARACTERS: usize = 200;

/// Marks a code may hold beside letters, digits and spaces. Quotes, brackets, semicolons and
/// backslashes are in no code a shop would print, and in most attempts to break one.
const MARKS: &str = "-_.,#/+%&!*@:=$~?()";

/// A voucher code as typed, kept unchanged but for the white space around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// Why a text is no code, as a sentence for the shopper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but white space.
    #[error("A code was left out.")]
    Empty,
    /// More than 200 characters.
    #[error("A code has at most {MAX_CHARACTERS} characters.")]
    TooLong,
    /// A character no code holds.
    #[error("A code has only letters, digits, spaces and common marks.")]
    Character(char),
}

impl Code {
    /// Takes a typed text.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        if text.chars().count() > MAX_CHARACTERS {
            return Err(CodeError::TooLong);
        }
        match text
            .chars()
            .find(|&character| !is_code_character(character))
        {
            Some(character) => Err(CodeError::Character(character)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_code_character(character: char) -> bool {
    character.is_alphanumeric() || character == ' ' || MARKS.contains(character)
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

    #[test]
    fn keeps_what_was_typed() {
        assert_eq!(
            Code::parse(" Spring/Sale+10% é ").unwrap().as_str(),
            "Spring/Sale+10% é"
        );
    }

    #[test]
    fn refuses_what_no_code_is() {
        assert_eq!(Code::parse("  "), Err(CodeError::Empty));
        assert_eq!(Code::parse(&"A".repeat(201)), Err(CodeError::TooLong));
        assert_eq!(Code::parse("SAVE🎉"), Err(CodeError::Character('🎉')));
        assert_eq!(Code::parse("' OR '1'='1"), Err(CodeError::Character('\'')));
        assert_eq!(Code::parse("A\u{0}B"), Err(CodeError::Character('\u{0}')));
    }
}
