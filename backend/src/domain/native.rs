//! The BigCommerce code made for one checkout.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Code;

/// BigCommerce's limit for a coupon code (Create Coupon Code: `code`, `maxLength` 50).
const MAX_LENGTH: usize = 50;
/// And for a gift certificate's, as far as the checkout takes them.
const MAX_CERTIFICATE_LENGTH: usize = 20;
const SUFFIX_LENGTH: usize = 6;
/// Crockford's base32: no I, L, O or U, so that it can be read aloud and spells nothing.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The random end of a native code: six Crockford base32 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeSuffix(String);

/// Visible part, `-`, six random characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NativeCode(String);

/// The text is no native code of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a native code is up to 43 letters, digits, `_` and `-`, then `-` and six characters")]
pub struct NativeCodeError;

impl NativeSuffix {
    /// Takes thirty random bits.
    #[must_use]
    pub fn from_bits(bits: u32) -> Self {
        let character = |position: usize| {
            let index = (bits >> (5 * position)) & 31;
            char::from(ALPHABET[index as usize])
        };
        Self((0..SUFFIX_LENGTH).map(character).collect())
    }
}

impl NativeCode {
    /// The coupon code that stands for `code`: what BigCommerce cannot hold becomes `-`, what is
    /// too long is cut.
    #[must_use]
    pub fn for_code(code: &Code, suffix: &NativeSuffix) -> Self {
        Self::of_length(code, suffix, MAX_LENGTH)
    }

    /// The gift certificate's code that stands for `code`, which is shorter.
    #[must_use]
    pub fn for_certificate(code: &Code, suffix: &NativeSuffix) -> Self {
        Self::of_length(code, suffix, MAX_CERTIFICATE_LENGTH)
    }

    fn of_length(code: &Code, suffix: &NativeSuffix, length: usize) -> Self {
        let room = length - SUFFIX_LENGTH - 1;
        let plain = |character: char| if is_plain(character) { character } else { '-' };
        let visible: String = code.as_str().chars().map(plain).take(room).collect();
        Self(format!("{visible}-{}", suffix.0))
    }

    /// Takes a native code; the six characters are put in capitals, as BigCommerce ignores case.
    pub fn parse(text: &str) -> Result<Self, NativeCodeError> {
        let (visible, suffix) = text.rsplit_once('-').ok_or(NativeCodeError)?;
        let suffix = suffix.to_ascii_uppercase();
        let fits = !visible.is_empty()
            && text.len() <= MAX_LENGTH
            && suffix.len() == SUFFIX_LENGTH
            && visible.chars().all(is_plain)
            && suffix.bytes().all(|byte| ALPHABET.contains(&byte));
        if fits {
            Ok(Self(format!("{visible}-{suffix}")))
        } else {
            Err(NativeCodeError)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether BigCommerce means this code by `text`: it ignores case.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '-'
}

impl fmt::Display for NativeCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for NativeCode {
    type Error = NativeCodeError;
    fn try_from(text: String) -> Result<Self, NativeCodeError> {
        Self::parse(&text)
    }
}

impl From<NativeCode> for String {
    fn from(code: NativeCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_what_was_typed() {
        let code = Code::parse("Spring/Sale+10%").unwrap();
        let native = NativeCode::for_code(&code, &NativeSuffix::from_bits(0));
        assert_eq!(native.as_str(), "Spring-Sale-10--000000");
        assert!(native.is("SPRING-SALE-10--000000"));
    }

    #[test]
    fn refuses_codes_of_others() {
        for other in [
            "SAVE10",
            "-ABCDEF",
            "SAVE10-ABCDEI",
            "SA VE-ABCDEF",
            "SAVE10-ABCDE",
        ] {
            assert_eq!(NativeCode::parse(other), Err(NativeCodeError), "{other}");
        }
    }

    proptest! {
        #[test]
        fn is_always_a_code_bigcommerce_takes(typed in "\\PC{1,200}", bits: u32) {
            let Ok(code) = Code::parse(&typed) else { return Ok(()) };
            let native = NativeCode::for_code(&code, &NativeSuffix::from_bits(bits));
            prop_assert!(native.as_str().len() <= MAX_LENGTH);
            prop_assert_eq!(NativeCode::parse(native.as_str()), Ok(native));
            let certificate = NativeCode::for_certificate(&code, &NativeSuffix::from_bits(bits));
            prop_assert!(certificate.as_str().len() <= MAX_CERTIFICATE_LENGTH);
            prop_assert_eq!(NativeCode::parse(certificate.as_str()), Ok(certificate));
        }
    }
}
