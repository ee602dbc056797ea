//! A shop that takes several coupons at a checkout: each code has its own.

use serde_json::json;
use voucherbridge::domain::NativeCode;

use crate::{
    stories::shop_with_coupons,
    world::{World, coupons},
};

#[tokio::test]
async fn where_several_coupons_are_allowed_each_code_has_its_own() {
    let world = shop_with_coupons(2).await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    let (second, checkout) = world.add(&mut shopper, "TAKE20").await;
    assert_eq!(
        coupons(&checkout),
        [(first[0].clone(), 7_990), (second[0].clone(), 2_000)]
    );
    // A third one shares the last.
    let (third, checkout) = world.add(&mut shopper, "WELCOME5").await;
    assert_eq!(third, second);
    assert_eq!(coupons(&checkout)[1].1, 2_500);

    let native = NativeCode::parse(&first[0]).unwrap();
    world.remove(&mut shopper, &native).await;
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.codes.len(), 2);
    assert_eq!(world.usage("SAVE10").await, (0, 0));
    assert_eq!(world.usage("TAKE20").await, (0, 1));
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.usage("TAKE20").await, (1, 0));
    assert_eq!(world.usage("WELCOME5").await, (1, 0));
}

/// The second percentage is of what the first leaves: without the first it is more.
#[tokio::test]
async fn what_is_left_after_a_removal_is_calculated_anew() {
    let world = shop_with_coupons(5).await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    let (_, checkout) = world.add(&mut shopper, "ONCE15").await;
    assert_eq!(coupons(&checkout)[1].1, 10_787);
    let native = NativeCode::parse(&first[0]).unwrap();
    world.remove(&mut shopper, &native).await;
    let refreshed = world.refresh(&shopper).await;
    assert!(refreshed.changed);
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout)[0].1, 11_985);
}

#[tokio::test]
async fn in_place_of_promotions_all_codes_share_one_coupon() {
    let world = World::with_settings(&json!({}), |settings| {
        settings.coupons_allowed = 5;
        settings.combine_with_promotions = false;
    })
    .await;
    world.charges_list_prices().await;
    world.allow_coupons(5).await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    let (second, checkout) = world.add(&mut shopper, "TAKE20").await;
    assert_eq!(first, second);
    assert_eq!(coupons(&checkout), [(first[0].clone(), 9_990)]);
}

/// A phone at 799.00 and a case at 19.90; 10 % off both, then the case free.
#[tokio::test]
async fn an_item_is_free_behind_a_discount_on_the_order() {
    let world = shop_with_coupons(2).await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(&[(111, 211, 1), (113, 215, 1)]).await;
    world.add(&mut shopper, "SAVE10").await;
    let entered = world.enter(&shopper, "ADDCASE").await;
    let told: i64 = entered.codes.iter().map(|code| code.amount).sum();
    shopper.apply_coupon(&entered.natives[0]).await.unwrap();
    let checkout = world.counted_again(&mut shopper).await;
    let shown: i64 = coupons(&checkout).iter().map(|(_, amount)| amount).sum();
    assert_eq!(shown, told);
}
