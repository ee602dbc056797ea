//! A typed code becomes a native coupon, or is refused.

use serde_json::json;
use voucherbridge::error::FlowError;
use voucherbridge_api_types::ApplyResponse;

use crate::world::World;

#[tokio::test]
async fn a_percentage_becomes_a_coupon_of_the_calculated_amount() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "SAVE10").await;
    assert!(native.as_str().starts_with("SAVE10-"));

    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["coupons"][0]["code"], native.as_str());
    assert_eq!(checkout["coupons"][0]["discountedAmount"], json!(79.9));
    assert_eq!(world.state(&shopper).await, "held");
    let promotions = world.promotions().await;
    assert_eq!(promotions.len(), 1);
    assert_eq!(promotions[0]["max_uses"], 1);
    assert_eq!(world.usage("SAVE10").await, (0, 1));
}

#[tokio::test]
async fn an_amount_becomes_a_coupon_of_that_amount() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(&[(112, 212, 3)]).await;
    world.apply(&mut shopper, "TAKE20").await;
    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["coupons"][0]["discountedAmount"], json!(20));
}

#[tokio::test]
async fn an_amount_never_exceeds_the_cart() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper_with(&[(115, 217, 1)]).await;
    world.apply(&mut shopper, "TAKE20").await;
    let checkout = shopper.read().await.unwrap();
    assert_eq!(checkout["coupons"][0]["discountedAmount"], json!(7.5));
}

#[tokio::test]
async fn a_code_bigcommerce_cannot_hold_is_kept_for_voucherify() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "SPRING/SALE+10%").await;
    assert!(native.as_str().starts_with("SPRING-SALE-10--"));
    assert_eq!(world.usage("SPRING/SALE+10%").await, (0, 1));
}

#[tokio::test]
async fn typing_it_again_gives_the_same_native_code() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "SAVE10").await;
    let again = world.type_code(&shopper, "SAVE10").await.unwrap();
    let ApplyResponse::Applied { native_codes, .. } = again else {
        panic!("{again:?}")
    };
    assert_eq!(native_codes, [native.as_str()]);
    assert_eq!(world.promotions().await.len(), 1);
}

#[tokio::test]
async fn each_refusal_has_its_reason_and_leaves_nothing() {
    let world = World::new().await;
    let shopper = world.shopper_with(&[(112, 212, 1)]).await;
    let cases = [
        ("NOSUCHCODE", "unknown"),
        // The store's own coupon: Voucherify does not know it.
        ("NATIVE5", "unknown"),
        ("EXPIRED10", "expired"),
        ("NOTYET10", "not_yet_valid"),
        ("DISABLED10", "disabled"),
        ("BIG100", "rules_not_met"),
        ("PHONES10", "rules_not_met"),
        ("STAFF25", "sign_in_needed"),
    ];
    for (code, reason) in cases {
        assert_eq!(world.reason(&shopper, code).await, reason, "{code}");
    }
    world.move_time(120);
    world.settle().await;
    assert_eq!(world.promotions().await.len(), 0);
    assert_eq!(world.voucherify_state().await["sessions"], json!([]));
    assert_eq!(world.locks(&shopper).await.len(), 0);
}

#[tokio::test]
async fn a_single_use_code_is_held_by_one_checkout() {
    let world = World::new().await;
    let mut first = world.shopper().await;
    let second = world.shopper().await;
    let native = world.apply(&mut first, "ONCE15").await;
    assert_eq!(world.reason(&second, "ONCE15").await, "in_use");
    assert!(world.remove(&mut first, &native).await);
    let taken = world.type_code(&second, "ONCE15").await.unwrap();
    assert!(matches!(taken, ApplyResponse::Applied { .. }), "{taken:?}");
}

#[tokio::test]
async fn two_checkouts_at_once_share_no_single_use_code() {
    let world = World::new().await;
    let (first, second) = (world.shopper().await, world.shopper().await);
    let (one, other) = tokio::join!(
        world.type_code(&first, "ONCE15"),
        world.type_code(&second, "ONCE15")
    );
    let applied = [one.unwrap(), other.unwrap()]
        .iter()
        .filter(|answer| matches!(answer, ApplyResponse::Applied { .. }))
        .count();
    assert_eq!(applied, 1);
    assert_eq!(world.usage("ONCE15").await, (0, 1));
}

#[tokio::test]
async fn the_same_code_typed_twice_at_once_is_held_once() {
    let world = World::new().await;
    let shopper = world.shopper().await;
    let (one, other) = tokio::join!(
        world.type_code(&shopper, "SAVE10"),
        world.type_code(&shopper, "SAVE10")
    );
    let native = |answer| match answer {
        ApplyResponse::Applied { native_codes, .. } => native_codes,
        ApplyResponse::Rejected { reason, .. } => panic!("{reason}"),
    };
    assert_eq!(native(one.unwrap()), native(other.unwrap()));
    assert_eq!(world.promotions().await.len(), 1);
}

#[tokio::test]
async fn a_code_that_left_the_page_makes_room() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    // The page removed it and its word never came.
    shopper.remove_coupon(native.as_str()).await.unwrap();
    world.apply(&mut shopper, "SAVE10").await;
    world.settle().await;
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    assert_eq!(world.usage("SAVE10").await, (0, 1));
    assert_eq!(world.promotions().await.len(), 1);
}

#[tokio::test]
async fn an_unknown_checkout_and_an_ordered_one_are_errors() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    shopper.place_order("cod").await.unwrap();
    let answer = world.type_code(&shopper, "SAVE10").await;
    assert!(
        matches!(
            answer,
            Err(FlowError::CheckoutClosed | FlowError::UnknownCheckout)
        ),
        "{answer:?}"
    );
    shopper.checkout = "00000000-0000-4000-8000-000000000001".to_owned();
    let answer = world.type_code(&shopper, "SAVE10").await;
    assert!(
        matches!(answer, Err(FlowError::UnknownCheckout)),
        "{answer:?}"
    );
    assert_eq!(world.voucherify_state().await["sessions"], json!([]));
}
