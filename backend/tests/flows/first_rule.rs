//! A store that runs a promotion's first rule alone: amounts share one rule, and what needs two is told so.

use serde_json::json;
use voucherbridge_api_types::AppliedCode;

use super::{
    unknowns::{CART, told_by},
    world::World,
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
