//! HTTP: each file has the routes of one part of the API.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, ServiceConfig};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ApiError;
use super::guard;
use super::project::Project;
use super::terse;
use super::views;
use crate::kit::strict;

mod cards;
mod customers;
mod loyalties;
mod orders;
mod products;
mod qualifications;
mod redemptions;
mod validations;
mod vouchers;

/// What a route answers.
pub type Answer = Result<HttpResponse, ApiError>;

/// Bytes that a body may have: the documented limit of the bulk endpoints.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// Adds `/v1`.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/v1")
            .wrap(actix_web::middleware::from_fn(guard::guard))
            .configure(validations::configure)
            .configure(redemptions::configure)
            .configure(qualifications::configure)
            .configure(cards::configure)
            .configure(loyalties::configure)
            .configure(vouchers::configure)
            .configure(customers::configure)
            .configure(orders::configure)
            .configure(products::configure)
            .default_service(web::to(nothing_here)),
    );
}

async fn nothing_here(request: actix_web::HttpRequest) -> Answer {
    Err(ApiError::not_found("endpoint", request.path()))
}

/// A resource that answers 405 to methods it does not have.
fn resource(path: &str) -> actix_web::Resource {
    web::resource(path).default_service(web::to(wrong_method))
}

async fn wrong_method(request: actix_web::HttpRequest) -> Answer {
    let mut error = ApiError::bad("method_not_allowed", "HTTP Method Not Allowed").details(
        format!("{} is not supported by this endpoint", request.method()),
    );
    error.code = 405;
    Err(error)
}

/// Reads a body. Nothing at all counts as `{}`.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    Ok(strict::parse(body, BODY_LIMIT)?)
}

/// A 200 with what the project's switches leave of an answer.
fn told(project: &Project, mut body: Value) -> Answer {
    if project.switches.answers_like_examples {
        terse::like_examples(&mut body);
    }
    ok(&body)
}

/// A 200, as the [`Answer`] that routes end with.
#[allow(clippy::unnecessary_wraps)]
fn ok(body: &Value) -> Answer {
    Ok(HttpResponse::Ok().json(body))
}

/// The part of a query that pages a list, and what is left of it.
struct Page {
    limit: usize,
    number: usize,
    rest: Vec<(String, String)>,
}

impl Page {
    /// Reads `limit` (1 to 100, 10 when left out) and `page` (1 to 99).
    fn read(query: &str) -> Result<Self, ApiError> {
        let mut page = Self {
            limit: 10,
            number: 1,
            rest: Vec::new(),
        };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let number = |most: usize| {
                let number = value
                    .parse()
                    .ok()
                    .filter(|number| (1..=most).contains(number));
                number.ok_or_else(|| ApiError::query(format!("{name}: must be 1 to {most}")))
            };
            match name.as_ref() {
                "limit" => page.limit = number(100)?,
                "page" => page.number = number(99)?,
                _ => page
                    .rest
                    .push((name.clone().into_owned(), value.into_owned())),
            }
        }
        Ok(page)
    }

    /// Refuses parameters that the endpoint does not know.
    fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        match self
            .rest
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            Some((name, _)) => Err(ApiError::query(format!("{name}: not known"))),
            None => Ok(()),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.rest
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// One page of entries that are newest first.
    fn show<T>(&self, name: &str, entries: &[T], view: impl Fn(&T) -> Value) -> Value {
        let skip = (self.number - 1) * self.limit;
        let shown: Vec<_> = entries
            .iter()
            .skip(skip)
            .take(self.limit)
            .map(view)
            .collect();
        views::list(name, &shown, entries.len())
    }
}
