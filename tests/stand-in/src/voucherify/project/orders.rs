//! Creating and updating customers and orders.

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Project, merged, set};
use crate::voucherify::error::ApiError;
use crate::voucherify::ids;
use crate::voucherify::model::{Customer, Order};
use crate::voucherify::requests::{CustomerBody, Metadata, OrderBody, OrderStatus};
use crate::voucherify::views::instant;

impl Project {
    /// Creates a customer or updates the one with that id or source id. Gives its id.
    pub fn upsert_customer(
        &mut self,
        body: CustomerBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        let known = |customer: &&mut Customer| {
            body.id.as_ref() == Some(&customer.id)
                || (body.source_id.is_some() && customer.source_id == body.source_id)
        };
        if let Some(customer) = self.customers.iter_mut().find(known) {
            update_customer(customer, body);
            customer.updated_at = Some(now);
            return Ok(customer.id.clone());
        }
        if let Some(id) = &body.id {
            return Err(ApiError::not_found("customer", id));
        }
        let mut customer = Customer {
            id: ids::long("cust_"),
            source_id: body.source_id.clone(),
            name: None,
            description: None,
            email: None,
            phone: None,
            birthday: None,
            birthdate: None,
            address: None,
            metadata: Metadata::new(),
            created_at: now,
            updated_at: None,
        };
        update_customer(&mut customer, body);
        let id = customer.id.clone();
        self.customers.push(customer);
        Ok(id)
    }

    /// Creates an order or updates the one with that id or source id. Gives its id.
    pub fn upsert_order(
        &mut self,
        body: OrderBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        let named = body.id.as_deref().or(body.source_id.as_deref());
        let known = named
            .and_then(|id| self.order(id))
            .map(|order| order.id.clone());
        if let (Some(id), None) = (&body.id, &known) {
            return Err(ApiError::not_found("order", id));
        }
        let customer = body.customer.clone();
        let customer = customer
            .map(|customer| self.upsert_customer(customer, now))
            .transpose()?;
        let referrer = body.referrer.clone();
        let referrer = referrer
            .map(|referrer| self.upsert_customer(referrer, now))
            .transpose()?;
        let sends_money = body.items.is_some() || body.amount.is_some();
        let money = self.money_of(&body)?;
        let existing = known.as_deref().and_then(|id| self.order_mut(id));
        if let Some(order) = existing {
            let status = body.status.unwrap_or(order.status);
            order.metadata = merged(&order.metadata, body.metadata);
            set(&mut order.customer_id, customer);
            set(&mut order.referrer_id, referrer.or(body.referrer_id));
            set(&mut order.source_id, body.source_id);
            order.updated_at = Some(now);
            if sends_money {
                // Discounts are redemptions' work: an update leaves those on the order.
                order.money = money.with_discounts_of(&order.money)?;
            }
            let id = order.id.clone();
            self.set_order_status(&id, status);
            return Ok(id);
        }
        let order = Order {
            id: ids::long("ord_"),
            source_id: body.source_id,
            status: body.status.unwrap_or(OrderStatus::Created),
            money,
            metadata: body.metadata.unwrap_or_default(),
            customer_id: customer,
            referrer_id: referrer.or(body.referrer_id),
            created_at: body.created_at.unwrap_or(now),
            updated_at: None,
        };
        let id = order.id.clone();
        self.orders.push(order);
        self.note_order_status(&id);
        Ok(id)
    }

    /// Notes work that is done already, as Voucherify answers it: with an id to ask for.
    pub fn note_async_action(
        &mut self,
        kind: &str,
        failed: &[Value],
        done: usize,
        now: OffsetDateTime,
    ) -> String {
        let id = ids::short("aa_");
        self.async_actions.push(json!({
            "id": id,
            "type": kind,
            "status": "DONE",
            "result": {
                "message": format!("{done} done, {} failed", failed.len()),
                "done_count": done,
                "failed_count": failed.len(),
                "failed": failed,
            },
            "created_at": instant(now),
            "updated_at": instant(now),
            "request_id": ids::short("v-"),
            "progress": 100,
            "processing_time": 0,
            "object": "async_action",
        }));
        id
    }
}

fn update_customer(customer: &mut Customer, body: CustomerBody) {
    set(&mut customer.name, body.name);
    set(&mut customer.description, body.description);
    set(&mut customer.email, body.email);
    set(&mut customer.phone, body.phone);
    set(&mut customer.birthday, body.birthday);
    set(&mut customer.birthdate, body.birthdate);
    set(&mut customer.address, body.address);
    set(&mut customer.source_id, body.source_id);
    customer.metadata = merged(&customer.metadata, body.metadata);
}
