//! Orders that are not what was validated are flagged where staff read it.

use serde_json::{Value, json};
use voucherbridge::{
    database::order_differences::{DifferenceState, Flag},
    domain::settings::OnDifference,
};

use crate::{
    orders::differences::{CASE, open, order_with_more, personal_code_passed_on, world_that},
    world::World,
};

async fn order_of(world: &World, id: i64) -> Value {
    let state = world.shop_state().await;
    let mut orders = state["orders"].as_array().unwrap().iter();
    orders.find(|order| order["id"] == id).unwrap().clone()
}

async fn staff_write(world: &World, order: i64, notes: &str) {
    let url = world.management_url(&format!("v2/orders/{order}"));
    let body = json!({ "staff_notes": notes });
    world.manage("PUT", &url, &body).await;
}

async fn notes(world: &World, order: i64) -> String {
    let order = order_of(world, order).await;
    order["staff_notes"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_flagged_order_says_so_to_staff_once_and_is_redeemed() {
    let world = world_that(OnDifference::Flag).await;
    world.may_change_orders().await;
    let (shopper, order) = order_with_more(&world).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    let written = notes(&world, order).await;
    assert!(
        written.contains("not what its codes were validated for: items"),
        "{written}"
    );
    assert!(written.contains("1 Phone case"), "both sides: {written}");
    let all = open(&world).await;
    assert_eq!(
        (all[0].state, all[0].flag),
        (DifferenceState::Noted, Flag::Written)
    );

    // Staff make of it what they like, and our own change, which BigCommerce tells of, is no new one.
    staff_write(&world, order, "Called them.").await;
    for _ in 0..2 {
        world.order_event(order).await;
    }
    assert_eq!(notes(&world, order).await, "Called them.");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
}

#[tokio::test]
async fn what_staff_wrote_stays_and_a_lost_answer_flags_no_order_twice() {
    let world = world_that(OnDifference::Flag).await;
    world.may_change_orders().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    shopper.add_items(&[CASE]).await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    staff_write(&world, order, "Send Saturday").await;
    let before = order_of(&world, order).await;
    let lost = json!({"method": "PUT", "path": "/v2/orders/", "times": 1,
        "action": {"kind": "drop_after"}});
    world.fault(world.url_of("shop"), &lost).await;
    world.move_time(20);
    world.order_event(order).await;
    assert_eq!(
        world.state(&shopper).await,
        "redeemed",
        "it does not wait for the flag"
    );
    world.move_time(60);
    world.settle().await;
    let after = order_of(&world, order).await;
    let written = after["staff_notes"].as_str().unwrap();
    assert!(
        written.starts_with("Send Saturday\n\n[Voucherbridge "),
        "{written}"
    );
    assert_eq!(written.matches("[Voucherbridge ").count(), 1, "{written}");
    for kept in ["status_id", "coupon_discount", "discount_amount", "total"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    assert_eq!(open(&world).await[0].flag, Flag::Written);
}

#[tokio::test]
async fn a_token_that_may_not_flag_keeps_the_difference_listed_until_it_may() {
    let world = world_that(OnDifference::Flag).await;
    let (shopper, order) = order_with_more(&world).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    let all = open(&world).await;
    assert_eq!(
        (all[0].state, all[0].flag),
        (DifferenceState::Noted, Flag::Wanted)
    );
    assert_eq!(notes(&world, order).await, "");
    world.may_change_orders().await;
    world.move_time(60 * 60);
    world.settle().await;
    assert_eq!(open(&world).await[0].flag, Flag::Written);
    assert_ne!(notes(&world, order).await, "");
}

/// A job ends after two days; what it was to do is asked for again.
#[tokio::test]
async fn an_order_is_flagged_when_the_token_may_after_days() {
    let world = world_that(OnDifference::Flag).await;
    let (_, order) = order_with_more(&world).await;
    for _ in 0..4 {
        world.move_time(20 * 60 * 60);
        world.settle().await;
    }
    world.may_change_orders().await;
    world.minutes(2, 60).await;
    assert_eq!(open(&world).await[0].flag, Flag::Written);
    let written = notes(&world, order).await;
    assert_eq!(written.matches("[Voucherbridge ").count(), 1, "{written}");
}

#[tokio::test]
async fn notes_that_are_full_and_orders_that_are_gone_are_left() {
    for deleted in [false, true] {
        let world = world_that(OnDifference::Flag).await;
        let (_, order) = order_with_more(&world).await;
        world.may_change_orders().await;
        if deleted {
            world.mark_order(order, "deleted").await;
        } else {
            staff_write(&world, order, &"x".repeat(65_535)).await;
        }
        world.move_time(60 * 60);
        world.settle().await;
        let all = open(&world).await;
        assert!(all.iter().all(|one| one.flag == Flag::Left), "{all:?}");
    }
}

/// A coupon of another cart waits for a person, and staff see it on the order, too.
#[tokio::test]
async fn an_order_that_waits_is_flagged_as_waiting() {
    let world = world_that(OnDifference::Flag).await;
    world.may_change_orders().await;
    let (_, order) = personal_code_passed_on(&world).await;
    let written = notes(&world, order).await;
    assert!(
        written.contains(": cart. Its codes wait until"),
        "{written}"
    );
    assert_eq!(world.usage("STAFF25").await, (0, 1));
}
