//! The demo shop's customers as they were synchronised, and the codes that belong to them. Groups are
//! left out: rules on them are to see what a request says.

use time::OffsetDateTime;

use super::build::{amount, coupon, voucher};
use crate::voucherify::model::{Customer, CustomersBy, LoyaltyCard, Reward, Voucher, VoucherValue};
use crate::voucherify::requests::Metadata;

pub(super) const FRIENDS: &str = "camp_0d3m0friends";
pub(super) const POINTS: &str = "camp_0d3m0points";
const ALICE: &str = "cust_0d3m0alice";
const BOB: &str = "cust_0d3m0bob";

/// Id, the shop's number, name and e-mail address.
const CUSTOMERS: [[&str; 4]; 2] = [
    [ALICE, "11", "Alice Adams", "alice@example.com"],
    [BOB, "12", "Bob Brown", "bob@example.com"],
];

/// Alice and Bob.
#[must_use]
pub fn customers(now: OffsetDateTime) -> Vec<Customer> {
    let customer = |[id, source_id, name, email]: [&str; 4]| Customer {
        id: id.to_owned(),
        source_id: Some(source_id.to_owned()),
        name: Some(name.to_owned()),
        description: None,
        email: Some(email.to_owned()),
        phone: None,
        birthday: None,
        birthdate: None,
        address: None,
        metadata: Metadata::new(),
        created_at: now,
        updated_at: None,
    };
    CUSTOMERS.map(customer).into()
}

/// Names Alice and Bob anew, as a merchant has to who has the shop tell of them by another name. A
/// profile that has the name already, because a code was redeemed under it, loses it.
pub fn name_customers(customers: &mut [Customer], by: CustomersBy) {
    for [id, number, _, email] in CUSTOMERS {
        let name = match by {
            CustomersBy::CustomerId => number,
            CustomersBy::Email => email,
        };
        for customer in customers.iter_mut() {
            if customer.id == id {
                customer.source_id = Some(name.to_owned());
            } else {
                customer.source_id.take_if(|other| other == name);
            }
        }
    }
}

/// Ten hundredths for a point.
#[must_use]
pub fn rewards(now: OffsetDateTime) -> Vec<Reward> {
    vec![Reward {
        id: "rew_0d3m0paywithpoints".to_owned(),
        name: "Pay with points".to_owned(),
        exchange_ratio: 10,
        points_ratio: 1,
        campaign_id: POINTS.to_owned(),
        assignment_id: "rewa_0d3m0paywithpoints".to_owned(),
        created_at: now,
    }]
}

pub(super) fn vouchers() -> Vec<Voucher> {
    let points = VoucherValue::Loyalty(LoyaltyCard {
        points: 500,
        subtracted: 0,
        balance: 500,
    });
    vec![
        coupon(
            "FRIEND-ALICE",
            amount(1_000),
            "10.00 off for friends of Alice, who cannot use it herself",
        )
        .of_campaign(FRIENDS)
        .held_by(ALICE),
        voucher(
            "LOYALTY500",
            points,
            "Bob's loyalty card: 500 points, each pays 0.10",
        )
        .of_campaign(POINTS)
        .held_by(BOB)
        .when("publication.redeemable_by_linked_customer", "$is", true),
    ]
}
