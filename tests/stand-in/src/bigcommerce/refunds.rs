//! Refunds: what parts of an order are worth, and giving money back.
//!
//! Decided here where the real shop does not say: money goes back to gift certificates (a switch)
//! in the proportion in which they paid.

use serde_json::json;

use super::model::order::status;
use super::model::{Decimal, Order, Refund, RefundItem, RefundPayment, State};
use super::orders::OrderError;

/// A refund as it is asked for.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Wanted {
    pub total: Decimal,
    pub tax: Decimal,
    pub reason: String,
    pub items: Vec<RefundItem>,
    /// Ways and amounts; they add up to the total.
    pub payments: Vec<(String, Decimal)>,
    pub overridden: bool,
}

/// Why a part of an order cannot be refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWorth {
    /// Not in the order.
    #[error("the order has no such item")]
    Unknown,
    /// A product without a quantity, anything else without an amount.
    #[error("a quantity or an amount is required")]
    Missing,
    /// More than there is left.
    #[error("there is not so much left")]
    TooMuch,
}

impl Order {
    /// What an item of a refund is worth, and how much of that is tax. An amount on the order level
    /// contains no tax that would be calculated.
    pub fn worth(&self, item: &RefundItem) -> Result<(Decimal, Decimal), NotWorth> {
        let net = match item.item_type.as_str() {
            "PRODUCT" => self.product_worth(item)?,
            "SHIPPING" => {
                let amount = item.requested_amount.ok_or(NotWorth::Missing)?;
                let mut parts = self.shipping.iter();
                let part = parts.find(|part| part.id == item.item_id);
                let part = part.ok_or(NotWorth::Unknown)?;
                if amount > part.cost {
                    return Err(NotWorth::TooMuch);
                }
                amount
            }
            _ => {
                let amount = item.requested_amount.ok_or(NotWorth::Missing)?;
                return Ok((amount, Decimal::ZERO));
            }
        };
        let taxed = self.tax_terms.of(net);
        Ok((taxed.inc, taxed.tax()))
    }

    fn product_worth(&self, item: &RefundItem) -> Result<Decimal, NotWorth> {
        let mut lines = self.products.iter();
        let line = lines.find(|line| line.id == item.item_id);
        let line = line.ok_or(NotWorth::Unknown)?;
        let quantity = item.quantity.ok_or(NotWorth::Missing)?;
        let left = line.quantity - self.quantity_refunded(line.id);
        if quantity < 1 || quantity > left {
            return Err(NotWorth::TooMuch);
        }
        let whole = Decimal::cents(line.quantity);
        let part = Decimal::cents(quantity);
        Ok(line.left().converted(whole, part, self.tax_terms.places))
    }

    /// How many of a product were refunded.
    #[must_use]
    pub fn quantity_refunded(&self, product_line: u64) -> i64 {
        let items = self.refunds.iter().flat_map(|refund| &refund.items);
        items
            .filter(|item| item.item_type == "PRODUCT" && item.item_id == product_line)
            .filter_map(|item| item.quantity)
            .sum()
    }
}

impl State {
    /// Gives money back on the order level: all that is left, or an amount.
    pub fn refund(
        &mut self,
        id: u64,
        amount: Option<Decimal>,
        reason: &str,
    ) -> Result<u64, OrderError> {
        let order = self.orders.get(&id).ok_or(OrderError::NotFound)?;
        let total = amount.unwrap_or_else(|| order.total - order.refunded());
        let item = RefundItem {
            item_type: "ORDER".to_owned(),
            item_id: id,
            quantity: None,
            requested_amount: Some(total),
            reason: reason.to_owned(),
        };
        let wanted = Wanted {
            total,
            tax: Decimal::ZERO,
            reason: reason.to_owned(),
            items: vec![item],
            payments: self.ways_back(order, total),
            overridden: false,
        };
        self.refund_as(id, wanted)
    }

