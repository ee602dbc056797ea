//! Free items: when the store adds them, and that nothing is ever charged for them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::shop::Shop;
use voucherbridge_stand_in::bigcommerce::carts::CartError;
use voucherbridge_stand_in::bigcommerce::model::{Availability, Decimal, LineItem};

fn gift(item: &Value) -> Value {
    json!([{"action": {"gift_item": item}, "stop": false, "apply_once": true}])
}

fn gifts(shop: &mut Shop) -> Vec<LineItem> {
    let items = shop.checkout().items.into_iter();
    items.filter(|item| item.gift_of.is_some()).collect()
}

/// Variants and pieces of the gifts in a cart with headphones.
fn given(item: &Value, prepare: impl FnOnce(&mut Shop)) -> Vec<(u64, i64)> {
    let mut shop = Shop::with(&[(116, 1)]);
    prepare(&mut shop);
    shop.coupon("GIFT", &gift(item));
    shop.apply("GIFT").unwrap();
    assert_eq!(shop.sums().cart.to_cents(), 12_900, "gifts cost nothing");
    let gifts = gifts(&mut shop);
    let pieces = gifts.iter().map(|item| (item.variant_id, item.quantity));
    pieces.collect()
}

#[test]
fn what_needs_no_choice_and_is_in_stock_is_added() {
    let nothing = |_: &mut Shop| {};
    assert_eq!(
        given(&json!({"quantity": 1, "product_id": 115}), nothing),
        [(217, 1)]
    );
    assert_eq!(
        given(&json!({"quantity": 2, "variant_id": 213}), nothing),
        [(213, 2)]
    );
    let both = json!({"quantity": 1, "product_id": 112, "variant_id": 214});
    assert_eq!(given(&both, nothing), [(214, 1)]);
}

#[test]
fn what_a_shopper_could_not_put_in_is_not_added() {
    let none: Vec<(u64, i64)> = Vec::new();
    let nothing = |_: &mut Shop| {};
    for item in [
        json!({"quantity": 1, "product_id": 117}),
        json!({"quantity": 1, "product_id": 112}),
        json!({"quantity": 1, "product_id": 118}),
        json!({"quantity": 1, "variant_id": 999}),
        json!({"quantity": 1, "product_id": 113, "variant_id": 213}),
    ] {
        assert_eq!(given(&item, nothing), none, "{item}");
    }
    let socks = json!({"quantity": 1, "product_id": 115});
    let product = |shop: &mut Shop, change: fn(&mut _)| {
        change(shop.state.products.get_mut(&115).unwrap());
    };
    assert_eq!(
        given(&socks, |shop| product(shop, |p| p.is_visible = false)),
        none
    );
    let disabled = |shop: &mut Shop| product(shop, |p| p.availability = Availability::Disabled);
    assert_eq!(given(&socks, disabled), none);
    let unsold = |shop: &mut Shop| product(shop, |p| p.variants[0].purchasing_disabled = true);
    assert_eq!(given(&socks, unsold), none);
}

#[test]
fn a_coupon_whose_gift_cannot_be_added_gives_the_rest() {
    let rules = json!([
        {"action": {"gift_item": {"quantity": 1, "product_id": 117}}, "stop": false},
        {"action": {"cart_value": {"discount": {"fixed_amount": "5"}}}, "stop": false},
    ]);
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("TWO", &rules);
    shop.apply("TWO").unwrap();
    assert_eq!(gifts(&mut shop), []);
    assert_eq!(shop.sums().coupons.to_cents(), 500);
}

#[test]
fn the_stock_serves_what_is_paid_for_first() {
    let mut shop = Shop::with(&[(113, 1)]);
    shop.state.products.get_mut(&113).unwrap().inventory = Some(3);
    let id = shop.coupon("CASE", &gift(&json!({"quantity": 3, "product_id": 113})));
    shop.apply("CASE").unwrap();
    assert_eq!(gifts(&mut shop)[0].quantity, 2);
    let (cart, paid) = (shop.cart.clone(), shop.checkout().items[0].id.clone());
    shop.state.update_line(&cart, &paid, 3, None).unwrap();
    assert_eq!(gifts(&mut shop), []);
    assert_eq!(shop.sums().cart, shop.sums().subtotal);
    shop.change(id, |promotion| promotion.rules.clear());
}

