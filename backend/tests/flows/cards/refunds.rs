//! Refunds of orders that gift cards paid in part: each names where its money goes.

use proptest::prelude::*;
use serde_json::{Value, json};
use voucherbridge::domain::{refunds::OfflineRefunds, settings::StoreSettings};
use voucherbridge_stand_in::bigcommerce::model::{Decimal, order::status};

use crate::{money::SHIRT, stories::tell_stories, world::World};

/// A paid order of 100.00, 50.00 of it by gift card.
async fn paid_order(world: &World) -> i64 {
    world.set_price(112, 9_500);
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50").await;
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.order_certificates(order).await, 5_000);
    assert_eq!(world.card("GIFT50").await, (0, 0));
    order
}

/// The orders cost what their items do.
fn untaxed() -> Value {
    json!({ "tax_percent": 0 })
}

impl World {
    /// The merchant changes the price of a product.
    pub fn set_price(&self, product: u64, cents: i64) {
        let mut shop = self.stand_in.bigcommerce.lock();
        let product = shop.products.get_mut(&product).unwrap();
        product.price = Decimal::cents(cents);
    }

    /// A refund to one provider, and what becomes of it.
    pub async fn refund_to(&self, order: i64, provider: &str, cents: i64) {
        self.refund(order, provider, cents).await;
        // Told more than once.
        for _ in 0..2 {
            self.order_event(order).await;
        }
    }

    /// The same, and nobody is told.
    pub async fn refund(&self, order: i64, provider: &str, cents: i64) {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let body = json!({ "amount": amount, "provider_id": provider });
        self.shop_control("POST", &format!("orders/{order}/refunds"), &body)
            .await;
    }
}

#[tokio::test]
async fn a_card_gets_what_was_refunded_to_its_certificate_and_nothing_else() {
    for (provider, amount, given) in [
        ("cod", 4_000, 0),
        ("custom", 10_000, 0),
        ("giftcertificate", 4_000, 4_000),
    ] {
        for restores in [false, true] {
            let switches = json!({ "refund_restores_certificate_balance": restores });
            let world = World::with(&switches).await;
            world.charges_list_prices().await;
            let order = paid_order(&world).await;
            world.refund_to(order, provider, amount).await;
            assert_eq!(world.card("GIFT50").await, (given, 0), "{provider}");
            assert_eq!(world.all_worth().await, 0, "{provider}");
        }
    }
}

#[tokio::test]
async fn what_the_provider_declined_gives_nothing_until_it_is_tried_again() {
    let world = World::with(&untaxed()).await;
    let order = paid_order(&world).await;
    decline(&world, order, 4_000).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
    world.refund_to(order, "giftcertificate", 4_000).await;
    assert_eq!(world.card("GIFT50").await, (4_000, 0));
}

/// A provider may decline days later, and what was given is given.
#[tokio::test]
async fn a_refund_that_was_declined_later_is_not_given_a_second_time() {
    for again in [4_000, 4_500] {
        let world = World::with(&untaxed()).await;
        let order = paid_order(&world).await;
        world.refund_to(order, "giftcertificate", 4_000).await;
        assert_eq!(world.card("GIFT50").await, (4_000, 0));
        world.change_order(order, |order| order.refunds[0].payments[0].declined = true);
        world.order_event(order).await;
        assert_eq!(world.card("GIFT50").await, (4_000, 0));
        world.refund_to(order, "giftcertificate", again).await;
        assert_eq!(world.card("GIFT50").await, (again, 0));
        assert_eq!(world.all_worth().await, 0);
    }
}

/// While a declined payment may come yet, there is no rest; there is one when it never will.
#[tokio::test]
async fn an_order_without_a_rest_may_have_one_later() {
    let world = World::with(&untaxed()).await;
    let order = paid_order(&world).await;
    world.refund_to(order, "giftcertificate", 2_000).await;
    world.refund_to(order, "cod", 5_000).await;
    decline(&world, order, 3_000).await;
    // Staff say that all went back.
    world.change_order(order, |order| order.status_id = status::REFUNDED);
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (2_000, 0));
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
}

#[tokio::test]
async fn a_refund_told_again_after_the_total_changed_gives_nothing_twice() {
    let world = World::with(&untaxed()).await;
    let order = paid_order(&world).await;
    world.refund_to(order, "giftcertificate", 2_000).await;
    for total in [8_000, 12_000] {
        world.change_order(order, |order| order.total = Decimal::cents(total));
        world.order_event(order).await;
        assert_eq!(world.card("GIFT50").await, (2_000, 0), "{total}");
    }
}

#[tokio::test]
async fn whatever_the_sequence_the_card_ends_with_what_it_had() {
    for steps in [
        ["giftcertificate", "shipped", "rest", "cancelled"],
        ["cod", "shipped", "cancelled", "cancelled"],
        ["giftcertificate", "disputed", "cancelled", "shipped"],
        ["custom", "giftcertificate", "completed", "cancelled"],
        ["shipped", "cod", "rest", "cancelled"],
    ] {
        let world = World::with(&untaxed()).await;
        let order = paid_order(&world).await;
        for step in steps {
            match step {
                "giftcertificate" | "cod" | "custom" => {
                    world.refund_to(order, step, 1_333).await;
                }
                "rest" => world.mark_order(order, "refunded").await,
                other => world.mark_order(order, other).await,
            }
            for _ in 0..2 {
                world.order_event(order).await;
            }
        }
        assert_eq!(world.card("GIFT50").await, (5_000, 0), "{steps:?}");
        assert_eq!(world.all_worth().await, 0, "{steps:?}");
    }
}

