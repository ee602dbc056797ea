//! Every kind of code: what Voucherify calculated, what BigCommerce shows and what the order records
//! are the same, to the cent.

use serde_json::{Value, json};
use voucherbridge::domain::{Currency, NativeCode, settings::StoreSettings};
use voucherbridge_api_types::{AppliedCode, ApplyResponse};
use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::platforms::BOB;

use crate::world::World;

type Cart = &'static [(i64, i64, i64)];

/// A phone with two cases; clothes and a case; a little of everything, odd numbers of it.
const CARTS: [Cart; 3] = [
    &[(111, 211, 1), (113, 215, 2)],
    &[(112, 213, 1), (115, 217, 3), (113, 215, 1)],
    &[
        (111, 211, 1),
        (112, 212, 3),
        (114, 216, 1),
        (115, 217, 7),
        (116, 218, 2),
    ],
];

/// A code of each kind on the order and on items, free items, free shipping.
pub const KINDS: [&str; 18] = [
    "SAVE10",
    "CAP20",
    "TAKE20",
    "PAY500",
    "PHONE15",
    "CLOTHES20",
    "CASE5",
    "SPREAD30",
    "SPREADQTY30",
    "EACH2",
    "CASE15",
    "FREESOCKS",
    "FREETEE",
    "FREESET",
    "ADDCASE",
    "FREESHIP",
    "SPRING/SALE+10%",
    "ONCE15",
];

/// What a code gives by the platforms' own accounts.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    /// Money off what the shopper put into the cart.
    pub money: i64,
    pub pieces_added: i64,
    pub free_shipping: bool,
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// What Voucherify calculated in its last validation that held codes, all of them together.
pub fn calculated(world: &World) -> Account {
    let calls = world.calls("voucherify", 0);
    let last = calls
        .iter()
        .rfind(|call| call.path == "/v1/validations" && !call.request_body["session"].is_null())
        .unwrap();
    let mut account = Account {
        money: 0,
        pieces_added: 0,
        free_shipping: false,
    };
    let redeemables = last.response_body["redeemables"].as_array().unwrap();
    for one in redeemables {
        let order = &one["order"];
        account.money += number(&order["total_applied_discount_amount"]);
        for item in order["items"].as_array().unwrap() {
            let added = number(&item["applied_quantity"]);
            if item["product"]["source_id"] == "prod_5h1pp1ng" {
                account.free_shipping = true;
                account.money -= number(&item["applied_discount_amount"]);
                continue;
            }
            account.pieces_added += added;
            if added > 0 {
                account.money -= number(&item["applied_quantity_amount"]);
            }
        }
    }
    if account.pieces_added == 0 {
        // As in the official examples, no line says what was added: it is there beside what was sent.
        let sent = &last.request_body["order"];
        let now = &redeemables.last().unwrap()["order"];
        account.pieces_added = goods(now, "quantity") - goods(sent, "quantity");
        account.money -= goods(now, "amount") - goods(sent, "amount");
    }
    account
}

/// So much of something all lines of an order at Voucherify have, but for shipping.
fn goods(order: &Value, field: &str) -> i64 {
    let lines = order["items"].as_array().unwrap().iter();
    let goods = lines.filter(|line| line["product"]["source_id"] != "prod_5h1pp1ng");
    goods.map(|line| number(&line[field])).sum()
}

/// Prices of some currencies have three decimals.
#[allow(clippy::cast_possible_truncation)]
pub fn thousandths(value: &Value) -> i64 {
    (value.as_f64().unwrap() * 1000.0).round() as i64
}

fn lines(checkout: &Value) -> &[Value] {
    checkout["cart"]["lineItems"]["physicalItems"]
        .as_array()
        .unwrap()
}

fn is_added(line: &Value) -> bool {
    line["addedByPromotion"] == true
}

/// What the page is told of all codes.
pub fn told(codes: &[AppliedCode]) -> Account {
    Account {
        money: codes.iter().map(|code| code.amount).sum(),
        pieces_added: codes.iter().map(|code| code.free_items).sum(),
        free_shipping: codes.iter().any(|code| code.free_shipping),
    }
}

/// What BigCommerce shows of all coupons.
pub fn shown(checkout: &Value) -> Account {
    let coupons = checkout["coupons"].as_array().unwrap().iter();
    let discounted: i64 = coupons
        .map(|one| thousandths(&one["discountedAmount"]))
        .sum();
    let added: Vec<&Value> = lines(checkout)
        .iter()
        .filter(|line| is_added(line))
        .collect();
    let worth: i64 = added
        .iter()
        .map(|line| thousandths(&line["extendedListPrice"]))
        .sum();
    let options = &checkout["consignments"][0]["availableShippingOptions"];
    let free = |option: &Value| option["type"] == "freeshipping";
    Account {
        // Hundredths are the least that is taken off.
        money: (discounted - worth) / 10,
        pieces_added: added.iter().map(|line| number(&line["quantity"])).sum(),
        free_shipping: options.as_array().is_some_and(|all| all.iter().any(free)),
    }
}

