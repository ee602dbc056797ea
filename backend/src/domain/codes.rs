//! What the shopper types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest code taken, in characters. Voucherify names no limit; real codes stay far below.
pub(super) const MAX_CHARACTERS: usize = 200;

/// Marks a code may hold beside letters, digits and spaces. Quotes, brackets, semicolons and
/// backslashes are in no code a shop would print, and in most attempts to break one.
const MARKS: &str = "-_.,#/+%&!*@:=$~?()";

/// A voucher code as typed, kept unchanged but for the white space around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// What the shopper typed into the box: codes with commas or spaces between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry(Vec<Code>);

/// The most codes of one entry: as many as Voucherify takes in one request (Validate Stackable
/// Discounts, `redeemables`).
pub(super) const MOST_CODES: usize = 30;

impl Entry {
    /// Takes an entry; a code typed twice counts once.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.chars().count() > MAX_CHARACTERS {
            return Err(CodeError::TooLong);
        }
        let is_between = |character: char| matches!(character, ',' | ' ' | '\t' | '\u{a0}');
        let mut codes: Vec<Code> = Vec::new();
        for part in text.split(is_between).filter(|part| !part.is_empty()) {
            let code = Code::parse(part)?;
            if !codes.iter().any(|known| known.may_be(&code)) {
                codes.push(code);
            }
        }
        match codes.len() {
            0 => Err(CodeError::Empty),
            1..=MOST_CODES => Ok(Self(codes)),
            _ => Err(CodeError::TooMany),
        }
    }

    /// The codes, at least one, in the order in which they were typed.
    #[must_use]
    pub fn codes(&self) -> &[Code] {
        &self.0
    }
}

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
    /// A character no code holds.
    #[error("the code has a character that is in no code")]
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

    /// Whether they may be the same voucher: some projects ignore case. Within one checkout two
    /// codes that differ by nothing else are taken for one, so that it is never used twice.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        self.0 == other.0 || self.0.to_lowercase() == other.0.to_lowercase()
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
    fn an_entry_is_split_at_commas_and_spaces() {
        let codes = |text| Entry::parse(text).unwrap().0;
        assert_eq!(codes("Save10,SAVE10").len(), 1);
        let texts: Vec<String> = codes(" GIFT50,GIFT25 , SAVE10\tGIFT50 ")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(texts, ["GIFT50", "GIFT25", "SAVE10"]);
        assert_eq!(Entry::parse(" , "), Err(CodeError::Empty));
        assert_eq!(Entry::parse("A B🎉"), Err(CodeError::Character('🎉')));
        let many: Vec<String> = (0..31).map(|n| n.to_string()).collect();
        assert_eq!(Entry::parse(&many.join(",")), Err(CodeError::TooMany));
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
