//! What can go wrong at Voucherify. No sentence quotes an answer: bodies stay out of logs.

use std::time::Duration;

use crate::upstream::{NoAnswer, Rubbish};

/// Why Voucherify did not do what it was asked, or may not have.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VoucherifyError {
    /// 401: application id or secret key are not, or no longer, good.
    #[error("Voucherify refused the application key")]
    Unauthorized,
    /// 429, or held back because no calls are left.
    #[error("Voucherify takes no calls for {retry_after:?}")]
    RateLimited {
        /// When to try again.
        retry_after: Duration,
    },
    /// Any other refusal: nothing was done.
    #[error("Voucherify refused with status {status} ({key})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Voucherify's error key.
        key: String,
        /// Voucherify's sentence, for a merchant's eyes; not for logs.
        message: String,
    },
    /// No connection: nothing was done.
    #[error("Voucherify cannot be reached: {0}")]
    Unreachable(&'static str),
    /// Time-out, connection lost or 5xx: it may have been done.
    #[error("Voucherify gave no certain answer: {0}")]
    Uncertain(String),
    /// An answer that cannot be understood: it may have been done.
    #[error("Voucherify answered `{0}` with something that cannot be read")]
    Rubbish(&'static str),
}

impl VoucherifyError {
    /// How long to wait before trying again, where Voucherify said so.
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

    /// Whether a refusal with this status is about what was asked. Any other (a forbidden address, a
    /// plan's limit) ends some day.
    #[must_use]
    pub fn is_final_status(status: u16) -> bool {
        matches!(status, 0 | 400 | 404 | 409 | 422)
    }

    /// Whether asking again is refused again.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if Self::is_final_status(*status))
    }

    /// Whether there is no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    pub(super) fn rubbish(operation: &'static str) -> impl Fn(Rubbish) -> Self {
        move |Rubbish| Self::Rubbish(operation)
    }
}

impl From<NoAnswer> for VoucherifyError {
    fn from(cause: NoAnswer) -> Self {
        match cause {
            NoAnswer::RateLimited(retry_after) => Self::RateLimited { retry_after },
            NoAnswer::Unreachable(cause) => Self::Unreachable(cause),
            NoAnswer::Uncertain(cause) => Self::Uncertain(cause),
        }
    }
}
