//! An e-mail address as the key of a shopper.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// An e-mail address in the one spelling by which its owner is known: without white space around
/// it, composed, in small letters. `A@Example.com` and ` a@example.com` are one shopper, so that a
/// limit per customer is not passed by a capital letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// There is nothing but white space. Anything else BigCommerce has taken for an address already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no e-mail address")]
pub struct NoEmailAddress;

impl EmailAddress {
    /// Takes an address as BigCommerce has it.
    pub fn parse(text: &str) -> Result<Self, NoEmailAddress> {
        let address: String = text.trim().to_lowercase().nfc().collect();
        if address.is_empty() {
            return Err(NoEmailAddress);
        }
        Ok(Self(address))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = NoEmailAddress;
    fn try_from(text: String) -> Result<Self, NoEmailAddress> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_one() {
        let spellings = [
            "zoe\u{308}@example.com",
            "  Zo\u{eb}@Example.com",
            "ZO\u{cb}@EXAMPLE.COM\u{a0}\n",
        ];
        for text in spellings {
            let address = EmailAddress::parse(text).unwrap();
            assert_eq!(address.as_str(), "zo\u{eb}@example.com", "{text:?}");
        }
        assert_eq!(EmailAddress::parse(" \t"), Err(NoEmailAddress));
    }
}
