//! Orders whose list of coupons is empty while their discount shows one: for a while, or for good.

use serde_json::{Value, json};
use voucherbridge::{domain::lock::Apart, worker};
use voucherbridge_stand_in::shopper::Shopper;

use crate::world::World;

/// More reads than any story has.
const FOR_GOOD: u32 = 100_000;
const HOUR_SECONDS: i64 = 60 * 60;

/// A shop that hides an order's coupons from `reads` reads, with and without a word of them at the
/// order's products.
fn positions(reads: u32) -> [Value; 2] {
    [true, false].map(
        |named| json!({"order_coupons_hidden_reads": reads, "order_lines_name_coupons": named}),
    )
}

/// The code is never free for another shopper, and used once in the end.
async fn is_redeemed_once(world: &World, code: &str) {
    let never_free = async |world: &World| {
        let (used, held) = world.usage(code).await;
        assert_eq!(used + held, 1, "{code}: used {used}, held {held}");
    };
    never_free(world).await;
    world.time_goes_by(5, 3, never_free).await;
    assert_eq!(world.usage(code).await, (1, 0), "{code}");
    let other = world.shopper().await;
    assert_eq!(world.reason(&other, code).await, "used_up");
}

/// The shopper took our coupon off, the backend was not told, and another coupon is on the order.
async fn ordered_with_another(world: &World, code: &str) -> (Shopper, i64) {
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, code).await;
    shopper.remove_coupon(native.as_str()).await.unwrap();
    shopper.apply_coupon("NATIVE5").await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    (shopper, order)
}

#[tokio::test]
async fn a_paid_order_whose_coupons_are_hidden_redeems_once() {
    for reads in [1, 4, FOR_GOOD] {
        for switches in positions(reads) {
            let world = World::with(&switches).await;
            let (shopper, _) = world.ordered_and_told("ONCE15", "cod").await;
            is_redeemed_once(&world, "ONCE15").await;
            assert_eq!(world.state(&shopper).await, "redeemed", "{switches}");
            assert_eq!(world.promotions().await.len(), 0, "{switches}");
        }
    }
}

#[tokio::test]
async fn an_unpaid_order_whose_coupons_are_hidden_keeps_the_code_until_it_is_paid() {
    for switches in positions(FOR_GOOD) {
        let world = World::with(&switches).await;
        let (shopper, order) = world.ordered_and_told("ONCE15", "bankdeposit").await;
        assert_eq!(world.state(&shopper).await, "ordered", "{switches}");
        assert_eq!(world.usage("ONCE15").await, (0, 1));
        world.mark_order(order, "paid").await;
        world.order_event(order).await;
        is_redeemed_once(&world, "ONCE15").await;
    }
}

#[tokio::test]
async fn a_lock_whose_time_is_up_is_kept_for_an_order_that_hides_its_coupons() {
    for payment in ["cod", "bankdeposit"] {
        for switches in positions(FOR_GOOD) {
            let world = World::with(&switches).await;
            let (shopper, order) = world.ordered("ONCE15", payment).await;
            // No webhook came, and no sweep ran.
            world.move_time(2 * HOUR_SECONDS);
            worker::sweep(&world.context).await.unwrap();
            world.settle().await;
            if payment == "bankdeposit" {
                assert_eq!(world.state(&shopper).await, "ordered", "{switches}");
                world.mark_order(order, "paid").await;
                world.order_event(order).await;
            }
            is_redeemed_once(&world, "ONCE15").await;
        }
    }
}

/// Free shipping takes nothing off that the order tells of: how often its code was used does.
#[tokio::test]
async fn free_shipping_and_free_items_are_redeemed_though_the_order_shows_no_discount() {
    for code in ["FREESHIP", "FREESOCKS"] {
        for switches in positions(FOR_GOOD) {
            let world = World::with(&switches).await;
            let mut shopper = world.shopper_with(&[(111, 211, 1), (112, 212, 2)]).await;
            world.apply(&mut shopper, code).await;
            if code == "FREESHIP" {
                let checkout = shopper.read().await.unwrap();
                let options = &checkout["consignments"][0]["availableShippingOptions"];
                let mut options = options.as_array().unwrap().iter();
                let free = options.position(|one| one["cost"].as_f64() == Some(0.0));
                shopper.choose_shipping(free.unwrap()).await.unwrap();
            }
            let order = shopper.place_order("cod").await.unwrap();
            world.order_event(order).await;
            world.time_goes_by(5, 3, async |_| {}).await;
            assert_eq!(world.state(&shopper).await, "redeemed", "{code} {switches}");
        }
    }
}

/// How often a code was used counts before amounts do: the other coupon of 5.00 may be as large.
#[tokio::test]
async fn a_code_that_the_order_did_not_use_comes_free() {
    for code in ["ONCE15", "WELCOME5"] {
        for switches in [positions(3), positions(FOR_GOOD)].concat() {
            let world = World::with(&switches).await;
            let (shopper, order) = ordered_with_another(&world, code).await;
            world.order_event(order).await;
            world.time_goes_by(5, 18, async |_| {}).await;
            assert_eq!(world.usage(code).await, (0, 0), "{code} {switches}");
            assert_eq!(world.state(&shopper).await, "released", "{code} {switches}");
        }
    }
}

/// Once the promotion is deleted nothing tells of its code's uses, and the other coupon is as large: what was
/// known before counts, wherever the release is cut off.
#[tokio::test]
async fn a_code_that_the_order_did_not_use_comes_free_though_its_release_is_cut_off() {
    let promotion = (
        "shop",
        "/v3/promotions/[0-9]+$",
        json!({"kind": "drop_after"}),
    );
    let failed = json!({"kind": "status", "status": 500, "body": {}});
    let session = ("voucherify", "/v1/vouchers/WELCOME5/sessions/", failed);
    for (platform, path, action) in [promotion, session] {
        for is_told_again in [false, true] {
            let [_, switches] = positions(FOR_GOOD);
            let world = World::with(&switches).await;
            let (shopper, order) = ordered_with_another(&world, "WELCOME5").await;
            world.order_event(order).await;
            let rule = json!({"method": "DELETE", "path": path, "times": 1, "action": action});
            world.fault(world.url_of(platform), &rule).await;
            world
                .time_goes_by(8, 18, async |world| {
                    if is_told_again {
                        world.order_event(order).await;
                    }
                })
                .await;
            assert_eq!(
                world.usage("WELCOME5").await,
                (0, 0),
                "{path} {is_told_again}"
            );
            assert_eq!(world.state(&shopper).await, "released", "{path}");
        }
    }
}

/// Our promotion is gone, so nothing tells whether its code was used, and the order's discount is
/// another than the code's.
#[tokio::test]
async fn what_cannot_be_decided_waits_for_a_person_and_stays_held() {
    let [_, switches] = positions(FOR_GOOD);
    let world = World::with(&switches).await;
    let (shopper, order) = ordered_with_another(&world, "ONCE15").await;
    let promotion = world.promotions().await[0]["id"].as_i64().unwrap();
    world.merchant_deletes(promotion).await;
    world.order_event(order).await;
    world.time_goes_by(5, 18, async |_| {}).await;
    assert_eq!(world.state(&shopper).await, "needs_person");
    let lock = world.locks(&shopper).await.remove(0);
    assert_eq!(lock.apart.map(Apart::as_str), Some("order_coupons_unknown"));
    assert_eq!(world.usage("ONCE15").await, (0, 1));
}
