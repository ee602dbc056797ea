//! A store that runs a promotion's first rule alone: amounts share one rule, and what needs two is told so.

use serde_json::json;
use voucherbridge::{database::facts, domain::Fact};
use voucherbridge_api_types::AppliedCode;
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    coupons::unknowns::{CART, agrees, told_by},
    stories::shop_with_coupons,
    world::{World, coupons},
};

#[tokio::test]
async fn where_only_the_first_rule_runs_amounts_are_one_rule() {
    let first = json!({"only_first_rule_applies": true});
    let all = told_by(&json!({}), 1, &["CASE5", "SAVE10"]).await.0;
    let (codes, sentences) = told_by(&first, 1, &["CASE5", "SAVE10"]).await;
    assert_eq!((codes.len(), sentences.as_str()), (2, ""));
    let money = |codes: &[AppliedCode]| codes.iter().map(|code| code.amount).collect::<Vec<_>>();
    assert_eq!(money(&codes), money(&all));
}

/// A free item and an amount need two coupons.
#[tokio::test]
async fn where_only_the_first_rule_runs_what_needs_two_is_told_so() {
    let first = json!({"only_first_rule_applies": true});
    for entries in [["FREESOCKS", "TAKE20"], ["FREESHIP", "TAKE20"]] {
        let (codes, sentences) = told_by(&first, 1, &entries).await;
        assert_eq!(codes.len(), 1, "{entries:?}");
        assert!(sentences.contains("cannot be combined"), "{sentences}");
        let (codes, sentences) = told_by(&first, 3, &entries).await;
        assert_eq!((codes.len(), sentences.as_str()), (2, ""), "{entries:?}");
    }
}

/// Once it is known, the second shopper costs no detour.
#[tokio::test]
async fn that_only_the_first_rule_runs_is_learnt_once() {
    let world = World::with(&json!({"only_first_rule_applies": true})).await;
    let mut first = world.shopper_with(CART).await;
    world.check_out_with(&mut first, "CASE5").await;
    world.check_out_with(&mut first, "SAVE10").await;
    let mut second = world.shopper_with(CART).await;
    world.check_out_with(&mut second, "CASE5").await;
    world.type_code(&second, "SAVE10").await.unwrap();
    let promotions = world.promotions().await;
    let rules = promotions
        .iter()
        .map(|one| one["rules"].as_array().unwrap());
    assert!(rules.map(Vec::len).all(|count| count == 1));
    world.counted_again(&mut second).await;
    assert!(!world.refresh(&second).await.changed);
}

async fn knows(world: &World, fact: Fact) -> bool {
    let store = &world.connection.store;
    let mut tx = world.context.database.begin().await.unwrap();
    let known = facts::is_known(tx.connection(), store, fact).await.unwrap();
    tx.commit().await.unwrap();
    known
}

/// A line that the store does not discount looks as if a rule was not run.
#[tokio::test]
async fn a_line_that_is_not_discounted_proves_nothing_of_rules() {
    for by_job in [false, true] {
        let position = json!({ "promotions_apply_to_custom_prices": false });
        let world = World::with(&position).await;
        world.takes_amounts_as_told().await;
        let mut shopper = world.shopper_with(&[(112, 213, 1), (113, 215, 1)]).await;
        world.set_line_price(&mut shopper, 1, "30.00").await;
        for code in ["CASE5", "CLOTHES20"] {
            world.add(&mut shopper, code).await;
        }
        assert_eq!(coupons(&shopper.read().await.unwrap())[0].1, 500);
        for _ in 0..4 {
            world.move_time(61);
            if by_job {
                world.look_by_job(&shopper).await;
            } else {
                world.counted_again(&mut shopper).await;
                world.refresh(&shopper).await;
            }
        }
        assert!(
            !knows(&world, Fact::OnlyFirstRule).await,
            "by a job: {by_job}"
        );
        assert!(
            !knows(&world, Fact::FirstRuleSeenAlone).await,
            "by a job: {by_job}"
        );
        let (codes, _) = world.settle_page(&mut shopper).await;
        agrees(&mut shopper, &codes, "after that").await;
    }
}

/// A job proves it by itself.
#[tokio::test]
async fn a_job_learns_that_only_the_first_rule_runs() {
    let world = World::with(&json!({"only_first_rule_applies": true})).await;
    world.takes_amounts_as_told().await;
    let mut shopper = world.shopper_with(CART).await;
    for code in ["CASE5", "SAVE10"] {
        world.add(&mut shopper, code).await;
    }
    world.move_time(61);
    world.look_by_job(&shopper).await;
    assert!(knows(&world, Fact::OnlyFirstRule).await);
    let (codes, sentences) = world.settle_page(&mut shopper).await;
    assert_eq!((codes.len(), sentences.len()), (2, 0));
    agrees(&mut shopper, &codes, "by a job").await;
}

