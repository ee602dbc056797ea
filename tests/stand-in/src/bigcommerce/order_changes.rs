//! What happens to orders after they were placed.

use serde_json::json;

use super::model::order::status;
use super::model::{Decimal, OrderCertificate, State, Transaction};
use super::orders::OrderError;

impl State {
    /// Changes the state of an order, with its events; nothing when it is in that state already.
    pub fn set_order_status(&mut self, id: u64, new: u8) -> Result<(), OrderError> {
        let now = self.now();
        let order = self.orders.get_mut(&id).ok_or(OrderError::NotFound)?;
        let previous = order.status_id;
        if previous == new {
            return Ok(());
        }
        order.status_id = new;
        order.modified = now;
        match new {
            status::CANCELLED | status::DECLINED => self.restore_certificates(id, true),
            status::INCOMPLETE => {}
            // Also by hand: an unfinished order that gets another state is placed.
            _ => self.settle(id),
        }
        let change = json!({"previous_status_id": previous, "new_status_id": new});
        let data = json!({"type": "order", "id": id, "status": change});
        self.emit("store/order/statusUpdated", data);
        self.emit("store/order/updated", json!({"type": "order", "id": id}));
        Ok(())
    }

    /// Marks an order paid: the money is booked and the order waits for packing.
    pub fn mark_paid(&mut self, id: u64) -> Result<(), OrderError> {
        if !self.orders.contains_key(&id) {
            return Err(OrderError::NotFound);
        }
        self.settle(id);
        let unpaid = self.orders.get_mut(&id).filter(|order| !order.paid);
        if let Some(order) = unpaid {
            order.paid = true;
            let amount = order.to_pay();
            let method = order.payment_method.clone();
            if amount.is_positive() {
                self.book(id, "capture", ("offline", &method), amount, None);
            }
        }
        self.issue_certificates(id);
        self.set_order_status(id, status::AWAITING_FULFILLMENT)
    }

    /// Books a card payment, or the attempt of one.
    pub fn book_card(&mut self, order_id: u64, amount: Decimal, ok: bool) {
        let card = ("credit_card", "testgateway");
        self.book(order_id, "purchase", card, amount, None);
        let Some(order) = self.orders.get_mut(&order_id) else {
            return;
        };
        order.paid |= ok;
        if let Some(transaction) = order.transactions.last_mut() {
            transaction.ok = ok;
        }
    }

    /// Books a movement of money.
    pub fn book(
        &mut self,
        order_id: u64,
        event: &str,
        (method, gateway): (&str, &str),
        amount: Decimal,
        certificate: Option<OrderCertificate>,
    ) {
        let transaction = Transaction {
            id: self.next_id(),
            event: event.to_owned(),
            method: method.to_owned(),
            amount,
            gateway: gateway.to_owned(),
            certificate,
            ok: true,
            created: self.now(),
        };
        let data = json!({"type": "order", "id": order_id, "transaction_id": transaction.id});
        if let Some(order) = self.orders.get_mut(&order_id) {
            order.transactions.push(transaction);
        }
        self.emit("store/order/transaction/created", data);
    }
}
