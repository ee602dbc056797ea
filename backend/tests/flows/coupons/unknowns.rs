//! What BigCommerce does not say: one story with every switch of the stand-in each way, and with all
//! at once. Whichever way it is, what a page is told of its codes is what the checkout shows and what
//! the order records; a code that cannot be so leaves with a sentence before the order is placed.

use serde_json::{Value, json};
use voucherbridge::domain::NativeCode;
use voucherbridge_api_types::{AppliedCode, ApplyResponse};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    coupons::kinds::{shown, told},
    stories::shop_with_coupons,
    world::{World, coupons},
};

/// Every thing that is not documented, the other way round than by default.
fn positions() -> Vec<Value> {
    let taxed = |mut position: Value| {
        position["tax_percent"] = json!(10);
        position["prices_include_tax"] = json!(true);
        position
    };
    let beside = |mut position: Value| {
        position["promotion_10_percent_off_accessories"] = json!(true);
        position["promotion_5_off_orders_over_100"] = json!(true);
        position
    };
    vec![
        json!({}),
        json!({"promotions_evaluated_on_read": false}),
        json!({"deleting_promotion_removes_it_from_carts": false}),
        json!({"minimum_spend_after_discounts": true}),
        beside(json!({"minimum_spend_after_discounts": true})),
        taxed(json!({})),
        taxed(json!({"minimum_spend_tax": "excluded"})),
        json!({"minimum_spend_tax": "included", "tax_percent": 10}),
        json!({"minimum_spend_tax": "excluded", "tax_percent": 10}),
        json!({"only_first_rule_applies": true}),
        json!({"only_first_rule_applies": true, "promotions_evaluated_on_read": false}),
        beside(json!({"cart_value_spread_equally": true})),
        beside(json!({"line_discount_amount": "on_items"})),
        beside(json!({"line_discount_amount": "with_coupons"})),
        json!({"unfinished_orders_count_as_uses": true}),
        json!({
            "unfinished_orders_count_as_uses": true, "promotions_evaluated_on_read": false,
            "unfinished_order_shows_on_checkout": false,
        }),
        json!({
            "unfinished_orders_count_as_uses": true, "declined_payment_marks_order_declined": true,
        }),
        json!({"coupons_only_in_default_currency": true}),
        json!({"promotions_apply_to_custom_prices": true}),
        taxed(json!({"tax_zone": "outside"})),
        taxed(json!({"tax_zone": "outside_amounts_too"})),
        beside(taxed(
            json!({"tax_zone": "outside", "minimum_spend_after_discounts": true}),
        )),
        beside(taxed(json!({
            "promotions_evaluated_on_read": false,
            "deleting_promotion_removes_it_from_carts": false,
            "minimum_spend_after_discounts": true,
            "minimum_spend_tax": "excluded",
            "only_first_rule_applies": true,
            "cart_value_spread_equally": true,
            "line_discount_amount": "on_items",
            "unfinished_orders_count_as_uses": true,
            "promotions_apply_to_custom_prices": true,
            "tax_zone": "outside",
        }))),
    ]
}

/// Codes alone and together: amounts, items, free items, free shipping, all of them.
const ENTRIES: [&[&str]; 12] = [
    &["SAVE10"],
    &["TAKE20"],
    &["CASE5"],
    &["SPREAD30"],
    &["FREESOCKS"],
    &["FREESHIP"],
    &["SAVE10", "TAKE20"],
    &["CASE5", "SAVE10"],
    &["CLOTHES20", "CASE5"],
    &["FREESOCKS", "TAKE20"],
    &["FREESHIP", "TAKE20"],
    &["FREETEE", "FREESOCKS"],
];

/// A T-shirt, socks and a case.
pub const CART: &[(i64, i64, i64)] = &[(112, 213, 2), (115, 217, 3), (113, 215, 2)];

impl World {
    /// What page and module do with an entry: the native codes are applied, and the backend is asked
    /// until it has nothing more to change. Answers the codes that hold and the sentences for those
    /// that do not.
    pub async fn check_out_with(
        &self,
        shopper: &mut Shopper,
        entry: &str,
    ) -> (Vec<AppliedCode>, Vec<String>) {
        let mut sentences = Vec::new();
        match self.type_code(shopper, entry).await.unwrap() {
            ApplyResponse::Applied {
                native_codes,
                rejected,
                dropped,
                ..
            } => {
                let before = coupons(&shopper.read().await.unwrap());
                for native in native_codes {
                    if !before.iter().any(|(code, _)| *code == native) {
                        shopper.apply_coupon(&native).await.unwrap();
                    }
                }
                sentences.extend(rejected.into_iter().map(|one| one.message));
                sentences.extend(dropped.into_iter().map(|one| one.message));
            }
            ApplyResponse::Rejected { message, .. } => sentences.push(message),
        }
        let (codes, more) = self.settle_page(shopper).await;
        sentences.extend(more);
        (codes, sentences)
    }

    /// Types one entry after the other; answers the codes that are held in the end, and all sentences.
    async fn check_out_with_all(
        &self,
        shopper: &mut Shopper,
        entries: &[&str],
    ) -> (Vec<AppliedCode>, Vec<String>) {
        let (mut codes, mut sentences) = (Vec::new(), Vec::new());
        for entry in entries {
            let (held, said) = self.check_out_with(shopper, entry).await;
            codes = held;
            sentences.extend(said);
        }
        (codes, sentences)
    }

    /// The store counts again and the backend looks, until nothing changes.
    pub async fn settle_page(&self, shopper: &mut Shopper) -> (Vec<AppliedCode>, Vec<String>) {
        let mut sentences = Vec::new();
        for _ in 0..6 {
            self.counted_again(shopper).await;
            let looked = self.refresh(shopper).await;
            sentences.extend(looked.dropped.into_iter().map(|one| one.message));
            if !looked.changed {
                return (looked.codes, sentences);
            }
        }
        panic!("the checkout does not come to rest");
    }
}

