//! Orders that are told apart from their redemptions: created, or given another status.

use reqwest::Method;
use serde_json::json;

use super::{Client, NewOrder, VoucherifyError, wire};
use crate::domain::order::OrderStatus;

impl Client {
    /// Create Order: `POST /v1/orders`. An order that Voucherify knows by this source id already is
    /// updated. Answers what it is now, if that is understood.
    pub async fn create_order(
        &self,
        new: &NewOrder<'_>,
    ) -> Result<Option<OrderStatus>, VoucherifyError> {
        const OPERATION: &str = "create_order";
        let mut order = wire::Order::of(new.bought);
        order.source_id = Some(new.source_id.to_owned());
        order.status = Some(new.status.as_str());
        order.discount_amount = new.discount.is_positive().then_some(new.discount.0);
        order.customer = new.bought.customer.as_ref().map(wire::customer);
        let request = self.request(Method::POST, &["v1", "orders"]).json(&order);
        let known: wire::KnownOrder = self.read(OPERATION, request).await?;
        if known.is(new.source_id) {
            return Ok(known.status());
        }
        Err(VoucherifyError::Rubbish(OPERATION))
    }

    /// Update Order: `PUT /v1/orders/{source_id}`, which leaves alone what is not sent. Answers what
    /// it is now, if that is understood; an error of status 404 if Voucherify does not know it.
    pub async fn set_order_status(
        &self,
        source_id: &str,
        status: OrderStatus,
    ) -> Result<Option<OrderStatus>, VoucherifyError> {
        const OPERATION: &str = "update_order";
        let request = self.request(Method::PUT, &["v1", "orders", source_id]);
        let request = request.json(&json!({ "status": status.as_str() }));
        let known: wire::KnownOrder = self.read(OPERATION, request).await?;
        if known.is(source_id) {
            return Ok(known.status());
        }
        Err(VoucherifyError::Rubbish(OPERATION))
    }
}
