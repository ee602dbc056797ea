//! What Voucherify could take another way than it was meant, and answers that leave out or hold
//! what is not expected: nothing is given away, nothing is lost.

use serde_json::{Value, json};
use voucherbridge::{database::redemptions, domain::OrderId};
use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::platforms::BOB;

use crate::{
    coupons::kinds::{Account, promotions, shown, told},
    money::{PHONE, SHIRT, cents, used},
    world::World,
};

/// Three T-shirts and two phone cases beside a phone: promotions leave amounts that divide unevenly.
const ODD: [(i64, i64, i64); 3] = [PHONE, (112, 212, 3), (113, 215, 2)];

impl World {
    /// The last order that Voucherify was told of.
    fn told_order(&self, path: &str) -> Value {
        let calls = self.calls("voucherify", 0);
        let last = calls.iter().rfind(|call| call.path == path).unwrap();
        last.request_body["order"].clone()
    }

    async fn voucherify_switch(&self, switches: &Value) {
        self.voucherify_control("PUT", "switches", switches).await;
    }

    pub async fn bobs(&self, items: &[(i64, i64, i64)]) -> Shopper {
        self.customer(BOB, items).await
    }
}

/// Every line with quantity, price and amount that agree; answers how many there are.
fn agrees(order: &Value) -> usize {
    let items = order["items"].as_array().unwrap();
    let number = |item: &Value, key: &str| item[key].as_i64().unwrap();
    for item in items {
        let product = number(item, "price") * number(item, "quantity");
        assert_eq!(product, number(item, "amount"), "{item}");
    }
    let sum: i64 = items.iter().map(|item| number(item, "amount")).sum();
    assert_eq!(order["amount"], sum);
    items.len()
}

#[tokio::test]
async fn a_line_that_does_not_divide_evenly_is_told_with_prices() {
    let world = World::with(&promotions()).await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(&ODD).await;
    let subtotal = cents(&shopper.read().await.unwrap()["cart"]["cartAmount"]);
    world.apply(&mut shopper, "SAVE10").await;
    let order = world.told_order("/v1/validations");
    assert!(agrees(&order) > ODD.len());
    assert_eq!(order["amount"], subtotal);
    let money = shown(&shopper.read().await.unwrap()).money;
    assert_eq!(money, (subtotal + 5) / 10);
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    agrees(&world.told_order("/v1/redemptions"));
    let state = world.voucherify_state().await;
    assert_eq!(state["orders"][0]["total_discount_amount"], money);
}

/// A code that counts lines counts a line of the cart once.
#[tokio::test]
async fn a_code_for_each_line_is_worth_what_it_is_for_one() {
    let world = World::with(&promotions()).await;
    let limited = json!({
        "code": "ONECASE", "type": "DISCOUNT_VOUCHER",
        "discount": {"type": "PERCENT", "percent_off": 100, "effect": "APPLY_TO_ITEMS"},
        "applicable_to": {"included": [
            {"object": "product", "source_id": "113", "quantity_limit": 1},
        ]},
    });
    world.make_voucher(&limited).await;
    for (code, at_most) in [("CASE5", 500), ("ONECASE", 1_990)] {
        let mut shopper = world.shopper_with(&ODD).await;
        let entered = world.enter(&shopper, code).await;
        let amount = entered.codes[0].amount;
        assert!(amount <= at_most, "{code}: {amount}");
        assert!(amount > at_most * 8 / 10, "{code}: {amount}");
        agrees(&world.told_order("/v1/validations"));
        shopper.apply_coupon(&entered.natives[0]).await.unwrap();
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "{code}");
        let state = world.voucherify_state().await;
        let redeemed = &state["redemptions"][0]["order"]["total_applied_discount_amount"];
        assert_eq!(*redeemed, amount, "{code}");
    }
}

