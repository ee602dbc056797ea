//! JSON bodies that are refused where a field is unknown, missing or of the wrong type.
//!
//! The strictness itself is in the types: they carry `#[serde(deny_unknown_fields)]`. This file
//! adds the path of the field to the error, so that a test that fails says which field it was.

use serde::de::DeserializeOwned;

/// Why a body was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Larger than the endpoint takes.
    #[error("the body has {actual} bytes, at most {limit} are accepted")]
    TooLarge {
        /// Bytes sent.
        actual: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// No JSON at all.
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    /// JSON with a field that is wrong.
    #[error("{path}: {message}")]
    Field {
        /// Path of the field, such as `rules[0].action.cart_value`; `.` is the body itself.
        path: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Refusal {
    /// A refusal of one field, for rules that types cannot say.
    #[must_use]
    pub fn field(path: &str, message: impl Into<String>) -> Self {
        Self::Field {
            path: path.to_owned(),
            message: message.into(),
        }
    }

    /// The path of the refused field, if it is about a field.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Field { path, .. } => Some(path),
            _ => None,
        }
    }
}

/// Reads a body of at most `limit` bytes.
pub fn parse<T: DeserializeOwned>(body: &[u8], limit: usize) -> Result<T, Refusal> {
    if body.len() > limit {
        return Err(Refusal::TooLarge {
            actual: body.len(),
            limit,
        });
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            return Refusal::Field {
                path,
                message: inner.to_string(),
            };
        }
        Refusal::NotJson(inner.to_string())
    })?;
    reader
        .end()
        .map_err(|error| Refusal::NotJson(error.to_string()))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Item {
        #[allow(dead_code)]
        quantity: u32,
    }

    fn refused(body: &str) -> Refusal {
        parse::<Outer>(body.as_bytes(), 1_000).unwrap_err()
    }

    #[test]
    fn the_message_names_the_path_of_the_field() {
        let unknown = refused(r#"{"items":[{"quantity":1},{"qty":1}]}"#);
        assert_eq!(unknown.path(), Some("items[1].qty"));
        assert!(
            unknown.to_string().contains("unknown field `qty`"),
            "{unknown}"
        );
        let wrong = refused(r#"{"items":[{"quantity":"1"}]}"#);
        assert_eq!(wrong.path(), Some("items[0].quantity"));
    }

    #[test]
    fn what_is_not_json_or_too_large_is_refused() {
        assert!(matches!(refused("{"), Refusal::NotJson(_)));
        assert!(matches!(refused(r#"{"items":[]} {}"#), Refusal::NotJson(_)));
        let large = parse::<Outer>(br#"{"items":[]}"#, 5).unwrap_err();
        assert_eq!(
            large,
            Refusal::TooLarge {
                actual: 12,
                limit: 5
            }
        );
    }
}
