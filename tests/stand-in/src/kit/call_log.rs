//! What was called: the log that tests count calls with.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// Calls kept; older ones are forgotten.
const KEPT: usize = 5_000;
/// Characters of a body that is not JSON, and bytes of one that is, kept in the log.
const BODY_BYTES: usize = 64 * 1024;

/// One call as it is shown by `GET /control/calls`.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    /// Position in the log, from 1, never used twice.
    pub seq: u64,
    /// When it started, by the stand-in's clock (RFC 3339).
    pub at: String,
    /// Monotonic start.
    pub started_ms: u64,
    /// Monotonic end.
    pub finished_ms: u64,
    /// Part of the service: `management`, `storefront`, `page`, `webhook`, `voucherify`.
    pub area: &'static str,
    /// HTTP method.
    pub method: String,
    /// Path without the query, as sent.
    pub path: String,
    /// Query string as sent.
    pub query: String,
    /// Status answered; none when the connection was closed without an answer.
    pub status: Option<u16>,
    /// Request body: JSON where it is JSON, otherwise text.
    pub request_body: Value,
    /// Response body, in the same way.
    pub response_body: Value,
    /// Whom the service took the caller for. Never a credential.
    pub authorised_as: Option<String>,
    /// The fault rule that was applied, by id.
    pub fault: Option<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    last_seq: u64,
    calls: VecDeque<Call>,
}

/// A shared log of calls.
#[derive(Debug, Clone, Default)]
pub struct CallLog(Arc<Mutex<Inner>>);

impl CallLog {
    /// Adds a call; its `seq` is given here.
    pub fn push(&self, mut call: Call) {
        let mut inner = self.lock();
        inner.last_seq += 1;
        call.seq = inner.last_seq;
        if inner.calls.len() == KEPT {
            inner.calls.pop_front();
        }
        inner.calls.push_back(call);
    }

    /// Calls after `since` whose path contains `path`.
    #[must_use]
    pub fn list(&self, since: u64, path: &str) -> Vec<Call> {
        let inner = self.lock();
        inner
            .calls
            .iter()
            .filter(|c| c.seq > since && c.path.contains(path))
            .cloned()
            .collect()
    }

    /// Forgets all calls; numbering goes on.
    pub fn clear(&self) {
        self.lock().calls.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body as the log shows it: JSON with secrets blanked, or the first part of the text.
#[must_use]
pub fn loggable(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    if body.len() <= BODY_BYTES
        && let Ok(mut value) = serde_json::from_slice::<Value>(body)
    {
        blank_secrets(&mut value);
        return value;
    }
    let shown = &body[..body.len().min(2_048)];
    Value::String(String::from_utf8_lossy(shown).into_owned())
}

/// Replaces the values of fields that hold secrets.
fn blank_secrets(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if is_secret(key) && !inner.is_null() {
                    *inner = Value::String("***".to_owned());
                } else {
                    blank_secrets(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank_secrets),
        _ => {}
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    [
        "password",
        "secret",
        "access_token",
        "authorization",
        "x-auth-token",
    ]
    .iter()
    .any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_do_not_reach_the_log() {
        let body = br#"{"headers":{"X-Voucherbridge-Secret":"s3cret"},"list":[{"password":"p"}]}"#;
        assert_eq!(
            loggable(body),
            json!({"headers": {"X-Voucherbridge-Secret": "***"}, "list": [{"password": "***"}]})
        );
    }

    #[test]
    fn text_and_nothing_are_shown_as_such() {
        assert_eq!(loggable(b""), Value::Null);
        assert_eq!(loggable(b"<p>"), json!("<p>"));
    }
}
