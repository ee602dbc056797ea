//! The one place where a request leaves for a platform: time-outs, rate limits, metrics, and what
//! can be known about a request that got no proper answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{
    Certificate, RequestBuilder, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde::de::DeserializeOwned;

use crate::{clock::SharedClock, kill_points};

/// Longer answers are not believed; the longest real ones (a page of promotions) have a megabyte.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

/// Names of the headers in which a platform tells how many calls are left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuotaHeaders {
    /// How many.
    pub(crate) left: &'static str,
    /// Until when: a span from now, or a point of time.
    pub(crate) reset: &'static str,
    /// The unit of `reset`, in milliseconds.
    pub(crate) reset_unit_ms: f64,
}

/// A platform as one store's account sees it; cheap to clone, clones share the quota.
#[derive(Clone)]
pub(crate) struct Upstream {
    pub(crate) platform: &'static str,
    pub(crate) timeout: Duration,
    pub(crate) clock: SharedClock,
    pub(crate) quota_headers: QuotaHeaders,
    /// No calls before this moment, in Unix milliseconds.
    pub(crate) closed_until_ms: Arc<AtomicI64>,
}

/// An answer with a status below 500, other than 429.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    json: bool,
    body: Vec<u8>,
}

/// Why there is no such answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// Not sent, or refused: too many calls.
    RateLimited(Duration),
    /// Certainly not done.
    Unreachable(&'static str),
    /// Perhaps done.
    Uncertain(String),
}

/// The answer says nothing that can be understood.
#[derive(Debug)]
pub(crate) struct Rubbish;

/// The client that every platform client shares. It follows no redirect: a token must not travel.
pub fn http_client(connect_timeout: Duration) -> reqwest::Result<reqwest::Client> {
    let authorities = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    let authorities = authorities.map(|one| Certificate::from_der(one));
    reqwest::Client::builder()
        .tls_certs_only(authorities.collect::<Result<Vec<_>, _>>()?)
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("voucherbridge/", env!("CARGO_PKG_VERSION")))
        .build()
}

impl Upstream {
    /// Sends a request and reads the answer whole. `operation` names the platform's API operation.
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<Answer, NoAnswer> {
        if let Some(wait) = self.closed_for() {
            self.count(operation, "held_back");
            return Err(NoAnswer::RateLimited(wait));
        }
        let started = Instant::now();
        kill_points::pass();
        let answer = self.exchange(request.timeout(self.timeout)).await;
        kill_points::pass();
        self.observe(operation, started.elapsed(), &answer);
        answer
    }

    async fn exchange(&self, request: RequestBuilder) -> Result<Answer, NoAnswer> {
        let response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status();
        self.note_quota(status, response.headers());
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = self.closed_for().unwrap_or(Duration::from_secs(1));
            return Err(NoAnswer::RateLimited(wait));
        }
        if status.is_server_error() {
            return Err(NoAnswer::Uncertain(format!("status {}", status.as_u16())));
        }
        let json = is_json(response.headers());
        let body = read(response).await?;
        // A page of some proxy in between says nothing about what was done, whatever its status.
        if status.is_success() && !json && !body.is_empty() {
            return Err(NoAnswer::Uncertain("an answer that is not JSON".to_owned()));
        }
        Ok(Answer { status, json, body })
    }

    /// How long calls are held back: the platform said that none are left.
    fn closed_for(&self) -> Option<Duration> {
        let left = self.closed_until_ms.load(Ordering::Relaxed) - self.clock.now_ms();
        u64::try_from(left)
            .ok()
            .filter(|&ms| ms > 0)
            .map(Duration::from_millis)
    }

    /// How long a reset header asks to wait, in milliseconds. Voucherify names a point of time, in
    /// seconds since 1970; BigCommerce a span.
    #[allow(clippy::cast_precision_loss)] // milliseconds until the year 287396
    fn wait(&self, reset: f64) -> f64 {
        let ms = reset * self.quota_headers.reset_unit_ms;
        let now_ms = self.clock.now_ms() as f64;
        // No span is half as long as the time since 1970.
        if ms > now_ms / 2.0 && now_ms > 1e12 {
            ms - now_ms
        } else {
            ms
        }
    }

    fn note_quota(&self, status: StatusCode, headers: &HeaderMap) {
        let limited = status == StatusCode::TOO_MANY_REQUESTS;
        let none_left = number(headers, self.quota_headers.left).is_some_and(|left| left <= 0.0);
        if !limited && !none_left {
            return;
        }
        let retry_after = number(headers, "retry-after").map(|seconds| seconds * 1000.0);
        let reset = || number(headers, self.quota_headers.reset).map(|reset| self.wait(reset));
        let wait_ms = match retry_after.or_else(reset) {
            Some(ms) => milliseconds(ms),
            None if limited => 1000,
            None => return,
        };
        self.closed_until_ms
            .store(self.clock.now_ms() + wait_ms, Ordering::Relaxed);
    }

    fn observe(&self, operation: &'static str, took: Duration, answer: &Result<Answer, NoAnswer>) {
        let outcome = match answer {
            Ok(answer) if answer.status.is_success() => "ok",
            Ok(_) => "refused",
            Err(NoAnswer::RateLimited(_)) => "rate_limited",
            Err(NoAnswer::Unreachable(_)) => "unreachable",
            Err(NoAnswer::Uncertain(_)) => "uncertain",
        };
        self.count(operation, outcome);
        let labels = [("platform", self.platform), ("operation", operation)];
        metrics::histogram!("voucherbridge_upstream_seconds", &labels).record(took.as_secs_f64());
        tracing::debug!(
            platform = self.platform,
            operation,
            outcome,
            ?took,
            "called a platform"
        );
    }

    fn count(&self, operation: &'static str, outcome: &'static str) {
        let labels = [
            ("platform", self.platform),
            ("operation", operation),
            ("outcome", outcome),
        ];
        metrics::counter!("voucherbridge_upstream_requests_total", &labels).increment(1);
    }
}

