//! Error bodies as the storefront writes them: `{status, title, type, detail}`.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use crate::bigcommerce::carts::{CartError, CertificateError};
use crate::bigcommerce::orders::OrderError;
use crate::bigcommerce::promotions::Refused;

/// The page that the `type` of most errors names.
const STATUS_CODES: &str =
    "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes";

/// An error answer of the storefront.
#[derive(Clone, Debug, Serialize, thiserror::Error)]
#[error("{status} {title}")]
pub struct Problem {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    title: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Problem {
    fn new(status: u16, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code: None,
            title,
            kind: STATUS_CODES,
            status,
            detail: Some(detail.into()),
        }
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(404, "Not found", detail)
    }

    /// 403: the token of the session is missing or wrong.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(403, "Forbidden", "The XSRF token is missing or wrong.")
    }

    /// 422: a field has the wrong type or value.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(422, "Missing or invalid data", detail)
    }

    fn too_many_requests() -> Self {
        Self::new(
            429,
            "Too many requests",
            "Too many gift certificate codes were tried.",
        )
    }

    /// 400: wrong e-mail or password.
    #[must_use]
    pub fn wrong_password() -> Self {
        Self {
            kind: "invalid_login",
            ..Self::new(400, "Invalid login", "The e-mail or the password is wrong.")
        }
    }

    /// 409 has no detail in the real shop.
    fn conflict() -> Self {
        Self {
            detail: None,
            ..Self::new(
                409,
                "The request cannot be processed due to a possible conflict. \
                 Please review the changes and try again.",
                "",
            )
        }
    }

    fn mismatch(code: Option<&'static str>, detail: String) -> Self {
        Self {
            code,
            kind: "about:blank",
            ..Self::new(400, "Incorrect or mismatch", detail)
        }
    }

    /// Why a gift certificate was refused.
    #[must_use]
    pub fn certificate(error: CertificateError, code: &str) -> Self {
        match error {
            CertificateError::Invalid => {
                Self::mismatch(None, format!("Gift Certificate code `{code}` is invalid"))
            }
            CertificateError::TooManyCodes => Self::too_many_requests(),
            CertificateError::Cart(error) => error.into(),
        }
    }

    /// 400: why a coupon was refused, or what else went wrong while applying it.
    #[must_use]
    pub fn coupon(error: CartError, code: &str) -> Self {
        let CartError::Coupon(reason) = error else {
            return error.into();
        };
        let kind = match reason {
            Refused::Unknown => {
                return Self::mismatch(None, format!("Coupon code `{code}` is invalid"));
            }
            // The real shop spells it so.
            Refused::NotEligible | Refused::TooMany => "ineligibile",
            Refused::MinimumPurchase => "min_purchase",
            Refused::WrongLocation => "not_applicable",
        };
        let detail = format!("Coupon code `{code}` is not eligible for this checkout");
        Self::mismatch(Some(kind), detail)
    }
}

impl From<CartError> for Problem {
    fn from(error: CartError) -> Self {
        let detail = error.to_string();
        match error {
            CartError::NotFound(_) => Self::not_found(detail),
            CartError::Conflict => Self::conflict(),
            CartError::Invalid(_) | CartError::OutOfStock(_) | CartError::Coupon(_) => {
                Self::invalid(detail)
            }
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        if error == OrderError::NotFound {
            return Self::not_found(error.to_string());
        }
        Self {
            kind: error.kind(),
            ..Self::new(400, "The order could not be placed", error.to_string())
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::build(self.status_code()).json(self)
    }
}
