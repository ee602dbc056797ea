//! Faults switched on per route.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rule as tests write it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Given by the stand-in when absent.
    #[serde(default)]
    pub id: Option<u64>,
    /// Only this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Regular expression searched for in the path.
    pub path: String,
    /// Only this area.
    #[serde(default)]
    pub area: Option<String>,
    /// How many calls it hits; without it, all.
    #[serde(default)]
    pub times: Option<u64>,
    /// How many matching calls pass first.
    #[serde(default)]
    pub skip: u64,
    /// What happens.
    pub action: FaultAction,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultAction {
    /// Answers with a status without doing the work.
    Status {
        /// The status.
        status: u16,
        /// Extra headers.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// JSON body, or a string for a body that is sent as it is.
        #[serde(default)]
        body: Value,
    },
    /// Waits, then works.
    Delay {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// No work; the connection is closed without an answer.
    Drop {},
    /// Works; the connection is closed without an answer.
    DropAfter {},
    /// Answers 200 with nonsense that is not JSON.
    Rubbish {},
}

/// A rule and what became of it, for `GET /control/faults`.
#[derive(Debug, Clone, Serialize)]
pub struct FaultState {
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// Matching calls, those let through first included.
    pub matched: u64,
    /// Calls it was applied to.
    pub hits: u64,
    #[serde(skip)]
    pattern: Regex,
}

/// Why a rule is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// The path is no regular expression.
    #[error("path: {0}")]
    Path(#[from] regex::Error),
    /// No HTTP status.
    #[error("action.status: {0} is not an HTTP status")]
    Status(u16),
}

#[derive(Debug, Default)]
struct Inner {
    last_id: u64,
    rules: Vec<FaultState>,
}

/// The shared list of rules; the first that matches wins.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Inner>>);

impl Faults {
    /// Replaces all rules.
    pub fn replace(&self, rules: Vec<FaultRule>) -> Result<(), FaultError> {
        let compiled = rules
            .into_iter()
            .map(compile)
            .collect::<Result<Vec<_>, _>>()?;
        let mut inner = self.lock();
        inner.rules.clear();
        for rule in compiled {
            add(&mut inner, rule);
        }
        Ok(())
    }

    /// Adds a rule behind the others and gives its id.
    pub fn add(&self, rule: FaultRule) -> Result<u64, FaultError> {
        let compiled = compile(rule)?;
        Ok(add(&mut self.lock(), compiled))
    }

    /// The rules with their hits.
    #[must_use]
    pub fn list(&self) -> Vec<FaultState> {
        self.lock().rules.clone()
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    /// The fault for a call, counted as a hit.
    #[must_use]
    pub fn take(&self, area: &str, method: &str, path: &str) -> Option<(u64, FaultAction)> {
        let mut inner = self.lock();
        for state in &mut inner.rules {
            if !state.matches(area, method, path) {
                continue;
            }
            state.matched += 1;
            if state.matched > state.rule.skip {
                state.hits += 1;
                return Some((state.rule.id.unwrap_or_default(), state.rule.action.clone()));
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultState {
    fn matches(&self, area: &str, method: &str, path: &str) -> bool {
        self.rule.times.is_none_or(|times| self.hits < times)
            && self
                .rule
                .area
                .as_deref()
                .is_none_or(|wanted| wanted == area)
            && self
                .rule
                .method
                .as_deref()
                .is_none_or(|m| m.eq_ignore_ascii_case(method))
            && self.pattern.is_match(path)
    }
}

fn compile(rule: FaultRule) -> Result<FaultState, FaultError> {
    if let FaultAction::Status { status, .. } = &rule.action
        && !(200..600).contains(status)
    {
        return Err(FaultError::Status(*status));
    }
    let pattern = Regex::new(&rule.path)?;
    Ok(FaultState {
        rule,
        matched: 0,
        hits: 0,
        pattern,
    })
}

fn add(inner: &mut Inner, mut state: FaultState) -> u64 {
    inner.last_id += 1;
    let id = *state.rule.id.get_or_insert(inner.last_id);
    inner.last_id = inner.last_id.max(id);
    inner.rules.push(state);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(json: Value) -> FaultRule {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn skip_lets_calls_through_and_times_ends_it() {
        let faults = Faults::default();
        let action = serde_json::json!({"kind": "drop"});
        let json = serde_json::json!({"path": "/x$", "skip": 1, "times": 1, "action": action});
        let id = faults.add(rule(json)).unwrap();
        assert!(faults.take("page", "GET", "/x").is_none());
        assert!(faults.take("page", "GET", "/other").is_none());
        assert_eq!(
            faults.take("page", "GET", "/x"),
            Some((id, FaultAction::Drop {}))
        );
        assert!(faults.take("page", "GET", "/x").is_none());
    }

    #[test]
    fn a_rule_for_another_area_or_method_does_not_hit() {
        let faults = Faults::default();
        let action = serde_json::json!({"kind": "delay", "ms": 1});
        let json =
            serde_json::json!({"path": ".", "area": "page", "method": "post", "action": action});
        faults.add(rule(json)).unwrap();
        assert!(faults.take("management", "POST", "/x").is_none());
        assert!(faults.take("page", "GET", "/x").is_none());
        assert!(faults.take("page", "POST", "/x").is_some());
    }
}
