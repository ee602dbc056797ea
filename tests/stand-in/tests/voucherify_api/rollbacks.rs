//! Redemptions undone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Voucherify, codes};

async fn roll_back(voucherify: &Voucherify, path: &str) -> (u16, Value) {
    voucherify.send(Method::POST, path, None).await
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_single_redemption_is_rolled_back_once() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["ONCE15"], 10_000);
    body["order"]["source_id"] = json!("100");
    let redeemed = voucherify.redeem(body).await;
    let redemption = id(&redeemed["redemptions"][0]);
    let path = format!("/v1/redemptions/{redemption}/rollback?reason=refund");
    let (status, rollback) = roll_back(&voucherify, &path).await;
    assert_eq!(status, 200, "{rollback:#}");
    assert_eq!(rollback["object"], "redemption_rollback");
    assert_eq!(rollback["reason"], "refund");
    assert_eq!(rollback["redemption"], redemption);
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));

    let (_, order) = voucherify.get("/v1/orders/100").await;
    assert_eq!(
        (&order["status"], &order["total_amount"]),
        (&json!("CANCELED"), &json!(10_000))
    );
    assert!(order.get("discount_amount").is_none());
    assert_eq!(
        order["redemptions"][redemption]["rollback_id"],
        rollback["id"]
    );
    let (_, shown) = voucherify
        .get(&format!("/v1/redemptions/{redemption}"))
        .await;
    assert_eq!(shown["status"], "ROLLED_BACK");
    assert_eq!(
        shown["related_redemptions"]["rollbacks"][0]["id"],
        rollback["id"]
    );

    let (status, error) = roll_back(&voucherify, &path).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("already_rolled_back"))
    );
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn a_stack_is_rolled_back_by_its_parent_only() {
    let voucherify = Voucherify::start();
    let redeemed = voucherify
        .redeem(codes(&["ONCE15", "ONCE50"], 100_000))
        .await;
    let parent = id(&redeemed["parent_redemption"]);
    let child = id(&redeemed["redemptions"][0]);
    for path in [
        format!("/v1/redemptions/{child}/rollback"),
        format!("/v1/redemptions/{child}/rollbacks"),
        format!("/v1/redemptions/{parent}/rollback"),
    ] {
        let (status, _) = roll_back(&voucherify, &path).await;
        assert_eq!(status, 400, "{path}");
    }
    assert_eq!(voucherify.used_and_held("ONCE15").await, (1, 0));
    let path = format!("/v1/redemptions/{parent}/rollbacks");
    let (status, answer) = roll_back(&voucherify, &path).await;
    assert_eq!(status, 200);
    assert_eq!(answer["rollbacks"].as_array().unwrap().len(), 2);
    assert_eq!(answer["parent_rollback"]["redemption"], parent);
    assert_eq!(answer["order"]["status"], "CANCELED");
    let entry = &answer["order"]["redemptions"][parent];
    assert_eq!(entry["rollback_id"], answer["parent_rollback"]["id"]);
    assert_eq!(entry["rollback_stacked"].as_array().unwrap().len(), 2);
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
    assert_eq!(voucherify.used_and_held("ONCE50").await, (0, 0));
    let (status, error) = roll_back(&voucherify, &path).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("already_rolled_back"))
    );
}

#[tokio::test]
async fn the_stackable_endpoint_takes_a_single_redemption_too() {
    let voucherify = Voucherify::start();
    let redeemed = voucherify.redeem(codes(&["ONCE15"], 10_000)).await;
    let redemption = id(&redeemed["redemptions"][0]);
    let path = format!("/v1/redemptions/{redemption}/rollbacks");
    let (status, answer) = roll_back(&voucherify, &path).await;
    assert_eq!(status, 200);
    assert_eq!(answer["rollbacks"][0]["redemption"], redemption);
    assert!(answer.get("parent_rollback").is_none());
}

