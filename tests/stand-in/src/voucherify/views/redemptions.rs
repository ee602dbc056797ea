//! Redemptions and rollbacks.

use serde_json::{Map, Value, json};

use super::customers::simple_customer;
use super::orders::{order, order_with, related};
use super::rewards::redeemed_reward;
use super::vouchers::voucher;
use super::writing::{instant, object, put, put_some};
use crate::voucherify::model::{Redeemed, Redemption, Rollback, Session};
use crate::voucherify::project::{APP_ID, Project};

/// A redemption in full.
#[must_use]
pub fn redemption(project: &Project, redemption: &Redemption) -> Value {
    let mut map = common(project, redemption);
    put(&mut map, "id", redemption.id.clone());
    put(&mut map, "object", "redemption");
    put(&mut map, "date", instant(redemption.date));
    put(&mut map, "metadata", redemption.metadata.clone());
    put_some(&mut map, "redemption", redemption.parent.clone());
    let status = match (&redemption.failure, &redemption.rollback) {
        (Some(_), _) => "FAILED",
        (None, Some(_)) => "ROLLED_BACK",
        (None, None) => "SUCCEEDED",
    };
    put(&mut map, "status", status);
    put(
        &mut map,
        "result",
        if redemption.failure.is_some() {
            "FAILURE"
        } else {
            "SUCCESS"
        },
    );
    if let Some(failure) = &redemption.failure {
        put(&mut map, "failure_code", failure.key);
        put(&mut map, "failure_message", failure.message.clone());
    }
    put(&mut map, "order", order_of(project, redemption));
    if let Some(key) = &redemption.session_key {
        put(&mut map, "session", json!({"key": key}));
    }
    if let Redeemed::Voucher { credits, spent, .. } = &redemption.redeemed {
        let points = spent.as_ref().map(|spent| spent.points);
        put_taken(&mut map, *credits, points);
        let reward = spent
            .as_ref()
            .and_then(|spent| project.reward(&spent.reward_id));
        put_some(&mut map, "reward", reward.map(redeemed_reward));
    }
    let rollback = redemption.rollback.as_ref();
    if let Some(rollback) = rollback.and_then(|id| project.rollbacks.iter().find(|r| r.id == *id)) {
        let rollbacks = json!([{"id": rollback.id, "date": instant(rollback.date)}]);
        put(
            &mut map,
            "related_redemptions",
            json!({"rollbacks": rollbacks}),
        );
    }
    Value::Object(map)
}

/// A rollback in full.
#[must_use]
pub fn rollback(project: &Project, rollback: &Rollback) -> Value {
    let Some(redemption) = project.redemption(&rollback.redemption_id) else {
        return Value::Null;
    };
    let mut map = common(project, redemption);
    put(&mut map, "id", rollback.id.clone());
    put(&mut map, "object", "redemption_rollback");
    put(&mut map, "date", instant(rollback.date));
    put(&mut map, "metadata", rollback.metadata.clone());
    put(&mut map, "redemption", rollback.redemption_id.clone());
    put(&mut map, "reason", rollback.reason.clone());
    put(&mut map, "status", "SUCCEEDED");
    put(&mut map, "result", "SUCCESS");
    let order_id = redemption.order_id.as_deref();
    let stored = order_id.and_then(|id| project.order(id));
    put(
        &mut map,
        "order",
        stored.map_or(Value::Null, |stored| order(project, stored)),
    );
    let negative = |taken: i64| -taken;
    put_taken(
        &mut map,
        rollback.credits.map(negative),
        rollback.points.map(negative),
    );
    Value::Object(map)
}

/// The parent of a stack, as its making and its rollback answer it: without a voucher, which is an
/// object there. (Looked up by itself it has null, as the official example does.)
#[must_use]
pub fn of_stack(mut parent: Value) -> Value {
    if let Value::Object(map) = &mut parent {
        map.remove("voucher");
    }
    parent
}

/// What was taken from a card.
fn put_taken(map: &mut Map<String, Value>, credits: Option<i64>, points: Option<i64>) {
    put_some(map, "amount", credits.or(points));
    put_some(
        map,
        "gift",
        credits.map(|credits| json!({"amount": credits})),
    );
    put_some(
        map,
        "loyalty_card",
        points.map(|points| json!({"points": points})),
    );
}

/// What a redemption and its rollback have in common.
fn common(project: &Project, redemption: &Redemption) -> Map<String, Value> {
    let (kind, id) = related(redemption);
    let voucher = match &redemption.redeemed {
        Redeemed::Voucher { code, .. } => {
            let found = project.voucher(code);
            found.map_or(Value::Null, |found| voucher(project, found))
        }
        Redeemed::Stack(_) => Value::Null,
    };
    object(json!({
        "customer_id": redemption.customer_id,
        "tracking_id": redemption.tracking_id,
        "channel": {"channel_id": APP_ID, "channel_type": "API"},
        "customer": simple_customer(project, redemption.customer_id.as_deref()),
        "related_object_type": kind,
        "related_object_id": id,
        "voucher": voucher,
    }))
}

fn order_of(project: &Project, redemption: &Redemption) -> Value {
    let stored = redemption
        .order_id
        .as_deref()
        .and_then(|id| project.order(id));
    match (stored, &redemption.money) {
        (Some(stored), Some(calculation)) => order_with(project, stored, calculation),
        _ => Value::Null,
    }
}

/// A session as echoed.
#[must_use]
pub fn session(session: &Session) -> Value {
    json!({
        "key": session.key,
        "type": "LOCK",
        "ttl": session.ttl,
        "ttl_unit": session.ttl_unit,
    })
}
