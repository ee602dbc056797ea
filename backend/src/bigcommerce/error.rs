//! What can go wrong at BigCommerce. No sentence quotes an answer: bodies stay out of logs.

use std::time::Duration;

use crate::upstream::{NoAnswer, Rubbish};

/// Why BigCommerce did not do what it was asked, or may not have.
#[derive(Debug, Clone, thiserror::Error)]
pub enum BigCommerceError {
    /// 404.
    #[error("BigCommerce does not know it")]
    NotFound,
    /// 401: the token is not, or no longer, good.
    #[error("BigCommerce refused the access token")]
    Unauthorized,
    /// 403: the token lacks an OAuth scope.
    #[error("BigCommerce: the access token lacks the scope for `{operation}`")]
    Forbidden {
        /// The API operation refused.
        operation: &'static str,
    },
    /// 429, or held back because no calls are left.
    #[error("BigCommerce takes no calls for {retry_after:?}")]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// Any other refusal: nothing was done.
    #[error("BigCommerce refused `{operation}` with status {status}")]
    Refused {
        /// The API operation refused.
        operation: &'static str,
        /// The HTTP status.
        status: u16,
        /// The title of the answer, for a merchant's eyes; not for logs.
        detail: String,
    },
    /// No connection: nothing was done.
    #[error("BigCommerce cannot be reached: {0}")]
    Unreachable(&'static str),
    /// Time-out, connection lost or 5xx: it may have been done.
    #[error("BigCommerce gave no certain answer: {0}")]
    Uncertain(String),
    /// An answer that cannot be understood: it may have been done.
    #[error("BigCommerce answered `{0}` with something that cannot be read")]
    Rubbish(&'static str),
}

impl BigCommerceError {
    /// How long to wait before trying again, where BigCommerce said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// Whether the request may have had its effect all the same.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Uncertain(_) | Self::Rubbish(_))
    }

    pub(super) fn rubbish(operation: &'static str) -> impl Fn(Rubbish) -> Self {
        move |Rubbish| Self::Rubbish(operation)
    }
}

impl From<NoAnswer> for BigCommerceError {
    fn from(cause: NoAnswer) -> Self {
        match cause {
            NoAnswer::RateLimited(retry_after) => Self::RateLimited { retry_after },
            NoAnswer::Unreachable(cause) => Self::Unreachable(cause),
            NoAnswer::Uncertain(cause) => Self::Uncertain(cause),
        }
    }
}

pub(super) fn gone_is_fine(result: Result<(), BigCommerceError>) -> Result<(), BigCommerceError> {
    match result {
        Err(BigCommerceError::NotFound) => Ok(()),
        result => result,
    }
}
