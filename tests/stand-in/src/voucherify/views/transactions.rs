//! Movements of a gift card's money.

use serde_json::{Value, json};

use super::writing::instant;
use crate::voucherify::model::{Movement, Transaction};
use crate::voucherify::project::{Project, cards};

/// One movement.
#[must_use]
pub fn transaction(project: &Project, transaction: &Transaction) -> Value {
    let balance = cards::balance_of(
        &transaction.voucher_id,
        transaction.amount,
        transaction.after,
    );
    let mut details = json!({"balance": balance});
    let order_id = transaction.order_id.as_deref();
    if let Some(order) = order_id.and_then(|id| project.order(id)) {
        details["order"] = json!({"id": order.id, "source_id": order.source_id});
    }
    let voucher = project.voucher(&transaction.voucher_id);
    let campaign_id = voucher.and_then(|voucher| voucher.campaign_id.as_deref());
    let (mut source_id, mut reason, mut source) = (None, None, None);
    match &transaction.movement {
        Movement::Redeemed { redemption } => details["redemption"] = json!({"id": redemption}),
        Movement::RolledBack {
            redemption,
            rollback,
        } => {
            details["redemption"] = json!({"id": redemption});
            details["rollback"] = json!({"id": rollback});
        }
        Movement::Adjusted {
            source_id: own,
            reason: why,
        } => {
            source_id = own.as_deref();
            reason = why.as_deref();
            source = Some("API");
        }
    }
    json!({
        "id": transaction.id,
        "source_id": source_id,
        "voucher_id": transaction.voucher_id,
        "campaign_id": campaign_id,
        "source": source,
        "reason": reason,
        "type": transaction.kind(),
        "details": details,
        "related_transaction_id": null,
        "created_at": instant(transaction.created_at),
    })
}
