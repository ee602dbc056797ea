//! One order of the shop is one order of its customer at Voucherify, whatever codes it used, and none
//! once it is cancelled.

use serde_json::{Value, json};
use voucherbridge::{
    domain::{OrderId, settings::StoreSettings},
    flows::orders::decide_difference::{Decision, decide},
};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    money::{PHONE, SHIRT, cents},
    world::World,
};

/// What a phone costs with the code ONCE15.
pub const PHONE_WITH_COUPON: i64 = 79_900 - 11_985;

impl World {
    /// Orders and spend of all customers together, as their summaries have them.
    pub async fn counted(&self) -> (i64, i64) {
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
    pub async fn became(&self, status: &str) -> usize {
        let state = self.voucherify_state().await;
        let events = state["order_events"].as_array().unwrap().iter();
        events.filter(|event| event["status"] == status).count()
    }

    /// Source ids and statuses of the orders at Voucherify.
    pub async fn known_orders(&self) -> Vec<(String, String)> {
        let state = self.voucherify_state().await;
        let orders = state["orders"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut all: Vec<_> = orders
            .map(|order| (text(&order["source_id"]), text(&order["status"])))
            .collect();
        all.sort();
        all
    }

    pub async fn voucherify_switches(&self, switches: &Value) {
        self.voucherify_control("PUT", "switches", switches).await;
    }

    /// Whether a redemption stores its order with the status that it was sent, or as paid.
    pub async fn redemptions_keep_status(&self, keep: bool) {
        let switches = json!({ "redemption_keeps_order_status": keep });
        self.voucherify_switches(&switches).await;
    }

    /// How often Voucherify was told what an order is.
    pub fn tellings(&self) -> usize {
        let calls = self.calls("voucherify", 0);
        let is_telling = |call: &&voucherbridge_stand_in::kit::call_log::Call| {
            call.method != "GET" && call.path.starts_with("/v1/orders")
        };
        calls.iter().filter(is_telling).count()
    }

    pub async fn minutes(&self, times: usize, minutes: i64) {
        self.time_goes_by(times, minutes, async |_| {}).await;
    }

    /// A phone with a coupon and a gift card, paid.
    pub async fn ordered_with_both(&self) -> (Shopper, i64) {
        let mut shopper = self.shopper().await;
        self.apply(&mut shopper, "ONCE15").await;
        self.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        self.order_event(order).await;
        (shopper, order)
    }

    pub async fn is_cancelled(&self, order: i64, what: &str) {
        assert_eq!(self.counted().await, (0, 0), "{what}");
        let expected = statuses(order, "CANCELED", "CANCELED");
        assert_eq!(self.known_orders().await, expected, "{what}");
    }
}

/// A redemption may keep the status it was sent or not, and any rollback cancel its order or only the
/// last.
pub fn positions() -> Vec<Value> {
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

pub fn statuses(order: i64, whole: &str, cards: &str) -> Vec<(String, String)> {
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
        world.charges_list_prices().await;
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
        let name = order.to_string();
        let mut whole = orders.filter(|one| one["source_id"].as_str() == Some(name.as_str()));
        let items = whole.next().unwrap()["items"].as_array().unwrap();
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
    world.charges_list_prices().await;
    world.orders_may_differ();
    let mut shopper = world.shopper_with(&[PHONE]).await;
    let (native, _) = world.pay_with(&mut shopper, "GIFT50").await;
    let mut other = world.shopper_with(&[SHIRT, SHIRT]).await;
    other.apply_certificate(native.as_str()).await.unwrap();
    let order = other.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.names_come().await;
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
        world.charges_list_prices().await;
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
    for keeps in [true, false] {
        let switches = json!({"order_coupons_hidden_reads": 6, "order_lines_name_coupons": false});
        let world = World::with(&switches).await;
        world.charges_list_prices().await;
        world.redemptions_keep_status(keeps).await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        world.pay_with(&mut shopper, "GIFT50").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        world.minutes(10, 20).await;
        assert_eq!(world.usage("ONCE15").await, (1, 0));
        assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON));
        assert_eq!(world.became("PAID").await, 1 + usize::from(!keeps));
        // Where they keep it the redemptions said it all, else what gift cards paid is no paid order.
        assert_eq!(world.tellings(), usize::from(!keeps));
    }
}

/// A coupon of another cart waits for a person, however long that takes: until then the order is not
/// told, or the coupon would be judged by what was.
#[tokio::test]
async fn an_order_whose_coupon_waits_for_a_person_counts_once_when_that_is_decided() {
    for keeps in [true, false] {
        for (decision, used) in [(Decision::Redeem, 1), (Decision::Dismiss, 0)] {
            let what = format!("{decision:?}, keeps: {keeps}");
            let world = World::new().await;
            world.charges_list_prices().await;
            world.redemptions_keep_status(keeps).await;
            world.orders_may_differ();
            let mut shopper = world.shopper().await;
            let native = world.apply(&mut shopper, "ONCE15").await;
            let mut other = world.shopper().await;
            other.apply_coupon(native.as_str()).await.unwrap();
            world.pay_with(&mut other, "GIFT50").await;
            let order = other.place_order("cod").await.unwrap();
            world.order_event(order).await;
            world.minutes(3, 60).await;
            assert_eq!(world.card("GIFT50").await, (0, 0));
            let cards = (format!("{order}-gift-cards"), "CREATED".to_owned());
            assert_eq!(world.known_orders().await, [cards], "{what}");
            let (context, store) = (&world.context, &world.connection.store);
            decide(context, store, OrderId(order), decision, "test")
                .await
                .unwrap();
            for _ in 0..3 {
                world.settle().await;
            }
            assert_eq!(world.usage("ONCE15").await, (used, 0), "{what}");
            assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON), "{what}");
            let expected = statuses(order, "PAID", "CREATED");
            assert_eq!(world.known_orders().await, expected, "{what}");
            // Where a redemption pays its order whatever was sent, what the card paid was paid at first.
            assert_eq!(
                world.became("PAID").await,
                1 + usize::from(!keeps),
                "{what}"
            );
        }
    }
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
        world.charges_list_prices().await;
        let (_, order) = world.ordered_with_both().await;
        world.mark_order(order, end).await;
        world.order_event(order).await;
        world.minutes(4, 60).await;
        assert_eq!(world.counted().await, (1, PHONE_WITH_COUPON), "{end}");
    }
}
