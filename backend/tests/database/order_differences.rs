//! Differences of orders are written once, listed until they are decided.

use voucherbridge::{
    database::order_differences::{self, DifferenceState, Flag, OrderDifference},
    domain::{
        CheckoutId, EmailAddress, Hundredths, LockId, OrderId,
        order_difference::{ComparedItem, DifferenceKind, Side},
    },
};

use super::opened::{databases, shop};

pub fn side(quantity: i64) -> Side {
    Side {
        cart: CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000001").ok(),
        items: vec![ComparedItem {
            product_id: 112,
            variant_id: Some(213),
            name: "T-shirt".to_owned(),
            quantity,
            may_be_added: 0,
        }],
        amount: Hundredths(2_500 * quantity),
        customer_id: None,
        email: EmailAddress::parse("a@example.com").ok(),
    }
}

#[tokio::test]
async fn are_written_once_and_decided() {
    for opened in databases().await {
        let (kind, shop) = (opened.kind, shop());
        let difference = |state| OrderDifference {
            order: OrderId(7),
            lock: LockId::parse("0a1b2c3d-0000-4000-8000-000000000002").unwrap(),
            kinds: vec![DifferenceKind::Items, DifferenceKind::Customer],
            validated: side(40),
            ordered: side(8),
            state,
            found_at_ms: 1,
            flag: Flag::Wanted,
        };
        let held = difference(DifferenceState::Held);
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        for (state, is_new) in [
            (DifferenceState::Held, true),
            (DifferenceState::Noted, false),
        ] {
            let written = order_differences::insert(connection, &shop, &difference(state)).await;
            assert_eq!(written.unwrap(), is_new, "{kind}");
        }
        let open = order_differences::open(connection, &shop).await.unwrap();
        assert_eq!(open, std::slice::from_ref(&held), "{kind}");
        assert!(
            order_differences::is_held(connection, &held.lock)
                .await
                .unwrap(),
            "{kind}"
        );
        let (from, to) = (DifferenceState::Held, DifferenceState::Dismissed);
        for moved in [1, 0] {
            let decided = order_differences::decide(connection, &shop, OrderId(7), from, to).await;
            assert_eq!(decided.unwrap(), moved, "{kind}");
        }
        let open = order_differences::open(connection, &shop).await.unwrap();
        assert_eq!(open, [], "{kind}");
        let all = order_differences::of_order(connection, &shop, OrderId(7))
            .await
            .unwrap();
        assert_eq!(all, [difference(DifferenceState::Dismissed)], "{kind}");
        order_differences::flagged(connection, &shop, &held, Flag::Written)
            .await
            .unwrap();
        let all = order_differences::of_order(connection, &shop, OrderId(7));
        assert_eq!(all.await.unwrap()[0].flag, Flag::Written, "{kind}");
        assert!(
            !order_differences::is_held(connection, &held.lock)
                .await
                .unwrap(),
            "{kind}"
        );
        tx.commit().await.unwrap();
    }
}
