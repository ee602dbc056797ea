//! Redemptions and the orders they leave.

use serde_json::json;

use crate::support::{Voucherify, codes};

#[tokio::test]
async fn one_code_is_one_redemption_with_its_order_customer_and_metadata() {
    let voucherify = Voucherify::start();
    let mut body = codes(&["SAVE10"], 10_000);
    body["order"]["source_id"] = json!("100");
    body["order"]["metadata"] = json!({"channel": 1});
    body["customer"] = json!({"source_id": "11", "email": "alice@example.com"});
    body["metadata"] = json!({"voucherbridge_lock": "lock-1"});
    let answer = voucherify.redeem(body).await;
    assert!(answer.get("parent_redemption").is_none());
    let redemption = &answer["redemptions"][0];
    assert_eq!(redemption["result"], "SUCCESS");
    assert_eq!(redemption["status"], "SUCCEEDED");
    assert_eq!(redemption["metadata"]["voucherbridge_lock"], "lock-1");
    assert_eq!(redemption["customer"]["source_id"], "11");
    assert_eq!(redemption["voucher"]["code"], "SAVE10");
    assert_eq!(redemption["order"]["applied_discount_amount"], 1_000);

    let (status, order) = voucherify.get("/v1/orders/100").await;
    assert_eq!(status, 200);
    assert_eq!(order, answer["order"]);
    assert_eq!(
        (&order["status"], &order["total_amount"]),
        (&json!("PAID"), &json!(9_000))
    );
    let id = redemption["id"].as_str().unwrap();
    assert_eq!(order["redemptions"][id]["related_object_type"], "voucher");
    assert_eq!(
        order["redemptions"][id]["related_object_id"],
        redemption["voucher"]["id"]
    );
    let by_id = voucherify.get(&format!("/v1/redemptions/{id}")).await.1;
    assert_eq!(&by_id, redemption);
    let (_, customer) = voucherify.get("/v1/customers/11").await;
    assert_eq!(customer["id"], redemption["customer_id"]);
}

#[tokio::test]
async fn several_codes_have_a_parent() {
    let voucherify = Voucherify::start();
    let answer = voucherify
        .redeem(codes(&["SAVE10", "TAKE20"], 10_000))
        .await;
    let parent = &answer["parent_redemption"];
    let parent_id = parent["id"].as_str().unwrap();
    let children = answer["redemptions"].as_array().unwrap();
    assert_eq!(children.len(), 2);
    assert!(
        children
            .iter()
            .all(|child| child["redemption"] == parent_id)
    );
    assert_eq!(parent["order"]["total_applied_discount_amount"], 3_000);
    let entry = &answer["order"]["redemptions"][parent_id];
    assert_eq!(entry["related_object_type"], "redemption");
    assert_eq!(
        entry["stacked"],
        json!([children[0]["id"], children[1]["id"]])
    );
    let (_, list) = voucherify.get("/v1/redemptions?limit=2").await;
    assert_eq!(
        (
            &list["total"],
            list["redemptions"].as_array().unwrap().len()
        ),
        (&json!(3), 2)
    );
    let (_, of_voucher) = voucherify.get("/v1/vouchers/TAKE20/redemption").await;
    assert_eq!(of_voucher["redeemed_quantity"], 1);
    assert_eq!(of_voucher["redemption_entries"][0]["id"], children[1]["id"]);
}

#[tokio::test]
async fn nothing_is_redeemed_when_one_code_fails_in_mode_all() {
    let voucherify = Voucherify::start();
    let body = codes(&["ONCE15", "EXPIRED10"], 10_000);
    let (status, error) = voucherify.post("/v1/redemptions", body).await;
    assert_eq!(
        (status, error["key"].as_str()),
        (400, Some("voucher_expired"))
    );
    assert_eq!(voucherify.used_and_held("ONCE15").await, (0, 0));
    let (_, list) = voucherify.get("/v1/redemptions?result=FAILURE").await;
    let failed = &list["redemptions"][0];
    assert_eq!(failed["failure_code"], "voucher_expired");
    assert_eq!(failed["id"], error["resource_id"]);
    assert_eq!(
        voucherify.get("/v1/redemptions?result=SUCCESS").await.1["total"],
        0
    );
}

#[tokio::test]
async fn an_order_that_is_known_is_used_as_it_is_stored() {
    let voucherify = Voucherify::start();
    let stored = json!({"source_id": "100", "amount": 5_000, "status": "CREATED"});
    voucherify.ok("/v1/orders", stored).await;
    let mut body = codes(&["SAVE10"], 90_000);
    body["order"]["source_id"] = json!("100");
    let answer = voucherify.validate(body.clone()).await;
    assert_eq!(answer["order"]["amount"], 5_000);
    assert_eq!(answer["order"]["total_discount_amount"], 500);
    let redeemed = voucherify.redeem(body).await;
    assert_eq!(redeemed["order"]["amount"], 5_000);
    assert_eq!(redeemed["order"]["status"], "PAID");
    let (_, orders) = voucherify.get("/v1/orders").await;
    assert_eq!(orders["total"], 1);
}

#[tokio::test]
async fn an_order_is_worth_its_items() {
    let voucherify = Voucherify::start();
    let item = json!({
        "source_id": "112",
        "related_object": "product",
        "quantity": 3,
        "price": 2_500,
    });
    let mut body = codes(&["SAVE10"], 7_500);
    body["order"]["items"] = json!([item]);
    let order = voucherify.validate(body).await["order"].clone();
    assert_eq!(
        (&order["amount"], &order["total_amount"]),
        (&json!(7_500), &json!(6_750))
    );
    assert_eq!(order["items"][0]["amount"], 7_500);
    let mut custom = codes(&["SAVE10"], 990);
    let item = json!({"quantity": 1, "amount": 990, "product": {"name": "Engraving"}});
    custom["order"]["items"] = json!([item]);
    assert_eq!(voucherify.validate(custom).await["order"]["amount"], 990);
    let mut none = codes(&["SAVE10"], 1);
    none["order"] = json!({});
    let answer = voucherify.validate(none).await;
    assert_eq!(crate::support::reason(&answer), "missing_amount");
}