#[test]
fn two_rules_of_a_promotion_share_the_line_of_a_variant() {
    let rules = json!([
        {"action": {"gift_item": {"quantity": 1, "product_id": 115}}, "stop": false},
        {"action": {"gift_item": {"quantity": 2, "variant_id": 217}}, "stop": false},
        {"action": {"gift_item": {"quantity": 1, "product_id": 114}}, "stop": false},
    ]);
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("SET", &rules);
    shop.apply("SET").unwrap();
    let lines = gifts(&mut shop);
    let pieces: Vec<_> = lines
        .iter()
        .map(|one| (one.variant_id, one.quantity))
        .collect();
    assert_eq!(pieces, [(217, 3), (216, 1)]);
    let again = gifts(&mut shop);
    assert_eq!(lines, again, "lines keep their ids");
    assert_eq!(shop.sums().coupons.to_cents(), 3 * 750 + 2_995);
    assert_eq!(shop.sums().cart.to_cents(), 12_900);
}

#[test]
fn the_shopper_cannot_change_a_gift() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("GIFT", &gift(&json!({"quantity": 1, "product_id": 115})));
    shop.apply("GIFT").unwrap();
    let (cart, line) = (shop.cart.clone(), gifts(&mut shop)[0].id.clone());
    let refused = |result| matches!(result, Err(CartError::Invalid(_)));
    assert!(refused(shop.state.update_line(&cart, &line, 2, None)));
    assert!(refused(shop.state.update_line(&cart, &line, 0, None)));
    assert!(refused(shop.state.remove_line(&cart, &line)));
    assert_eq!(gifts(&mut shop).len(), 1);
}

#[test]
fn a_gift_leaves_when_the_condition_of_its_rule_fails() {
    let rules = json!([
        {
            "action": {"gift_item": {"quantity": 1, "variant_id": 213}},
            "condition": {"cart": {"items": {"products": [111]}, "minimum_quantity": 1}},
            "stop": false,
        },
        {"action": {"cart_value": {"discount": {"fixed_amount": "1"}}}, "stop": false},
    ]);
    let mut shop = Shop::with(&[(111, 1), (113, 1)]);
    shop.coupon("TEE", &rules);
    shop.apply("TEE").unwrap();
    assert_eq!(gifts(&mut shop).len(), 1);
    let (cart, phone) = (shop.cart.clone(), shop.checkout().items[0].id.clone());
    shop.state.remove_line(&cart, &phone).unwrap();
    assert_eq!(gifts(&mut shop), []);
    assert_eq!(shop.checkout().coupons.len(), 1, "the rest of it stays");
    assert_eq!(shop.sums().coupons.to_cents(), 100);
}

#[test]
fn an_order_records_the_gift_with_its_price_and_its_discount() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.ship();
    shop.coupon("GIFT", &gift(&json!({"quantity": 2, "product_id": 115})));
    shop.apply("GIFT").unwrap();
    let id = shop.order();
    let order = &shop.state.orders[&id];
    let line = &order.products[1];
    assert_eq!((line.product_id, line.quantity), (115, 2));
    assert_eq!(line.price.to_cents(), 750);
    assert_eq!(line.coupons, [("GIFT".to_owned(), Decimal::cents(1_500))]);
    assert_eq!(order.coupons[0].amount.to_cents(), 1_500);
    assert_eq!(order.coupon_discount.to_cents(), 1_500);
    assert_eq!(order.total.to_cents(), 12_900 + 500);
    assert_eq!(order.shipping[0].product_ids.len(), 2, "it is sent along");
}
