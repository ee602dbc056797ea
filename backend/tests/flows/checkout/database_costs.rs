//! What the database is asked while a shopper waits. Each commit waits for the disk, and on SQLite nobody else
//! writes meanwhile.

use voucherbridge_api_types::ApplyResponse;

use crate::{asked::asked_in, world::World};

/// More than that, and the database is most of what a code costs.
const MOST: (u64, usize) = (3, 10);
/// However many products a cart has.
const CART: [(i64, i64, i64); 3] = [(111, 211, 1), (112, 213, 2), (113, 215, 1)];
/// A card beside coupons: both sessions change.
const BOTH_SESSIONS: (u64, usize) = (3, 12);
/// A card alone: that it is one is known from Voucherify's first answer, and then its certificate takes the place
/// of the coupon that was written down.
const CARD_ALONE: (u64, usize) = (4, 11);

/// What `work` asks of the world's database: how many commits, and which statements.
async fn cost<T>(world: &World, work: impl Future<Output = T>) -> (T, u64, Vec<String>) {
    let before = world.context.database.commits();
    let (done, asked) = asked_in(work).await;
    (done, world.context.database.commits() - before, asked)
}

#[tokio::test]
async fn a_code_costs_three_commits_and_ten_statements() {
    let world = World::new().await;
    let mut report = Vec::new();
    // Another one had the products before: what they are is known.
    world
        .apply(&mut world.shopper_with(&CART).await, "SAVE10")
        .await;
    let mut shopper = world.shopper_with(&CART).await;
    for (what, code, most) in [
        ("the first code", "SAVE10", MOST),
        ("a second one beside it", "TAKE20", MOST),
        ("a gift card beside them", "GIFT50", BOTH_SESSIONS),
        ("one that is refused", "NOSUCHCODE", MOST),
    ] {
        let (answer, commits, asked) =
            cost(&world, Box::pin(world.type_code(&shopper, code))).await;
        if let ApplyResponse::Applied { native_codes, .. } = answer.unwrap()
            && code != "GIFT50"
        {
            shopper.apply_coupon(&native_codes[0]).await.unwrap();
        }
        report.push((what, most, commits, asked));
    }
    let other = world.shopper_with(&CART).await;
    let (answer, commits, asked) = cost(&world, Box::pin(world.type_code(&other, "GIFT25"))).await;
    assert!(matches!(answer.unwrap(), ApplyResponse::Applied { .. }));
    report.push(("a gift card alone", CARD_ALONE, commits, asked));
    for (what, most, commits, asked) in report {
        let (count, lines) = (asked.len(), asked.join("\n"));
        let said = format!("{what}: {commits} commits, {count} statements\n{lines}");
        assert!(count > 0, "{what}: nothing was counted");
        assert!(commits <= most.0 && count <= most.1, "{said}");
    }
}
