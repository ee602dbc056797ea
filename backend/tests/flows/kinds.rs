//! Every kind of code: what Voucherify calculated, what BigCommerce shows and what the order records
//! are the same, to the cent.

use serde_json::{Value, json};
use voucherbridge::domain::{Currency, NativeCode};
use voucherbridge_api_types::ApplyResponse;
use voucherbridge_stand_in::shopper::Shopper;

use super::{money::cents, world::World};

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
const KINDS: [&str; 18] = [
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
struct Account {
    /// Money off what the shopper put into the cart.
    money: i64,
    pieces_added: i64,
    free_shipping: bool,
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

/// What Voucherify calculated in its last validation, all codes together.
fn calculated(world: &World) -> Account {
    let calls = world.calls("voucherify", 0);
    let last = calls
        .iter()
        .rfind(|call| call.path == "/v1/validations")
        .unwrap();
    let mut account = Account {
        money: 0,
        pieces_added: 0,
        free_shipping: false,
    };
    for one in last.response_body["redeemables"].as_array().unwrap() {
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
    account
}

fn lines(checkout: &Value) -> &[Value] {
    checkout["cart"]["lineItems"]["physicalItems"]
        .as_array()
        .unwrap()
}

fn is_added(line: &Value) -> bool {
    line["addedByPromotion"] == true
}

/// What BigCommerce shows of the coupon.
fn shown(checkout: &Value, native: &NativeCode) -> Account {
    let coupons = checkout["coupons"].as_array().unwrap();
    let own = coupons
        .iter()
        .find(|one| native.is(one["code"].as_str().unwrap()));
    let discounted = own.map_or(0, |one| cents(&one["discountedAmount"]));
    let added: Vec<&Value> = lines(checkout)
        .iter()
        .filter(|line| is_added(line))
        .collect();
    let worth: i64 = added
        .iter()
        .map(|line| cents(&line["extendedListPrice"]))
        .sum();
    let options = &checkout["consignments"][0]["availableShippingOptions"];
    let free = |option: &Value| option["type"] == "freeshipping";
    Account {
        money: discounted - worth,
        pieces_added: added.iter().map(|line| number(&line["quantity"])).sum(),
        free_shipping: options.as_array().is_some_and(|all| all.iter().any(free)),
    }
}

/// Nobody pays for what was added: the cart costs what was put in, less the money off.
fn check_total(checkout: &Value, account: &Account, what: &str) {
    let put_in = lines(checkout).iter().filter(|line| !is_added(line));
    let gross: i64 = put_in.map(|line| cents(&line["extendedListPrice"])).sum();
    let automatic: i64 = lines(checkout)
        .iter()
        .filter(|line| !is_added(line))
        .map(|line| cents(&line["discountAmount"]))
        .sum();
    let due = gross - automatic - account.money;
    assert!(due >= 0, "{what}: {due}");
    assert_eq!(
        cents(&checkout["cart"]["cartAmount"]),
        due,
        "{what}: the cart's total"
    );
}

/// Applies the code, orders and pays; answers false where it is refused for this cart.
async fn try_kind(world: &World, shopper: &mut Shopper, code: &str, what: &str) -> bool {
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
    let told: i64 = codes.iter().map(|code| code.amount).sum();
    let told = Account {
        money: told,
        pieces_added: codes.iter().map(|code| code.free_items).sum(),
        free_shipping: codes.iter().any(|code| code.free_shipping),
    };
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
    assert_eq!(shown(&checkout, &native), expected, "{what}: shown");
    check_total(&checkout, &expected, what);

    if checkout["consignments"][0]["selectedShippingOption"].is_null() {
        shopper.choose_shipping(0).await.unwrap();
    }
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    let locks = world.locks(shopper).await;
    let lock = locks.last().unwrap();
    assert_eq!(lock.state.as_str(), "redeemed", "{what}");
    let recorded = lock.order_discount.unwrap().0;
    assert_eq!(recorded, expected.money, "{what}: recorded by the order");
    true
}

/// Every kind with every cart of one shop; each kind has to hold for one cart at least.
async fn walk(world: &World, shop: &str, currency: &str, kinds: &[&str]) {
    for code in kinds {
        let mut held = 0;
        for (at, cart) in CARTS.iter().enumerate() {
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

#[tokio::test]
async fn every_kind_without_tax_beside_promotions() {
    let world = World::new().await;
    walk(&world, "plain", "USD", &KINDS).await;
}

#[tokio::test]
async fn every_kind_with_tax_on_top() {
    let world = World::with(&json!({ "tax_percent": 8 })).await;
    walk(&world, "tax excluded", "USD", &KINDS).await;
}
