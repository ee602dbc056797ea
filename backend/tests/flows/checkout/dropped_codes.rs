//! Codes that a job drops while no page asks: the page is told of them later, once.

use serde_json::json;
use voucherbridge::{
    domain::messages::{Language, Messages, Voice},
    flows::{checkout::refresh_checkout, codes::asker::Asker},
    worker,
};
use voucherbridge_api_types::{ApplyResponse, DroppedCode};
use voucherbridge_stand_in::shopper::Shopper;

use crate::world::{World, checkout_of};

const SENTENCE: &str =
    "The code BIG100 was taken off. Your cart does not meet the conditions of this code.";

/// A cart that was worth enough for these codes and no longer is; the webhook of its change came.
async fn dropped_by_a_job(world: &World, entry: &str) -> Shopper {
    let mut shopper = world.shopper_with(&[(116, 218, 3)]).await;
    world.add(&mut shopper, entry).await;
    shopper.change_quantity(1).await.unwrap();
    looked_at(world, &shopper).await;
    shopper
}

async fn looked_at(world: &World, shopper: &Shopper) {
    let data = json!({"type": "cart_line_item", "id": "x", "cartId": shopper.checkout});
    world.event("store/cart/lineItem/updated", data).await;
    world.move_time(15);
    world.settle().await;
}

async fn told(world: &World, shopper: &Shopper) -> Vec<String> {
    let told = world.refresh(shopper).await.dropped.into_iter();
    told.map(|one| one.message).collect()
}

#[tokio::test]
async fn the_page_is_told_once_and_in_its_language() {
    let world = World::new().await;
    let shopper = dropped_by_a_job(&world, "BIG100").await;
    assert_eq!(world.usage("BIG100").await, (0, 0));
    let own = Messages::default();
    let in_german = Asker::Page(Voice::new(Language::De, &own));
    let (context, connection) = (&world.context, &world.connection);
    let checkout = checkout_of(&shopper);
    let answer = refresh_checkout::refresh(context, connection, &checkout, in_german)
        .await
        .unwrap();
    assert!(answer.codes.is_empty());
    let [dropped] = answer.dropped.as_slice() else {
        panic!("{:?}", answer.dropped);
    };
    assert_eq!(dropped.code, "BIG100");
    assert!(dropped.native_code.starts_with("BIG100-"));
    assert_eq!(dropped.reason, "rules_not_met");
    assert_eq!(
        dropped.message,
        "Der Code BIG100 wurde entfernt. Ihr Warenkorb erfüllt die Bedingungen dieses Codes nicht."
    );
    assert!(told(&world, &shopper).await.is_empty());
}

#[tokio::test]
async fn a_code_of_a_coupon_that_lives_on_is_told_too() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let shopper = dropped_by_a_job(&world, "BIG100,SAVE10").await;
    let answer = world.refresh(&shopper).await;
    assert_eq!(answer.codes.len(), 1);
    let expected = DroppedCode {
        code: "BIG100".to_owned(),
        native_code: String::new(),
        reason: "rules_not_met".to_owned(),
        message: SENTENCE.to_owned(),
    };
    assert_eq!(answer.dropped, [expected]);
    assert!(told(&world, &shopper).await.is_empty());
}

#[tokio::test]
async fn what_is_held_again_or_refused_again_is_not_told() {
    let world = World::new().await;
    let mut shopper = dropped_by_a_job(&world, "BIG100").await;
    assert_eq!(world.reason(&shopper, "BIG100").await, "rules_not_met");
    assert!(told(&world, &shopper).await.is_empty());

    shopper.change_quantity(3).await.unwrap();
    world.apply(&mut shopper, "BIG100").await;
    shopper.change_quantity(1).await.unwrap();
    looked_at(&world, &shopper).await;
    shopper.change_quantity(3).await.unwrap();
    let native = world.apply(&mut shopper, "BIG100").await;
    world.remove(&mut shopper, &native).await;
    assert!(told(&world, &shopper).await.is_empty());
}

#[tokio::test]
async fn another_code_is_answered_with_what_left_before() {
    let world = World::new().await;
    let shopper = dropped_by_a_job(&world, "BIG100").await;
    let ApplyResponse::Applied { dropped, .. } = world.type_code(&shopper, "SAVE10").await.unwrap()
    else {
        panic!("it is refused");
    };
    assert_eq!(dropped[0].message, SENTENCE);
    assert!(told(&world, &shopper).await.is_empty());
}

#[tokio::test]
async fn after_a_day_it_is_forgotten() {
    let world = World::new().await;
    for (hours, is_told) in [(23, true), (25, false)] {
        let shopper = dropped_by_a_job(&world, "BIG100").await;
        world.move_time(hours * 3_600);
        worker::sweep(&world.context).await.unwrap();
        assert_eq!(!told(&world, &shopper).await.is_empty(), is_told);
    }
}

#[tokio::test]
async fn a_gift_card_is_told_like_a_coupon() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper_with(&[(116, 218, 5)]).await;
    world.pay_with(&mut shopper, "GIFT150").await;
    shopper.change_quantity(1).await.unwrap();
    looked_at(&world, &shopper).await;
    let answer = world.refresh(&shopper).await;
    assert!(answer.codes.is_empty());
    assert_eq!(answer.dropped[0].code, "GIFT150");
    assert_eq!(answer.dropped[0].reason, "rules_not_met");
    assert!(told(&world, &shopper).await.is_empty());
}
