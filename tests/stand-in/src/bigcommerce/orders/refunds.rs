//! Refunds: what parts of an order are worth, and giving money back.
//!
//! A refund names the ways by which its money goes back. Decided here where the real shop does not
//! say: who names none has it go back by one way as far as that brought the money, the payment
//! method first and gift certificates last. A refund that is declined later leaves the order's
//! status as it is.

use serde_json::json;

use super::error::OrderError;
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Decimal, Order, Refund, RefundItem, RefundPayment, State};

/// The provider by which gift certificates pay and are paid back.
const GIFT_CERTIFICATE: &str = "giftcertificate";

/// A refund as it is asked for.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Wanted {
    pub total: Decimal,
    pub tax: Decimal,
    pub reason: String,
    pub items: Vec<RefundItem>,
    /// They add up to the total.
    pub payments: Vec<WantedPayment>,
    pub overridden: bool,
}

/// Money that is to go back in one way.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct WantedPayment {
    pub provider_id: String,
    pub amount: Decimal,
    pub offline: bool,
    /// Whether the provider is going to decline it.
    pub declined: bool,
}

impl WantedPayment {
    fn by((provider_id, amount): (String, Decimal)) -> Self {
        Self {
            provider_id,
            amount,
            offline: false,
            declined: false,
        }
    }
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

    /// The providers that paid, each with what it brought and did not give back yet.
    fn brought(&self) -> Vec<(String, Decimal)> {
        let paid = [
            (self.payment_method.as_str(), self.to_pay()),
            ("storecredit", self.store_credit_amount),
            (GIFT_CERTIFICATE, self.certificate_amount),
        ];
        paid.into_iter()
            .map(|(way, amount)| (way.to_owned(), amount - self.refunded_by(way)))
            .filter(|(_, amount)| amount.is_positive())
            .collect()
    }

    /// An amount, by the providers that paid: the payment method first, certificates last.
    fn as_paid(&self, amount: Decimal) -> Vec<(String, Decimal)> {
        let mut left = amount;
        let mut ways = Vec::new();
        for (way, brought) in self.brought() {
            let part = brought.min(left);
            left -= part;
            if part.is_positive() {
                ways.push((way, part));
            }
        }
        ways
    }

    /// What a provider gave back.
    fn refunded_by(&self, provider: &str) -> Decimal {
        let payments = self.refunds.iter().flat_map(|refund| &refund.payments);
        payments
            .filter(|one| one.provider_id == provider && !one.declined)
            .map(|one| one.amount)
            .sum()
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
        self.refund_to(id, amount, None, reason)
    }

    /// The same, to one provider if it is named.
    pub fn refund_to(
        &mut self,
        id: u64,
        amount: Option<Decimal>,
        to: Option<WantedPayment>,
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
        let payments = if let Some(payment) = to {
            let amount = total;
            vec![WantedPayment { amount, ..payment }]
        } else {
            let parts = order.as_paid(total).into_iter();
            parts.map(WantedPayment::by).collect()
        };
        let ways = self.ways_back(order, total);
        let is_way = |way: &Vec<(String, Decimal)>| is_asked_for(way, &payments);
        if !ways.iter().any(is_way) {
            return Err(OrderError::NotRefundable);
        }
        let wanted = Wanted {
            total,
            tax: Decimal::ZERO,
            reason: reason.to_owned(),
            items: vec![item],
            payments,
            overridden: false,
        };
        self.refund_as(id, wanted)
    }

    /// The ways in which an amount may go back: by one provider alone, or as it was paid.
    #[must_use]
    pub fn ways_back(&self, order: &Order, amount: Decimal) -> Vec<Vec<(String, Decimal)>> {
        let alone = |provider: &str| vec![(provider.to_owned(), amount)];
        let mut ways = vec![alone("custom")];
        if self.customers.contains_key(&order.customer_id) {
            ways.insert(0, alone("storecredit"));
        }
        for (provider, brought) in order.brought() {
            let way = alone(&provider);
            if brought >= amount && !ways.contains(&way) {
                ways.push(way);
            }
        }
        let as_paid = order.as_paid(amount);
        if !ways.contains(&as_paid) {
            ways.push(as_paid);
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
            .map(|payment| self.pay_back(id, customer, payment))
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
        self.restore_certificates(id, false);
        let new = if whole {
            status::REFUNDED
        } else {
            status::PARTIALLY_REFUNDED
        };
        self.set_order_status(id, new)?;
        Ok(refund_id)
    }

    fn pay_back(&mut self, order_id: u64, customer: u64, payment: WantedPayment) -> RefundPayment {
        let WantedPayment {
            provider_id,
            amount,
            offline,
            declined,
        } = payment;
        let method = match provider_id.as_str() {
            "storecredit" => "store_credit",
            GIFT_CERTIFICATE => "gift_certificate",
            "custom" => "custom",
            "testgateway" => "credit_card",
            _ => "offline",
        };
        if let Some(customer) = self.customers.get_mut(&customer)
            && provider_id == "storecredit"
            && !declined
        {
            customer.store_credit += amount;
        }
        self.book(order_id, "refund", (method, &provider_id), amount, None);
        let order = self.orders.get_mut(&order_id);
        let booked = order.and_then(|order| order.transactions.last_mut());
        let transaction_id = booked.map_or(0, |transaction| {
            transaction.ok = !declined;
            transaction.id
        });
        RefundPayment {
            transaction_id,
            offline: offline || matches!(method, "offline" | "custom"),
            provider_id,
            amount,
            declined,
        }
    }

    /// By the switch, certificates get what was refunded to them, and all they paid when the order
    /// is cancelled. Never more than they paid.
    pub(super) fn restore_certificates(&mut self, order_id: u64, all: bool) {
        if !self.switches.refund_restores_certificate_balance {
            return;
        }
        let order = self.orders.get_mut(&order_id);
        let Some(order) = order.filter(|order| order.settled) else {
            return;
        };
        let restored: Decimal = order.certificates.iter().map(|part| part.restored).sum();
        let mut left = order.refunded_by(GIFT_CERTIFICATE) - restored;
        for part in &mut order.certificates {
            let open = (part.used - part.restored).at_least_zero();
            let back = if all {
                open
            } else {
                open.min(left).at_least_zero()
            };
            left -= back;
            part.restored += back;
            let mut known = self.certificates.values_mut();
            if let Some(certificate) = known.find(|known| known.code == part.code) {
                certificate.balance += back;
            }
        }
    }
}

/// Whether the payments asked for are those of a way that is offered, in any order.
#[must_use]
pub fn is_asked_for(way: &[(String, Decimal)], payments: &[WantedPayment]) -> bool {
    let is_in = |(provider, amount): &(String, Decimal)| {
        let mut all = payments.iter();
        all.any(|one| one.provider_id == *provider && one.amount == *amount)
    };
    way.len() == payments.len() && way.iter().all(is_in)
}
