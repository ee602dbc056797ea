//! No webhook comes for a while: because we were away, or because BigCommerce sent none.

use serde_json::{Value, json};
use voucherbridge::worker;

use crate::world::World;

const HOUR: i64 = 60 * 60;

impl World {
    /// The worker's minute, with the jobs it asks for.
    async fn catches_up(&self) {
        for _ in 0..3 {
            worker::sweep(&self.context).await.unwrap();
            self.settle().await;
            self.move_time(6 * 60);
        }
    }

    /// The queries of the calls that list changed orders.
    fn lists(&self, path: &str) -> Vec<String> {
        let calls = self.calls("management", 0).into_iter();
        let lists = calls.filter(|call| call.method == "GET" && call.path.ends_with(path));
        lists
            .map(|call| call.query)
            .filter(|query| query.contains("min_date_modified") || query.contains("created"))
            .collect()
    }

    async fn discount_voucher(&self, code: &str) {
        let voucher = json!({"code": code, "type": "DISCOUNT_VOUCHER",
            "discount": {"type": "AMOUNT", "amount_off": 500}, "redemption": {"quantity": 1}});
        self.make_voucher(&voucher).await;
    }
}

#[tokio::test]
async fn after_two_days_away_paid_cancelled_and_refunded_orders_come_right() {
    let world = World::new().await;
    world.takes_amounts_as_told().await;
    for code in ["PAID", "CANCELLED", "REFUNDED", "PLACED"] {
        world.discount_voucher(code).await;
    }
    let (paid, paid_order) = world.ordered("PAID", "bankdeposit").await;
    let (cancelled, cancelled_order) = world.ordered("CANCELLED", "bankdeposit").await;
    let (refunded, refunded_order) = world.ordered("REFUNDED", "cod").await;
    let mut placed = world.shopper().await;
    world.apply(&mut placed, "PLACED").await;
    world.catches_up().await;
    let states = async || {
        let mut found = Vec::new();
        for shopper in [&paid, &cancelled, &refunded] {
            found.push(world.state(shopper).await);
        }
        found
    };
    assert_eq!(states().await, ["ordered", "ordered", "redeemed"]);
    assert_eq!(world.state(&placed).await, "held");

    // From here on we are away.
    world.move_time(HOUR);
    world.mark_order(paid_order, "paid").await;
    world.mark_order(cancelled_order, "cancelled").await;
    world.mark_order(refunded_order, "refunded").await;
    placed.place_order("cod").await.unwrap();
    world.move_time(47 * HOUR);
    world.catches_up().await;
    assert_eq!(states().await, ["redeemed", "released", "rolled_back"]);
    assert_eq!(world.state(&placed).await, "redeemed");
    assert_eq!(world.usage("PAID").await, (1, 0));
    assert_eq!(world.usage("CANCELLED").await, (0, 0));
    assert_eq!(world.usage("REFUNDED").await, (0, 0));
    assert_eq!(world.usage("PLACED").await, (1, 0));
}

/// Nothing of it may be skipped: the reading goes on where it was cut off.
#[tokio::test]
async fn a_reading_that_is_cut_off_goes_on_behind_the_page_that_was_written_down() {
    let world = World::new().await;
    let row = |id: i64| {
        json!({"id": id, "cart_id": "", "status_id": 11, "payment_status": "captured",
            "total_inc_tax": "1.0000", "currency_code": "USD"})
    };
    let rows: Vec<Value> = (1..=250).map(row).collect();
    let page = json!({"method": "GET", "path": "/v2/orders$", "times": 1,
        "action": {"kind": "status", "status": 200, "body": rows}});
    let broken = json!({"method": "GET", "path": "/v2/orders$", "times": 1,
        "action": {"kind": "status", "status": 500, "body": {}}});
    for rule in [page, broken] {
        world.fault(world.url_of("shop"), &rule).await;
    }
    // The sweep warns of it and is not stopped.
    worker::sweep(&world.context).await.unwrap();
    world.move_time(6 * 60);
    worker::sweep(&world.context).await.unwrap();
    world.move_time(6 * 60);
    worker::sweep(&world.context).await.unwrap();
    let lists = world.lists("/v2/orders");
    let [first, second, third, next] = lists.as_slice() else {
        panic!("{lists:?}");
    };
    assert!(first.contains("min_id=1&"), "{first}");
    assert!(second.contains("min_id=251&"), "{second}");
    assert_eq!(second, third, "the page that failed is asked for again");
    assert!(next.contains("min_id=1&"), "{next}");
    let date = |query: &str| {
        let parts = query.split('&');
        let mut dates = parts.filter(|part| part.starts_with("min_date_modified"));
        dates.next().unwrap().to_owned()
    };
    assert_eq!(date(first), date(second));
    assert!(date(next) > date(first));
}

