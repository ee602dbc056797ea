//! `POST /v1/validations`.

use actix_web::web::{Bytes, Data, ServiceConfig, post};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::answer::{Answer, read, resource, told};
use crate::voucherify::error::ApiError;
use crate::voucherify::ids;
use crate::voucherify::model::ApplicationMode;
use crate::voucherify::prepare::Prepared;
use crate::voucherify::project::Project;
use crate::voucherify::stacking::{self, Evaluation, Outcome};
use crate::voucherify::state::State;
use crate::voucherify::views::{self, OrderContext, Shown};

pub(super) fn configure(cfg: &mut ServiceConfig) {
    cfg.service(resource("/validations").route(post().to(validate)));
}

async fn validate(state: Data<State>, body: Bytes) -> Answer {
    let body = read(&body)?;
    let (now, mut project) = state.now_and_project();
    let prepared = Prepared::new(&project, body, now)?;
    let answer = answer(&mut project, prepared, now)?;
    told(&project, answer)
}

fn answer(
    project: &mut Project,
    mut prepared: Prepared,
    now: OffsetDateTime,
) -> Result<Value, ApiError> {
    let evaluation = stacking::evaluate(project, &prepared.ask(now));
    if let Some((_, error)) = evaluation.first_error()
        && error.code == 501
    {
        return Err(error.clone());
    }
    let session = prepared.session.take();
    let mut body = lists(project, &prepared, &evaluation);
    body["id"] = json!(ids::short("valid_"));
    body["valid"] = json!(evaluation.valid);
    body["tracking_id"] = json!(prepared.tracking_id);
    body["stacking_rules"] = json!(project.stacking);
    if evaluation.valid {
        body["order"] =
            views::calculated_order(&evaluation.money, context(project, &prepared, &evaluation));
    }
    match session {
        // Only a valid validation locks. It replaces what the key held.
        Some(session) if evaluation.valid => {
            let session = session.with(evaluation.holds(&project.switches));
            body["session"] = views::session(&session);
            project.lock(session);
        }
        Some(session) if project.switches.failed_validation_releases_session => {
            project.sessions.remove(session.key());
        }
        _ => {}
    }
    Ok(body)
}

/// The three lists. A valid answer lists applicable codes under `redeemables`; one that is not, in
/// application mode `ALL`, lists every code there with its status.
fn lists(project: &Project, prepared: &Prepared, evaluation: &Evaluation) -> Value {
    let shown = Shown::from_options(prepared.body.options.as_ref());
    let context = context(project, prepared, evaluation);
    let all = project.stacking.redeemables_application_mode == ApplicationMode::All;
    let of = |wanted: &dyn Fn(&Outcome) -> bool| -> Vec<Value> {
        let judged = evaluation
            .judged
            .iter()
            .filter(|judged| wanted(&judged.outcome));
        judged
            .map(|judged| views::judged(project, judged, shown, context))
            .collect()
    };
    let every = all && !evaluation.valid;
    let redeemables = of(&|outcome| every || matches!(outcome, Outcome::Applicable { .. }));
    let mut body = json!({"redeemables": redeemables});
    let inapplicable = of(&|outcome| matches!(outcome, Outcome::Inapplicable(_)));
    if !inapplicable.is_empty() {
        body["inapplicable_redeemables"] = json!(inapplicable);
    }
    let skipped = of(&|outcome| matches!(outcome, Outcome::Skipped(_)));
    if !skipped.is_empty() {
        body["skipped_redeemables"] = json!(skipped);
    }
    body
}

fn context<'a>(
    project: &'a Project,
    prepared: &'a Prepared,
    evaluation: &Evaluation,
) -> OrderContext<'a> {
    let customer = prepared.customer.as_ref();
    OrderContext {
        metadata: &prepared.order_metadata,
        customer_id: customer.and_then(|customer| customer.id.as_deref()),
        referrer_id: evaluation.referrer_id(project),
    }
}
