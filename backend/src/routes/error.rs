//! The one JSON shape of every error answer, and how failures become it. Nothing of an upstream's
//! body, of a secret or of the database's words is ever in it.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use voucherbridge_api_types::{ErrorBody, ErrorResponse};

use crate::{
    connections::ConnectionError,
    database::DatabaseError,
    domain::{
        StoreHash,
        messages::{self, Language, Trouble},
    },
    error::FlowError,
};

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
}

impl ApiError {
    /// An answer with this status, machine-readable code and sentence.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
        }
    }

    /// Names the field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// 400, naming the field at fault.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_field", message).at(field)
    }

    /// 404 for a store that is not connected, or cannot exist.
    #[must_use]
    pub fn unknown_store() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown_store",
            "No such store is connected.",
        )
        .at("store")
    }

    /// 404 for an address that leads nowhere.
    #[must_use]
    pub fn no_such_address() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing at this address.",
        )
    }

    /// 405.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let message = "This address does not take this method.";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            message,
        )
    }

    /// 500, telling nothing.
    #[must_use]
    pub fn internal() -> Self {
        let message = "Something went wrong here.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    /// 503: the database does not answer, or takes no writes.
    #[must_use]
    pub fn not_ready() -> Self {
        let message = "The database does not work.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", message)
    }

    /// A flow's error, with a sentence in the shopper's language.
    #[must_use]
    pub fn told(error: FlowError, language: Language) -> Self {
        let (status, code, trouble) = match error {
            FlowError::UnknownCheckout => (
                StatusCode::NOT_FOUND,
                "unknown_checkout",
                Trouble::UnknownCheckout,
            ),
            FlowError::CheckoutClosed => (
                StatusCode::CONFLICT,
                "checkout_closed",
                Trouble::CheckoutClosed,
            ),
            FlowError::Busy => (StatusCode::CONFLICT, "checkout_busy", Trouble::Busy),
            FlowError::Database(error) => return Self::store_failed(&error, language),
            error => {
                tracing::warn!(%error, "a code could not be worked on");
                let message = messages::trouble(language, Trouble::Unavailable);
                return Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
            }
        };
        Self::new(status, code, messages::trouble(language, trouble)).at("checkout")
    }

    /// 503 where the database does not do what it is asked, such as on a full disk: it may later.
    /// 500 where it holds what cannot be.
    fn store_failed(error: &DatabaseError, language: Language) -> Self {
        tracing::error!(%error, "the store failed");
        match error {
            DatabaseError::Failed(_) | DatabaseError::At { .. } => {
                let message = messages::trouble(language, Trouble::Unavailable);
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            }
            _ => Self::internal(),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.status.as_u16(), self.code)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let error = ErrorBody {
            code: self.code.to_owned(),
            message: self.message.clone(),
            field: self.field.clone(),
        };
        HttpResponse::build(self.status).json(ErrorResponse { error })
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        Self::store_failed(&error, Language::default())
    }
}

impl From<ConnectionError> for ApiError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::UnknownStore => Self::unknown_store(),
            ConnectionError::Database(error) => error.into(),
            error => {
                tracing::error!(%error, "a store's connection cannot be used");
                Self::internal()
            }
        }
    }
}

impl From<FlowError> for ApiError {
    fn from(error: FlowError) -> Self {
        Self::told(error, Language::default())
    }
}

/// Every address that leads nowhere.
pub(super) async fn nowhere() -> Result<String, ApiError> {
    Err(ApiError::no_such_address())
}

/// Every method that an address does not take.
pub(super) async fn wrong_method() -> Result<String, ApiError> {
    Err(ApiError::method_not_allowed())
}

/// The store of a path; one that cannot exist is as unknown as one that is not connected.
pub(super) fn store_of(text: &str) -> Result<StoreHash, ApiError> {
    StoreHash::parse(text).map_err(|_| ApiError::unknown_store())
}
