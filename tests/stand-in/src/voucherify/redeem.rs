//! Redemptions: codes used for good.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::calculate::Calculation;
use super::error::ApiError;
use super::ids;
use super::model::{Order, Redeemed, Redemption};
use super::prepare::Prepared;
use super::project::Project;
use super::project::sessions::Wanted;
use super::requests::OrderStatus;
use super::stacking::{self, Evaluation, Judged, Outcome, Used};
use super::views::{self, OrderContext, Shown};

/// One code that is redeemed.
struct Step {
    code: String,
    voucher_id: String,
    used: Used,
    money: Calculation,
}

/// Redeems the codes of a request and gives the answer.
pub fn redeem(
    project: &mut Project,
    prepared: &Prepared,
    now: OffsetDateTime,
) -> Result<Value, ApiError> {
    let evaluation = stacking::evaluate(project, &prepared.ask(now));
    if !evaluation.valid {
        return Err(refuse(project, prepared, &evaluation, now));
    }
    let customer = prepared.body.customer.clone();
    let customer_id = customer
        .map(|body| project.upsert_customer(body, now))
        .transpose()?;
    let order_id = store_order(project, prepared, &evaluation, customer_id.as_ref(), now);
    let steps: Vec<_> = evaluation
        .judged
        .iter()
        .filter_map(|judged| step(project, judged))
        .collect();
    let template = Redemption {
        id: String::new(),
        date: now,
        redeemed: Redeemed::Stack(Vec::new()),
        parent: None,
        customer_id,
        tracking_id: prepared.tracking_id.clone(),
        metadata: prepared.body.metadata.clone().unwrap_or_default(),
        order_id: Some(order_id.clone()),
        money: None,
        session_key: prepared
            .session
            .as_ref()
            .map(|session| session.key().to_owned()),
        failure: None,
        rollback: None,
    };
    let (children, parent) = redemptions(template, steps, evaluation.money.clone());
    let child_ids: Vec<_> = children.iter().map(|child| child.id.clone()).collect();
    let parent_id = parent.as_ref().map(|parent| parent.id.clone());
    for child in &children {
        use_up(project, child, now);
    }
    project.redemptions.extend(children);
    project.redemptions.extend(parent);
    if let Some(key) = prepared.session.as_ref().map(Wanted::key) {
        project.sessions.remove(key);
    }
    Ok(answer(
        project,
        prepared,
        &evaluation,
        &order_id,
        &child_ids,
        parent_id.as_deref(),
    ))
}

/// Records a failed redemption and gives the error to answer with.
fn refuse(
    project: &mut Project,
    prepared: &Prepared,
    evaluation: &Evaluation,
    now: OffsetDateTime,
) -> ApiError {
    let Some((judged, error)) = evaluation.first_error() else {
        let skipped = evaluation
            .judged
            .iter()
            .find_map(|judged| match &judged.outcome {
                Outcome::Skipped(skip) => Some(*skip),
                _ => None,
            });
        return skipped.map_or_else(
            || ApiError::bad("invalid_redemption", "nothing to redeem"),
            |skip| ApiError::bad(skip.key, skip.message),
        );
    };
    let voucher = judged
        .code
        .as_deref()
        .and_then(|code| project.voucher(code));
    // What the stand-in cannot do is no failure of the code.
    let Some(voucher) = voucher.filter(|_| error.code != 501) else {
        return error.clone();
    };
    let redeemed = Redeemed::Voucher {
        code: voucher.code.clone(),
        id: voucher.id.clone(),
        credits: None,
        spent: None,
    };
    let id = ids::short("rf_");
    project.redemptions.push(Redemption {
        id: id.clone(),
        date: now,
        redeemed,
        parent: None,
        customer_id: prepared
            .customer
            .as_ref()
            .and_then(|customer| customer.id.clone()),
        tracking_id: prepared.tracking_id.clone(),
        metadata: prepared.body.metadata.clone().unwrap_or_default(),
        order_id: None,
        money: None,
        session_key: None,
        failure: Some(error.clone()),
        rollback: None,
    });
    error.clone().about("redemption", &id)
}

