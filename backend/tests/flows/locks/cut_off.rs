//! What was cut off, or changed behind our back, comes right again.

use serde_json::json;
use voucherbridge::{
    domain::{Hundredths, NativeCode, lock::LockState},
    worker,
};

use crate::{
    stories::shop_with_coupons,
    world::{World, checkout_of, coupons},
};

impl World {
    /// The merchant deletes all promotions of ours in the control panel.
    async fn delete_promotions(&self) {
        for promotion in self.promotions().await {
            let id = promotion["id"].as_i64().unwrap();
            self.merchant_deletes(id).await;
        }
    }

    /// The next such call to the store fails for certain, or perhaps.
    async fn store_refuses(&self, method: &str, path: &str, status: u16) {
        let action = json!({"kind": "status", "status": status, "headers": {}, "body": {}});
        let rule = json!({"method": method, "path": path, "times": 1, "action": action});
        self.fault(self.url_of("shop"), &rule).await;
    }
}

#[tokio::test]
async fn a_promotion_that_the_merchant_deleted_is_made_anew() {
    for leaves_carts in [true, false] {
        let switch = json!({"deleting_promotion_removes_it_from_carts": leaves_carts});
        let world = World::with(&switch).await;
        world.charges_list_prices().await;
        let mut shopper = world.shopper().await;
        let (natives, _) = world.add(&mut shopper, "SAVE10").await;
        world.delete_promotions().await;
        shopper.change_quantity(2).await.unwrap();
        let refreshed = world.refresh(&shopper).await;
        assert!(refreshed.changed);
        assert_eq!(refreshed.codes[0].amount, 15_980);
        let checkout = world.counted_again(&mut shopper).await;
        assert_eq!(coupons(&checkout), [(natives[0].clone(), 15_980)]);
        assert_eq!(world.promotions().await.len(), 1);

        // The shopper may type it again as well.
        world.delete_promotions().await;
        let (again, checkout) = world.add(&mut shopper, "SAVE10").await;
        assert_eq!(coupons(&checkout), [(again[0].clone(), 15_980)]);
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.usage("SAVE10").await, (1, 0));
    }
}

#[tokio::test]
async fn a_promotion_made_anew_is_there_once_wherever_that_is_cut_off() {
    for (method, path) in [
        ("PUT", "/v3/promotions/[0-9]+$"),
        ("GET", "/v3/promotions$"),
        ("POST", "/v3/promotions$"),
        ("POST", "/v3/promotions/[0-9]+/codes$"),
    ] {
        let world = World::new().await;
        world.charges_list_prices().await;
        let mut shopper = world.shopper().await;
        let (natives, _) = world.add(&mut shopper, "SAVE10").await;
        world.delete_promotions().await;
        shopper.change_quantity(2).await.unwrap();
        let rule =
            json!({"method": method, "path": path, "times": 1, "action": {"kind": "drop_after"}});
        world.fault(world.url_of("shop"), &rule).await;
        world.refresh_fails(&shopper).await;
        world.refresh(&shopper).await;
        let checkout = world.counted_again(&mut shopper).await;
        assert_eq!(coupons(&checkout), [(natives[0].clone(), 15_980)], "{path}");
        assert_eq!(world.promotions().await.len(), 1, "{path}");
    }
}

/// A late request of the change may still arrive when a webhook has the checkout looked at.
#[tokio::test]
async fn a_webhook_does_not_end_the_watch_over_a_cut_off_change() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "SAVE10").await;
    world.store_refuses("PUT", "/v3/promotions", 500).await;
    assert!(world.type_code(&shopper, "TAKE20").await.is_err());
    let cart = checkout_of(&shopper);
    let data = json!({"type": "cart_line_item", "id": "x", "cartId": cart.as_str()});
    world.event("store/cart/lineItem/updated", data).await;
    world.settle().await;
    assert!(world.is_open(&shopper).await);
    world.move_time(60);
    world.settle().await;
    let lock = world.locks(&shopper).await.remove(0);
    assert!(!world.is_open(&shopper).await);
    assert_eq!(lock.native_discount, Some(lock.discount));
}

/// The order has free items, though not those of the code that was cut off.
#[tokio::test]
async fn free_items_of_one_code_say_nothing_of_another() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "FREESOCKS").await;
    world.store_refuses("PUT", "/v3/promotions", 500).await;
    assert!(world.type_code(&shopper, "FREETEE").await.is_err());
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.move_time(120);
    world.settle().await;
    assert_eq!(world.usage("FREESOCKS").await, (1, 0));
    assert_eq!(world.usage("FREETEE").await, (0, 0));
}

