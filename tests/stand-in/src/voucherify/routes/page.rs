//! Pages of lists.

use serde_json::Value;

use crate::voucherify::error::ApiError;
use crate::voucherify::views;

/// The part of a query that pages a list, and what is left of it.
pub struct Page {
    pub limit: usize,
    pub number: usize,
    /// What is not of paging.
    pub rest: Vec<(String, String)>,
}

impl Page {
    /// Reads `limit` (1 to 100, 10 when left out) and `page` (1 to 99).
    pub fn read(query: &str) -> Result<Self, ApiError> {
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
    pub fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        match self
            .rest
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            Some((name, _)) => Err(ApiError::query(format!("{name}: not known"))),
            None => Ok(()),
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.rest
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// One page of entries that are newest first.
    pub fn show<T>(&self, name: &str, entries: &[T], view: impl Fn(&T) -> Value) -> Value {
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