/// A rule on the quantity of a line holds for a line of the cart, also where it was told as two.
#[tokio::test]
async fn a_rule_on_the_pieces_of_a_line_holds() {
    let world = World::with(&promotions()).await;
    world.takes_amounts_as_told().await;
    let quantity = json!({
        "name": "order.items.quantity", "conditions": {"$more_than_or_equal": [3]},
    });
    let rule = json!({
        "name": "product.id", "conditions": {"$is": [{"id": "prod_0d3m0112"}]}, "rules": [quantity],
    });
    let voucher = json!({
        "code": "THREESHIRTS", "type": "DISCOUNT_VOUCHER", "rules": [rule],
        "discount": {"type": "AMOUNT", "amount_off": 1_000, "effect": "APPLY_TO_ORDER"},
    });
    world.make_voucher(&voucher).await;
    let mut shopper = world.shopper_with(&ODD).await;
    let entered = world.enter(&shopper, "THREESHIRTS").await;
    assert_eq!(entered.codes[0].amount, 1_000);
    shopper.apply_coupon(&entered.natives[0]).await.unwrap();
    let since = world.stand_in.voucherify_kit.calls.list(0, "").len();
    let looked = world.refresh(&shopper).await;
    assert!(!looked.changed && looked.dropped.is_empty());
    let asked = world.calls("voucherify", u64::try_from(since).unwrap());
    assert!(asked.is_empty(), "the cart is the one that was validated");
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

/// A card of 60.00 that pays for products only.
fn card_for(products: &[&str]) -> Value {
    let included = products
        .iter()
        .map(|id| json!({"object": "product", "source_id": id}));
    let included: Vec<Value> = included.collect();
    json!({
        "code": "ITEMS60", "type": "GIFT_VOUCHER",
        "gift": {"amount": 6_000, "effect": "APPLY_TO_ITEMS"},
        "applicable_to": {"included": included},
    })
}

/// Neither shipping nor what the card is not for is paid, whatever Voucherify does with credits
/// that it was named and the order does not take.
#[tokio::test]
async fn a_gift_card_for_items_pays_for_these_only() {
    for surplus_counts in [false, true] {
        for (products, cart) in [
            (&["112"][..], &[PHONE, SHIRT][..]),
            (&[][..], &[SHIRT][..]),
            (&["112", "113"][..], &[SHIRT][..]),
        ] {
            let world = World::new().await;
            world.charges_list_prices().await;
            let switches = json!({ "surplus_credits_count": surplus_counts });
            world.voucherify_switch(&switches).await;
            world.make_voucher(&card_for(products)).await;
            let mut shopper = world.shopper_with(cart).await;
            let (native, checkout) = world.pay_with(&mut shopper, "ITEMS60").await;
            let what = format!("{products:?}, {surplus_counts}");
            assert_eq!(used(&checkout, &native), 2_500, "{what}");
            assert_eq!(world.worth(&native).await, 2_500, "{what}");
            assert_eq!(world.card("ITEMS60").await, (6_000, 2_500), "{what}");
            world.move_time(6 * 60);
            let looked = world.refresh(&shopper).await;
            assert!(!looked.changed, "{what}: {looked:?}");
            assert_eq!(world.card("ITEMS60").await, (6_000, 2_500), "{what}");
            let order = shopper.place_order("cod").await.unwrap();
            world.order_event(order).await;
            assert_eq!(world.state(&shopper).await, "redeemed", "{what}");
            assert_eq!(world.card("ITEMS60").await, (3_500, 0), "{what}");
            world.mark_order(order, "cancelled").await;
            world.order_event(order).await;
            assert_eq!(world.card("ITEMS60").await, (6_000, 0), "{what}");
        }
    }
}

#[tokio::test]
async fn a_gift_card_for_items_that_are_not_there_pays_nothing_and_another_pays_beside_it() {
    let world = World::new().await;
    world.charges_list_prices().await;
    world.make_voucher(&card_for(&["112"])).await;
    let phone = world.shopper().await;
    assert_eq!(world.reason(&phone, "ITEMS60").await, "no_effect");
    assert_eq!(world.card("ITEMS60").await, (6_000, 0));
    assert_eq!(world.certificates().await, 0);
    let mut both = world.shopper_with(&[PHONE, SHIRT]).await;
    let (native, checkout) = world.pay_with(&mut both, "ITEMS60 GIFT50").await;
    assert_eq!(used(&checkout, &native), 7_500);
    assert_eq!(world.card("ITEMS60").await, (6_000, 2_500));
    assert_eq!(world.card("GIFT50").await, (5_000, 5_000));
}

/// What a redemption says it took off a card is what refunds give back of: nothing, where Voucherify takes no
/// more credits than the order does.
#[tokio::test]
async fn a_card_that_paid_less_at_voucherify_is_given_back_no_more() {
    for (surplus_counts, taken) in [(false, 0), (true, 2_500)] {
        let world = World::new().await;
        world.charges_list_prices().await;
        let switches = json!({ "surplus_credits_count": surplus_counts });
        world.voucherify_switch(&switches).await;
        world.make_voucher(&card_for(&["112"])).await;
        let mut shopper = world.shopper_with(&[PHONE, SHIRT]).await;
        let (native, checkout) = world.pay_with(&mut shopper, "ITEMS60").await;
        assert_eq!(used(&checkout, &native), 2_500);
        // The merchant changes what the card is for.
        world.make_voucher(&card_for(&["113"])).await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.card("ITEMS60").await, (6_000 - taken, 0));
        let mut tx = world.context.database.begin().await.unwrap();
        let store = &world.connection.store;
        let rows = redemptions::of_order(tx.connection(), store, OrderId(order)).await;
        drop(tx);
        let credits = rows.unwrap()[0].credits;
        assert_eq!(credits.map(|credits| credits.0), Some(taken));
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        assert_eq!(world.card("ITEMS60").await, (6_000, 0));
    }
}