/// What the page is told is what the checkout shows.
pub async fn agrees(shopper: &mut Shopper, codes: &[AppliedCode], what: &str) -> i64 {
    let checkout = shopper.read().await.unwrap();
    let shown = shown(&checkout);
    assert_eq!(told(codes), shown, "{what}: {checkout}");
    shown.money
}

async fn tell_story(world: &World, entries: &[&str], what: &str) {
    let mut shopper = world.shopper_with(CART).await;
    let (codes, sentences) = world.check_out_with_all(&mut shopper, entries).await;
    let lost = entries.len() - codes.len();
    assert!(sentences.len() >= lost, "{what}: {sentences:?}");
    let money = agrees(&mut shopper, &codes, what).await;
    if codes.is_empty() {
        return;
    }
    // A card is declined, and the shopper tries again.
    choose_shipping(&mut shopper).await;
    let declined = shopper.pay_by_card().await.unwrap();
    assert!(!declined.paid);
    world.order_event(declined.id).await;
    let (again, _) = world.settle_page(&mut shopper).await;
    assert_eq!(again, codes, "{what}: after a declined card");
    assert_eq!(agrees(&mut shopper, &again, what).await, money, "{what}");
    choose_shipping(&mut shopper).await;
    let order = shopper.pay_by_card().await.unwrap();
    assert!(order.paid, "{what}");
    world.order_event(order.id).await;
    let recorded = world.recorded(&shopper).await;
    assert_eq!(recorded, money, "{what}: recorded by the order");
    for code in &codes {
        assert_eq!(world.usage(&code.code).await.1, 0, "{what}: {}", code.code);
    }
}

pub async fn choose_shipping(shopper: &mut Shopper) {
    let checkout = shopper.read().await.unwrap();
    if checkout["consignments"][0]["selectedShippingOption"].is_null() {
        shopper.choose_shipping(0).await.unwrap();
    }
}

/// Every switch each way, and all at once, for a store that takes one coupon and for one that takes
/// several. The short form takes each position with a quarter of the entries, the last with all;
/// `npm run test:switches` takes every one with every one.
#[tokio::test]
async fn whatever_the_store_does_what_is_told_is_what_is_sold() {
    let is_long = std::env::var("VOUCHERBRIDGE_TEST_EVERY_SWITCH").is_ok();
    let positions = positions();
    for (at, position) in positions.iter().enumerate() {
        for allowed in [1, 3] {
            let world = shop_with_coupons(allowed).await;
            let mut switches = position.clone();
            switches["coupons_allowed_at_checkout"] = json!(allowed);
            world.shop_control("PUT", "switches", &switches).await;
            for (number, entries) in ENTRIES.iter().enumerate() {
                let turn = at + usize::from(allowed == 3) * 2;
                if is_long || at + 1 == positions.len() || (number + turn) % 4 == 0 {
                    let what = format!("{entries:?}, {allowed} coupons, {position}");
                    tell_story(&world, entries, &what).await;
                }
            }
        }
    }
}

pub async fn told_by(
    position: &Value,
    allowed: i64,
    entries: &[&str],
) -> (Vec<AppliedCode>, String) {
    let world = shop_with_coupons(allowed).await;
    world.takes_amounts_as_told().await;
    let mut switches = position.clone();
    switches["coupons_allowed_at_checkout"] = json!(allowed);
    world.shop_control("PUT", "switches", &switches).await;
    let mut shopper = world.shopper_with(CART).await;
    let (codes, sentences) = world.check_out_with_all(&mut shopper, entries).await;
    agrees(&mut shopper, &codes, &format!("{entries:?} {position}")).await;
    (codes, sentences.join(" "))
}

/// The second rule and the second coupon have room under the condition.
#[tokio::test]
async fn a_condition_leaves_room_for_the_discounts_before_it() {
    let after = json!({"minimum_spend_after_discounts": true});
    for (allowed, entries) in [(1, ["CASE5", "SAVE10"]), (3, ["TAKE20", "SAVE10"])] {
        let (codes, sentences) = told_by(&after, allowed, &entries).await;
        assert_eq!((codes.len(), sentences.as_str()), (2, ""), "{entries:?}");
    }
}

/// The job comes to the same, and the page is told when it asks.
#[tokio::test]
async fn a_job_takes_off_what_the_store_does_not_discount() {
    let world = World::with(&json!({"coupons_only_in_default_currency": true})).await;
    let mut shopper = world.shopper_with(CART).await;
    shopper.change_currency("EUR").await.unwrap();
    let native: NativeCode = world.apply(&mut shopper, "SAVE10").await;
    // The page may be having the store count again before.
    world.move_time(61);
    world.look_by_job(&shopper).await;
    assert_eq!(coupons(&shopper.read().await.unwrap()), [], "{native}");
    let looked = world.refresh(&shopper).await;
    assert!(looked.codes.is_empty());
    assert_eq!(looked.dropped[0].reason, "other_currency");
    assert!(looked.dropped[0].message.contains("currency"));
    assert_eq!(world.usage("SAVE10").await, (0, 0));
    assert_eq!(world.promotions().await.len(), 0);
}

impl World {
    pub async fn look_by_job(&self, shopper: &Shopper) {
        use crate::world::checkout_of;
        use voucherbridge::flows::{checkout::refresh_checkout::refresh, codes::asker::Asker};
        let checkout = checkout_of(shopper);
        refresh(&self.context, &self.connection, &checkout, Asker::Job)
            .await
            .unwrap();
    }
}
