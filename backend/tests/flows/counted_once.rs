//! One order of the shop is one order of its customer at Voucherify, whatever codes it used, and none
//! once it is cancelled.

use serde_json::{Value, json};
use voucherbridge::{
    domain::OrderId,
    flows::{FlowError, process_order::process, sweep},
    store::stores::StoreSettings,
};
use voucherbridge_stand_in::shopper::Shopper;

use super::{
    cards::{PHONE, SHIRT},
    faults::faults,
    money::cents,
    world::World,
};

/// What a phone costs with the code ONCE15.
const PHONE_WITH_COUPON: i64 = 79_900 - 11_985;

impl World {
    /// Orders and spend of all customers together, as their summaries have them.
    async fn counted(&self) -> (i64, i64) {
        let state = self.voucherify_state().await;
        let orders = state["customers"].as_array().unwrap().iter();
        let orders = orders.map(|customer| &customer["summary"]["orders"]);
        let number = |value: &Value| value.as_i64().unwrap();
        orders.fold((0, 0), |(count, amount), one| {
            let more = (number(&one["total_count"]), number(&one["total_amount"]));
            (count + more.0, amount + more.1)
        })
    }

    /// How often an order became `status`.
    async fn became(&self, status: &str) -> usize {
        let state = self.voucherify_state().await;
        let events = state["order_events"].as_array().unwrap().iter();
        events.filter(|event| event["status"] == status).count()
    }

    /// Source ids and statuses of the orders at Voucherify.
    async fn known_orders(&self) -> Vec<(String, String)> {
        let state = self.voucherify_state().await;
        let orders = state["orders"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut all: Vec<_> = orders
            .map(|order| (text(&order["source_id"]), text(&order["status"])))
            .collect();
        all.sort();
        all
    }

    async fn voucherify_switches(&self, switches: &Value) {
        self.voucherify_control("PUT", "switches", switches).await;
    }

    /// How often Voucherify was told what an order is.
    fn tellings(&self) -> usize {
        let calls = self.calls("voucherify", 0);
        let is_telling = |call: &&voucherbridge_stand_in::kit::call_log::Call| {
            call.method != "GET" && call.path.starts_with("/v1/orders")
        };
        calls.iter().filter(is_telling).count()
    }

    async fn minutes(&self, times: usize, minutes: i64) {
        for _ in 0..times {
            self.move_time(minutes * 60);
            sweep::sweep(&self.context).await.unwrap();
            self.settle().await;
        }
    }

    /// A phone with a coupon and a gift card, paid.
    async fn ordered_with_both(&self) -> (Shopper, i64) {
        let mut shopper = self.shopper().await;
        self.apply(&mut shopper, "ONCE15").await;
        self.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        self.order_event(order).await;
        (shopper, order)
    }

    async fn is_cancelled(&self, order: i64, what: &str) {
        assert_eq!(self.counted().await, (0, 0), "{what}");
        let expected = statuses(order, "CANCELED", "CANCELED");
        assert_eq!(self.known_orders().await, expected, "{what}");
    }
}

/// A redemption may keep the status it was sent or not, and any rollback cancel its order or only the
/// last.
fn positions() -> Vec<Value> {
    let mut all = Vec::new();
    for keeps in [true, false] {
        for every in [true, false] {
            all.push(json!({
                "redemption_keeps_order_status": keeps,
                "every_rollback_cancels_order": every,
            }));
        }
    }
    all
}

fn statuses(order: i64, whole: &str, cards: &str) -> Vec<(String, String)> {
    [
        (order.to_string(), whole),
        (format!("{order}-gift-cards"), cards),
    ]
    .map(|(id, status)| (id, status.to_owned()))
    .into()
}

#[tokio::test]
async fn an_order_with_a_coupon_and_gift_cards_counts_once() {
    for switches in positions() {
        let world = World::new().await;
        world.voucherify_switches(&switches).await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        world.pay_with(&mut shopper, "GIFT50,GIFT25").await;
        let order = shopper.place_order("cod").await.unwrap();
        for _ in 0..2 {
            world.order_event(order).await;
        }
        assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON), "{switches}");
        let expected = statuses(order, "PAID", "CREATED");
        assert_eq!(world.known_orders().await, expected, "{switches}");
        let keeps = switches["redemption_keeps_order_status"] == true;
        if keeps {
            assert_eq!(world.became("PAID").await, 1, "an earning rule runs once");
        }
        assert_eq!(world.tellings(), usize::from(!keeps), "{switches}");
    }
}