/// The official examples of answers have no `applied_quantity`, no `balance` and no `status`.
#[tokio::test]
async fn free_items_are_read_from_answers_like_the_examples() {
    for like_examples in [false, true] {
        let world = World::new().await;
        world.charges_list_prices().await;
        world.counts_what_is_told().await;
        let switches = json!({ "answers_like_examples": like_examples });
        world.voucherify_switch(&switches).await;
        let cart = [PHONE, (112, 213, 1), (115, 217, 3), (113, 215, 1)];
        for (code, money, pieces, free_shipping) in [
            ("FREESOCKS", 0, 1, false),
            ("FREETEE", 0, 1, false),
            ("FREESET", 0, 3, false),
            ("ADDCASE", 1_990, 0, false),
            ("FREESHIP", 0, 0, true),
        ] {
            let mut shopper = world.shopper_with(&cart).await;
            let before = cents(&shopper.read().await.unwrap()["cart"]["cartAmount"]);
            let entered = world.enter(&shopper, code).await;
            let expected = Account {
                money,
                pieces_added: pieces,
                free_shipping,
            };
            let what = format!("{code}, {like_examples}");
            assert_eq!(told(&entered.codes), expected, "{what}");
            shopper.apply_coupon(&entered.natives[0]).await.unwrap();
            let checkout = shopper.read().await.unwrap();
            assert_eq!(shown(&checkout), expected, "{what}");
            let after = cents(&checkout["cart"]["cartAmount"]);
            assert_eq!(after, before - money, "{what}");
        }
        let shopper = world.shopper_with(&[PHONE]).await;
        let entered = world.enter(&shopper, "FREESOCKS,FREESET,SAVE10").await;
        let given: Vec<_> = entered
            .codes
            .iter()
            .map(|code| (code.free_items, code.amount))
            .collect();
        assert_eq!(given, [(1, 0), (3, 0), (0, 7_990)], "{like_examples}");
    }
}

#[tokio::test]
async fn a_card_whose_balance_is_not_told_is_not_empty() {
    let world = World::new().await;
    let switches = json!({ "answers_like_examples": true });
    world.voucherify_switch(&switches).await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    let total = cents(&shopper.read().await.unwrap()["grandTotal"]);
    assert!(total > 2_500 && total < 5_000);
    let (native, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    assert_eq!(used(&checkout, &native), total);
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000 - total, 0));
    world.mark_order(order, "cancelled").await;
    for _ in 0..2 {
        world.order_event(order).await;
    }
    assert_eq!(world.card("GIFT50").await, (5_000, 0));
}

