//! Random carts, cards, coupons, shipping and taxes: at every step a certificate is worth no more
//! than what is locked, nothing is locked that is not there, and in the end the money spent is the
//! money redeemed, to the cent.
//!
//! `PROPTEST_CASES=500 cargo test -p voucherbridge --test flows property` is the long form.

use proptest::prelude::*;
use serde_json::{Value, json};
use voucherbridge::domain::NativeCode;
use voucherbridge_api_types::{ApplyResponse, NativeKind};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{money::cents, stories::tell_stories, world::World};

const CARDS: [(&str, i64); 4] = [
    ("GIFT150", 15_000),
    ("GIFT50", 5_000),
    ("GIFT25", 2_500),
    ("GIFTVIP", 10_000),
];

#[derive(Debug, Clone)]
enum Step {
    Enter(Vec<&'static str>),
    RemoveCoupon,
    RemoveCertificate(usize),
    Quantity(i64),
    Shipping(usize),
    Tax(u32),
    /// Another checkout holds a part of a card meanwhile, or lets it go.
    Merchant(&'static str, i64),
    /// The page is gone; only webhooks and jobs look.
    Time(i64),
}

#[derive(Debug, Clone)]
struct Story {
    switches: Value,
    items: Vec<(i64, i64, i64)>,
    steps: Vec<Step>,
    payment: &'static str,
    afterwards: &'static str,
}

fn steps() -> impl Strategy<Value = Step> {
    let codes = [
        "GIFT150", "GIFT50", "GIFT25", "GIFTVIP", "SAVE10", "TAKE20", "NOSUCH",
    ];
    let entry = proptest::sample::subsequence(codes.to_vec(), 1..4).prop_shuffle();
    prop_oneof![
        4 => entry.prop_map(Step::Enter),
        1 => Just(Step::RemoveCoupon),
        1 => (0_usize..2).prop_map(Step::RemoveCertificate),
        2 => (1_i64..4).prop_map(Step::Quantity),
        2 => (0_usize..2).prop_map(Step::Shipping),
        1 => (0_u32..25).prop_map(Step::Tax),
        1 => (0_usize..3, -3_000_i64..3_000).prop_map(|(card, by)| Step::Merchant(CARDS[card].0, by)),
        1 => (1_i64..20).prop_map(Step::Time),
    ]
}

fn stories() -> impl Strategy<Value = Story> {
    let items = prop_oneof![
        Just(vec![(112, 212, 1)]),
        Just(vec![(111, 211, 1)]),
        Just(vec![(115, 217, 3), (113, 215, 1)]),
        Just(vec![(116, 218, 2), (112, 213, 1)]),
    ];
    let switches = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let switches = switches.prop_map(|(on_read, removes, restores, leaves)| {
        json!({
            "promotions_evaluated_on_read": on_read,
            "deleting_promotion_removes_it_from_carts": removes,
            "refund_restores_certificate_balance": restores,
            "unusable_certificate_leaves_checkout": leaves,
        })
    });
    let steps = proptest::collection::vec(steps(), 1..9);
    let payment = prop_oneof![Just("cod"), Just("bankdeposit"), Just("card"), Just("none")];
    let afterwards = prop_oneof![Just("nothing"), Just("cancelled"), Just("refunded")];
    (switches, items, steps, payment, afterwards).prop_map(
        |(switches, items, steps, payment, afterwards)| Story {
            switches,
            items,
            steps,
            payment,
            afterwards,
        },
    )
}

#[test]
fn money_spent_is_money_redeemed() {
    tell_stories(&stories(), 40, &async |story| Box::pin(tell(story)).await);
}

async fn tell(story: &Story) {
    let world = World::with(&story.switches).await;
    let mut shopper = world.shopper_with(&story.items).await;
    let mut given = 0;
    for step in &story.steps {
        given += take(&world, &mut shopper, step).await;
        check(&world).await;
    }
    page(&world, &mut shopper).await;
    check(&world).await;
    end(&world, &mut shopper, story, given).await;
}

/// Does a step the way page, module and merchant do. Answers what the merchant put on cards.
async fn take(world: &World, shopper: &mut Shopper, step: &Step) -> i64 {
    match step {
        Step::Enter(codes) => enter(world, shopper, &codes.join(",")).await,
        Step::RemoveCoupon => {
            let checkout = shopper.read().await.unwrap();
            if let Some(code) = checkout["coupons"][0]["code"].as_str() {
                let native = NativeCode::parse(code).unwrap();
                world.remove(shopper, &native).await;
                page(world, shopper).await;
            }
        }
        Step::RemoveCertificate(at) => {
            let checkout = shopper.read().await.unwrap();
            if let Some(code) = checkout["giftCertificates"][at]["code"].as_str() {
                let native = NativeCode::parse(code).unwrap();
                shopper.remove_certificate(code).await.unwrap();
                world.remove_native(shopper, &native).await;
                page(world, shopper).await;
            }
        }
        Step::Quantity(quantity) => {
            shopper.change_quantity(*quantity).await.unwrap();
            page(world, shopper).await;
        }
        Step::Shipping(option) => {
            shopper.choose_shipping(*option).await.unwrap();
            page(world, shopper).await;
        }
        Step::Tax(percent) => {
            let switches = json!({ "tax_percent": f64::from(*percent) / 4.0 });
            world.shop_control("PUT", "switches", &switches).await;
            page(world, shopper).await;
        }
        Step::Merchant(card, by) => {
            let (balance, held) = world.card(card).await;
            let by = (*by).max(held - balance);
            if by != 0 {
                world.change_balance(card, by).await;
            }
            return by;
        }
        Step::Time(minutes) => {
            world.move_time(minutes * 60);
            voucherbridge::worker::sweep(&world.context).await.unwrap();
            world.settle().await;
        }
    }
    0
}

async fn enter(world: &World, shopper: &mut Shopper, entry: &str) {
    let answer = world.type_code(shopper, entry).await.unwrap();
    let ApplyResponse::Applied {
        native_codes,
        codes,
        ..
    } = answer
    else {
        return;
    };
    for native in &native_codes {
        let own = codes
            .iter()
            .find(|code| code.native_code == *native)
            .unwrap();
        match own.kind {
            NativeKind::Coupon => {
                shopper.apply_coupon(native).await.unwrap();
                page(world, shopper).await;
            }
            // One that has become worthless meanwhile is not to be applied.
            NativeKind::GiftCertificate => drop(shopper.apply_certificate(native).await),
        }
    }
    page(world, shopper).await;
}

/// What the module does when the checkout changed: has the codes looked at, the store evaluate
/// again, and certificates that left put back.
async fn page(world: &World, shopper: &mut Shopper) {
    for _ in 0..2 {
        let answer = world.refresh(shopper).await;
        let checkout = shopper.read().await.unwrap();
        let quantity = &checkout["cart"]["lineItems"]["physicalItems"][0]["quantity"];
        if let Some(quantity) = quantity.as_i64() {
            shopper.change_quantity(quantity).await.unwrap();
        }
        let shown = checkout["giftCertificates"].to_string();
        for code in answer.codes {
            let left = code.kind == NativeKind::GiftCertificate
                && code.amount > 0
                && !shown.contains(&code.native_code);
            if left {
                drop(shopper.apply_certificate(&code.native_code).await);
            }
        }
    }
}

/// A certificate is worth at most what is locked of its cards, and no more is locked than is there.
async fn check(world: &World) {
    let state = world.voucherify_state().await;
    for (card, _) in CARDS {
        let (balance, held) = world.card(card).await;
        assert!(held <= balance, "{card}: {held} of {balance}");
    }
    let held: i64 = CARDS
        .iter()
        .map(|(card, _)| {
            let all = state["vouchers"].as_array().unwrap();
            let own = all.iter().find(|one| one["code"] == *card).unwrap();
            own["held_credits"].as_i64().unwrap_or(0)
        })
        .sum();
    assert!(world.all_worth().await <= held, "{held}");
}

async fn end(world: &World, shopper: &mut Shopper, story: &Story, given: i64) {
    let order = place(world, shopper, story.payment).await;
    if let Some(order) = order {
        world.order_event(order).await;
        if story.payment == "bankdeposit" {
            world.mark_order(order, "paid").await;
            world.order_event(order).await;
        }
        let spent = world.order_certificates(order).await;
        assert_eq!(
            balances(world).await,
            initial() + given - spent,
            "after the order"
        );
        if story.afterwards != "nothing" {
            world.mark_order(order, story.afterwards).await;
            world.order_event(order).await;
            world.order_event(order).await;
            assert_eq!(balances(world).await, initial() + given, "after the refund");
        }
    }
    // Whatever was left behind ends by its time.
    for _ in 0..4 {
        world.move_time(60 * 60);
        voucherbridge::worker::sweep(&world.context).await.unwrap();
        world.settle().await;
    }
    assert_eq!(world.all_worth().await, 0, "a certificate is left");
    for (card, _) in CARDS {
        assert_eq!(world.card(card).await.1, 0, "{card} is held");
    }
}

/// Places the order; a card is declined the first time. Where that unfinished order has used up the
/// coupon, the shop asks to look at the cart again, and until then the coupon has room once more.
async fn place(world: &World, shopper: &mut Shopper, payment: &str) -> Option<i64> {
    let checkout = shopper.read().await.unwrap();
    let nothing_left = cents(&checkout["outstandingBalance"]) == 0;
    match payment {
        "none" => None,
        _ if nothing_left => Some(shopper.place_order_without_payment().await.unwrap()),
        "card" => {
            let declined = shopper.pay_by_card().await.unwrap();
            assert!(!declined.paid);
            let again = if let Ok(again) = shopper.pay_by_card().await {
                again
            } else {
                world.order_event(declined.id).await;
                world.settle_page(shopper).await;
                shopper.pay_by_card().await.unwrap()
            };
            assert!(again.paid);
            Some(again.id)
        }
        other => Some(shopper.place_order(other).await.unwrap()),
    }
}

fn initial() -> i64 {
    CARDS.iter().map(|(_, balance)| balance).sum()
}

async fn balances(world: &World) -> i64 {
    let mut sum = 0;
    for (card, _) in CARDS {
        sum += world.card(card).await.0;
    }
    sum
}
