//! What happens to orders after they were placed.

use serde_json::json;

use super::error::OrderError;
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Decimal, OrderCertificate, State, Transaction};

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
            _ => self.place_by_hand(id),
        }
        let change = json!({"previous_status_id": previous, "new_status_id": new});
        let data = json!({"type": "order", "id": id, "status": change});
        self.emit("store/order/statusUpdated", data);
        self.emit("store/order/updated", json!({"type": "order", "id": id}));
        Ok(())
    }

    fn place_by_hand(&mut self, id: u64) {
        if self.switches.order_placed_by_hand_keeps_cart {
            self.take(id);
        } else {
            self.settle(id);
        }
    }

    /// Writes notes for staff in the place of those that are there. Nobody is told by mail.
    pub fn set_staff_notes(&mut self, id: u64, notes: String) -> Result<(), OrderError> {
        let now = self.now();
        let order = self.orders.get_mut(&id).ok_or(OrderError::NotFound)?;
        order.staff_notes = notes;
        order.modified = now;
        self.emit("store/order/updated", json!({"type": "order", "id": id}));
        Ok(())
    }

    /// Changes how many there are of lines of an order, by their numbers; none takes a line out. All
    /// discounts of the changed lines are cleared, as the description of Update an Order says.
    pub fn change_lines(&mut self, id: u64, lines: &[(u64, i64)]) -> Result<(), OrderError> {
        let now = self.now();
        let order = self.orders.get_mut(&id).ok_or(OrderError::NotFound)?;
        for (number, quantity) in lines {
            let changed = order.products.iter_mut().find(|line| line.id == *number);
            let line = changed.ok_or(OrderError::NotFound)?;
            let before = line.left();
            for (code, amount) in line.coupons.drain(..) {
                order.coupon_discount -= amount;
                let mut named = order.coupons.iter_mut();
                if let Some(coupon) = named.find(|coupon| coupon.code == code) {
                    coupon.amount -= amount;
                }
            }
            let automatic: Decimal = line.discounts.drain(..).map(|(_, amount)| amount).sum();
            order.discount_amount -= automatic + line.manual_discount;
            order.item_discount -= automatic;
            order.manual_discount -= line.manual_discount;
            line.manual_discount = Decimal::ZERO;
            line.quantity = *quantity;
            order.total += line.left() - before;
        }
        order.products.retain(|line| line.quantity > 0);
        order.modified = now;
        self.emit("store/order/updated", json!({"type": "order", "id": id}));
        Ok(())
    }

    /// Archives an order, as its owner or the API does. It can still be read by its id.
    pub fn archive_order(&mut self, id: u64) -> Result<(), OrderError> {
        let now = self.now();
        let order = self.orders.get_mut(&id).ok_or(OrderError::NotFound)?;
        if !order.is_deleted {
            order.is_deleted = true;
            order.modified = now;
            self.emit("store/order/archived", json!({"type": "order", "id": id}));
        }
        Ok(())
    }

    /// Deletes an order for good, as only the control panel can. No event tells of it.
    pub fn delete_order(&mut self, id: u64) -> Result<(), OrderError> {
        let deleted = self.orders.remove(&id);
        deleted.map(|_| ()).ok_or(OrderError::NotFound)
    }

    /// Staff edit an order: what its coupons took off becomes a discount by hand, and the coupons
    /// are gone. How the control panel does it is not documented; this is the most it may do.
    pub fn edit_order(&mut self, id: u64) -> Result<(), OrderError> {
        let now = self.now();
        let order = self.orders.get_mut(&id).ok_or(OrderError::NotFound)?;
        order.coupons.clear();
        order.discount_amount += order.coupon_discount;
        order.manual_discount += order.coupon_discount;
        order.coupon_discount = Decimal::ZERO;
        for product in &mut order.products {
            let coupons: Decimal = product.coupons.iter().map(|(_, amount)| *amount).sum();
            product.manual_discount += coupons;
            product.coupons.clear();
        }
        order.modified = now;
        self.emit("store/order/updated", json!({"type": "order", "id": id}));
        Ok(())
    }

    /// Marks an order paid: the money is booked and the order waits for packing.
    pub fn mark_paid(&mut self, id: u64) -> Result<(), OrderError> {
        if !self.orders.contains_key(&id) {
            return Err(OrderError::NotFound);
        }
        self.place_by_hand(id);
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
