//! Which promotions a checkout gets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::json;
use support::shop::{Shop, amount_off, percent_off, refused};
use voucherbridge_stand_in::bigcommerce::carts::NewLine;
use voucherbridge_stand_in::bigcommerce::model::Decimal;
use voucherbridge_stand_in::bigcommerce::model::promotion::{Promotion, PromotionStatus};
use voucherbridge_stand_in::bigcommerce::promotions::Refused;

#[test]
fn automatic_and_coupon_amounts_are_kept_apart() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.automatic(&percent_off("20"));
    shop.coupon("FIVE", &amount_off("5"));
    shop.apply("FIVE").unwrap();
    let sums = shop.sums();
    assert_eq!(
        (sums.automatic.to_cents(), sums.coupons.to_cents()),
        (2580, 500)
    );
    assert_eq!(sums.cart.to_cents(), 12_900 - 2580 - 500);
}

#[test]
fn one_that_stands_no_other_is_refused_or_replaces_them() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.automatic(&percent_off("20"));
    let id = shop.coupon("ALONE", &amount_off("5"));
    shop.change(id, |promotion| {
        promotion.can_be_used_with_other_promotions = false;
    });
    assert_eq!(shop.apply("ALONE"), refused(Refused::NotEligible));
    shop.apply("NATIVE5").unwrap();
    shop.change(id, |promotion| {
        promotion.coupon_overrides_other_promotions = true;
    });
    shop.apply("ALONE").unwrap();
    let codes: Vec<String> = shop
        .checkout()
        .coupons
        .into_iter()
        .map(|c| c.code)
        .collect();
    assert_eq!(codes, ["ALONE"]);
    assert_eq!(
        (shop.sums().automatic, shop.sums().coupons.to_cents()),
        (Decimal::ZERO, 500)
    );
}

#[test]
fn a_second_coupon_needs_a_higher_limit() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("SECOND", &amount_off("3"));
    shop.apply("NATIVE5").unwrap();
    assert_eq!(shop.apply("SECOND"), refused(Refused::TooMany));
    shop.state
        .promotion_settings
        .number_of_coupons_allowed_at_checkout = 2;
    shop.apply("SECOND").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 800);
}

#[test]
fn dates_status_currency_groups_and_uses_decide() {
    let mut shop = Shop::with(&[(116, 1)]);
    let id = shop.coupon("C", &amount_off("5"));
    let now = shop.state.now();
    let hour = time::Duration::HOUR;
    let good = shop.state.promotions[&id].clone();
    let spoil: [fn(&mut Promotion); 4] = [
        |promotion| promotion.status = PromotionStatus::Disabled,
        |promotion| promotion.currency_code = "EUR".into(),
        |promotion| promotion.customer.group_ids = vec![2],
        |promotion| (promotion.max_uses, promotion.current_uses) = (Some(1), 1),
    ];
    for spoil in spoil {
        shop.change(id, spoil);
        assert_eq!(shop.apply("C"), refused(Refused::NotEligible));
        shop.change(id, |promotion| *promotion = good.clone());
    }
    shop.change(id, |promotion| promotion.start_date = now + hour);
    assert_eq!(shop.apply("C"), refused(Refused::NotEligible));
    shop.change(id, |promotion| promotion.end_date = Some(now + hour * 2));
    shop.state.clock.advance(3700);
    shop.apply("C").unwrap();
    shop.state.clock.advance(3700);
    assert_eq!(
        shop.checkout().coupons.len(),
        0,
        "it ended and left the cart"
    );
}

#[test]
fn uses_are_counted_by_orders_and_not_given_back() {
    let mut shop = Shop::with(&[(116, 1)]);
    let id = shop.coupon("ONCE", &amount_off("5"));
    shop.change(id, |promotion| promotion.codes[0].max_uses = 1);
    shop.apply("ONCE").unwrap();
    shop.ship();
    let order = shop.order();
    let scopes: Vec<&str> = shop
        .state
        .events
        .iter()
        .map(|event| &*event.scope)
        .collect();
    for scope in [
        "store/cart/created",
        "store/cart/couponApplied",
        "store/cart/converted",
        "store/order/created",
        "store/order/statusUpdated",
    ] {
        assert!(scopes.contains(&scope), "{scope} in {scopes:?}");
    }
    let line = NewLine {
        product_id: 116,
        quantity: 1,
        ..NewLine::default()
    };
    shop.cart = shop.state.create_cart(0, &[line]).unwrap();
    assert_eq!(shop.apply("ONCE"), refused(Refused::NotEligible));
    shop.state.set_order_status(order, 5).unwrap();
    assert_eq!(shop.apply("ONCE"), refused(Refused::NotEligible));
}

#[test]
fn a_cart_that_shrinks_below_the_minimum_loses_the_coupon() {
    let rules = json!([{
        "action": {"cart_value": {"discount": {"fixed_amount": "10"}}},
        "condition": {"cart": {"minimum_spend": "300"}},
        "stop": false,
    }]);
    let mut shop = Shop::with(&[(116, 2)]);
    shop.coupon("BIG", &rules);
    assert_eq!(shop.apply("BIG"), refused(Refused::MinimumPurchase));
    let line = shop.checkout().items[0].id.clone();
    let cart = shop.cart.clone();
    shop.state.update_line(&cart, &line, 3, None).unwrap();
    shop.apply("BIG").unwrap();
    shop.state.update_line(&cart, &line, 2, None).unwrap();
    assert_eq!(shop.checkout().coupons.len(), 0);
    assert_eq!(shop.sums().coupons, Decimal::ZERO);
}

#[test]
fn evaluation_on_read_is_a_switch() {
    for on_read in [true, false] {
        let mut shop = Shop::with(&[(116, 1)]);
        shop.state.switches.promotions_evaluated_on_read = on_read;
        let id = shop.coupon("S", &amount_off("5"));
        shop.apply("S").unwrap();
        shop.change(id, |promotion| {
            promotion.rules = serde_json::from_value(amount_off("7")).unwrap();
        });
        assert_eq!(
            shop.sums().coupons.to_cents(),
            if on_read { 700 } else { 500 }
        );
        let cart = shop.cart.clone();
        shop.state.changed(&cart);
        assert_eq!(shop.sums().coupons.to_cents(), 700);
    }
}

#[test]
fn deleting_an_applied_promotion_is_a_switch() {
    for removes in [true, false] {
        let mut shop = Shop::with(&[(116, 1)]);
        shop.state.switches.deleting_promotion_removes_it_from_carts = removes;
        let id = shop.coupon("D", &amount_off("5"));
        shop.apply("D").unwrap();
        assert!(shop.state.delete_promotion(id));
        assert_eq!(
            shop.sums().coupons.to_cents(),
            if removes { 0 } else { 500 }
        );
        let cart = shop.cart.clone();
        assert_eq!(shop.state.remove_coupon(&cart, "D").unwrap(), !removes);
        assert_eq!(shop.sums().coupons, Decimal::ZERO);
        assert_eq!(shop.apply("D"), refused(Refused::Unknown));
    }
}

#[test]
fn a_fresh_code_can_be_unknown_for_some_tries() {
    let mut shop = Shop::with(&[(116, 1)]);
    let id = shop.coupon("FRESH", &amount_off("5"));
    shop.change(id, |promotion| promotion.codes[0].unseen_tries_left = 2);
    assert_eq!(shop.apply("FRESH"), refused(Refused::Unknown));
    assert_eq!(shop.apply("FRESH"), refused(Refused::Unknown));
    shop.apply("FRESH").unwrap();
}
