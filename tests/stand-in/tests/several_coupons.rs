//! Several coupons, and coupons with or instead of automatic promotions.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::Shop as Server;
use reqwest::Method;
use serde_json::json;
use support::Browser;
use support::shop::{Shop, amount_off, percent_off, refused};
use voucherbridge_stand_in::bigcommerce::model::State;
use voucherbridge_stand_in::bigcommerce::promotions::Refused;

/// Codes and amounts of the coupons on the checkout, in order.
fn coupons(shop: &mut Shop) -> Vec<(String, i64)> {
    let checkout = shop.checkout();
    let amount = |code: &str| State::coupon_amount(&checkout, code).to_cents();
    let coupons = checkout.coupons.iter();
    coupons
        .map(|coupon| (coupon.code.clone(), amount(&coupon.code)))
        .collect()
}

fn named(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    let named = list
        .iter()
        .map(|(code, cents)| ((*code).to_owned(), *cents));
    named.collect()
}

/// A shop that takes five coupons, with headphones in the cart.
fn shop_of_five() -> Shop {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.state.set_coupon_limit(5);
    shop
}

fn alone(shop: &mut Shop, id: u64, overriding: bool) {
    shop.change(id, |promotion| {
        promotion.can_be_used_with_other_promotions = false;
        promotion.coupon_overrides_other_promotions = overriding;
    });
}

#[test]
fn coupons_are_applied_in_order_and_each_has_its_amount() {
    let mut shop = shop_of_five();
    shop.coupon("TEN", &percent_off("10"));
    shop.coupon("HALF", &percent_off("50"));
    shop.coupon("HUGE", &amount_off("100"));
    for code in ["HALF", "TEN", "HUGE", "NATIVE5"] {
        shop.apply(code).unwrap();
    }
    let expected = [
        ("HALF", 6_450),
        ("TEN", 1_290),
        ("HUGE", 5_160),
        ("NATIVE5", 0),
    ];
    assert_eq!(coupons(&mut shop), named(&expected));
    assert_eq!(shop.sums().coupons.to_cents(), 12_900);
    let cart = shop.cart.clone();
    shop.state.remove_coupon(&cart, "HALF").unwrap();
    let expected = [("TEN", 1_290), ("HUGE", 10_000), ("NATIVE5", 500)];
    assert_eq!(coupons(&mut shop), named(&expected));
}

#[test]
fn percentages_are_of_what_is_left_by_the_setting() {
    let mut shop = shop_of_five();
    let settings = &mut shop.state.promotion_settings;
    settings.promotions_applied_on_original_product_price = false;
    shop.coupon("TEN", &percent_off("10"));
    shop.coupon("HALF", &percent_off("50"));
    shop.apply("HALF").unwrap();
    shop.apply("TEN").unwrap();
    assert_eq!(coupons(&mut shop), named(&[("HALF", 6_450), ("TEN", 645)]));
}

#[test]
fn one_that_stands_no_other_is_refused_beside_others_and_keeps_them_away() {
    let mut shop = shop_of_five();
    let id = shop.coupon("ALONE", &amount_off("7"));
    alone(&mut shop, id, false);
    shop.apply("NATIVE5").unwrap();
    assert_eq!(shop.apply("ALONE"), refused(Refused::NotEligible));
    let cart = shop.cart.clone();
    shop.state.remove_coupon(&cart, "NATIVE5").unwrap();
    shop.apply("ALONE").unwrap();
    assert_eq!(shop.apply("NATIVE5"), refused(Refused::NotEligible));
    assert_eq!(coupons(&mut shop), named(&[("ALONE", 700)]));
}

#[test]
fn one_that_overrides_takes_the_others_off_and_gives_automatic_ones_back_when_it_leaves() {
    let mut shop = shop_of_five();
    shop.automatic(&percent_off("20"));
    let id = shop.coupon("OVER", &amount_off("1"));
    alone(&mut shop, id, true);
    shop.apply("NATIVE5").unwrap();
    shop.apply("OVER").unwrap();
    assert_eq!(coupons(&mut shop), named(&[("OVER", 100)]));
    assert_eq!(shop.sums().automatic.to_cents(), 0);
    // Without any further reading, as some stores would.
    shop.state.switches.promotions_evaluated_on_read = false;
    shop.change(id, |promotion| {
        promotion.rules = serde_json::from_value(json!([{
            "action": {"cart_value": {"discount": {"fixed_amount": "1"}}},
            "condition": {"cart": {"minimum_spend": "1000"}},
        }]))
        .unwrap();
    });
    let cart = shop.cart.clone();
    shop.state.changed(&cart);
    assert_eq!(coupons(&mut shop), []);
    assert_eq!(shop.sums().automatic.to_cents(), 2_580);
}