/// Let go of by the validation of the others, the code would be free while its coupon lives.
#[tokio::test]
async fn a_removal_that_was_cut_off_ends_before_the_others_are_validated() {
    let world = shop_with_coupons(2).await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    world.add(&mut shopper, "TAKE20").await;
    world.store_refuses("DELETE", "/v3/promotions", 500).await;
    let native = NativeCode::parse(&first[0]).unwrap();
    world.remove_native(&shopper, &native).await;
    assert_eq!(world.locks(&shopper).await[0].state, LockState::Releasing);
    let since = world.calls("management", 0).last().unwrap().seq;
    world.refresh(&shopper).await;
    assert_eq!(world.locks(&shopper).await[0].state, LockState::Released);
    assert_eq!(world.usage("SAVE10").await, (0, 0));
    assert_eq!(world.usage("TAKE20").await, (0, 1));
    let deleted = world.calls("management", since);
    assert!(deleted.iter().any(|call| call.method == "DELETE"));
}

/// The first code's request arrives after the second code was held under the same session key.
#[tokio::test]
async fn a_late_request_of_a_first_code_costs_the_second_nothing() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let action = json!({"kind": "delay", "ms": 1500});
    let rule = json!({"method": "POST", "path": "/v1/validations", "times": 1, "action": action});
    world.fault(world.url_of("voucherify"), &rule).await;
    assert!(world.type_code(&shopper, "ONCE15").await.is_err());
    let (natives, _) = world.add(&mut shopper, "SAVE10").await;
    world.faulty_call_ends("voucherify").await;
    world.move_time(65);
    world.settle().await;
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    assert_eq!(world.usage("SAVE10").await, (0, 1));
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 7_990)]);
    assert!(!world.is_open(&shopper).await);
}

/// The same where the code that was cut off is removed before its request arrives.
#[tokio::test]
async fn a_late_request_of_a_removed_code_costs_the_next_one_nothing() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10").await;
    let action = json!({"kind": "delay", "ms": 1500});
    let rule = json!({"method": "POST", "path": "/v1/validations", "times": 1, "action": action});
    world.fault(world.url_of("voucherify"), &rule).await;
    shopper.change_quantity(2).await.unwrap();
    world.refresh_fails(&shopper).await;
    let native = NativeCode::parse(&natives[0]).unwrap();
    assert!(world.remove(&mut shopper, &native).await);
    world.add(&mut shopper, "TAKE20").await;
    world.faulty_call_ends("voucherify").await;
    world.move_time(65);
    world.settle().await;
    assert_eq!(world.usage("SAVE10").await, (0, 0));
    assert_eq!(world.usage("TAKE20").await, (0, 1));
}

/// What fails for certain is not watched: the next look is the last.
#[tokio::test]
async fn a_certain_failure_leaves_nothing_to_watch() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "SAVE10").await;
    let action = json!({"kind": "status", "status": 401, "headers": {}, "body": {}});
    let rule = json!({"method": "POST", "path": "/v1/validations", "times": 1, "action": action});
    world.fault(world.url_of("voucherify"), &rule).await;
    shopper.change_quantity(2).await.unwrap();
    world.refresh_fails(&shopper).await;
    world.refresh(&shopper).await;
    let lock = world.locks(&shopper).await.remove(0);
    assert!(!world.is_open(&shopper).await);
    assert_eq!(lock.native_discount, Some(Hundredths(15_980)));
}

/// What a first round found out is no change that was cut off.
#[tokio::test]
async fn a_card_of_which_a_part_is_held_elsewhere_is_done_at_once() {
    let world = World::new().await;
    let mut first = world.shopper_with(&[(115, 217, 1)]).await;
    world.pay_with(&mut first, "GIFT50").await;
    let mut second = world.shopper().await;
    world.pay_with(&mut second, "GIFT50").await;
    let locks = world.locks(&second).await;
    assert!(locks[0].discount.0 < 5_000);
    assert!(!world.is_open(&second).await);
}

/// Its code is known late, and the shop leaves coupons of deleted promotions on its carts.
#[tokio::test]
async fn a_coupon_made_anew_comes_back_however_late_its_code_is_known() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let mut shopper = world.shopper().await;
    let (natives, _) = world.add(&mut shopper, "SAVE10").await;
    let switches = json!({
        "deleting_promotion_removes_it_from_carts": false, "new_codes_visible_after_reads": 1,
    });
    world.shop_control("PUT", "switches", &switches).await;
    world.delete_promotions().await;
    shopper.change_quantity(2).await.unwrap();
    for _ in 0..3 {
        world.refresh(&shopper).await;
    }
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout), [(natives[0].clone(), 15_980)]);
}

/// Let go of by the coupon's validation, the card's money would be free while its certificate lives.
#[tokio::test]
async fn a_certificates_removal_that_was_cut_off_ends_before_a_coupon_is_validated() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    world
        .store_refuses("PUT", "/v2/gift_certificates", 500)
        .await;
    world.remove_native(&shopper, &native).await;
    assert_eq!(world.locks(&shopper).await[0].state, LockState::Releasing);
    world.add(&mut shopper, "SAVE10").await;
    assert_eq!(world.locks(&shopper).await[0].state, LockState::Released);
}

