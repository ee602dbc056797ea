//! Which of the requested codes apply together, and what they take off.
//!
//! One pass in the order of calculation. Each code is skipped by a stacking rule, or found
//! inapplicable, or applied to what the codes before it left. In application mode `ALL` the codes
//! after an inapplicable one are skipped (`preceding_validation_failed`).

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::calculate::Calculation;
use super::card;
use super::error::ApiError;
use super::model::{Hold, Voucher, VoucherValue};
use super::project::Project;
use super::requests::{RedeemableBody, RedeemableKind};
use super::rules::{self, Facts};
use super::stacking_rules::{ApplicationMode, NoEffectRule, ProductsMode, SortingRule};

/// What a validation or redemption asks.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The codes.
    pub redeemables: &'a [RedeemableBody],
    /// The order and customer they are for.
    pub facts: Facts<'a>,
    /// The customer's id, to count redemptions.
    pub customer_id: Option<&'a str>,
    /// The session that the request belongs to: what it holds is not held against it.
    pub session_key: Option<&'a str>,
    /// Now.
    pub now: OffsetDateTime,
}

/// What became of one code.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It applies.
    Applicable {
        /// The order after it.
        money: Box<Calculation>,
        /// Credits it takes from a gift card.
        credits: Option<i64>,
    },
    /// It does not.
    Inapplicable(ApiError),
    /// It was not looked at.
    Skipped(Skip),
}

/// Why a code was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skip {
    /// Short name.
    pub key: &'static str,
    /// In words.
    pub message: &'static str,
}

const PRECEDING_FAILED: Skip = Skip {
    key: "preceding_validation_failed",
    message: "Redeemable cannot be applied due to preceding validation failure",
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
const NO_EFFECT: Skip = Skip {
    key: "no_effect",
    message: "Redeemable cannot be applied due to no effect",
};

/// One code and what became of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What was asked for.
    pub redeemable: RedeemableBody,
    /// The code of the voucher found.
    pub code: Option<String>,
    /// The verdict.
    pub outcome: Outcome,
}

/// The verdict on all codes.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// In the order of calculation.
    pub judged: Vec<Judged>,
    /// The order after all applicable codes; the applied amounts are those of the request.
    pub money: Calculation,
    /// Whether the request as a whole succeeds.
    pub valid: bool,
}

impl Evaluation {
    /// The error of the first inapplicable code.
    #[must_use]
    pub fn first_error(&self) -> Option<(&Judged, &ApiError)> {
        self.judged.iter().find_map(|judged| match &judged.outcome {
            Outcome::Inapplicable(error) => Some((judged, error)),
            _ => None,
        })
    }

    /// What a session has to hold for the applicable codes.
    #[must_use]
    pub fn holds(&self) -> Vec<Hold> {
        self.judged
            .iter()
            .filter_map(|judged| match (&judged.outcome, &judged.code) {
                (Outcome::Applicable { credits, .. }, Some(code)) => Some(Hold {
                    code: code.clone(),
                    credits: *credits,
                }),
                _ => None,
            })
            .collect()
    }
}

/// Judges all codes. Nothing is changed.
#[must_use]
pub fn evaluate(project: &Project, ask: &Ask<'_>) -> Evaluation {
    let mut pass = Pass::new(project, ask);
    let mut judged = Vec::with_capacity(ask.redeemables.len());
    for redeemable in in_order(project, ask.redeemables) {
        let voucher = match redeemable.object {
            RedeemableKind::Voucher => project.voucher(&redeemable.id),
            _ => None,
        };
        let outcome = pass.judge(redeemable, voucher);
        let code = voucher.map(|voucher| voucher.code.clone());
        judged.push(Judged {
            redeemable: redeemable.clone(),
            code,
            outcome,
        });
    }
    pass.finish(judged)
}

fn in_order<'a>(project: &Project, redeemables: &'a [RedeemableBody]) -> Vec<&'a RedeemableBody> {
    let mut list: Vec<_> = redeemables.iter().collect();
    if project.stacking.redeemables_sorting_rule == SortingRule::CategoryHierarchy {
        list.sort_by_key(|redeemable| {
            let category = project
                .voucher(&redeemable.id)
                .and_then(|v| v.category_id.as_ref());
            let category = category.and_then(|id| project.categories.iter().find(|c| c.id == *id));
            category.map_or(u32::MAX, |category| category.hierarchy)
        });
    }
    list
}

/// The state of the one pass over the codes.
struct Pass<'a> {
    project: &'a Project,
    ask: &'a Ask<'a>,
    money: Calculation,
    some_exclusive: bool,
    failed: bool,
    applied: usize,
    applied_exclusive: usize,
    applied_by_category: BTreeMap<&'a str, usize>,
}

impl<'a> Pass<'a> {
    fn new(project: &'a Project, ask: &'a Ask<'a>) -> Self {
        let some_exclusive = ask.redeemables.iter().any(|redeemable| {
            let category = project
                .voucher(&redeemable.id)
                .and_then(|v| v.category_id.as_ref());
            category.is_some_and(|id| project.stacking.exclusive_categories.contains(id))
        });
        let mut money = ask.facts.money.clone();
        money.begin_request();
        Self {
            project,
            ask,
            money,
            some_exclusive,
            failed: false,
            applied: 0,
            applied_exclusive: 0,
            applied_by_category: BTreeMap::new(),
        }
    }