    /// The ways an order was paid, with the parts of an amount that go back there.
    #[must_use]
    pub fn ways_back(&self, order: &Order, amount: Decimal) -> Vec<(String, Decimal)> {
        let method = if order.payment_method.is_empty() {
            "custom"
        } else {
            &order.payment_method
        };
        let mut ways = Vec::new();
        let mut rest = amount;
        if self.switches.refund_restores_certificate_balance {
            let part = amount.converted(
                order.total,
                order.certificate_amount,
                order.tax_terms.places,
            );
            if part.is_positive() {
                ways.push(("giftcertificate".to_owned(), part));
                rest -= part;
            }
        }
        if rest.is_positive() {
            ways.insert(0, (method.to_owned(), rest));
        }
        ways
    }

    /// Gives money back as asked for. Answers the refund's number.
    pub fn refund_as(&mut self, id: u64, wanted: Wanted) -> Result<u64, OrderError> {
        let order = self.orders.get(&id).ok_or(OrderError::NotFound)?;
        let left = order.total - order.refunded();
        let impossible = !wanted.total.is_positive() || wanted.total > left;
        if impossible || order.status_id == status::INCOMPLETE {
            return Err(OrderError::NotRefundable);
        }
        let customer = order.customer_id;
        let payments = wanted.payments.into_iter();
        let payments = payments
            .map(|(provider, amount)| self.pay_back(id, customer, provider, amount))
            .collect();
        let refund = Refund {
            id: self.next_id(),
            total: wanted.total,
            tax: wanted.tax,
            reason: wanted.reason,
            created: self.now(),
            items: wanted.items,
            payments,
            overridden: wanted.overridden,
        };
        let refund_id = refund.id;
        if let Some(order) = self.orders.get_mut(&id) {
            order.refunds.push(refund);
        }
        let data = json!({"type": "order", "id": id, "refund": {"refund_id": refund_id}});
        self.emit("store/order/refund/created", data);
        let whole = wanted.total == left;
        self.restore_certificates(id, whole);
        let new = if whole {
            status::REFUNDED
        } else {
            status::PARTIALLY_REFUNDED
        };
        self.set_order_status(id, new)?;
        Ok(refund_id)
    }

    fn pay_back(
        &mut self,
        order_id: u64,
        customer: u64,
        provider_id: String,
        amount: Decimal,
    ) -> RefundPayment {
        let method = match provider_id.as_str() {
            "storecredit" => "store_credit",
            "giftcertificate" => "gift_certificate",
            "custom" => "custom",
            "testgateway" => "credit_card",
            _ => "offline",
        };
        if let Some(customer) = self.customers.get_mut(&customer)
            && provider_id == "storecredit"
        {
            customer.store_credit += amount;
        }
        self.book(order_id, "refund", (method, &provider_id), amount, None);
        let order = self.orders.get(&order_id);
        let booked = order.and_then(|order| order.transactions.last());
        RefundPayment {
            transaction_id: booked.map_or(0, |transaction| transaction.id),
            offline: matches!(method, "offline" | "custom"),
            provider_id,
            amount,
        }
    }

    /// By the switch, refunds and cancellations give certificates their balance back: all of it, or
    /// in proportion to what was refunded. Never more than they paid.
    pub(super) fn restore_certificates(&mut self, order_id: u64, all: bool) {
        if !self.switches.refund_restores_certificate_balance {
            return;
        }
        let order = self.orders.get_mut(&order_id);
        let Some(order) = order.filter(|order| order.settled) else {
            return;
        };
        let (refunded, total) = (order.refunded(), order.total);
        let places = order.tax_terms.places;
        for part in &mut order.certificates {
            let due = if all {
                part.used
            } else {
                part.used.converted(total, refunded, places)
            };
            let back = (due - part.restored).at_least_zero();
            part.restored += back;
            let mut known = self.certificates.values_mut();
            if let Some(certificate) = known.find(|known| known.code == part.code) {
                certificate.balance += back;
            }
        }
    }
}