/// The payment of the first order failed; the coupon left the cart on another page.
#[tokio::test]
async fn a_code_that_was_replaced_does_not_come_back() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper().await;
    let (first, _) = world.add(&mut shopper, "SAVE10").await;
    shopper.place_order_without_payment().await.unwrap();
    shopper.remove_coupon(&first[0]).await.unwrap();
    let (second, checkout) = world.add(&mut shopper, "TAKE20").await;
    assert_eq!(coupons(&checkout), [(second[0].clone(), 2_000)]);
    assert_eq!(world.usage("SAVE10").await, (0, 0));
    shopper.change_quantity(2).await.unwrap();
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.codes.len(), 1);
}

#[tokio::test]
async fn a_project_that_takes_few_codes_at_once_has_the_rest_refused() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let rules = json!({"redeemables_limit": 2, "applicable_redeemables_limit": 2});
    let change = json!({ "stacking_rules": rules });
    world.voucherify_control("PUT", "switches", &change).await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "SAVE10,TAKE20").await;
    assert_eq!(world.reason(&shopper, "WELCOME5").await, "too_many_codes");
    let checkout = world.counted_again(&mut shopper).await;
    assert_eq!(coupons(&checkout)[0].1, 9_990);
}

#[tokio::test]
async fn a_free_item_that_sells_out_leaves_with_its_code() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.add(&mut shopper, "FREETEE").await;
    let none = json!({"inventory": 0});
    world.shop_control("POST", "products/112", &none).await;
    world.counted_again(&mut shopper).await;
    let refreshed = world.refresh(&shopper).await;
    assert_eq!(refreshed.dropped[0].reason, "free_item_out_of_stock");
    assert_eq!(refreshed.codes.len(), 0);
    assert_eq!(world.usage("FREETEE").await, (0, 0));
}

#[tokio::test]
async fn the_merchant_changes_how_many_coupons_a_checkout_takes() {
    let world = World::new().await;
    world.allow_coupons(3).await;
    let store = &world.connection.store;
    worker::sweep(&world.context).await.unwrap();
    let record = world.context.database.store_record(store).await.unwrap();
    assert_eq!(record.unwrap().settings.coupons_allowed, 3);
}

/// A lock without its coupon: it leaves room for a coupon that another checkout paid for with rules.
#[tokio::test]
async fn anothers_coupon_in_place_of_an_own_one_is_taken_off() {
    let world = World::new().await;
    let mut first = world.shopper().await;
    let mut second = world.shopper().await;
    let native = world.apply(&mut first, "SAVE10").await;
    let own = world.apply(&mut second, "TAKE20").await;
    second.remove_coupon(own.as_str()).await.unwrap();
    second.apply_coupon(native.as_str()).await.unwrap();
    let data = json!({"type": "cart", "id": checkout_of(&second).as_str(), "couponId": 1});
    world.event("store/cart/couponApplied", data).await;
    world.settle().await;
    assert_eq!(coupons(&second.read().await.unwrap()), []);
}

#[tokio::test]
async fn anothers_coupon_beside_an_own_one_is_taken_off() {
    let world = shop_with_coupons(2).await;
    world.takes_amounts_as_told().await;
    // Else the storefront refuses the other's coupon itself.
    let before = json!({"minimum_spend_after_discounts": false});
    world.shop_control("PUT", "switches", &before).await;
    let mut first = world.shopper().await;
    let mut second = world.shopper().await;
    let native = world.apply(&mut first, "SAVE10").await;
    let own = world.apply(&mut second, "TAKE20").await;
    second.apply_coupon(native.as_str()).await.unwrap();
    let data = json!({"type": "cart", "id": checkout_of(&second).as_str(), "couponId": 1});
    world.event("store/cart/couponApplied", data).await;
    world.settle().await;
    let left = coupons(&second.read().await.unwrap());
    assert_eq!(left, [(own.to_string(), 2_000)]);
}

impl World {
    /// A release of the code arrives at Voucherify.
    async fn release_arrives(&self, code: &str, key: &str) {
        let url = format!(
            "{}/v1/vouchers/{code}/sessions/{key}",
            self.url_of("voucherify")
        );
        let request = self.client.delete(url).header("X-App-Id", "demo-app-id");
        let answer = request
            .header("X-App-Token", "demo-secret-key")
            .send()
            .await;
        assert!(answer.unwrap().status().is_success());
    }
}

/// The call of a removal got no answer, and arrives when the same code is held anew under the same key.
#[tokio::test]
async fn a_release_that_arrives_late_does_not_free_a_code_that_was_typed_again() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    let rule = json!({"method": "DELETE", "path": "/sessions/", "times": 1,
        "action": {"kind": "drop"}});
    world.fault(world.url_of("voucherify"), &rule).await;
    world.remove(&mut shopper, &native).await;
    world.apply(&mut shopper, "ONCE15").await;
    assert_eq!(world.usage("ONCE15").await, (0, 1));

    let session = world.locks(&shopper).await.last().unwrap().session.clone();
    world.release_arrives("ONCE15", session.as_str()).await;
    assert_eq!(world.usage("ONCE15").await, (0, 0));
    world.move_time(60);
    world.settle().await;
    assert_eq!(world.usage("ONCE15").await, (0, 1), "it is held again");
}