/// An effect that no list of the description has, and kinds that no program can know yet.
#[tokio::test]
async fn what_is_not_understood_gives_nothing_away_and_holds_nothing() {
    let world = World::new().await;
    world.charges_list_prices().await;
    let upgrade = json!({
        "code": "UPGRADE", "type": "DISCOUNT_VOUCHER",
        "discount": {
            "type": "UNIT", "unit_off": 1, "unit_type": "prod_0d3m0116", "effect": "REPLACE_ITEMS",
        },
        "applicable_to": {"included": [{"object": "product", "source_id": "112"}]},
    });
    world.make_voucher(&upgrade).await;
    let mut shopper = world.shopper_with(&[PHONE, SHIRT]).await;
    assert_eq!(world.reason(&shopper, "UPGRADE").await, "not_supported");
    assert_eq!(world.usage("UPGRADE").await, (0, 0));
    assert_eq!(world.promotions().await.len(), 0);
    let entered = world.enter(&shopper, "UPGRADE,SAVE10").await;
    assert_eq!(entered.rejected[0].reason, "not_supported");
    assert_eq!(entered.codes[0].amount, 8_240);
    assert_eq!(world.usage("UPGRADE").await, (0, 0));
    assert_eq!(world.usage("SAVE10").await, (0, 1));
    shopper.apply_coupon(&entered.natives[0]).await.unwrap();
    let checkout = shopper.read().await.unwrap();
    assert_eq!(shown(&checkout).money, 8_240);
    assert_eq!(shown(&checkout).pieces_added, 0);
}

/// Voucherify's guide has a session hold points, its API description has it hold none.
#[tokio::test]
async fn two_checkouts_do_not_count_on_the_same_points() {
    for sessions_hold_points in [true, false] {
        let world = World::new().await;
        let switches = json!({ "sessions_hold_points": sessions_hold_points });
        world.voucherify_switch(&switches).await;
        let mut first = world.bobs(&[PHONE]).await;
        world.apply(&mut first, "LOYALTY500").await;
        let second = world.bobs(&[SHIRT]).await;
        let what = format!("held: {sessions_hold_points}");
        assert_eq!(
            world.reason(&second, "LOYALTY500").await,
            "in_use",
            "{what}"
        );
        let order = first.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&first).await, "redeemed", "{what}");
    }
}

/// The redemption of an order that is looked up is believed if it is the one that was asked for.
#[tokio::test]
async fn a_redemption_that_answers_with_another_id_is_not_believed() {
    for wrong in ["/v1/redemptions/", "/v1/orders/"] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        let lock = world.locks(&shopper).await.remove(0);
        let order = shopper.place_order("cod").await.unwrap();
        let lost = json!({
            "method": "POST", "path": "/v1/redemptions$", "times": 1,
            "action": {"kind": "drop_after"},
        });
        world.fault(world.url_of("voucherify"), &lost).await;
        let id = "r_another";
        let another = json!({
            "id": id, "object": "redemption", "result": "SUCCESS", "status": "SUCCEEDED",
            "source_id": "another", "voucher": {"code": "ONCE15"}, "redemptions": {},
            "metadata": {"voucherbridge_lock_id": lock.id.as_str()},
        });
        let answer = json!({
            "method": "GET", "path": wrong, "times": 1,
            "action": {"kind": "status", "status": 200, "headers": {}, "body": another},
        });
        world.fault(world.url_of("voucherify"), &answer).await;
        world.order_event(order).await;
        for _ in 0..4 {
            world.move_time(20 * 60);
            world.settle().await;
        }
        assert_eq!(world.state(&shopper).await, "redeemed", "{wrong}");
        assert_eq!(world.usage("ONCE15").await, (1, 0), "{wrong}");
        let mut tx = world.context.database.begin().await.unwrap();
        let store = &world.connection.store;
        let rows = redemptions::of_order(tx.connection(), store, OrderId(order)).await;
        let rows = rows.unwrap();
        let state = world.voucherify_state().await;
        let made = state["redemptions"][0]["id"].as_str();
        assert_eq!(rows[0].redemption_id.as_deref(), made, "{wrong}");
        assert_eq!(rows.len(), 1);
    }
}
