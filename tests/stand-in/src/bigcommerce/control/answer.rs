//! Answers of the control API.

use actix_web::{Error, HttpResponse};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::kit::control::{self, refused};

/// What a handler gives.
pub type Answer = Result<HttpResponse, Error>;

/// 404 of the control API.
pub fn missing(what: &str) -> Error {
    refused(HttpResponse::NotFound().json(json!({"error": format!("no such {what}")})))
}

/// 400 of the control API.
pub fn bad_request(error: &dyn std::fmt::Display) -> Error {
    refused(control::bad_request(error))
}

pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    control::read(body).map_err(refused)
}
