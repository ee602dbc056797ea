//! What the backend said of typed codes. A verdict waits between the two requests by which the
//! checkout asks for one. The clock is an argument.

use super::held::Entry;

/// How long a verdict asked for a gift-certificate request waits for the coupon request that
/// follows it, in milliseconds.
pub const VERDICT_MS: f64 = 10_000.0;

/// What the backend said of a typed code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Held for this checkout, at least in part.
    Applied(Entry),
    /// Not to be used, and why.
    Rejected { reason: String, message: String },
    /// No answer, not in time, or none that can be read.
    Unavailable,
}

#[derive(Debug)]
struct Waiting {
    checkout: String,
    code: String,
    at: f64,
    verdict: Verdict,
}

/// The verdicts that wait for their second request.
#[derive(Debug, Default)]
pub struct Verdicts(Vec<Waiting>);

impl Verdicts {
    /// Has a verdict wait for the coupon request that follows.
    pub fn add(&mut self, checkout: &str, code: &str, verdict: Verdict, now: f64) {
        self.0.retain(|v| v.checkout != checkout || v.code != code);
        self.0.push(Waiting {
            checkout: checkout.to_owned(),
            code: code.to_owned(),
            at: now,
            verdict,
        });
    }

    /// Takes the verdict that waits for this code: once, and not when it is too old.
    pub fn take(&mut self, checkout: &str, code: &str, now: f64) -> Option<Verdict> {
        let is_it = |one: &Waiting| one.checkout == checkout && one.code == code;
        let at = self.0.iter().position(is_it)?;
        let found = self.0.swap_remove(at);
        (now - found.at < VERDICT_MS).then_some(found.verdict)
    }

    /// Takes a verdict that nobody came for: the very one added at `at`.
    pub fn take_unused(&mut self, checkout: &str, code: &str, at: f64) -> Option<Verdict> {
        let same =
            |v: &Waiting| v.checkout == checkout && v.code == code && v.at.total_cmp(&at).is_eq();
        let found = self.0.iter().position(same)?;
        Some(self.0.swap_remove(found).verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_used_once() {
        let mut verdicts = Verdicts::default();
        verdicts.add("c1", "SAVE10", Verdict::Unavailable, 0.0);
        assert_eq!(verdicts.take("c1", "OTHER", 1.0), None);
        assert_eq!(verdicts.take("c2", "SAVE10", 1.0), None);
        assert_eq!(
            verdicts.take("c1", "SAVE10", 1.0),
            Some(Verdict::Unavailable)
        );
        assert_eq!(verdicts.take("c1", "SAVE10", 2.0), None);
    }

    #[test]
    fn an_old_verdict_is_not_used() {
        let mut verdicts = Verdicts::default();
        verdicts.add("c1", "SAVE10", Verdict::Unavailable, 0.0);
        assert_eq!(verdicts.take("c1", "SAVE10", VERDICT_MS), None);
    }

    #[test]
    fn an_unused_verdict_is_taken_by_its_own_time_only() {
        let mut verdicts = Verdicts::default();
        verdicts.add("c1", "SAVE10", Verdict::Unavailable, 5.0);
        verdicts.add("c1", "SAVE10", Verdict::Unavailable, 7.0);
        assert_eq!(verdicts.take_unused("c1", "SAVE10", 5.0), None);
        assert!(verdicts.take_unused("c1", "SAVE10", 7.0).is_some());
    }
}
