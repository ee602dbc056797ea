//! Sessions of type LOCK: one key holds its vouchers until it is redeemed, released or over.

use serde_json::Number;
use time::{Duration, OffsetDateTime};

use super::Project;
use crate::kit::strict::Refusal;
use crate::voucherify::error::ApiError;
use crate::voucherify::ids;
use crate::voucherify::model::{Hold, Session};
use crate::voucherify::requests::{SessionBody, SessionKind, TtlUnit};

/// A session as asked for, complete: with a key, a time to live and its end.
#[derive(Debug, Clone)]
pub struct Wanted {
    key: String,
    ttl: Number,
    ttl_unit: TtlUnit,
    expires_at: OffsetDateTime,
}

impl Wanted {
    /// What a request asks for. `None` when it asks for no lock. Seven days when it says no time.
    pub fn from_body(
        body: Option<&SessionBody>,
        now: OffsetDateTime,
    ) -> Result<Option<Self>, ApiError> {
        let Some(body) = body else {
            return Ok(None);
        };
        if body.kind != Some(SessionKind::Lock) {
            return Err(Refusal::field("session.type", "is required").into());
        }
        let ttl = body.ttl.clone().unwrap_or_else(|| Number::from(7));
        let ttl_unit = body.ttl_unit.unwrap_or(TtlUnit::Days);
        let life = duration(&ttl, ttl_unit)
            .ok_or_else(|| Refusal::field("session.ttl", "must be a positive number"))?;
        let expires_at = now
            .checked_add(life)
            .ok_or_else(|| Refusal::field("session.ttl", "is too long"))?;
        let key = body.key.clone().unwrap_or_else(|| ids::long("ssn_"));
        Ok(Some(Self {
            key,
            ttl,
            ttl_unit,
            expires_at,
        }))
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The session, holding these.
    #[must_use]
    pub fn with(self, holds: Vec<Hold>) -> Session {
        let Self {
            key,
            ttl,
            ttl_unit,
            expires_at,
        } = self;
        Session {
            key,
            ttl,
            ttl_unit,
            expires_at,
            holds,
        }
    }
}

impl Project {
    /// Stores a session. What its key held before is given up.
    pub fn lock(&mut self, session: Session) {
        self.sessions.insert(session.key.clone(), session);
    }

    /// Gives up one voucher of a session.
    pub fn release(&mut self, code_or_id: &str, key: &str) -> Result<(), ApiError> {
        let code = self.voucher(code_or_id).map(|voucher| voucher.code.clone());
        let code = code.ok_or_else(|| ApiError::not_found("voucher", code_or_id))?;
        let session = self.sessions.get_mut(key);
        let session = session.ok_or_else(|| ApiError::not_found("session", key))?;
        let before = session.holds.len();
        session.holds.retain(|hold| hold.code != code);
        if session.holds.len() == before {
            return Err(ApiError::not_found("session", key));
        }
        if session.holds.is_empty() {
            self.sessions.remove(key);
        }
        Ok(())
    }
}

/// A time to live as a duration. Parts of a unit are cut to whole nanoseconds.
fn duration(ttl: &Number, unit: TtlUnit) -> Option<Duration> {
    let nanoseconds: i128 = match unit {
        TtlUnit::Nanoseconds => 1,
        TtlUnit::Microseconds => 1_000,
        TtlUnit::Milliseconds => 1_000_000,
        TtlUnit::Seconds => 1_000_000_000,
        TtlUnit::Minutes => 60_000_000_000,
        TtlUnit::Hours => 3_600_000_000_000,
        TtlUnit::Days => 86_400_000_000_000,
    };
    let text = ttl.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let total = digits.checked_mul(nanoseconds)? / scale;
    let seconds = i64::try_from(total / 1_000_000_000).ok()?;
    let rest = i32::try_from(total % 1_000_000_000).ok()?;
    (total > 0).then(|| Duration::new(seconds, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_to_live_is_read_in_its_unit() {
        let of = |ttl: &str, unit| duration(&serde_json::from_str(ttl).unwrap(), unit);
        assert_eq!(of("150", TtlUnit::Minutes), Some(Duration::minutes(150)));
        assert_eq!(of("1.5", TtlUnit::Hours), Some(Duration::minutes(90)));
        assert_eq!(of("0", TtlUnit::Days), None);
        assert_eq!(of("-1", TtlUnit::Days), None);
    }
}