/// A second partial refund leaves the order's state, and so its date, as it was.
#[tokio::test]
async fn a_refund_that_does_not_change_its_orders_date_is_found() {
    for are_orders_read in [true, false] {
        a_second_refund_is_found(are_orders_read).await;
    }
}

/// Also where the list of orders cannot be read.
async fn a_second_refund_is_found(are_orders_read: bool) {
    let world = World::new().await;
    let (_, order) = world.ordered("SAVE10", "cod").await;
    world.order_event(order).await;
    let refunds = format!("orders/{order}/refunds");
    let amount = json!({"amount": "10.00"});
    let give_back = || world.shop_control("POST", &refunds, &amount);
    let path = format!("/v2/orders/{order}");
    give_back().await;
    world.order_event(order).await;
    world.move_time(2 * HOUR);
    world.catches_up().await;
    give_back().await;
    let reads = || {
        let calls = world.calls("management", 0);
        calls
            .iter()
            .filter(|call| call.path.ends_with(&path))
            .count()
    };
    let before = reads();
    if !are_orders_read {
        let broken = json!({"method": "GET", "path": "/v2/orders$",
            "action": {"kind": "status", "status": 500, "body": {}}});
        world.fault(world.url_of("shop"), &broken).await;
    }
    world.catches_up().await;
    assert!(reads() > before, "the order is not looked at");
}

/// Another program wrote an order that we cannot read.
#[tokio::test]
async fn one_order_that_cannot_be_read_does_not_hide_the_others() {
    let world = World::new().await;
    let (shopper, order) = world.ordered("ONCE15", "cod").await;
    let row = |id: i64, cart: Value| {
        json!({"id": id, "cart_id": cart, "status_id": 11, "payment_status": "captured",
            "total_inc_tax": "799.0000", "currency_code": "USD"})
    };
    let mut unreadable = row(order - 1, json!(null));
    unreadable["total_inc_tax"] = json!({"amount": "none"});
    let rows = json!([unreadable, row(order, json!(shopper.checkout))]);
    let page = json!({"method": "GET", "path": "/v2/orders$",
        "action": {"kind": "status", "status": 200, "body": rows}});
    world.fault(world.url_of("shop"), &page).await;
    world.catches_up().await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    assert_eq!(world.usage("ONCE15").await, (1, 0));
    // Its own job looks, and says what is wrong.
    let path = format!("/v2/orders/{}", order - 1);
    let calls = world.calls("management", 0);
    assert!(calls.iter().any(|call| call.path.ends_with(&path)));
}

/// What else the worker's minute is for does not wait for the list.
#[tokio::test]
async fn a_list_that_cannot_be_read_does_not_keep_the_merchants_settings_from_being_learnt() {
    let world = World::new().await;
    world.allow_coupons(4).await;
    let broken = json!({"method": "GET", "path": "/v2/orders$",
        "action": {"kind": "status", "status": 500, "body": {}}});
    world.fault(world.url_of("shop"), &broken).await;
    worker::sweep(&world.context).await.unwrap();
    let store = &world.connection.store;
    let record = world.context.database.store_record(store).await.unwrap();
    assert_eq!(record.unwrap().settings.coupons_allowed, 4);
}