/// What the cart costs its shopper before the code: where codes take the place of promotions, without
/// these.
pub async fn cost_before(world: &World, shopper: &mut Shopper) -> i64 {
    let checkout = shopper.read().await.unwrap();
    if world.connection.settings.combine_with_promotions {
        return thousandths(&checkout["cart"]["cartAmount"]);
    }
    let lines = lines(&checkout).iter();
    lines
        .map(|line| thousandths(&line["extendedSalePrice"]))
        .sum()
}

/// Applies the code, orders and pays; answers false where it is refused for this cart.
async fn try_kind(world: &World, shopper: &mut Shopper, code: &str, what: &str) -> bool {
    let before = cost_before(world, shopper).await;
    let (native_codes, codes) = match world.type_code(shopper, code).await.unwrap() {
        ApplyResponse::Applied {
            native_codes,
            codes,
            ..
        } => (native_codes, codes),
        ApplyResponse::Rejected { reason, .. } => {
            println!("{what}: {reason}");
            return false;
        }
    };
    let native = NativeCode::parse(&native_codes[0]).unwrap();
    shopper.apply_coupon(native.as_str()).await.unwrap();
    let checkout = shopper.read().await.unwrap();
    let mut expected = calculated(world);
    let currency = checkout["cart"]["currency"]["code"].as_str().unwrap();
    let unit = Currency::parse(currency).unwrap().unit().0;
    let whole = expected.money - expected.money % unit;
    let told = told(&codes);
    // A currency without decimals loses less than one unit for every amount it is split into.
    if unit > 1 {
        let parts = i64::try_from(lines(&checkout).len()).unwrap() + 1;
        assert!(
            told.money <= whole && told.money > whole - parts * unit,
            "{what}: {told:?}"
        );
        expected.money = told.money;
    }
    assert_eq!(told, expected, "{what}: told");
    assert_eq!(shown(&checkout), expected, "{what}: shown");
    // Nobody pays for what was added.
    let after = thousandths(&checkout["cart"]["cartAmount"]);
    assert_eq!(
        after,
        before - 10 * expected.money,
        "{what}: the cart's total"
    );
    assert!(after >= 0, "{what}");

    if checkout["consignments"][0]["selectedShippingOption"].is_null() {
        shopper.choose_shipping(0).await.unwrap();
    }
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let locks = world.locks(shopper).await;
    let lock = locks.last().unwrap();
    assert_eq!(lock.state.as_str(), "redeemed", "{what}");
    // Of a coupon that the order does not name nothing is recorded, as of one that takes nothing off.
    let recorded = lock.order_discount.unwrap_or_default().0;
    assert_eq!(recorded, expected.money, "{what}: recorded by the order");
    true
}

/// Every kind with every cart of one shop; each kind has to hold for one cart at least.
async fn walk(world: &World, shop: &str, currency: &str, kinds: &[&str]) {
    world.counts_what_is_told().await;
    // In other currencies the first two are enough: every kind holds for one of them.
    let carts = if currency == "USD" { 3 } else { 2 };
    for code in kinds {
        let mut held = 0;
        for (at, cart) in CARTS.iter().enumerate().take(carts) {
            let mut shopper = world.shopper_with(cart).await;
            if currency != "USD" {
                shopper.change_currency(currency).await.unwrap();
            }
            let what = format!("{code}, {shop}, {currency}, cart {at}");
            held += usize::from(try_kind(world, &mut shopper, code, &what).await);
            if code.starts_with("ONCE") && held == 1 {
                break;
            }
        }
        assert!(held > 0, "{code} holds for no cart ({shop}, {currency})");
    }
}

/// The store's own promotions: 10 % off accessories, and 5.00 off orders over 100.
pub fn promotions() -> Value {
    json!({ "promotion_10_percent_off_accessories": true, "promotion_5_off_orders_over_100": true })
}

#[tokio::test]
async fn every_kind_by_itself() {
    let world = World::new().await;
    walk(&world, "plain", "USD", &KINDS).await;
}

#[tokio::test]
async fn every_kind_with_tax_on_top() {
    let world = World::with(&json!({ "tax_percent": 8 })).await;
    walk(&world, "tax excluded", "USD", &KINDS).await;
}

#[tokio::test]
async fn every_kind_with_tax_in_the_prices() {
    let switches = json!({ "tax_percent": 19, "prices_include_tax": true });
    walk(&World::with(&switches).await, "tax included", "USD", &KINDS).await;
}