#[test]
fn the_deprecated_override_needs_a_greater_discount() {
    for (amount, taken) in [("25.80", None), ("25.81", Some(2_581))] {
        let mut shop = shop_of_five();
        shop.automatic(&percent_off("20"));
        let id = shop.coupon("MORE", &amount_off(amount));
        alone(&mut shop, id, false);
        shop.change(id, |promotion| {
            promotion.coupon_overrides_automatic_when_offering_higher_discounts = true;
        });
        let applied = shop.apply("MORE");
        match taken {
            None => assert_eq!(applied, refused(Refused::NotEligible)),
            Some(cents) => assert_eq!(coupons(&mut shop), named(&[("MORE", cents)])),
        }
        let automatic = shop.sums().automatic.to_cents();
        assert_eq!(automatic, if taken.is_some() { 0 } else { 2_580 });
    }
}

#[tokio::test]
async fn the_limit_is_set_by_the_panel_or_by_the_promotions_api() {
    let shop = Server::start();
    let settings = "/v3/promotions/settings";
    let limit = "number_of_coupons_allowed_at_checkout";
    let switches = json!({"coupons_allowed_at_checkout": 3});
    shop.control(Method::PUT, "/switches", switches).await;
    assert_eq!(shop.get(settings).await.1[limit], 3);
    let (status, body) = shop.put(settings, json!({(limit): 5})).await;
    assert_eq!((status, &body[limit]), (200, &json!(5)));
    // Another switch changes nothing about it.
    let switches = json!({"promotion_5_off_orders_over_100": true});
    let now = shop.control(Method::PUT, "/switches", switches).await;
    assert_eq!(now["coupons_allowed_at_checkout"], 5);
    assert_eq!(shop.get(settings).await.1[limit], 5);
    for wrong in [0, 6] {
        assert_eq!(shop.put(settings, json!({(limit): wrong})).await.0, 422);
    }
}

#[tokio::test]
async fn demo_promotions_are_off_until_they_are_switched_on() {
    let shop = Server::start();
    let names = async || {
        let (_, list) = shop.get("/v3/promotions?redemption_type=automatic").await;
        let list = list["data"].as_array().unwrap().clone();
        let name = |one: &serde_json::Value| one["name"].as_str().unwrap().to_owned();
        list.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, Vec::<String>::new());
    let mut browser = Browser::visiting(&shop.stand_in).await;
    let cart = browser.fill_cart(&[(116, 1), (115, 1)]).await;
    let on = json!({
        "promotion_10_percent_off_accessories": true,
        "promotion_5_off_orders_over_100": true,
    });
    shop.control(Method::PUT, "/switches", on).await;
    assert_eq!(
        names().await,
        ["10 % off Accessories", "5.00 off orders over 100"]
    );
    let checkout = format!("/api/storefront/checkout/{cart}");
    let seen = browser.get(&checkout).await.body;
    assert_eq!(seen["cart"]["discountAmount"], 12.9 + 5.0);
    assert_eq!(
        seen["cart"]["lineItems"]["physicalItems"][0]["discountAmount"],
        12.9
    );

    shop.coupon("WITH", "10.00").await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    let with = browser.post(&coupons, json!({"couponCode": "WITH"})).await;
    assert_eq!(with.body["totalDiscount"], 12.9 + 5.0 + 10.0);
    browser.delete(&format!("{coupons}/WITH")).await;

    let mut instead = common::coupon_promotion("8.00");
    instead["can_be_used_with_other_promotions"] = json!(false);
    instead["coupon_overrides_other_promotions"] = json!(true);
    let (_, made) = shop.post("/v3/promotions", instead).await;
    let path = format!("/v3/promotions/{}/codes", made["data"]["id"]);
    shop.post(&path, json!({"code": "INSTEAD", "max_uses": 1}))
        .await;
    let instead = browser
        .post(&coupons, json!({"couponCode": "INSTEAD"}))
        .await;
    assert_eq!(instead.body["totalDiscount"], 8);
    assert_eq!(instead.body["cart"]["discountAmount"], 0);
    let off = json!({"promotion_10_percent_off_accessories": false});
    shop.control(Method::PUT, "/switches", off).await;
    assert_eq!(names().await, ["5.00 off orders over 100"]);
}
