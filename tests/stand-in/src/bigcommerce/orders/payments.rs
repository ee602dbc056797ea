//! How orders are paid: the demo shop's payment methods, and card payments that may be declined.

use serde_json::json;

use super::error::OrderError;
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Order, State};

/// A payment method of the demo shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What the shopper reads after ordering.
    pub help: &'static str,
    /// The state of an order that was placed with it.
    pub status: u8,
    /// Whether its money is there at once.
    pub paid: bool,
}

impl PaymentMethod {
    /// Whether the payment is made with a card, after the order was created.
    #[must_use]
    pub const fn is_card(&self) -> bool {
        self.status == status::INCOMPLETE
    }
}

/// The payment methods of the demo shop.
pub const PAYMENT_METHODS: [PaymentMethod; 3] = [
    PaymentMethod {
        id: "cod",
        name: "Pay on delivery",
        help: "Counted as paid at once in this demo shop.",
        status: status::AWAITING_FULFILLMENT,
        paid: true,
    },
    PaymentMethod {
        id: "bankdeposit",
        name: "Bank transfer",
        help: "Waits for payment until the order is marked paid in the control panel.",
        status: status::AWAITING_PAYMENT,
        paid: false,
    },
    CARD,
];

/// Orders that say no payment method and are not paid yet are going to be paid with a card.
const CARD: PaymentMethod = PaymentMethod {
    id: "testgateway",
    name: "Card, declined once",
    help: "The first payment for a cart is declined, the next is accepted.",
    status: status::INCOMPLETE,
    paid: false,
};

/// What pays when nothing is left to pay.
const NOTHING_TO_PAY: PaymentMethod = PaymentMethod {
    id: "",
    name: "",
    help: "",
    status: status::AWAITING_FULFILLMENT,
    paid: true,
};

/// The method of an order. A card is never named there: its payment follows by itself.
pub fn method_for(name: Option<&str>, something_to_pay: bool) -> Result<PaymentMethod, OrderError> {
    if !something_to_pay {
        return Ok(NOTHING_TO_PAY);
    }
    let Some(name) = name else {
        return Ok(CARD);
    };
    let mut methods = PAYMENT_METHODS.into_iter();
    methods
        .find(|method| method.id == name && !method.is_card())
        .ok_or(OrderError::UnknownPaymentMethod)
}

/// Why a card payment failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// No order waits for a payment with this token.
    #[error("The order token is invalid.")]
    InvalidToken,
    /// The order is paid, or its cart became another order.
    #[error("The order cannot be paid any more.")]
    NotPayable,
    /// A gift certificate of the order was used elsewhere meanwhile.
    #[error("A gift certificate no longer covers its part of the order.")]
    CertificateUsed,
    /// The bank says no.
    #[error("The card was declined. Please try again or use another payment method.")]
    Declined,
}

impl PaymentError {
    /// The `code` of the error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidToken => "invalid_order_token",
            Self::NotPayable => "order_could_not_be_finalized_error",
            Self::CertificateUsed => "payment_invalid",
            Self::Declined => "transaction_declined",
        }
    }
}

impl State {
    /// Keeps a cart open whose payment is still to be made.
    pub fn leave_unfinished(&mut self, cart_id: &str, order_id: u64) {
        if self.switches.unfinished_orders_count_as_uses {
            self.count_uses(order_id);
        }
        if let Some(checkout) = self.checkouts.get_mut(cart_id) {
            checkout.order_id = Some(order_id);
        }
        for session in self.sessions.values_mut() {
            if session.cart_id.as_deref() == Some(cart_id) {
                session.last_order_id = Some(order_id);
            }
        }
        let data = json!({"type": "order", "id": order_id});
        self.emit("store/order/created", data);
    }

    /// Pays an unfinished order with a card. The first payment for a cart is declined: the order
    /// stays unfinished (or is marked declined, by a switch) and the cart open.
    pub fn pay_with_card(&mut self, token: &str) -> Result<u64, PaymentError> {
        let order = self
            .orders
            .values()
            .find(|order| !token.is_empty() && order.payment_token == token)
            .ok_or(PaymentError::InvalidToken)?;
        let (id, amount) = (order.id, order.to_pay());
        let checkout = self.checkouts.get(&order.cart_id);
        let payable = order.status_id == status::INCOMPLETE
            && checkout.is_some_and(|checkout| checkout.order_id == Some(id));
        if !payable {
            return Err(PaymentError::NotPayable);
        }
        if !self.certificates_cover(order) {
            return Err(PaymentError::CertificateUsed);
        }
        let cart_id = order.cart_id.clone();
        let checkout = self.checkouts.get_mut(&cart_id);
        if let Some(checkout) = checkout.filter(|checkout| checkout.declined_payments == 0) {
            checkout.declined_payments += 1;
            self.book_card(id, amount, false);
            if self.switches.declined_payment_marks_order_declined {
                let _ = self.set_order_status(id, status::DECLINED);
            }
            return Err(PaymentError::Declined);
        }
        self.settle(id);
        self.book_card(id, amount, true);
        self.mark_paid(id).map_err(|_| PaymentError::NotPayable)?;
        Ok(id)
    }

    fn certificates_cover(&self, order: &Order) -> bool {
        order.certificates.iter().all(|part| {
            !part.used.is_positive()
                || self
                    .usable_certificate(&part.code, &order.currency)
                    .is_some_and(|certificate| certificate.balance >= part.used)
        })
    }
}