impl Answer {
    /// Reads the body as JSON of this shape.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Rubbish> {
        if !self.json {
            return Err(Rubbish);
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            // Serde's sentence can quote the body; its category and place cannot.
            let category = error.classify();
            let (line, column) = (error.line(), error.column());
            tracing::warn!(?category, line, column, "an answer has an unknown shape");
            Rubbish
        })
    }
}

fn lost(error: &reqwest::Error) -> NoAnswer {
    if error.is_connect() {
        return NoAnswer::Unreachable("no connection");
    }
    if error.is_builder() {
        return NoAnswer::Unreachable("the request could not be built");
    }
    let cause = if error.is_timeout() {
        "timed out"
    } else {
        "connection lost"
    };
    NoAnswer::Uncertain(cause.to_owned())
}

async fn read(mut response: Response) -> Result<Vec<u8>, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(NoAnswer::Uncertain("an endless answer".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|text| text.contains("json"))
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    let number: f64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// At least a millisecond and at most five minutes: a mad header must not close a store.
#[allow(clippy::cast_possible_truncation)] // clamped
fn milliseconds(ms: f64) -> i64 {
    ms.clamp(1.0, 300_000.0).ceil() as i64
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;
    use crate::clock::{Clock, ManualClock};

    fn upstream(clock: Arc<ManualClock>) -> Upstream {
        Upstream {
            platform: "test",
            timeout: Duration::from_secs(1),
            clock,
            quota_headers: QuotaHeaders {
                left: "x-left",
                reset: "x-reset-ms",
                reset_unit_ms: 1.0,
            },
            closed_until_ms: Arc::default(),
        }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|&(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn holds_calls_back_until_the_platform_has_some_left() {
        let clock = Arc::new(ManualClock::at(1_000));
        let upstream = upstream(clock.clone());
        upstream.note_quota(
            StatusCode::OK,
            &headers(&[("x-left", "1"), ("x-reset-ms", "500")]),
        );
        assert_eq!(upstream.closed_for(), None);
        upstream.note_quota(
            StatusCode::OK,
            &headers(&[("x-left", "0"), ("x-reset-ms", "500")]),
        );
        assert_eq!(upstream.closed_for(), Some(Duration::from_millis(500)));
        clock.advance(Duration::from_millis(500));
        assert_eq!(upstream.closed_for(), None);
        assert_eq!(clock.now_ms(), 1_500);
    }

    #[test]
    fn understands_a_point_of_time() {
        let upstream = Upstream {
            quota_headers: QuotaHeaders {
                left: "x-left",
                reset: "x-retry",
                reset_unit_ms: 1_000.0,
            },
            ..upstream(Arc::new(ManualClock::at(1_790_000_000_000)))
        };
        let limited = StatusCode::TOO_MANY_REQUESTS;
        upstream.note_quota(limited, &headers(&[("x-retry", "1790000030")]));
        assert_eq!(upstream.closed_for(), Some(Duration::from_secs(30)));
        let both = headers(&[("x-retry", "1790000030"), ("retry-after", "7")]);
        upstream.note_quota(limited, &both);
        assert_eq!(upstream.closed_for(), Some(Duration::from_secs(7)));
        upstream.note_quota(limited, &headers(&[("x-retry", "12")]));
        assert_eq!(upstream.closed_for(), Some(Duration::from_secs(12)));
    }

    #[test]
    fn believes_retry_after_and_no_mad_header() {
        let upstream = upstream(Arc::new(ManualClock::at(0)));
        let limited = StatusCode::TOO_MANY_REQUESTS;
        upstream.note_quota(limited, &headers(&[("retry-after", "2")]));
        assert_eq!(upstream.closed_for(), Some(Duration::from_secs(2)));
        upstream.note_quota(limited, &headers(&[("x-reset-ms", "1e300")]));
        assert_eq!(upstream.closed_for(), Some(Duration::from_mins(5)));
        upstream.note_quota(limited, &headers(&[("x-reset-ms", "NaN")]));
        assert_eq!(upstream.closed_for(), Some(Duration::from_secs(1)));
    }
}
