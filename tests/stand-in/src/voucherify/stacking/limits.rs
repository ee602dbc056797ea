//! Which codes stacking rules leave out.

use std::collections::BTreeMap;

use crate::voucherify::model::StackingRules;

/// Why a code was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skip {
    /// Short name.
    pub key: &'static str,
    /// In words.
    pub message: &'static str,
}

pub(super) const PRECEDING_FAILED: Skip = Skip {
    key: "preceding_validation_failed",
    message: "Redeemable cannot be applied due to preceding validation failure",
};
pub(super) const NO_EFFECT: Skip = Skip {
    key: "no_effect",
    message: "Redeemable cannot be applied due to no effect",
};
const LIMIT: Skip = Skip {
    key: "applicable_redeemables_limit_exceeded",
    message: "Applicable redeemables limit exceeded",
};
const CATEGORY_LIMIT: Skip = Skip {
    key: "applicable_redeemables_per_category_limit_exceeded",
    message: "Applicable redeemables limit per category exceeded",
};
const EXCLUSIVE_LIMIT: Skip = Skip {
    key: "applicable_exclusive_redeemables_limit_exceeded",
    message: "Applicable exclusive redeemables limit exceeded",
};
const EXCLUSIVE_CATEGORY_LIMIT: Skip = Skip {
    key: "applicable_exclusive_redeemables_per_category_limit_exceeded",
    message: "Applicable exclusive redeemables limit per category exceeded",
};
const EXCLUDED: Skip = Skip {
    key: "exclusion_rules_not_met",
    message: "Redeemable cannot be applied due to exclusion rules",
};

/// How many codes of a request were applied.
#[derive(Debug, Default)]
pub(super) struct Tally<'a> {
    applied: usize,
    exclusive: usize,
    by_category: BTreeMap<&'a str, usize>,
    /// Whether an exclusive code of the request is applicable.
    pub(super) some_exclusive: bool,
}

impl<'a> Tally<'a> {
    /// Whether any code was applied.
    pub(super) const fn is_empty(&self) -> bool {
        self.applied == 0
    }

    /// Why the next code is left out, if it is.
    pub(super) fn skip(&self, rules: &StackingRules, category: Option<&str>) -> Option<Skip> {
        let exclusive = category.is_some_and(|id| rules.is_exclusive(id));
        let joint = category.is_some_and(|id| rules.is_joint(id));
        let of_category = category.and_then(|id| self.by_category.get(id));
        let of_category = of_category.copied().unwrap_or_default();
        if self.some_exclusive && !exclusive && !joint {
            return Some(EXCLUDED);
        }
        if self.applied >= rules.applicable_redeemables_limit {
            return Some(LIMIT);
        }
        if exclusive && self.exclusive >= rules.applicable_exclusive_redeemables_limit {
            return Some(EXCLUSIVE_LIMIT);
        }
        let limit = rules.applicable_exclusive_redeemables_per_category_limit;
        if exclusive && of_category >= limit {
            return Some(EXCLUSIVE_CATEGORY_LIMIT);
        }
        let id = category?;
        let own = rules.applicable_redeemables_category_limits.get(id);
        let limit = own
            .copied()
            .unwrap_or(rules.applicable_redeemables_per_category_limit);
        (of_category >= limit).then_some(CATEGORY_LIMIT)
    }

    /// Counts a code that was applied.
    pub(super) fn count(&mut self, rules: &StackingRules, category: Option<&'a str>) {
        self.applied += 1;
        if let Some(id) = category {
            *self.by_category.entry(id).or_default() += 1;
            self.exclusive += usize::from(rules.is_exclusive(id));
        }
    }
}
