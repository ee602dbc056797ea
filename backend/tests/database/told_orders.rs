//! What Voucherify was told of orders.

use voucherbridge::{
    database::told_orders::{self, ToldOrder, ToldState},
    domain::{OrderId, StoreHash, order::OrderStatus},
};

use super::opened::{databases, shop};

pub fn told(order: i64, source_id: &str, state: ToldState, sent_at_ms: i64) -> ToldOrder {
    ToldOrder {
        store: shop(),
        order: OrderId(order),
        source_id: source_id.to_owned(),
        status: OrderStatus::Paid,
        state,
        sent_at_ms,
    }
}

#[tokio::test]
async fn each_name_of_an_order_has_one_row_and_what_is_not_told_is_found() {
    for opened in databases().await {
        let whole = told(104, "104", ToldState::Sent, 1_000);
        let cards = ToldOrder {
            status: OrderStatus::Created,
            ..told(104, "104-gift-cards", ToldState::Told, 1_000)
        };
        let planned = told(105, "105", ToldState::Planned, 0);
        let late = told(106, "106", ToldState::Sent, 9_000);
        let elsewhere = ToldOrder {
            store: StoreHash::parse("other1store").unwrap(),
            ..planned.clone()
        };
        let mut tx = opened.database.begin().await.unwrap();
        for one in [&whole, &cards, &planned, &late, &elsewhere] {
            told_orders::put(tx.connection(), one).await.unwrap();
        }
        let found = told_orders::of_order(tx.connection(), &shop(), OrderId(104)).await;
        assert_eq!(found.unwrap(), [whole.clone(), cards.clone()]);
        let untold = told_orders::untold(tx.connection(), &shop(), 5_000, 6_000).await;
        assert_eq!(untold.unwrap(), [OrderId(104), OrderId(105)]);

        let over = ToldOrder {
            status: OrderStatus::Canceled,
            state: ToldState::Refused,
            sent_at_ms: 2_000,
            ..whole
        };
        told_orders::put(tx.connection(), &over).await.unwrap();
        let found = told_orders::of_order(tx.connection(), &shop(), OrderId(104)).await;
        assert_eq!(found.unwrap(), [over, cards]);
        let untold = told_orders::untold(tx.connection(), &shop(), 5_000, 6_000).await;
        assert_eq!(untold.unwrap(), [OrderId(105)]);
        tx.commit().await.unwrap();
    }
}