#[tokio::test]
async fn what_was_given_back_by_hand_is_not_given_again_when_the_order_is_cancelled() {
    let world = World::with(&untaxed()).await;
    let order = paid_order(&world).await;
    world.refund_to(order, "custom", 8_000).await;
    assert_eq!(world.card("GIFT50").await, (0, 0));
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (2_000, 0));
}

#[tokio::test]
async fn what_cards_get_of_refunds_by_hand_is_the_merchants_choice() {
    for (rule, first, last) in [
        (OfflineRefunds::Nothing, 0, 0),
        (OfflineRefunds::InProportion, 2_000, 5_000),
        (OfflineRefunds::CardsFirst, 4_000, 5_000),
    ] {
        let choose = |settings: &mut StoreSettings| settings.offline_refunds = rule;
        let world = World::with_settings(&untaxed(), choose).await;
        let order = paid_order(&world).await;
        world.refund_to(order, "custom", 4_000).await;
        assert_eq!(world.card("GIFT50").await, (first, 0), "{rule:?}");
        world.refund_to(order, "custom", 6_000).await;
        assert_eq!(world.card("GIFT50").await, (last, 0), "{rule:?}");
    }
}

/// A sequence of refunds, each to whom and how much in thousandths of what is left.
#[derive(Debug, Clone)]
struct Story {
    rule: OfflineRefunds,
    restores: bool,
    steps: Vec<(&'static str, i64)>,
    end: &'static str,
}

fn stories() -> impl Strategy<Value = Story> {
    use OfflineRefunds::{CardsFirst, InProportion, Nothing};
    let rule = prop_oneof![Just(Nothing), Just(InProportion), Just(CardsFirst)];
    let provider = prop_oneof![
        2 => Just("giftcertificate"),
        1 => Just("testgateway"),
        1 => Just("custom"),
        1 => Just("shipped"),
        1 => Just("declined refund"),
    ];
    let steps = proptest::collection::vec((provider, 1_i64..1_000), 1..7);
    let end = prop_oneof![Just("nothing"), Just("cancelled"), Just("refunded")];
    (rule, any::<bool>(), steps, end).prop_map(|(rule, restores, steps, end)| Story {
        rule,
        restores,
        steps,
        end,
    })
}

#[test]
fn the_balances_at_the_end_are_what_was_before_less_what_was_used_and_what_was_refunded_to_them() {
    tell_stories(&stories(), 60, &async |story| Box::pin(tell(story)).await);
}

/// An order of 100.00: 75.00 by two gift cards, the rest by credit card.
async fn tell(story: &Story) {
    let switches = json!({
        "refund_restores_certificate_balance": story.restores, "tax_percent": 0,
    });
    let choose = |settings: &mut StoreSettings| settings.offline_refunds = story.rule;
    let world = World::with_settings(&switches, choose).await;
    world.set_price(112, 9_500);
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.pay_with(&mut shopper, "GIFT50 GIFT25").await;
    assert!(!shopper.pay_by_card().await.unwrap().paid);
    let order = shopper.pay_by_card().await.unwrap().id;
    world.order_event(order).await;
    let (mut to_cards, mut by_gateway, mut by_hand) = (0, 0, 0);
    for (step, part) in &story.steps {
        let left = 10_000 - to_cards - by_gateway - by_hand;
        let amount = |room: i64| (room.min(left) * part / 1_000).max(0);
        match *step {
            "giftcertificate" => {
                to_cards += refund(&world, order, step, amount(7_500 - to_cards)).await;
            }
            "testgateway" => {
                by_gateway += refund(&world, order, step, amount(2_500 - by_gateway)).await;
            }
            "custom" => by_hand += refund(&world, order, step, amount(left)).await,
            "shipped" => {
                world.mark_order(order, "shipped").await;
                world.order_event(order).await;
            }
            _ => decline(&world, order, amount(7_500 - to_cards)).await,
        }
        let of_hand = match story.rule {
            OfflineRefunds::Nothing => 0,
            OfflineRefunds::InProportion => by_hand * 7_500 / 10_000,
            OfflineRefunds::CardsFirst => by_hand,
        };
        let expected = (to_cards + of_hand).min(7_500);
        assert_eq!(balances(&world).await, expected, "after {step}");
        assert_eq!(world.all_worth().await, 0, "after {step}");
    }
    if story.end == "nothing" {
        return;
    }
    let (given, left) = (
        balances(&world).await,
        10_000 - to_cards - by_gateway - by_hand,
    );
    world.mark_order(order, story.end).await;
    for _ in 0..2 {
        world.order_event(order).await;
    }
    let rest = match story.end {
        // By card what it paid, and the rest to the certificates.
        "refunded" => (left - (2_500 - by_gateway).min(left)).min(7_500 - given),
        _ => left.min(7_500 - given),
    };
    assert_eq!(balances(&world).await, given + rest, "at the end");
    assert_eq!(world.all_worth().await, 0, "at the end");
}

async fn refund(world: &World, order: i64, provider: &str, amount: i64) -> i64 {
    if amount > 0 {
        world.refund_to(order, provider, amount).await;
    }
    amount
}

async fn decline(world: &World, order: i64, amount: i64) {
    if amount == 0 {
        return;
    }
    let amount = format!("{}.{:02}", amount / 100, amount % 100);
    let body = json!({ "amount": amount, "provider_id": "giftcertificate", "declined": true });
    world
        .shop_control("POST", &format!("orders/{order}/refunds"), &body)
        .await;
    world.order_event(order).await;
}

async fn balances(world: &World) -> i64 {
    world.card("GIFT50").await.0 + world.card("GIFT25").await.0
}
