//! What Voucherify was told of orders.

use voucherbridge::{
    database::voucherify_orders::{self, VoucherifyOrder, VoucherifyOrderState},
    domain::{OrderId, StoreHash, order::OrderStatus},
};

use super::opened::{databases, shop};

pub fn told(
    order: i64,
    source_id: &str,
    state: VoucherifyOrderState,
    sent_at_ms: i64,
) -> VoucherifyOrder {
    VoucherifyOrder {
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
        let whole = told(104, "104", VoucherifyOrderState::Sent, 1_000);
        let cards = VoucherifyOrder {
            status: OrderStatus::Created,
            ..told(104, "104-gift-cards", VoucherifyOrderState::Told, 1_000)
        };
        let planned = told(105, "105", VoucherifyOrderState::Planned, 0);
        let late = told(106, "106", VoucherifyOrderState::Sent, 9_000);
        let elsewhere = VoucherifyOrder {
            store: StoreHash::parse("other1store").unwrap(),
            ..planned.clone()
        };
        let mut tx = opened.database.begin().await.unwrap();
        for one in [&whole, &cards, &planned, &late, &elsewhere] {
            voucherify_orders::put(tx.connection(), one).await.unwrap();
        }
        let found = voucherify_orders::of_order(tx.connection(), &shop(), OrderId(104)).await;
        assert_eq!(found.unwrap(), [whole.clone(), cards.clone()]);
        let untold = voucherify_orders::untold(tx.connection(), &shop(), 5_000, 6_000).await;
        assert_eq!(untold.unwrap(), [OrderId(104), OrderId(105)]);

        let over = VoucherifyOrder {
            status: OrderStatus::Canceled,
            state: VoucherifyOrderState::Refused,
            sent_at_ms: 2_000,
            ..whole
        };
        voucherify_orders::put(tx.connection(), &over)
            .await
            .unwrap();
        let found = voucherify_orders::of_order(tx.connection(), &shop(), OrderId(104)).await;
        assert_eq!(found.unwrap(), [over, cards]);
        let untold = voucherify_orders::untold(tx.connection(), &shop(), 5_000, 6_000).await;
        assert_eq!(untold.unwrap(), [OrderId(105)]);
        tx.commit().await.unwrap();
    }
}
