//! Asking about codes: which apply, and what each gives.

use reqwest::Method;

use super::{
    Applicable, Client, Inapplicable, Redeemable, Session, Validation, VoucherifyError,
    reading::{self, Reader},
    verdict, wire,
};
use crate::domain::{Code, snapshot::Snapshot};

/// A rule on the order does not hold. It may be on the quantity of a line.
const RULES_VIOLATED: &str = "order_rules_violated";

impl Client {
    /// Validate Stackable Discounts: `POST /v1/validations`. With a session, what applies is held
    /// under its key, in place of what was held there.
    ///
    /// Where a line of the cart is told as two and a code counts lines, it is asked once more with
    /// whole lines.
    pub async fn validate(
        &self,
        redeemables: &[Redeemable],
        snapshot: &Snapshot,
        session: Option<&Session>,
    ) -> Result<Validation, VoucherifyError> {
        let asked = self.ask(redeemables, snapshot, session).await?;
        if !snapshot.has_split_lines() || !asked.counts_lines {
            return Ok(asked.validation);
        }
        let whole = Snapshot {
            whole_lines: true,
            ..snapshot.clone()
        };
        let again = self.ask(redeemables, &whole, session).await?;
        let before = asked.validation.applicable.into_iter();
        Ok(Validation {
            maybe_held: before.map(|one| one.code).collect(),
            ..again.validation
        })
    }

    async fn ask(
        &self,
        redeemables: &[Redeemable],
        snapshot: &Snapshot,
        session: Option<&Session>,
    ) -> Result<Asked, VoucherifyError> {
        const OPERATION: &str = "validate";
        let codes: Vec<Code> = redeemables.iter().map(|one| one.code.clone()).collect();
        let body = wire::Request {
            redeemables: redeemables.iter().map(wire::Redeemable::of).collect(),
            order: wire::Order::of(snapshot),
            customer: snapshot.customer.as_ref().map(wire::customer),
            session: session.map(wire::session),
            metadata: None,
        };
        let request = self
            .request(Method::POST, &["v1", "validations"])
            .json(&body);
        let verdicts: verdict::Verdicts = self.read(OPERATION, request).await?;
        read(&codes, snapshot, verdicts).ok_or(VoucherifyError::Rubbish(OPERATION))
    }
}

/// An answer, and whether it depends on how the cart's lines were told.
struct Asked {
    validation: Validation,
    counts_lines: bool,
}

/// Sorts the verdicts by their own status: depending on the project's stacking rules, those that
/// do not apply are listed beside or among the others. None if a verdict is on no code asked for,
/// or is none that is known.
fn read(codes: &[Code], snapshot: &Snapshot, verdicts: verdict::Verdicts) -> Option<Asked> {
    let lists = [
        verdicts.redeemables,
        verdicts.inapplicable_redeemables,
        verdicts.skipped_redeemables,
    ];
    let mut reader = Reader::of(snapshot);
    let mut counts_lines = false;
    let mut validation = Validation {
        whole_lines: snapshot.whole_lines,
        ..Validation::default()
    };
    for verdict in lists.into_iter().flatten().flatten() {
        let code = Code::named(codes, &verdict.id)?.clone();
        match verdict.status.as_str() {
            "APPLICABLE" => {
                counts_lines |= verdict.counts_lines();
                let applicable = applicable(code, &verdict, &mut reader);
                validation.applicable.push(applicable);
            }
            "INAPPLICABLE" => validation.inapplicable.push(inapplicable(code, verdict)),
            "SKIPPED" => validation.skipped.push(inapplicable(code, verdict)),
            _ => return None,
        }
    }
    let mut refused = validation.inapplicable.iter();
    counts_lines |= refused.any(|one| one.key == RULES_VIOLATED);
    Some(Asked {
        validation,
        counts_lines,
    })
}

fn applicable(code: Code, verdict: &verdict::Verdict, reader: &mut Reader) -> Applicable {
    let calculated = reader.calculated(verdict);
    let result = verdict.result.as_ref();
    let card = result.and_then(|result| result.loyalty_card.as_ref());
    Applicable {
        gift: reading::gift(verdict),
        points: card.and_then(|card| card.points),
        code,
        calculated: calculated.filter(|_| verdict.is_understood()),
        fits_every_currency: verdict.fits_every_currency(),
    }
}

pub(super) fn inapplicable(code: Code, verdict: verdict::Verdict) -> Inapplicable {
    let problem = verdict.reason();
    Inapplicable {
        code,
        key: problem.key(),
        merchant_message: problem.merchant_message(),
        message: problem.message,
    }
}

#[cfg(test)]
mod tests;
