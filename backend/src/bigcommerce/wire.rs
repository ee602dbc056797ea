//! BigCommerce's JSON, as far as it is read or written here. Nothing outside this folder sees it.

#![allow(clippy::struct_field_names)] // the names are BigCommerce's

mod checkouts;
mod orders;
mod promotions;
mod refunds;
mod store;

use serde::Deserialize;

pub(super) use super::numbers::Exact;
use super::numbers::or_default;
pub(super) use checkouts::*;
pub(super) use orders::*;
pub(super) use promotions::*;
pub(super) use refunds::*;
pub(super) use store::*;

/// v3's envelope.
#[derive(Debug, Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
    #[serde(default)]
    pub(super) meta: Meta,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) pagination: Pagination,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Pagination {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) total_pages: i64,
}

/// An error, in the shape that its API has.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Problem {
    /// v2.
    List(Vec<Title>),
    /// Promotions and checkouts.
    Errors { errors: Vec<Title> },
    /// Every other v3.
    Plain(Title),
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Title {
    #[serde(default, alias = "message")]
    title: String,
}

impl Default for Problem {
    fn default() -> Self {
        Self::Plain(Title::default())
    }
}

impl Problem {
    pub(super) fn title(&self) -> &str {
        let first = match self {
            Self::List(all) | Self::Errors { errors: all } => all.first(),
            Self::Plain(one) => Some(one),
        };
        first.map_or("", |one| &one.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The descriptions name types; the real service is known to answer null in their place.
    #[test]
    fn null_is_as_good_as_nothing() {
        let transaction = r#"{"event": null, "status": null, "amount": null}"#;
        let read: Transaction = serde_json::from_str(transaction).unwrap();
        assert_eq!(read.event, "");
        let customer = r#"{"id": 1, "email": "a@example.com", "first_name": null}"#;
        let read: Customer = serde_json::from_str(customer).unwrap();
        assert_eq!(read.first_name, "");
        let product = r#"{"id": 1, "categories": null, "retail_price": null}"#;
        let read: Product = serde_json::from_str(product).unwrap();
        assert!(read.categories.is_empty());
        let promotion = r#"{"id": 1, "name": null, "status": null}"#;
        assert!(serde_json::from_str::<Promotion>(promotion).is_ok());
    }

    #[test]
    fn an_error_is_read_in_the_shape_of_its_api() {
        for body in [
            r#"[{"status": 400, "message": "why"}]"#,
            r#"{"errors": [{"status": 422, "title": "why"}]}"#,
            r#"{"status": 422, "title": "why", "errors": {"name": "why"}}"#,
        ] {
            let problem: Problem = serde_json::from_str(body).unwrap();
            assert_eq!(problem.title(), "why", "{body}");
        }
    }
}