/// Stores the order, or updates the stored one that was used.
fn store_order(
    project: &mut Project,
    prepared: &Prepared,
    evaluation: &Evaluation,
    customer_id: Option<&String>,
    now: OffsetDateTime,
) -> String {
    let referrer_id = evaluation.referrer_id(project).map(str::to_owned);
    let keeps_status = project.switches.redemption_keeps_order_status;
    let stored = prepared
        .stored_order
        .as_deref()
        .and_then(|id| project.order_mut(id));
    if let Some(order) = stored {
        order.money = evaluation.money.clone();
        order.referrer_id = referrer_id.or(order.referrer_id.take());
        order.customer_id = customer_id.cloned().or(order.customer_id.take());
        order.updated_at = Some(now);
        let (id, status) = (order.id.clone(), order.status);
        // A redemption pays an order that was open; a fulfilled one stays fulfilled.
        if status != OrderStatus::Fulfilled {
            project.set_order_status(&id, OrderStatus::Paid);
        }
        return id;
    }
    let id = ids::long("ord_");
    project.orders.push(Order {
        id: id.clone(),
        source_id: prepared
            .body
            .order
            .as_ref()
            .and_then(|order| order.source_id.clone()),
        status: prepared
            .status
            .filter(|_| keeps_status)
            .unwrap_or(OrderStatus::Paid),
        money: evaluation.money.clone(),
        metadata: prepared.order_metadata.clone(),
        customer_id: customer_id.cloned(),
        referrer_id,
        created_at: now,
        updated_at: None,
    });
    project.note_order_status(&id);
    id
}

fn step(project: &Project, judged: &Judged) -> Option<Step> {
    let Outcome::Applicable { money, used } = &judged.outcome else {
        return None;
    };
    let voucher = project.voucher(judged.code.as_deref()?)?;
    Some(Step {
        code: voucher.code.clone(),
        voucher_id: voucher.id.clone(),
        used: used.clone(),
        money: money.as_ref().clone(),
    })
}

/// Takes the quantity, and the credits or points, of one redemption.
fn use_up(project: &mut Project, child: &Redemption, now: OffsetDateTime) {
    let Redeemed::Voucher {
        code,
        credits,
        spent,
        ..
    } = &child.redeemed
    else {
        return;
    };
    if let Some(voucher) = project.voucher_mut(code) {
        voucher.redeemed_quantity += 1;
        voucher.updated_at = Some(now);
    }
    if let Some(credits) = credits {
        project.spend(code, *credits, child);
    }
    if let Some(spent) = spent {
        project.spend(code, spent.points, child);
    }
}

/// One redemption for each code, and a parent when there are several.
fn redemptions(
    template: Redemption,
    steps: Vec<Step>,
    total: Calculation,
) -> (Vec<Redemption>, Option<Redemption>) {
    let parent_id = (steps.len() > 1).then(|| ids::short("r_"));
    let children: Vec<_> = steps
        .into_iter()
        .map(|step| Redemption {
            id: ids::short("r_"),
            redeemed: Redeemed::Voucher {
                code: step.code,
                id: step.voucher_id,
                credits: step.used.credits,
                spent: step.used.spent,
            },
            parent: parent_id.clone(),
            money: Some(step.money),
            ..template.clone()
        })
        .collect();
    let stacked = children.iter().map(|child| child.id.clone()).collect();
    let parent = parent_id.map(|id| Redemption {
        id,
        redeemed: Redeemed::Stack(stacked),
        money: Some(total),
        ..template
    });
    (children, parent)
}

fn answer(
    project: &Project,
    prepared: &Prepared,
    evaluation: &Evaluation,
    order_id: &str,
    children: &[String],
    parent: Option<&str>,
) -> Value {
    let view = |id: &str| {
        project
            .redemption(id)
            .map(|r| views::redemption(project, r))
    };
    let children: Vec<_> = children.iter().filter_map(|id| view(id)).collect();
    let order = project
        .order(order_id)
        .map(|order| views::order(project, order));
    let shown = Shown::from_options(prepared.body.options.as_ref());
    let context = OrderContext {
        metadata: &prepared.order_metadata,
        customer_id: None,
        referrer_id: None,
    };
    let of = |wanted: fn(&Outcome) -> bool| -> Vec<Value> {
        let judged = evaluation
            .judged
            .iter()
            .filter(|judged| wanted(&judged.outcome));
        judged
            .map(|judged| views::judged(project, judged, shown, context))
            .collect()
    };
    let mut body = json!({"redemptions": children, "order": order});
    if let Some(parent) = parent.and_then(view) {
        body["parent_redemption"] = views::of_stack(parent);
    }
    let inapplicable = of(|outcome| matches!(outcome, Outcome::Inapplicable(_)));
    if !inapplicable.is_empty() {
        body["inapplicable_redeemables"] = json!(inapplicable);
    }
    let skipped = of(|outcome| matches!(outcome, Outcome::Skipped(_)));
    if !skipped.is_empty() {
        body["skipped_redeemables"] = json!(skipped);
    }
    body
}
