//! What happens to orders after they were placed.

use serde_json::json;

use super::model::order::status;
use super::model::{Decimal, OrderCertificate, Refund, RefundItem, State, Transaction};
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
            status::CANCELLED | status::DECLINED => self.restore_certificates(id),
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

    /// Gives money back: all that is left, or an amount. Answers the refund's number.
    pub fn refund(
        &mut self,
        id: u64,
        amount: Option<Decimal>,
        reason: &str,
    ) -> Result<u64, OrderError> {
        let order = self.orders.get(&id).ok_or(OrderError::NotFound)?;
        let left = order.total - order.refunded();
        let amount = amount.unwrap_or(left);
        if !amount.is_positive() || amount > left {
            return Err(OrderError::NotRefundable);
        }
        let method = order.payment_method.clone();
        let refund = Refund {
            id: self.next_id(),
            total: amount,
            reason: reason.to_owned(),
            created: self.now(),
            items: vec![RefundItem {
                item_type: "ORDER".to_owned(),
                item_id: id,
                quantity: 1,
                requested_amount: amount,
            }],
        };
        let refund_id = refund.id;
        if let Some(order) = self.orders.get_mut(&id) {
            order.refunds.push(refund);
        }
        self.book(id, "refund", ("offline", &method), amount, None);
        let data = json!({"type": "order", "id": id, "refund": {"refund_id": refund_id}});
        self.emit("store/order/refund/created", data);
        let whole = amount == left;
        if whole {
            self.restore_certificates(id);
        }
        let new = if whole {
            status::REFUNDED
        } else {
            status::PARTIALLY_REFUNDED
        };
        self.set_order_status(id, new)?;
        Ok(refund_id)
    }

    /// By the switch, a cancelled or refunded order gives certificates their balance back.
    fn restore_certificates(&mut self, order_id: u64) {
        if !self.switches.refund_restores_certificate_balance {
            return;
        }
        let order = self.orders.get(&order_id).filter(|order| order.settled);
        let used = order.map(|order| order.certificates.clone());
        for part in used.unwrap_or_default() {
            let mut all = self.certificates.values_mut();
            if let Some(certificate) = all.find(|certificate| certificate.code == part.code) {
                certificate.balance += part.used;
            }
        }
    }
}
