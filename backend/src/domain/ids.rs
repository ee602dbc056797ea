//! Names of things, made at the edge so that no flow handles a bare string.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is not the id it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a store hash.
    #[error("a store hash has 1 to 32 lower-case letters and digits")]
    StoreHash,
    /// Not a checkout id.
    #[error("a checkout id is a UUID")]
    CheckoutId,
    /// Not a lock id.
    #[error("a lock id is a UUID")]
    LockId,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

text_id!(
    /// A BigCommerce store, as in its API path.
    StoreHash
);
text_id!(
    /// A checkout; BigCommerce gives it the id of its cart (Get a Checkout).
    CheckoutId
);
text_id!(
    /// One code held for one checkout: the row, the promotion's name, the redemption's metadata.
    LockId
);
text_id!(
    /// The key of a checkout's Voucherify session.
    SessionKey
);
number_id!(
    /// A BigCommerce order.
    OrderId
);
number_id!(
    /// A BigCommerce promotion.
    PromotionId
);

number_id!(
    /// A BigCommerce gift certificate.
    CertificateId
);

impl StoreHash {
    /// Takes a store hash.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (1..=32).contains(&text.len());
        if fits
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        {
            return Ok(Self(text.to_owned()));
        }
        Err(IdError::StoreHash)
    }
}

impl CheckoutId {
    /// Takes a checkout id, in lower case.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let hyphenated = text.len() == 36;
        match Uuid::try_parse(text) {
            Ok(id) if hyphenated => Ok(Self(id.to_string())),
            _ => Err(IdError::CheckoutId),
        }
    }
}

impl LockId {
    /// Wraps a UUID.
    #[must_use]
    pub fn from_uuid(id: Uuid) -> Self {
        Self(id.to_string())
    }

    /// Takes a lock id.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Uuid::try_parse(text)
            .map(Self::from_uuid)
            .map_err(|_| IdError::LockId)
    }
}

impl SessionKey {
    /// The two keys of a checkout, one for its coupon and one for its gift cards: repeating a key
    /// replaces what it held. Which is whose is known only once a code's kind is known.
    #[must_use]
    pub fn of(store: &StoreHash, checkout: &CheckoutId) -> [Self; 2] {
        let first = format!("voucherbridge-{store}-{checkout}");
        let second = format!("{first}-2");
        [Self(first), Self(second)]
    }

    /// The key of a lock that leaves this session, to be held by itself. What left with it shares it.
    #[must_use]
    pub fn left_by(&self, lock: &LockId) -> Self {
        Self(format!("{}.{lock}", self.0))
    }

    /// The key that was left for this one.
    #[must_use]
    pub fn before(&self) -> Option<Self> {
        let (before, _) = self.0.rsplit_once('.')?;
        Some(Self(before.to_owned()))
    }

    /// The key of the cart's own session.
    #[must_use]
    pub fn of_cart(&self) -> Self {
        let (of_cart, _) = self.0.split_once('.').unwrap_or((&self.0, ""));
        Self(of_cart.to_owned())
    }

    /// A key as it was written down.
    #[must_use]
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_ids_and_nothing_else() {
        assert!(StoreHash::parse("demo1store").is_ok());
        assert_eq!(StoreHash::parse("Demo"), Err(IdError::StoreHash));
        assert_eq!(StoreHash::parse("../x"), Err(IdError::StoreHash));
        let id = "0A1B2C3D-0000-4000-8000-000000000001";
        assert_eq!(CheckoutId::parse(id).unwrap().as_str(), id.to_lowercase());
        assert_eq!(CheckoutId::parse("' OR 1=1"), Err(IdError::CheckoutId));
    }

    #[test]
    fn a_key_knows_the_one_that_was_left_for_it() {
        let store = StoreHash::parse("demo1store").unwrap();
        let checkout = CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000001").unwrap();
        let lock = LockId::parse("0a1b2c3d-0000-4000-8000-000000000002").unwrap();
        for key in SessionKey::of(&store, &checkout) {
            assert_eq!(key.before(), None);
            let own = key.left_by(&lock);
            assert_eq!(own.before(), Some(key.clone()));
            assert_eq!(own.left_by(&lock).before(), Some(own.clone()));
            assert_eq!(own.left_by(&lock).of_cart(), key);
        }
    }
}