#[tokio::test]
async fn an_order_with_gift_cards_alone_counts_once_with_what_was_bought() {
    for switches in positions() {
        let world = World::new().await;
        world.voucherify_switches(&switches).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let subtotal = cents(&shopper.read().await.unwrap()["subtotal"]);
        let order = shopper.place_order("cod").await.unwrap();
        for _ in 0..2 {
            world.order_event(order).await;
        }
        assert_eq!(world.counted().await, (1, subtotal), "{switches}");
        let expected = statuses(order, "PAID", "CREATED");
        assert_eq!(world.known_orders().await, expected, "{switches}");
        let state = world.voucherify_state().await;
        let orders = state["orders"].as_array().unwrap().iter();
        let whole: Vec<_> = orders
            .filter(|one| one["source_id"] == order.to_string())
            .collect();
        let items = whole[0]["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "no line for shipping and tax: {items:?}");
        assert_eq!(items[0]["source_id"], "212");
        assert_eq!(
            items[0]["product"]["metadata"]["bigcommerce_product_categories"],
            json!([2])
        );
    }
}

/// The card was another cart's: what was bought is the order's own, not what the card was validated on.
#[tokio::test]
async fn an_order_paid_by_another_carts_card_counts_once_with_its_own_items() {
    let world = World::new().await;
    world.orders_may_differ();
    let mut shopper = world.shopper_with(&[PHONE]).await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let mut other = world.shopper_with(&[SHIRT, SHIRT]).await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.counted().await, (1, 5_000));
    let cards = format!("{order}-gift-cards-{}", shopper.checkout);
    let expected = [(order.to_string(), "PAID"), (cards, "CREATED")];
    let expected = expected.map(|(id, status)| (id, status.to_owned()));
    assert_eq!(world.known_orders().await, expected);
}

#[tokio::test]
async fn orders_of_several_stores_in_one_project_have_their_stores_name() {
    let choose = |settings: &mut StoreSettings| settings.prefix_orders = true;
    let world = World::with_settings(&json!({}), choose).await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let names: Vec<_> = world
        .known_orders()
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    let whole = format!("demo1store-{order}");
    assert_eq!(names, [whole.clone(), format!("{whole}-gift-cards")]);
}

#[tokio::test]
async fn an_order_whose_coupon_is_refused_counts_once_for_what_was_paid() {
    for with_card in [true, false] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        if with_card {
            world.pay_with(&mut shopper, "GIFT50").await;
        }
        let order = shopper.place_order("bankdeposit").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.counted().await, (0, 0), "not paid");
        assert_eq!(world.known_orders().await, []);
        world.disable("ONCE15").await;
        world.mark_order(order, "paid").await;
        for _ in 0..2 {
            world.order_event(order).await;
        }
        assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON));
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        assert_eq!(world.counted().await, (0, 0));
    }
}

/// Whether the order used its coupon is not known yet. The coupon would be judged by an order that was
/// told before.
#[tokio::test]
async fn an_order_is_not_told_before_its_coupon_is_settled() {
    let switches = json!({"order_coupons_hidden_reads": 6, "order_lines_name_coupons": false});
    let world = World::with(&switches).await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.minutes(10, 20).await;
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON));
    assert_eq!(world.became("PAID").await, 1);
    assert_eq!(world.tellings(), 0, "the redemptions said it all");
}

#[tokio::test]
async fn a_cancelled_order_counts_no_more_and_says_so() {
    for switches in positions() {
        for mode in ["WITH_ORDER", "WITHOUT_ORDER"] {
            for (part, late) in [(false, false), (true, false), (false, true)] {
                let world = World::new().await;
                world.voucherify_switches(&switches).await;
                let rules = json!({"redeemables_rollback_order_mode": mode});
                let rules = json!({ "stacking_rules": rules });
                world.voucherify_switches(&rules).await;
                let (_, order) = world.ordered_with_both().await;
                assert_eq!(world.counted().await.0, 1);
                if part {
                    world.refund_to(order, "cod", 10_000).await;
                    world.order_event(order).await;
                    assert_eq!(world.counted().await.0, 1, "a part is refunded");
                }
                if late {
                    world.move_time(100 * 24 * 60 * 60);
                }
                world.mark_order(order, "cancelled").await;
                world.order_event(order).await;
                let what = format!("{switches} {mode} part: {part} late: {late}");
                world.is_cancelled(order, &what).await;
                let before = world.tellings();
                world.order_event(order).await;
                assert_eq!(world.tellings(), before, "{what}: told once");
            }
        }
    }
}

