//! Errors in Voucherify's shape.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use super::ids;
use crate::kit::strict::Refusal;

/// One of Voucherify's errors: the answer to a request, or the reason why a code does not apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// HTTP status, repeated in the body.
    pub code: u16,
    /// Short name of the fault.
    pub key: &'static str,
    /// The fault in words.
    pub message: String,
    /// More words, often the code or the field.
    pub details: Option<Box<str>>,
    /// What it is about: type and id.
    pub resource: Option<(&'static str, String)>,
    /// The sentence that the merchant gave a validation rule.
    pub rule_message: Option<Box<str>>,
}

impl ApiError {
    /// A refused request or code.
    pub fn bad(key: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: 400,
            key,
            message: message.into(),
            details: None,
            resource: None,
            rule_message: None,
        }
    }

    /// A body that is not what the endpoint takes. The details name the field.
    pub fn payload(details: impl Into<String>) -> Self {
        Self::bad("invalid_payload", "Invalid payload").details(details)
    }

    /// A query that is not what the endpoint takes.
    pub fn query(details: impl Into<String>) -> Self {
        Self::bad("invalid_query_params", "Invalid query params").details(details)
    }

    /// Nothing of that type has that id.
    #[must_use]
    pub fn not_found(kind: &'static str, id: &str) -> Self {
        Self {
            code: 404,
            key: "not_found",
            message: "Resource not found".to_owned(),
            details: Some(format!("Cannot find {} with id {id}", kind.replace('_', " ")).into()),
            resource: Some((kind, id.to_owned())),
            rule_message: None,
        }
    }

    /// Wrong or missing credentials.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self {
            code: 401,
            key: "unauthorized",
            message: "Unauthorized".to_owned(),
            details: Some("Invalid X-App-Id or X-App-Token".into()),
            resource: None,
            rule_message: None,
        }
    }

    /// Too many calls in this minute.
    #[must_use]
    pub fn too_many_requests() -> Self {
        Self {
            code: 429,
            key: "too_many_requests",
            message: "Too many requests".to_owned(),
            details: Some("The limit of API calls per minute is used up".into()),
            resource: None,
            rule_message: None,
        }
    }

    /// Something that Voucherify can do and this stand-in cannot: a test must not take it for an
    /// answer of Voucherify's.
    #[must_use]
    pub fn not_imitated(what: &str) -> Self {
        Self {
            code: 501,
            key: "not_imitated",
            message: format!("The stand-in does not imitate {what}"),
            details: None,
            resource: None,
            rule_message: None,
        }
    }

    /// The same with details.
    #[must_use]
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into().into());
        self
    }

    /// The same about a resource.
    #[must_use]
    pub fn about(mut self, kind: &'static str, id: &str) -> Self {
        self.resource = Some((kind, id.to_owned()));
        self
    }

    /// The error object. Fields without a value are left out, as Voucherify does.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut body = Map::new();
        body.insert("code".to_owned(), json!(self.code));
        body.insert("key".to_owned(), json!(self.key));
        body.insert("message".to_owned(), json!(self.message));
        if let Some(details) = &self.details {
            body.insert("details".to_owned(), json!(details));
        }
        body.insert("request_id".to_owned(), json!(ids::short("v-")));
        if let Some((kind, id)) = &self.resource {
            body.insert("resource_id".to_owned(), json!(id));
            body.insert("resource_type".to_owned(), json!(kind));
        }
        if let Some(message) = &self.rule_message {
            body.insert("error".to_owned(), json!({ "message": message }));
        }
        Value::Object(body)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.key, self.message)
    }
}

impl std::error::Error for ApiError {}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge { .. } => Self {
                code: 413,
                key: "payload_too_large",
                message: "Payload too large".to_owned(),
                details: Some(refusal.to_string().into()),
                resource: None,
                rule_message: None,
            },
            Refusal::NotJson(_) | Refusal::Field { .. } => Self::payload(refusal.to_string()),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code())
            .insert_header(ContentType::json())
            .body(self.json().to_string())
    }
}
