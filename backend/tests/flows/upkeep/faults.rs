//! A platform fails: nothing is used twice, nothing is lost, nothing is left.

use serde_json::json;
use voucherbridge_api_types::ApplyResponse;

use crate::{platforms::faults, world::World};

#[tokio::test]
async fn an_apply_cut_off_anywhere_leaves_nothing() {
    let places = [
        ("shop", "GET", "/v3/checkouts/"),
        ("voucherify", "POST", "/v1/validations"),
        ("shop", "POST", "/v3/promotions$"),
        ("shop", "POST", "/v3/promotions/[0-9]+/codes"),
    ];
    for (platform, method, path) in places {
        for action in faults() {
            let world = World::new().await;
            let shopper = world.shopper().await;
            let rule = json!({"method": method, "path": path, "times": 1, "action": action});
            world.fault(world.url_of(platform), &rule).await;
            let what = format!("{method} {path} {action}");
            assert!(world.type_code(&shopper, "ONCE15").await.is_err(), "{what}");
            world.faulty_call_ends(platform).await;
            world.move_time(120);
            world.settle().await;
            assert_eq!(world.promotions().await.len(), 0, "{what}");
            assert_eq!(world.usage("ONCE15").await, (0, 0), "{what}");
            let again = world.type_code(&shopper, "ONCE15").await.unwrap();
            assert!(
                matches!(again, ApplyResponse::Applied { .. }),
                "{what}: {again:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_redemption_happens_once_whatever_is_answered() {
    for action in faults() {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "SAVE10").await;
        let order = shopper.place_order("cod").await.unwrap();
        let rule = json!({
            "method": "POST", "path": "/v1/redemptions$", "times": 1, "action": action,
        });
        world.fault(world.url_of("voucherify"), &rule).await;
        world.order_event(order).await;
        world.faulty_call_ends("voucherify").await;
        for _ in 0..4 {
            world.move_time(20 * 60);
            world.settle().await;
        }
        assert_eq!(world.usage("SAVE10").await, (1, 0), "{action}");
        assert_eq!(world.state(&shopper).await, "redeemed", "{action}");
        assert_eq!(
            world.voucherify_state().await["rollbacks"],
            json!([]),
            "{action}"
        );
    }
}

#[tokio::test]
async fn a_rollback_happens_once_whatever_is_answered() {
    for action in faults() {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        world.apply(&mut shopper, "ONCE15").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        let rule = json!({
            "method": "POST", "path": "/rollback", "times": 1, "action": action,
        });
        world.fault(world.url_of("voucherify"), &rule).await;
        world.mark_order(order, "refunded").await;
        world.order_event(order).await;
        world.faulty_call_ends("voucherify").await;
        for _ in 0..4 {
            world.move_time(20 * 60);
            world.settle().await;
        }
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{action}");
        assert_eq!(world.state(&shopper).await, "rolled_back", "{action}");
    }
}

#[tokio::test]
async fn an_order_cancelled_during_an_uncertain_redemption_ends_unused() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    world.apply(&mut shopper, "ONCE15").await;
    let order = shopper.place_order("cod").await.unwrap();
    let rule = json!({
        "method": "POST", "path": "/v1/redemptions$", "times": 1,
        "action": {"kind": "drop_after"},
    });
    world.fault(world.url_of("voucherify"), &rule).await;
    world.order_event(order).await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
    for _ in 0..4 {
        world.move_time(20 * 60);
        world.settle().await;
    }
    assert_eq!(world.usage("ONCE15").await, (0, 0));
}

#[tokio::test]
async fn a_release_goes_on_until_it_is_done() {
    for (platform, path) in [("shop", "/v3/promotions/"), ("voucherify", "/sessions/")] {
        let world = World::new().await;
        let mut shopper = world.shopper().await;
        let native = world.apply(&mut shopper, "ONCE15").await;
        let rule = json!({
            "method": "DELETE", "path": path, "times": 2,
            "action": {"kind": "status", "status": 500, "headers": {}, "body": {}},
        });
        world.fault(world.url_of(platform), &rule).await;
        assert!(world.remove(&mut shopper, &native).await);
        assert_eq!(world.state(&shopper).await, "releasing", "{path}");
        world.move_time(60);
        world.settle().await;
        world.move_time(60);
        world.settle().await;
        assert_eq!(world.state(&shopper).await, "released", "{path}");
        assert_eq!(world.usage("ONCE15").await, (0, 0), "{path}");
    }
}

#[tokio::test]
async fn a_job_that_was_given_up_is_asked_for_again() {
    let world = World::new().await;
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "ONCE15").await;
    let rule = json!({
        "method": "DELETE", "path": "/sessions/",
        "action": {"kind": "status", "status": 500, "headers": {}, "body": {}},
    });
    world.fault(world.url_of("voucherify"), &rule).await;
    assert!(world.remove(&mut shopper, &native).await);
    for _ in 0..4 {
        world.move_time(20 * 60 * 60);
        world.settle().await;
    }
    let mut tx = world.context.database.begin().await.unwrap();
    let failed = voucherbridge::database::jobs::parked(tx.connection())
        .await
        .unwrap();
    drop(tx);
    assert_eq!(failed.len(), 1, "{failed:?}");

    world.stand_in.voucherify_kit.faults.clear();
    voucherbridge::worker::sweep(&world.context).await.unwrap();
    world.settle().await;
    assert_eq!(world.state(&shopper).await, "released");
}
