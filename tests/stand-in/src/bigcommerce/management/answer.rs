//! Answers in BigCommerce's shapes: errors of v2, v3 and the promotions API, pages of a list.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::kit::strict::{self, Refusal};

/// Bytes that a management request may have.
const BODY_LIMIT: usize = 1024 * 1024;

/// Where BigCommerce's errors point to.
pub const STATUS_CODES: &str =
    "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes";

/// How the error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `[{"status", "message"}]`
    V2,
    /// `{"status", "title", "type", "errors"?}`
    V3,
    /// `{"errors": [{"status", "title"}]}`
    Promotions,
    /// `{"errors": [{"status", "title", "type", "detail"}]}`
    Checkout,
}

/// An error answer.
#[derive(Debug)]
pub struct Problem {
    form: Form,
    status: StatusCode,
    title: String,
    field: Option<String>,
}

/// What a handler gives.
pub type Answer = Result<HttpResponse, Problem>;

impl Form {
    /// An error in this form.
    pub fn problem(self, status: u16, title: impl Into<String>) -> Problem {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Problem {
            form: self,
            status,
            title: title.into(),
            field: None,
        }
    }

    /// 404 for a thing that is not there.
    pub fn not_found(self) -> Problem {
        self.problem(404, "The requested resource was not found.")
    }

    /// The refusal of one field.
    pub fn field(self, path: &str, message: impl fmt::Display) -> Problem {
        self.refuse(&Refusal::field(path, message.to_string()))
    }

    /// A refused body or query. v2 answers 400, v3 422 where it could be read as JSON.
    pub fn refuse(self, refusal: &Refusal) -> Problem {
        let status = match refusal {
            Refusal::TooLarge { .. } => 413,
            Refusal::Field { .. } if self != Self::V2 => 422,
            _ => 400,
        };
        let mut problem = self.problem(status, refusal.to_string());
        problem.field = refusal.path().map(str::to_owned);
        problem
    }

    /// Reads a body.
    pub fn body<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, Problem> {
        strict::parse(bytes, BODY_LIMIT).map_err(|refusal| self.refuse(&refusal))
    }

    /// Reads a query; parameters nobody documented are refused.
    pub fn query<T: DeserializeOwned>(self, request: &HttpRequest) -> Result<T, Problem> {
        Query::<T>::from_query(request.query_string())
            .map(Query::into_inner)
            .map_err(|error| self.field("query", error))
    }

    /// Refuses a page of none, or of more than a list whose description says so has on a page.
    pub fn check_limit(self, limit: Option<usize>) -> Result<(), Problem> {
        match limit {
            Some(limit) if !(1..=250).contains(&limit) => {
                Err(self.field("limit", "between 1 and 250"))
            }
            _ => Ok(()),
        }
    }

    /// Reads a list of numbers separated by commas.
    pub fn numbers(self, name: &str, text: &str) -> Result<Vec<u64>, Problem> {
        text.split(',')
            .map(|part| {
                part.trim()
                    .parse()
                    .map_err(|_| self.field(name, "a list of numbers"))
            })
            .collect()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status.as_u16();
        let title = &self.title;
        let body = match self.form {
            Form::V2 => json!([{"status": status, "message": title}]),
            Form::Checkout => json!({"errors": [{
                "status": status, "title": title, "type": STATUS_CODES, "detail": "",
            }]}),
            Form::Promotions => json!({"errors": [{"status": status, "title": title}]}),
            Form::V3 => {
                let mut body = json!({"status": status, "title": title, "type": STATUS_CODES});
                if let Some(field) = &self.field {
                    body["errors"] = json!({field: title});
                }
                body
            }
        };
        HttpResponse::build(self.status).json(body)
    }
}

/// A v3 answer with one thing.
pub fn data(status: u16, data: &Value) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    HttpResponse::build(status).json(json!({"data": data, "meta": {}}))
}

/// One page of `all` as v3 answers it. `limit` defaults to 50 and is at most 250.
pub fn page(all: Vec<Value>, page: Option<usize>, limit: Option<usize>) -> HttpResponse {
    let limit = limit.unwrap_or(50).clamp(1, 250);
    let current = page.unwrap_or(1).max(1);
    let total = all.len();
    let pages = total.div_ceil(limit).max(1);
    let items: Vec<Value> = all
        .into_iter()
        .skip((current - 1) * limit)
        .take(limit)
        .collect();
    let link = |page: usize| format!("?page={page}&limit={limit}");
    let mut links = json!({"current": link(current)});
    if current > 1 {
        links["previous"] = json!(link(current - 1));
    }
    if current < pages {
        links["next"] = json!(link(current + 1));
    }
    let pagination = json!({
        "total": total, "count": items.len(), "per_page": limit, "current_page": current,
        "total_pages": pages, "links": links,
    });
    HttpResponse::Ok().json(json!({"data": items, "meta": {"pagination": pagination}}))
}

/// One page of `all` as v2 answers it: a bare list, 204 when it is empty.
pub fn page_v2(all: Vec<Value>, page: Option<usize>, limit: Option<usize>) -> HttpResponse {
    let limit = limit.unwrap_or(50).clamp(1, 250);
    let skip = (page.unwrap_or(1).max(1) - 1) * limit;
    let items: Vec<Value> = all.into_iter().skip(skip).take(limit).collect();
    if items.is_empty() {
        return HttpResponse::NoContent().finish();
    }
    HttpResponse::Ok().json(items)
}

/// 204.
pub fn nothing() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
