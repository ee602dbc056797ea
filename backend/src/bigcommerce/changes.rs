//! What changed since a moment: the lists that tell what a webhook did not.

use std::hash::{DefaultHasher, Hash, Hasher};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{BigCommerceError, Client, client::PAGE, orders::order, wire};
use crate::domain::{OrderId, order::Order};

/// An order that changed.
#[derive(Debug)]
pub struct ChangedOrder {
    /// Its number.
    pub id: OrderId,
    /// The order; `None` where it could not be read.
    pub order: Option<Order>,
    /// Stands for all that the list showed of it, its date among it: another, and it changed. The date
    /// alone is in seconds, and an order may change twice within one.
    pub shown: u64,
}

/// A page of orders that changed.
#[derive(Debug)]
pub struct ChangedOrders {
    /// The orders, by number.
    pub orders: Vec<ChangedOrder>,
    /// The highest number; `None` on the last page.
    pub go_on_after: Option<i64>,
}

/// A page of refunds.
#[derive(Debug)]
pub struct NewRefunds {
    /// The orders they are of.
    pub orders: Vec<OrderId>,
    /// Whether there are no more.
    pub is_last: bool,
}

impl Client {
    /// Get All Orders: `GET /v2/orders?min_date_modified=…&min_id=…&sort=id:asc`: a page of the orders
    /// that changed at `since_ms` or later, with numbers above `after`.
    ///
    /// By their numbers, because a list that is counted off by pages skips one whenever one before it
    /// leaves the list, and a date is the same for many.
    pub async fn orders_changed(
        &self,
        since_ms: i64,
        after: i64,
    ) -> Result<ChangedOrders, BigCommerceError> {
        const OPERATION: &str = "get_orders_modified";
        let query = [
            ("min_date_modified", date(since_ms)?),
            ("min_id", (after + 1).to_string()),
            ("sort", "id:asc".to_owned()),
            ("limit", PAGE.to_string()),
        ];
        let request = self.request(Method::GET, &["v2", "orders"]).query(&query);
        let rows: Vec<Value> = match self.send(OPERATION, request).await {
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => Vec::new(),
            Err(BigCommerceError::NotFound) => Vec::new(),
            answer => answer?
                .parse()
                .map_err(BigCommerceError::rubbish(OPERATION))?,
        };
        let ids: Option<Vec<i64>> = rows.iter().map(|row| row["id"].as_i64()).collect();
        let ids = ids.ok_or(BigCommerceError::Rubbish(OPERATION))?;
        let go_on_after = ids.iter().max().copied().filter(|_| rows.len() >= PAGE);
        let changed = |(row, id): (Value, i64)| ChangedOrder {
            id: OrderId(id),
            shown: digest(&row),
            order: serde_json::from_value(row).ok().and_then(order),
        };
        Ok(ChangedOrders {
            orders: rows.into_iter().zip(ids).map(changed).collect(),
            go_on_after,
        })
    }

    /// Get All Refunds: `GET /v3/orders/payment_actions/refunds?created:min=…`, a page of those made at
    /// `since_ms` or later, the oldest first. A refund need not change its order's date.
    pub async fn refunds_made(
        &self,
        since_ms: i64,
        page: i64,
    ) -> Result<NewRefunds, BigCommerceError> {
        let query = [
            ("created:min", date(since_ms)?),
            ("page", page.to_string()),
            ("limit", PAGE.to_string()),
        ];
        let path = ["v3", "orders", "payment_actions", "refunds"];
        let request = self.request(Method::GET, &path).query(&query);
        let answer: wire::Data<Vec<wire::RefundedOrder>> =
            self.read("get_all_refunds", request).await?;
        Ok(NewRefunds {
            orders: answer
                .data
                .iter()
                .map(|one| OrderId(one.order_id))
                .collect(),
            is_last: page >= answer.meta.pagination.total_pages,
        })
    }
}

fn digest(row: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.to_string().hash(&mut hasher);
    hasher.finish()
}

/// ISO 8601, in whole seconds.
fn date(ms: i64) -> Result<String, BigCommerceError> {
    let date = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok();
    let text = date.and_then(|date| date.format(&Rfc3339).ok());
    text.ok_or(BigCommerceError::Unreachable("that is no date"))
}
