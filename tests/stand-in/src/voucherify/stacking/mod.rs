//! Which of the requested codes apply together, and what they take off.
//!
//! One pass in the order of calculation. Each code is skipped by a stacking rule, or found
//! inapplicable, or applied to what the codes before it left. In application mode `ALL` the codes
//! after an inapplicable one are skipped (`preceding_validation_failed`).

use time::OffsetDateTime;

use super::calculate::Calculation;
use super::discount::Discount;
use super::error::ApiError;
use super::model::{ApplicationMode, Hold, NoEffectRule, SortingRule, Spent, Switches, Voucher};
use super::project::Project;
use super::requests::{RedeemableBody, RedeemableKind};
use super::rules::Facts;
use limits::{NO_EFFECT, PRECEDING_FAILED, Tally};

mod apply;
mod limits;

pub use limits::Skip;

/// What a validation or redemption asks.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The codes.
    pub redeemables: &'a [RedeemableBody],
    /// The order and customer they are for.
    pub facts: Facts<'a>,
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
        /// What it takes or gives.
        used: Used,
    },
    /// It does not.
    Inapplicable(ApiError),
    /// It was not looked at.
    Skipped(Skip),
}

/// What an applicable code takes from a card, or gives.
#[derive(Debug, Clone, Default)]
pub struct Used {
    /// Credits of a gift card.
    pub credits: Option<i64>,
    /// Points of a loyalty card.
    pub spent: Option<Spent>,
    /// The discount, calculated where it is dynamic.
    pub discount: Option<Discount>,
}

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

    /// The referrer of the order: the holder of the first applicable referral code.
    #[must_use]
    pub fn referrer_id<'a>(&self, project: &'a Project) -> Option<&'a str> {
        let applicable = |judged: &&Judged| matches!(judged.outcome, Outcome::Applicable { .. });
        let codes = self.judged.iter().filter(applicable);
        let codes = codes.filter_map(|judged| project.voucher(judged.code.as_deref()?));
        let mut codes = codes.filter(|voucher| project.is_referral(voucher));
        codes.find_map(|voucher| voucher.holder_id.as_deref())
    }

    /// What a session has to hold for the applicable codes. Whether it holds points is a switch.
    #[must_use]
    pub fn holds(&self, switches: &Switches) -> Vec<Hold> {
        self.judged
            .iter()
            .filter_map(|judged| match (&judged.outcome, &judged.code) {
                (Outcome::Applicable { used, .. }, Some(code))
                    if used.spent.is_none() || switches.sessions_hold_points =>
                {
                    Some(Hold {
                        code: code.clone(),
                        credits: used.credits,
                        points: used.spent.as_ref().map(|spent| spent.points),
                    })
                }
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

fn in_order<'a>(
    project: &'a Project,
    redeemables: &'a [RedeemableBody],
) -> Vec<&'a RedeemableBody> {
    let mut list: Vec<_> = redeemables.iter().collect();
    if project.stacking.redeemables_sorting_rule == SortingRule::CategoryHierarchy {
        list.sort_by_key(|redeemable| {
            let voucher = project.voucher(&redeemable.id);
            let category = voucher.and_then(|voucher| project.category_of(voucher));
            let category = category.and_then(|id| project.categories.iter().find(|c| c.id == id));
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
    failed: bool,
    tally: Tally<'a>,
}

impl<'a> Pass<'a> {
    fn new(project: &'a Project, ask: &'a Ask<'a>) -> Self {
        let mut money = ask.facts.money.clone();
        money.begin_request();
        let mut pass = Self {
            project,
            ask,
            money,
            failed: false,
            tally: Tally::default(),
        };
        pass.tally.some_exclusive = ask.redeemables.iter().any(|one| pass.is_exclusive(one));
        pass
    }

    /// Whether a code is exclusive and would apply alone: one that does not apply excludes nobody.
    fn is_exclusive(&self, redeemable: &RedeemableBody) -> bool {
        let Some(voucher) = self.project.voucher(&redeemable.id) else {
            return false;
        };
        let category = self.project.category_of(voucher);
        let mut money = self.money.clone();
        category.is_some_and(|id| self.project.stacking.is_exclusive(id))
            && self.apply(redeemable, voucher, &mut money).is_ok()
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
        let category = self.project.category_of(voucher);
        if let Some(skip) = self.tally.skip(&self.project.stacking, category) {
            return Outcome::Skipped(skip);
        }
        let mut after = self.money.clone();
        after.begin_step();
        match self.apply(redeemable, voucher, &mut after) {
            Err(error) => {
                self.failed = true;
                Outcome::Inapplicable(error.about("voucher", &redeemable.id))
            }
            Ok(_) if !after.has_effect() && self.skips_no_effect(category) => {
                Outcome::Skipped(NO_EFFECT)
            }
            Ok(used) => {
                self.tally.count(&self.project.stacking, category);
                self.money = after.clone();
                Outcome::Applicable {
                    money: Box::new(after),
                    used,
                }
            }
        }
    }

    fn skips_no_effect(&self, category: Option<&str>) -> bool {
        let rules = &self.project.stacking;
        let listed = |list: &[String]| category.is_some_and(|id| list.iter().any(|own| own == id));
        match rules.redeemables_no_effect_rule {
            NoEffectRule::RedeemAnyway => listed(&rules.no_effect_skip_categories),
            NoEffectRule::Skip => !listed(&rules.no_effect_redeem_anyway_categories),
        }
    }

    fn is_all(&self) -> bool {
        self.project.stacking.redeemables_application_mode == ApplicationMode::All
    }

    fn finish(self, judged: Vec<Judged>) -> Evaluation {
        let spoiled = self.failed && self.is_all();
        let valid = !spoiled && !self.tally.is_empty();
        let mut money = self.money;
        money.apply_since(self.ask.facts.money);
        Evaluation {
            judged,
            money,
            valid,
        }
    }
}