    fn judge(&mut self, redeemable: &RedeemableBody, voucher: Option<&'a Voucher>) -> Outcome {
        if self.failed && self.is_all() {
            return Outcome::Skipped(PRECEDING_FAILED);
        }
        let Some(voucher) = voucher else {
            self.failed = true;
            let kind = redeemable.object.name();
            return Outcome::Inapplicable(ApiError::not_found(kind, &redeemable.id));
        };
        if let Some(skip) = self.skipped_by_rules(voucher) {
            return Outcome::Skipped(skip);
        }
        let mut after = self.money.clone();
        after.begin_step();
        match self.apply(redeemable, voucher, &mut after) {
            Err(error) => {
                self.failed = true;
                Outcome::Inapplicable(error.about("voucher", &redeemable.id))
            }
            Ok(_) if !after.has_effect() && self.skips_no_effect(voucher) => {
                Outcome::Skipped(NO_EFFECT)
            }
            Ok(credits) => {
                self.count(voucher);
                self.money = after.clone();
                Outcome::Applicable {
                    money: Box::new(after),
                    credits,
                }
            }
        }
    }

    fn apply(
        &self,
        redeemable: &RedeemableBody,
        voucher: &Voucher,
        money: &mut Calculation,
    ) -> Result<Option<i64>, ApiError> {
        usable(voucher, self.ask.now)?;
        let held: Vec<_> = self
            .project
            .held_by_others(&voucher.code, self.ask.session_key)
            .collect();
        let ignore = self.ask.facts.ignore_redemptions;
        if let Some(quantity) = voucher.quantity
            && !ignore
            && u64::from(voucher.redeemed_quantity) + held.len() as u64 >= u64::from(quantity)
        {
            let error = ApiError::bad("quantity_exceeded", "quantity exceeded");
            return Err(error.details(&voucher.code));
        }
        let customer = self.ask.customer_id;
        let redeemed_by_customer =
            customer.map_or(0, |id| self.project.redeemed_by(&voucher.code, id));
        rules::evaluate(
            &voucher.rules,
            Facts {
                redeemed_by_customer,
                ..self.ask.facts
            },
        )?;
        match &voucher.value {
            VoucherValue::Discount(discount) => {
                let mode = self.project.stacking.redeemables_products_application_mode;
                let once = mode == ProductsMode::Once;
                if discount.effect().takes_money() {
                    money.apply(discount, &voucher.products, once)?;
                } else {
                    money.add_units(&self.project.free_units(discount)?, once)?;
                }
                Ok(None)
            }
            VoucherValue::Gift(gift) => {
                let held = held.iter().filter_map(|hold| hold.credits).sum();
                let credits = card::credits_to_take(*gift, held, redeemable)?;
                money.pay(credits).map(Some)
            }
        }
    }

    fn skipped_by_rules(&self, voucher: &Voucher) -> Option<Skip> {
        let rules = &self.project.stacking;
        let category = voucher.category_id.as_ref();
        let exclusive = category.is_some_and(|id| rules.exclusive_categories.contains(id));
        let joint = category.is_some_and(|id| rules.joint_categories.contains(id));
        let of_category = category
            .and_then(|id| self.applied_by_category.get(id.as_str()))
            .copied()
            .unwrap_or_default();
        let category_limit = category
            .and_then(|id| rules.applicable_redeemables_category_limits.get(id))
            .copied()
            .unwrap_or(rules.applicable_redeemables_per_category_limit);
        let exclusive_limit = rules.applicable_exclusive_redeemables_per_category_limit;
        if self.some_exclusive && !exclusive && !joint {
            Some(EXCLUDED)
        } else if self.applied >= rules.applicable_redeemables_limit {
            Some(LIMIT)
        } else if exclusive
            && self.applied_exclusive >= rules.applicable_exclusive_redeemables_limit
        {
            Some(EXCLUSIVE_LIMIT)
        } else if exclusive && of_category >= exclusive_limit {
            Some(EXCLUSIVE_CATEGORY_LIMIT)
        } else if category.is_some() && of_category >= category_limit {
            Some(CATEGORY_LIMIT)
        } else {
            None
        }
    }

    fn skips_no_effect(&self, voucher: &Voucher) -> bool {
        let rules = &self.project.stacking;
        let category = voucher.category_id.as_ref();
        let listed = |list: &[String]| category.is_some_and(|id| list.contains(id));
        match rules.redeemables_no_effect_rule {
            NoEffectRule::RedeemAnyway => listed(&rules.no_effect_skip_categories),
            NoEffectRule::Skip => !listed(&rules.no_effect_redeem_anyway_categories),
        }
    }

    fn count(&mut self, voucher: &'a Voucher) {
        self.applied += 1;
        if let Some(category) = voucher.category_id.as_deref() {
            *self.applied_by_category.entry(category).or_default() += 1;
            let exclusive = &self.project.stacking.exclusive_categories;
            if exclusive.iter().any(|id| id == category) {
                self.applied_exclusive += 1;
            }
        }
    }

    fn is_all(&self) -> bool {
        self.project.stacking.redeemables_application_mode == ApplicationMode::All
    }

    fn finish(self, judged: Vec<Judged>) -> Evaluation {
        let valid = self.applied > 0 && !(self.failed && self.is_all());
        let mut money = self.money;
        money.apply_since(self.ask.facts.money);
        Evaluation {
            judged,
            money,
            valid,
        }
    }
}

/// Whether a voucher is enabled and in its time.
fn usable(voucher: &Voucher, now: OffsetDateTime) -> Result<(), ApiError> {
    if !voucher.active {
        return Err(ApiError::bad("voucher_disabled", "voucher is disabled").details(&voucher.code));
    }
    if voucher.start_date.is_some_and(|start| start > now) {
        let error = ApiError::bad("voucher_not_active", "voucher is not active yet");
        return Err(error.details(&voucher.code));
    }
    if voucher.expiration_date.is_some_and(|end| end <= now) {
        return Err(ApiError::bad("voucher_expired", "voucher expired").details(&voucher.code));
    }
    Ok(())
}