#[tokio::test]
async fn every_kind_beside_the_stores_promotions() {
    let world = World::with(&promotions()).await;
    walk(&world, "beside promotions", "USD", &KINDS).await;
}

#[tokio::test]
async fn every_kind_in_place_of_the_stores_promotions() {
    let replace = |settings: &mut StoreSettings| settings.combine_with_promotions = false;
    let world = World::with_settings(&promotions(), replace).await;
    walk(&world, "in place of promotions", "USD", &KINDS).await;
}

/// The free pieces of an order are what it has beside those that were bought. The order itself names its
/// coupon: `orders/hidden_coupons.rs` tells of those that do not.
#[tokio::test]
async fn free_items_where_an_orders_lines_name_no_coupon() {
    let position = json!({ "order_lines_name_coupons": false, "order_coupons_hidden_reads": 0 });
    let world = World::with(&position).await;
    let kinds = ["FREESOCKS", "FREETEE", "FREESET", "ADDCASE"];
    walk(&world, "no coupon named", "USD", &kinds).await;
}

/// In the project's own currency every kind, whatever its decimals.
#[tokio::test]
async fn every_kind_in_every_currency() {
    for currency in ["EUR", "JPY", "KWD"] {
        let own = |settings: &mut StoreSettings| {
            settings.currency = Currency::parse(currency).unwrap();
        };
        let world = World::with_settings(&json!({}), own).await;
        // At its rate no cart of these costs 500.00 dinars, and no case 15.00.
        let fits = |code: &&str| !["PAY500", "CASE15"].contains(code) || currency != "KWD";
        let kinds: Vec<&str> = KINDS.into_iter().filter(fits).collect();
        walk(&world, "own currency", currency, &kinds).await;
    }
}

/// In another currency than the project's an amount means nothing; a percentage, a free item and
/// free shipping mean what they say.
#[tokio::test]
async fn in_another_currency_only_what_is_no_amount() {
    const KINDS_WITHOUT_AMOUNTS: [&str; 8] = [
        "SAVE10",
        "PHONE15",
        "CLOTHES20",
        "FREESOCKS",
        "FREETEE",
        "FREESET",
        "FREESHIP",
        "ADDCASE",
    ];
    let world = World::new().await;
    for currency in ["EUR", "JPY", "KWD"] {
        walk(&world, "another currency", currency, &KINDS_WITHOUT_AMOUNTS).await;
        for code in ["CAP20", "TAKE20", "PAY500", "CASE5", "SPREAD30", "CASE15"] {
            let mut shopper = world.shopper_with(CARTS[0]).await;
            shopper.change_currency(currency).await.unwrap();
            let reason = world.reason(&shopper, code).await;
            assert_eq!(reason, "other_currency", "{code}, {currency}");
        }
    }
}

/// Codes are calculated on the retail price of 849.00; the phone costs 799.00. Both contain a tax of 10 %,
/// without which they are 771.82 and 726.36: nobody is given a part of a tax that he does not pay.
#[tokio::test]
async fn codes_on_retail_prices() {
    for (zone, discounts) in [
        ("inside", [8_490, 34_900, 12_735]),
        ("outside", [7_718, 27_181, 11_577]),
    ] {
        let switches = json!({"tax_percent": 10, "prices_include_tax": true, "tax_zone": zone});
        let on_retail_prices = |settings: &mut StoreSettings| settings.retail_prices = true;
        let world = World::with_settings(&switches, on_retail_prices).await;
        for (code, discount) in ["SAVE10", "PAY500", "PHONE15"].into_iter().zip(discounts) {
            let mut shopper = world.shopper().await;
            let native = world.apply(&mut shopper, code).await;
            let shown = shown(&shopper.read().await.unwrap());
            assert_eq!(shown.money, discount, "{code} as {native}, {zone}");
            let order = shopper.place_order("cod").await.unwrap();
            world.order_event(order).await;
            assert_eq!(world.state(&shopper).await, "redeemed", "{code}, {zone}");
        }
    }
}

/// Bob's loyalty card pays with its points, each worth 0.10; an order that is cancelled gives them
/// back.
#[tokio::test]
async fn a_loyalty_card_pays_with_points() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(CARTS[1]).await;
    world.sign_in(&shopper, BOB).await;
    let native = world.apply(&mut shopper, "LOYALTY500").await;
    let checkout = shopper.read().await.unwrap();
    assert_eq!(shown(&checkout).money, 5_000, "{native}");
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("LOYALTY500").await, (1, 0));
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    assert_eq!(world.usage("LOYALTY500").await, (0, 0));
    // A guest is nobody whom the card knows.
    let guest = world.shopper_with(CARTS[1]).await;
    assert_eq!(world.reason(&guest, "LOYALTY500").await, "sign_in_needed");
}
