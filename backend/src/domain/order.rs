//! An order as it was read, and what its status says about its payment.

use strum::{EnumString, IntoStaticStr};

use super::{CheckoutId, Currency, EmailAddress, Hundredths, OrderId, name_of};

/// What an order is, as far as its codes are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Paid: its codes are used.
    Paid,
    /// Not decided: its codes stay held. Every state not known to be another is this one.
    Pending,
    /// Cancelled or declined: its codes are free, and given back if they were used.
    Void,
    /// The money went back: so do the codes.
    Refunded,
}

impl Standing {
    /// Whether the order came to nothing, or its money went back.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Void | Self::Refunded)
    }
}

/// What an order is at Voucherify (`OrderBase`). Of a customer's orders those that are paid count, or
/// fulfilled (`CustomerSummaryOrders`); rules and earning rules go by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    /// It is known, and counts for nothing.
    Created,
    /// It counts.
    Paid,
    /// It counts no more.
    Canceled,
    /// It counts, and was delivered. This program says it of no order; somebody else may.
    Fulfilled,
}

impl OrderStatus {
    /// The name at Voucherify, and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        name_of(self)
    }

    /// The status of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// Whether an order that is this counts as it should if it is to be `wanted`.
    #[must_use]
    pub fn is_as_good_as(self, wanted: Self) -> bool {
        self == wanted || (self == Self::Fulfilled && wanted == Self::Paid)
    }
}

/// Reads an order's standing.
///
/// Statuses as in Get Order Statuses (v2): 0 incomplete, 1 pending, 2 shipped, 3 partially
/// shipped, 4 refunded, 5 cancelled, 6 declined, 7 awaiting payment, 8 awaiting pickup, 9 awaiting
/// shipment, 10 completed, 11 awaiting fulfilment, 12 manual verification, 13 disputed, 14
/// partially refunded. `payment_status` as in Get an Order (v2).
#[must_use]
pub fn standing(status_id: i64, payment_status: &str) -> Standing {
    match status_id {
        4 => Standing::Refunded,
        5 | 6 => Standing::Void,
        2 | 3 | 8 | 9 | 10 | 11 | 14 => Standing::Paid,
        // A dispute changes nothing until it is settled one way or the other.
        13 => Standing::Pending,
        _ => match payment_status.to_ascii_lowercase().as_str() {
            "captured" | "paid" | "partially refunded" => Standing::Paid,
            "refunded" => Standing::Refunded,
            _ => Standing::Pending,
        },
    }
}

/// Whether an order's payment was never finished, so that its cart may be ordered again: status 0,
/// incomplete.
#[must_use]
pub fn is_unfinished(status_id: i64) -> bool {
    status_id == 0
}

/// An order (Get an Order).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The cart it was made of.
    pub cart: Option<CheckoutId>,
    /// Status (List Order Statuses).
    pub status_id: i64,
    /// Payment status, such as `captured`; empty where there is none.
    pub payment_status: String,
    /// Total with tax.
    pub total: Hundredths,
    /// Currency of the total.
    pub currency: Currency,
    /// What gift certificates paid of the total.
    pub certificate_amount: Hundredths,
    /// The account that ordered; none for guests.
    pub customer_id: Option<i64>,
    /// The e-mail address of the billing address.
    pub email: Option<EmailAddress>,
    /// What coupons took off, `coupon_discount`.
    pub coupon_discount: Hundredths,
    /// What discounts took off, `discount_amount`; whether coupons are among them is not said.
    pub discount: Hundredths,
    /// Whether it was archived (Archive an Order).
    pub is_archived: bool,
    /// When it was placed, Unix milliseconds.
    pub created_at_ms: Option<i64>,
}

impl Order {
    /// What it is, as far as its codes are concerned. Nobody pays an archived order any more.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match standing(self.status_id, &self.payment_status) {
            Standing::Pending if self.is_archived => Standing::Void,
            standing => standing,
        }
    }

    /// Whether its payment was never finished, so that its cart may be ordered again.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        is_unfinished(self.status_id)
    }

    /// The discount that may be coupons'.
    #[must_use]
    pub fn shown_discount(&self) -> Hundredths {
        if self.coupon_discount.is_positive() {
            self.coupon_discount
        } else {
            self.discount
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_states_settle() {
        for paid in [2, 3, 8, 9, 10, 11, 14] {
            assert_eq!(standing(paid, ""), Standing::Paid, "{paid}");
        }
        for pending in [0, 1, 7, 12, 13, 99] {
            assert_eq!(standing(pending, ""), Standing::Pending, "{pending}");
        }
        assert_eq!(standing(7, "captured"), Standing::Paid);
        assert_eq!(standing(7, "void"), Standing::Pending);
        assert_eq!(standing(5, "captured"), Standing::Void);
        assert_eq!(standing(4, ""), Standing::Refunded);
    }
}
