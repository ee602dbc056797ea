//! Several coupon codes: behind one native coupon, or each behind its own.

use serde_json::{Value, json};
use voucherbridge::domain::NativeCode;
use voucherbridge_api_types::ApplyResponse;

use super::{
    faults::faults,
    world::{World, coupons},
};

/// A shop that allows `allowed` coupons at a checkout.
async fn shop_with_coupons(allowed: i64) -> World {
    let world =
        World::with_settings(&json!({}), |settings| settings.coupons_allowed = allowed).await;
    world.allow_coupons(allowed).await;
    world
}

impl World {
    /// The merchant says how many coupons a checkout may have.
    pub async fn allow_coupons(&self, allowed: i64) {
        let url = format!(
            "{}/stores/demo1store/v3/promotions/settings",
            self.stand_in.shop_url
        );
        let settings = json!({
            "promotions_triggered_by_products_with_zero_product_price": false,
            "promotions_apply_on_products_with_custom_product_price": false,
            "number_of_coupons_allowed_at_checkout": allowed,
            "promotions_applied_on_original_product_price": true,
        });
        self.manage("PUT", &url, &settings).await;
    }

    /// How often Voucherify was asked to validate, to redeem or to release since `since`.
    fn validations(&self, since: u64) -> usize {
        let calls = self.calls("voucherify", since);
        calls
            .iter()
            .filter(|call| call.path == "/v1/validations")
            .count()
    }
}

fn display_names(promotions: &[Value]) -> Vec<&str> {
    let names = promotions.iter().map(|one| &one["display_name"]);
    names.map(|name| name.as_str().unwrap()).collect()
}

#[tokio::test]
async fn three_codes_share_the_one_coupon_of_the_shop() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    let mut expected = [(7_990, "SAVE10")].to_vec();
    for (code, amount) in [("TAKE20", 2_000), ("WELCOME5", 500)] {
        world.stand_in.voucherify_kit.calls.clear();
        let (natives, checkout) = world.add(&mut shopper, code).await;
        assert_eq!(natives, first, "{code} joins the coupon");
        assert_eq!(world.validations(0), 1, "{code}");
        expected.push((amount, code));
        let sum: i64 = expected.iter().map(|(amount, _)| amount).sum();
        assert_eq!(coupons(&checkout), [(first[0].clone(), sum)]);
    }
    let promotions = world.promotions().await;
    assert_eq!(display_names(&promotions), ["SAVE10, TAKE20, WELCOME5"]);
    assert_eq!(promotions[0]["rules"].as_array().unwrap().len(), 1);
    for code in ["SAVE10", "TAKE20", "WELCOME5"] {
        assert_eq!(world.usage(code).await, (0, 1), "{code}");
    }

    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    for code in ["SAVE10", "TAKE20", "WELCOME5"] {
        assert_eq!(world.usage(code).await, (1, 0), "{code}");
    }
    assert_eq!(world.state(&shopper).await, "redeemed");
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    for code in ["SAVE10", "TAKE20", "WELCOME5"] {
        assert_eq!(world.usage(code).await, (0, 0), "{code}");
    }
}

#[tokio::test]
async fn one_entry_of_three_codes_costs_one_validation() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (natives, checkout) = world.add(&mut shopper, "SAVE10, TAKE20 WELCOME5").await;
    assert_eq!(world.validations(0), 1);
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 10_490)]);
}

#[tokio::test]
async fn a_bad_code_never_costs_the_good_ones() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10").await;
    for (code, reason) in [
        ("NOSUCHCODE", "unknown"),
        ("STAFF25", "customer_not_eligible"),
    ] {
        world.stand_in.voucherify_kit.calls.clear();
        assert_eq!(world.reason(&shopper, code).await, reason);
        // Once more: what is held has to be held again.
        assert_eq!(world.validations(0), 2, "{code}");
        assert_eq!(world.usage("SAVE10").await, (0, 1));
    }
    let entered = world.enter(&shopper, "NOSUCHCODE,TAKE20,EXPIRED10").await;
    let rejected: Vec<_> = entered
        .rejected
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert_eq!(rejected, ["unknown", "expired"]);
    assert_eq!(entered.natives, natives);
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout)[0].1, 9_990);
}

#[tokio::test]
async fn one_native_coupon_is_removed_with_all_its_codes() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10,ONCE15").await;
    let native = NativeCode::parse(&natives[0]).unwrap();
    assert!(world.remove(&mut shopper, &native).await);
    for code in ["SAVE10", "ONCE15"] {
        assert_eq!(world.usage(code).await, (0, 0), "{code}");
    }
    assert_eq!(world.promotions().await.len(), 0);
    let other = world.shopper().await;
    world.enter(&other, "ONCE15").await;
}

#[tokio::test]
async fn a_code_that_no_longer_holds_leaves_and_the_others_stay() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[(116, 218, 3)]).await;
    let (natives, _) = world.add(&mut shopper, "BIG100,SAVE10").await;
    shopper.change_quantity(1).await.unwrap();
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.dropped.len(), 1);
    assert_eq!(refreshed.dropped[0].code, "BIG100");
    assert_eq!(refreshed.dropped[0].native_code, "", "its coupon lives on");
    assert_eq!(refreshed.codes[0].amount, 1_290);
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 1_290)]);
    assert_eq!(display_names(&world.promotions().await), ["SAVE10"]);
    assert_eq!(world.usage("BIG100").await, (0, 0));
}

#[tokio::test]
async fn where_several_coupons_are_allowed_each_code_has_its_own() {
    let world = shop_with_coupons(2).await;
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
    world.allow_coupons(5).await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    let (second, checkout) = world.add(&mut shopper, "TAKE20").await;
    assert_eq!(first, second);
    assert_eq!(coupons(&checkout), [(first[0].clone(), 9_990)]);
}

#[tokio::test]
async fn a_code_beside_others_that_is_cut_off_costs_nothing() {
    let places = [
        ("voucherify", "POST", "/v1/validations"),
        ("shop", "PUT", "/v3/promotions"),
    ];
    for (platform, method, path) in places {
        for action in &faults() {
            let world = World::new().await;
            let mut shopper = world.shopper().await;
            let (natives, _) = world.add(&mut shopper, "SAVE10").await;
            let rule = json!({ "method": method, "path": path, "times": 1, "action": action });
            world.fault(world.url_of(platform), &rule).await;
            let cut_off = world.type_code(&shopper, "ONCE15").await;
            assert!(cut_off.is_err(), "{platform} {action}: {cut_off:?}");
            world.move_time(120);
            world.settle().await;
            // Whatever became of the second code: the coupon gives what is held, no more.
            let checkout = world.counted_again(&mut shopper).await;
            let locks = world.locks(&shopper).await;
            let held = locks
                .iter()
                .find(|lock| lock.state.as_str() == "held")
                .unwrap();
            assert_eq!(coupons(&checkout), [(natives[0].clone(), held.discount.0)]);
            let holds_second = held.coupons.len() == 2;
            assert_eq!(world.usage("ONCE15").await, (0, u64::from(holds_second)));
            assert_eq!(world.usage("SAVE10").await, (0, 1));
            // It can be typed again.
            let again = world.type_code(&shopper, "ONCE15").await.unwrap();
            assert!(matches!(again, ApplyResponse::Applied { .. }), "{again:?}");
            let checkout = world.counted_again(&mut shopper).await;
            assert_eq!(
                coupons(&checkout)[0].1,
                7_990 + 10_787,
                "{platform} {action}"
            );
        }
    }
}