#[tokio::test]
async fn an_order_that_is_refunded_as_a_whole_counts_no_more() {
    let world = World::new().await;
    let (_, order) = world.ordered_with_both().await;
    world.mark_order(order, "refunded").await;
    world.order_event(order).await;
    world.is_cancelled(order, "refunded").await;
}

/// Its codes were given back, and a person has to look: so it is for the count.
#[tokio::test]
async fn a_cancellation_that_is_taken_back_stays_for_a_person() {
    let world = World::new().await;
    let (_, order) = world.ordered_with_both().await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    world.mark_order(order, "paid").await;
    world.order_event(order).await;
    world.is_cancelled(order, "taken back").await;
}

#[tokio::test]
async fn a_paid_order_that_is_archived_or_deleted_still_counts() {
    for end in ["archived", "deleted"] {
        let world = World::new().await;
        let (_, order) = world.ordered_with_both().await;
        world.mark_order(order, end).await;
        world.order_event(order).await;
        world.minutes(4, 60).await;
        assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON), "{end}");
    }
}

/// What could not be told while the order was there is told as far as it does not need it.
#[tokio::test]
async fn an_order_that_is_deleted_before_all_is_told_leaves_nothing_to_tell() {
    let world = World::new().await;
    world
        .voucherify_switches(&json!({"redemption_keeps_order_status": false}))
        .await;
    let unreachable = json!({"method": "PUT", "path": "/v1/orders/", "action": {"kind": "drop"}});
    world.fault(world.url_of("voucherify"), &unreachable).await;
    let (_, order) = world.ordered_with_both().await;
    assert_eq!(world.counted().await.0, 2, "not told yet");
    world.mark_order(order, "deleted").await;
    world.stand_in.voucherify_kit.faults.clear();
    world.minutes(4, 60).await;
    assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON));
    let tellings = world.tellings();
    world.minutes(4, 60).await;
    assert_eq!(world.tellings(), tellings, "nothing is left to tell");
}

/// Voucherify may not know the order that is cancelled: somebody deleted it there.
#[tokio::test]
async fn an_order_that_voucherify_does_not_know_is_no_trouble() {
    let world = World::new().await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let gone = json!({"method": "PUT", "path": "/v1/orders/", "action": {"kind": "status",
        "status": 404, "body": {"code": 404, "key": "not_found", "message": "Resource not found"}}});
    world.fault(world.url_of("voucherify"), &gone).await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "rolled_back");
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    let tellings = world.tellings();
    world.order_event(order).await;
    assert_eq!(world.tellings(), tellings);
}

/// What Voucherify will not take is told once, and costs nothing else.
#[tokio::test]
async fn a_telling_that_is_refused_stops_nothing_else() {
    let world = World::new().await;
    let refused = json!({"path": "/v1/orders(/|$)", "action": {"kind": "status", "status": 400,
        "body": {"code": 400, "key": "invalid_payload", "message": "no"}}});
    world.fault(world.url_of("voucherify"), &refused).await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.tellings(), 1);
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
    let tellings = world.tellings();
    world.minutes(4, 60).await;
    world.order_event(order).await;
    assert_eq!(world.tellings(), tellings, "it is not told again and again");
}

/// The calls by which an order is told, each failing once in every way.
#[tokio::test]
async fn an_order_counts_once_whatever_is_answered() {
    for (coupon, method, path) in [
        (true, "POST", "/v1/redemptions$"),
        (true, "PUT", "/v1/orders/"),
        (false, "POST", "/v1/orders$"),
    ] {
        for action in faults() {
            let what = format!("{method} {path} {action}");
            let world = World::new().await;
            let keeps = json!({"redemption_keeps_order_status": method == "POST"});
            world.voucherify_switches(&keeps).await;
            let rule = json!({"method": method, "path": path, "times": 1, "action": action});
            world.fault(world.url_of("voucherify"), &rule).await;
            let mut shopper = world.shopper_with(&[PHONE]).await;
            if coupon {
                world.apply(&mut shopper, "ONCE15").await;
            }
            world.pay_with(&mut shopper, "GIFT50").await;
            let order = shopper.place_order("cod").await.unwrap();
            world.order_event(order).await;
            world.faulty_call_ends("voucherify").await;
            world.minutes(4, 20).await;
            let spent = if coupon { PHONE_WITH_COUPON } else { 79_900 };
            assert_eq!(world.counted().await, (1, spent), "{what}");
            let expected = statuses(order, "PAID", "CREATED");
            assert_eq!(world.known_orders().await, expected, "{what}");
            if method == "POST" {
                assert_eq!(world.became("PAID").await, 1, "{what}");
            }

            world.stand_in.voucherify_kit.faults.clear();
            let rule = json!({"method": "PUT", "path": path, "times": 1, "action": action});
            world.fault(world.url_of("voucherify"), &rule).await;
            world.mark_order(order, "cancelled").await;
            world.order_event(order).await;
            world.minutes(4, 20).await;
            world.is_cancelled(order, &what).await;
        }
    }
}