/// A shop that takes two coupons and is known to run the first rule alone.
async fn known_shop(codes: &[&str]) -> (World, Shopper) {
    let world = shop_with_coupons(2).await;
    world.takes_amounts_as_told().await;
    let switches = json!({"only_first_rule_applies": true, "coupons_allowed_at_checkout": 2});
    world.shop_control("PUT", "switches", &switches).await;
    let mut shopper = world.shopper_with(CART).await;
    for code in codes {
        world.check_out_with(&mut shopper, code).await;
    }
    let (store, now) = (&world.connection.store, world.context.clock.now_ms());
    let mut tx = world.context.database.begin().await.unwrap();
    facts::learn(tx.connection(), store, Fact::OnlyFirstRule, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (world, shopper)
}

/// What was held before it was known may have two coupons for amounts: then none is left.
#[tokio::test]
async fn what_needs_a_coupon_of_its_own_costs_no_held_one() {
    let (world, mut shopper) = known_shop(&["SAVE10", "TAKE20"]).await;
    let before = coupons(&shopper.read().await.unwrap());
    assert_eq!(before.len(), 2);
    assert_eq!(world.reason(&shopper, "FREESHIP").await, "not_combinable");
    let (codes, sentences) = world.settle_page(&mut shopper).await;
    assert_eq!((codes.len(), sentences.len()), (2, 0), "{sentences:?}");
    agrees(&mut shopper, &codes, "beside FREESHIP").await;
    assert_eq!(world.usage("FREESHIP").await, (0, 0));
}

/// The coupon of a code that left makes room.
#[tokio::test]
async fn a_code_has_the_coupon_of_one_that_left() {
    let (world, mut shopper) = known_shop(&["SAVE10", "FREESHIP"]).await;
    world.disable("SAVE10").await;
    let (codes, _) = world.check_out_with(&mut shopper, "TAKE20").await;
    let mut held: Vec<&str> = codes.iter().map(|one| one.code.as_str()).collect();
    held.sort_unstable();
    assert_eq!(held, ["FREESHIP", "TAKE20"]);
    assert_eq!(
        agrees(&mut shopper, &codes, "in place of SAVE10").await,
        2_000
    );
    assert_eq!(coupons(&shopper.read().await.unwrap()).len(), 2);
}

/// A coupon of two codes that need one each from now on, as there is room for another. Before, the store ran
/// every rule: else they would not share one.
async fn shares_a_coupon() -> (World, Shopper) {
    let world = shop_with_coupons(2).await;
    world.counts_what_is_told().await;
    let mut shopper = world.shopper_with(CART).await;
    shopper.apply_coupon("NATIVE5").await.unwrap();
    for code in ["TAKE20", "FREESHIP"] {
        let (codes, sentences) = world.check_out_with(&mut shopper, code).await;
        assert!(!codes.is_empty() && sentences.is_empty(), "{sentences:?}");
    }
    assert_eq!(world.promotions().await.len(), 1);
    shopper.remove_coupon("NATIVE5").await.unwrap();
    let (store, now) = (&world.connection.store, world.context.clock.now_ms());
    let mut tx = world.context.database.begin().await.unwrap();
    facts::learn(tx.connection(), store, Fact::OnlyFirstRule, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    shopper.change_quantity(1).await.unwrap();
    (world, shopper)
}

/// A page asks, and the process is killed once the second code is about to get a coupon of its own.
#[allow(clippy::disallowed_methods)] // a real call of a real server
async fn killed_while_a_coupon_is_split(world: &World, shopper: &Shopper) {
    let is_split = async {
        while world.state(shopper).await != "applying" {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        looked = world.refresh(shopper) => panic!("{looked:?}"),
        () = is_split => {}
    }
    // The lease of the one that was killed ends by itself.
    world.move_time(61);
}

/// The second coupon comes to nothing: its code leaves with a sentence.
#[tokio::test]
async fn a_code_that_is_lost_while_its_coupon_is_split_is_told() {
    for is_killed in [false, true] {
        for asks_before_the_job in [false, true] {
            let (world, mut shopper) = shares_a_coupon().await;
            let action = if is_killed {
                json!({"kind": "delay", "ms": 1500})
            } else {
                json!({"kind": "status", "status": 500, "body": {}})
            };
            let rule =
                json!({"method": "POST", "path": "/v3/promotions$", "times": 1, "action": action});
            world.fault(world.url_of("shop"), &rule).await;
            if is_killed {
                killed_while_a_coupon_is_split(&world, &shopper).await;
            } else {
                world.refresh_fails(&shopper).await;
            }
            let mut said = Vec::new();
            if asks_before_the_job {
                said = world.settle_page(&mut shopper).await.1;
            }
            world.time_goes_by(3, 1, async |_| {}).await;
            let (codes, sentences) = world.settle_page(&mut shopper).await;
            said.extend(sentences);
            let what = format!("killed: {is_killed}, asks: {asks_before_the_job}");
            assert_eq!((codes.len(), said.len()), (1, 1), "{what}: {said:?}");
            assert!(!said[0].contains(&codes[0].code), "{what}: {said:?}");
            for code in ["TAKE20", "FREESHIP"] {
                let is_held = codes[0].code == code;
                assert_eq!(world.usage(code).await, (0, u64::from(is_held)), "{what}");
            }
            assert_eq!(world.promotions().await.len(), 1, "{what}");
        }
    }
}
