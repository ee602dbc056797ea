//! Why a flow did not end well.

use std::time::Duration;

use crate::{bigcommerce::BigCommerceError, database::DatabaseError, voucherify::VoucherifyError};

/// Why a flow did not end well.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The store has no such checkout.
    #[error("the store has no such checkout")]
    UnknownCheckout,
    /// The checkout became an order.
    #[error("the checkout has become an order")]
    CheckoutClosed,
    /// Another request works on the same checkout and did not end in time.
    #[error("another request is working on this checkout")]
    Busy,
    /// The flow took longer than it may hold the checkout.
    #[error("the work on this checkout took too long")]
    TooSlow,
    /// It has to be tried again, not before this long.
    #[error("not before {0:?} from now")]
    NotYet(Duration),
    /// The operator has to mend the set-up; until then it is tried again.
    #[error("{0}")]
    Unusable(String),
    /// Trying again will not help.
    #[error("{0}")]
    NeedsPerson(String),
    /// BigCommerce did not do its part.
    #[error("BigCommerce: {0}")]
    BigCommerce(#[from] BigCommerceError),
    /// Voucherify did not do its part.
    #[error("Voucherify: {0}")]
    Voucherify(#[from] VoucherifyError),
    /// The database did not do its part.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl FlowError {
    /// Whether a platform may have done what it was asked all the same.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::BigCommerce(error) => error.may_have_happened(),
            Self::Voucherify(error) => error.may_have_happened(),
            _ => false,
        }
    }

    /// How long a platform asked to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotYet(wait) => Some(*wait),
            Self::BigCommerce(error) => error.retry_after(),
            Self::Voucherify(error) => error.retry_after(),
            _ => None,
        }
    }
}