#[tokio::test]
async fn a_surplus_redemption_is_rolled_back_and_the_order_keeps_the_other() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["TAKE20"], 10_000);
    body["order"]["source_id"] = json!("100");
    voucherify.redeem(body.clone()).await;
    let surplus = voucherify.redeem(body).await;
    assert_eq!(surplus["order"]["total_discount_amount"], 4_000);
    let path = format!(
        "/v1/redemptions/{}/rollback",
        id(&surplus["redemptions"][0])
    );
    assert_eq!(roll_back(&voucherify, &path).await.0, 200);
    let (_, order) = voucherify.get("/v1/orders/100").await;
    assert_eq!(order["status"], "PAID");
    assert_eq!(order["total_discount_amount"], 2_000);
}

#[tokio::test]
async fn rollbacks_end_after_three_months() {
    let voucherify = Voucherify::start();
    let redeemed = voucherify.redeem(codes(&["ONCE15"], 10_000)).await;
    let path = format!(
        "/v1/redemptions/{}/rollback",
        id(&redeemed["redemptions"][0])
    );
    voucherify.stand_in.voucherify.clock.advance(93 * 86_400);
    assert_eq!(roll_back(&voucherify, &path).await.0, 400);
    voucherify.stand_in.voucherify.clock.advance(-3 * 86_400);
    assert_eq!(roll_back(&voucherify, &path).await.0, 200);
}

#[tokio::test]
async fn a_redemption_is_rolled_back_within_three_months() {
    for (days, expected) in [(80, 200), (100, 400)] {
        let voucherify = Voucherify::start();
        let redeemed = voucherify.redeem(codes(&["ONCE15"], 10_000)).await;
        voucherify.stand_in.voucherify.clock.advance(days * 86_400);
        let redemption = id(&redeemed["redemptions"][0]);
        for action in ["rollback", "rollbacks"] {
            let path = format!("/v1/redemptions/{redemption}/{action}");
            let (status, error) = roll_back(&voucherify, &path).await;
            if action == "rollback" || expected == 400 {
                assert_eq!(status, expected, "{days} {error:#}");
            }
        }
    }
}

#[tokio::test]
async fn a_rollback_says_what_becomes_of_the_order_or_cancels_it() {
    for (every, status, expected) in [
        (false, None, "PAID"),
        (true, None, "CANCELED"),
        (true, Some("PAID"), "PAID"),
    ] {
        let voucherify = Voucherify::start();
        let switches = json!({ "every_rollback_cancels_order": every });
        voucherify.switch(switches).await;
        let mut body = codes(&["TAKE20"], 10_000);
        body["order"]["source_id"] = json!("100");
        voucherify.redeem(body.clone()).await;
        let surplus = voucherify.redeem(body).await;
        let redemption = id(&surplus["redemptions"][0]);
        let path = format!("/v1/redemptions/{redemption}/rollback");
        let body = status.map(|status| json!({"order": {"status": status}}));
        let (answered, _) = voucherify.send(Method::POST, &path, body).await;
        assert_eq!(answered, 200);
        let (_, order) = voucherify.get("/v1/orders/100").await;
        assert_eq!(order["status"], expected);
    }
}

#[tokio::test]
async fn a_customers_summary_counts_paid_orders_alone() {
    for keeps in [true, false] {
        let voucherify = Voucherify::start();
        let switches = json!({ "redemption_keeps_order_status": keeps });
        voucherify.switch(switches).await;
        let mut body = codes(&["TAKE20"], 10_000);
        body["customer"] = json!({"source_id": "11"});
        body["order"]["source_id"] = json!("100");
        body["order"]["status"] = json!("CREATED");
        voucherify.redeem(body).await;
        let summary = async || voucherify.get("/v1/customers/11").await.1["summary"].clone();
        let before = summary().await;
        assert_eq!(before["orders"]["total_count"], i32::from(!keeps));
        assert_eq!(before["redemptions"]["total_succeeded"], 1);
        for (status, count, amount) in [("PAID", 1, 8_000), ("CANCELED", 0, 0)] {
            let change = Some(json!({ "status": status }));
            let path = "/v1/orders/100";
            assert_eq!(voucherify.send(Method::PUT, path, change).await.0, 200);
            let orders = summary().await["orders"].clone();
            assert_eq!(orders["total_count"], count);
            assert_eq!(orders["total_amount"], amount);
        }
    }
}
