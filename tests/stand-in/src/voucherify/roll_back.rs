//! Rollbacks: a redemption undone. A stack is rolled back by its parent only.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::error::ApiError;
use super::model::{Redeemed, Redemption, Rollback, RollbackOrderMode};
use super::project::{Project, rollback_horizon};
use super::requests::{Metadata, OrderStatus};
use super::{ids, views};

/// Reason and metadata of a rollback.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct Note {
    pub reason: Option<String>,
    pub metadata: Metadata,
    /// What the order's status is to be.
    pub order_status: Option<OrderStatus>,
}

/// `POST /v1/redemptions/{id}/rollback`: a redemption without parent and without children.
pub fn single(
    project: &mut Project,
    id: &str,
    note: &Note,
    now: OffsetDateTime,
) -> Result<Value, ApiError> {
    let redemption = rollable(project, id, now)?;
    if matches!(redemption.redeemed, Redeemed::Stack(_)) {
        let error = ApiError::bad(
            "invalid_rollback",
            "a stacked redemption cannot be rolled back",
        );
        return Err(error
            .details("use POST /v1/redemptions/{id}/rollbacks")
            .about("redemption", id));
    }
    let rollback = undo(project, id, note, now);
    undo_order(project, &redemption, note, now);
    Ok(views::rollback(project, &rollback))
}

/// `POST /v1/redemptions/{id}/rollbacks`: a parent with all its children, or a single redemption.
pub fn stack(
    project: &mut Project,
    id: &str,
    note: &Note,
    now: OffsetDateTime,
) -> Result<Value, ApiError> {
    let redemption = rollable(project, id, now)?;
    let order_id = redemption.order_id.clone();
    let children = match &redemption.redeemed {
        Redeemed::Stack(children) => children.clone(),
        Redeemed::Voucher { .. } => Vec::new(),
    };
    let mut rollbacks: Vec<_> = children
        .iter()
        .map(|child| undo(project, child, note, now))
        .collect();
    let own = undo(project, id, note, now);
    undo_order(project, &redemption, note, now);
    let parent = (!children.is_empty()).then(|| views::rollback(project, &own));
    if parent.is_none() {
        rollbacks.push(own);
    }
    let rollbacks: Vec<_> = rollbacks
        .iter()
        .map(|r| views::rollback(project, r))
        .collect();
    let order = order_id.and_then(|id| project.order(&id).map(|o| views::order(project, o)));
    let mut answer = json!({"rollbacks": rollbacks, "order": order});
    if let Some(parent) = parent {
        answer["parent_rollback"] = views::of_stack(parent);
    }
    Ok(answer)
}

/// A redemption that may be rolled back now. The keys of these refusals are not documented, except
/// `already_rolled_back`.
fn rollable(project: &Project, id: &str, now: OffsetDateTime) -> Result<Redemption, ApiError> {
    let redemption = project
        .redemption(id)
        .ok_or_else(|| ApiError::not_found("redemption", id))?
        .clone();
    let refuse = |key, message: &str| Err(ApiError::bad(key, message).about("redemption", id));
    if redemption.parent.is_some() {
        return refuse(
            "invalid_rollback",
            "a child redemption is rolled back by its parent",
        );
    }
    if redemption.failure.is_some() {
        return refuse(
            "failed_redemption",
            "a failed redemption cannot be rolled back",
        );
    }
    if redemption.rollback.is_some() {
        return refuse("already_rolled_back", "already rolled back");
    }
    if redemption.date + rollback_horizon() < now {
        return refuse(
            "rollback_period_exceeded",
            "redeemed more than three months ago",
        );
    }
    Ok(redemption)
}

/// Gives back quantity, and credits or points, of one redemption.
fn undo(project: &mut Project, id: &str, note: &Note, now: OffsetDateTime) -> Rollback {
    let mut rollback = Rollback {
        id: ids::short("rr_"),
        date: now,
        redemption_id: id.to_owned(),
        reason: note.reason.clone(),
        metadata: note.metadata.clone(),
        credits: None,
        points: None,
    };
    let undone = project.redemption(id).cloned();
    if let Some(redemption) = &undone
        && let Redeemed::Voucher {
            code,
            credits,
            spent,
            ..
        } = &redemption.redeemed
    {
        rollback.credits = *credits;
        rollback.points = spent.as_ref().map(|spent| spent.points);
        if let Some(voucher) = project.voucher_mut(code) {
            voucher.redeemed_quantity = voucher.redeemed_quantity.saturating_sub(1);
            voucher.updated_at = Some(now);
        }
        if let Some(back) = rollback.credits.or(rollback.points) {
            project.give_back(code, back, redemption, &rollback);
        }
    }
    if let Some(redemption) = project.redemptions.iter_mut().find(|r| r.id == id) {
        redemption.rollback = Some(rollback.id.clone());
    }
    project.rollbacks.push(rollback.clone());
    rollback
}

/// The order loses the discounts, and is cancelled when no redemption of it is left, unless the
/// request says what it is to be. Stacking rules can say that orders are left alone.
fn undo_order(project: &mut Project, redemption: &Redemption, note: &Note, now: OffsetDateTime) {
    if project.stacking.redeemables_rollback_order_mode == RollbackOrderMode::WithoutOrder {
        return;
    }
    let Some(id) = redemption.order_id.as_deref() else {
        return;
    };
    let live = project.redemptions.iter().any(|other| {
        let same_order = other.order_id.as_deref() == Some(id);
        same_order && other.failure.is_none() && other.rollback.is_none()
    });
    let cancelled = !live || project.switches.every_rollback_cancels_order;
    let cancelled = cancelled.then_some(OrderStatus::Canceled);
    if let (Some(order), Some(step)) = (project.order_mut(id), &redemption.money) {
        order.money.undo(step);
        order.updated_at = Some(now);
        if let Some(status) = note.order_status.or(cancelled) {
            project.set_order_status(id, status);
        }
    }
}