/// A telling may arrive late: until it cannot any more, nothing else is told of that order.
#[tokio::test]
async fn a_cancellation_waits_for_what_was_told_before() {
    for (method, path) in [("PUT", "/v1/orders/"), ("POST", "/v1/orders$")] {
        let world = World::new().await;
        let switches = json!({
            "redemption_keeps_order_status": method == "POST",
            "stacking_rules": {"redeemables_rollback_order_mode": "WITHOUT_ORDER"},
        });
        world.voucherify_switches(&switches).await;
        let lost = json!({"kind": "drop_after"});
        let rule = json!({"method": method, "path": path, "times": 1, "action": lost});
        world.fault(world.url_of("voucherify"), &rule).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        world.mark_order(order, "cancelled").await;
        let at_once = process(&world.context, &world.connection, OrderId(order)).await;
        assert!(matches!(at_once, Err(FlowError::NotYet(_))), "{at_once:?}");
        assert_eq!(world.became("CANCELED").await, 1, "{method}: the other");
        world.minutes(1, 1).await;
        world.is_cancelled(order, method).await;
    }
}

/// A job ends after two days; what is not told by then is told later.
#[tokio::test]
async fn an_order_is_told_after_an_outage_of_days() {
    for method in ["PUT", "POST"] {
        let world = World::new().await;
        let keeps = json!({"redemption_keeps_order_status": method == "POST"});
        world.voucherify_switches(&keeps).await;
        let rule = json!({"method": method, "path": "/v1/orders", "action": {"kind": "drop"}});
        world.fault(world.url_of("voucherify"), &rule).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        for _ in 0..4 {
            world.move_time(20 * 60 * 60);
            world.settle().await;
        }
        assert_ne!(world.counted().await.0, 1, "{method}: not told yet");
        world.stand_in.voucherify_kit.faults.clear();
        world.minutes(1, 60).await;
        assert_eq!(world.counted().await, (1, 2_500), "{method}");
    }
}

/// A redemption that happened twice is rolled back once; the order stays paid, or what gift cards paid
/// stays created.
#[tokio::test]
async fn rolling_a_surplus_redemption_back_leaves_the_order_as_it_was() {
    for switches in positions() {
        for code in ["SAVE10", "GIFT150"] {
            let what = format!("{code} {switches}");
            let world = World::new().await;
            world.voucherify_switches(&switches).await;
            let mut shopper = world.shopper().await;
            let is_card = code == "GIFT150";
            let (name, spent) = if is_card {
                world.pay_with(&mut shopper, code).await;
                ("-gift-cards", 79_900)
            } else {
                world.apply(&mut shopper, code).await;
                ("", 71_910)
            };
            let order = shopper.place_order("cod").await.unwrap();
            let rule = json!({"method": "POST", "path": "/v1/redemptions$", "times": 2,
                "action": {"kind": "drop_after"}});
            world.fault(world.url_of("voucherify"), &rule).await;
            let path = format!("/v1/orders/{order}{name}$");
            let hidden = json!({"method": "GET", "path": path, "times": 1,
                "action": {"kind": "status", "status": 404,
                    "body": {"code": 404, "key": "not_found"}}});
            world.fault(world.url_of("voucherify"), &hidden).await;
            world.order_event(order).await;
            world.minutes(6, 20).await;
            let state = world.voucherify_state().await;
            let rollbacks = state["rollbacks"].as_array().unwrap().len();
            // A card that is empty by then is not redeemed a second time.
            assert!(rollbacks == 1 || is_card, "{what}: {rollbacks}");
            assert_eq!(world.counted().await, (1, spent), "{what}");
        }
    }
}
