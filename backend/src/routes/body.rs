//! Request bodies: JSON of exactly the documented shape, or an answer that names the fault.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, dev::Payload, error::PayloadError, http::StatusCode,
    web::Bytes,
};
use serde::de::DeserializeOwned;

use super::BODY_LIMIT;
use crate::routes::error::ApiError;

/// The bytes of a body within the limit.
pub(super) struct Body(pub(super) Bytes);

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl FromRequest for Body {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move { bytes.await.map(Self).map_err(|error| unreadable(&error)) })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = request
            .content_type()
            .eq_ignore_ascii_case("application/json");
        let body = Body::from_request(request, payload);
        Box::pin(async move {
            let body = body.await?;
            // A form of another site could send anything else without asking (CORS).
            if !json {
                let message = "The body must be application/json.";
                let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                return Err(ApiError::new(status, "unsupported_media_type", message));
            }
            parse(&body.0).map(Self)
        })
    }
}

fn unreadable(error: &actix_web::Error) -> ApiError {
    let too_large = matches!(error.as_error(), Some(PayloadError::Overflow));
    if too_large || error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
        let message = format!("The body is larger than {BODY_LIMIT} bytes.");
        return ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message);
    }
    let message = "The body could not be read.";
    ApiError::new(StatusCode::BAD_REQUEST, "unreadable_body", message)
}

/// Reads JSON and, if it does not fit, says which field does not.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // Serde would take an array for an object, its fields in order.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(no_object());
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| misfit(&error))?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let cause = error.inner();
    if !cause.is_data() {
        return malformed(cause);
    }
    // Serde's sentence quotes what was sent; only names of fields are safe to repeat.
    let sentence = cause.to_string();
    let path = error.path().to_string();
    if let Some(field) = named(&sentence, "missing field `") {
        return ApiError::invalid(&field, format!("The field `{field}` is missing."));
    }
    if let Some(field) = named(&sentence, "unknown field `") {
        return ApiError::invalid(&field, format!("There is no field `{field}`."));
    }
    if path == "." {
        return no_object();
    }
    ApiError::invalid(&path, format!("The field `{path}` has the wrong type."))
}

fn no_object() -> ApiError {
    let message = "The body must be a JSON object.";
    ApiError::new(StatusCode::BAD_REQUEST, "invalid_body", message)
}

fn malformed(error: &serde_json::Error) -> ApiError {
    let place = format!("line {}, column {}", error.line(), error.column());
    let message = format!("The body is not valid JSON ({place}).");
    ApiError::new(StatusCode::BAD_REQUEST, "invalid_json", message)
}

/// The name in backticks after `marker`, if it is short and plain enough to be repeated.
fn named(sentence: &str, marker: &str) -> Option<String> {
    let rest = sentence.split_once(marker)?.1;
    let name: String = rest
        .chars()
        .take_while(|&character| character != '`')
        .take(50)
        .collect();
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-.".contains(character);
    Some(if name.chars().all(plain) {
        name
    } else {
        "?".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use actix_web::{ResponseError, body::to_bytes};
    use voucherbridge_api_types::{ApplyRequest, ErrorResponse};

    use super::*;

    async fn fault(body: &str) -> (u16, String, Option<String>) {
        let error = parse::<ApplyRequest>(body.as_bytes()).unwrap_err();
        let answer = error.error_response();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body()).await.unwrap();
        let error = serde_json::from_slice::<ErrorResponse>(&body)
            .unwrap()
            .error;
        (status, error.code, error.field)
    }

    #[actix_web::test]
    async fn names_the_field_at_fault() {
        let field = |name: &str| (400, "invalid_field".to_owned(), Some(name.to_owned()));
        assert_eq!(fault("{}").await, field("code"));
        assert_eq!(fault(r#"{"code":5}"#).await, field("code"));
        assert_eq!(fault(r#"{"code":"A","locale":[]}"#).await, field("locale"));
        assert_eq!(fault(r#"{"code":"A","cod":1}"#).await, field("cod"));
        assert_eq!(fault(r#"{"code":"A","<b>":1}"#).await, field("?"));
        for broken in ["", "{", "code=A", r#"{"code":"A"} x"#] {
            assert_eq!(
                fault(broken).await,
                (400, "invalid_json".to_owned(), None),
                "{broken}"
            );
        }
        for other in ["[]", r#" ["A"]"#, "null", "5", "\"A\""] {
            let expected = (400, "invalid_body".to_owned(), None);
            assert_eq!(fault(other).await, expected, "{other}");
        }
    }
}
