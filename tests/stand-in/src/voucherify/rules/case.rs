//! What rules are evaluated with.

use time::OffsetDateTime;

use crate::voucherify::calculate::Calculation;
use crate::voucherify::model::Voucher;
use crate::voucherify::project::Project;
use crate::voucherify::requests::Metadata;

/// What a request says.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The order's money and items before any code.
    pub money: &'a Calculation,
    /// `order.metadata`.
    pub order: &'a Metadata,
    /// The customer, stored and sent data merged.
    pub customer: Option<CustomerFacts<'a>>,
    /// `metadata` of the request.
    pub redemption: &'a Metadata,
    /// Qualifications leave out limits of redemptions.
    pub ignore_redemptions: bool,
}

/// What rules know of a customer.
#[derive(Debug, Clone, Copy)]
pub struct CustomerFacts<'a> {
    /// Id, if the customer is stored.
    pub id: Option<&'a str>,
    /// `metadata`.
    pub metadata: &'a Metadata,
}

/// One code in a request.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Case<'a> {
    pub facts: Facts<'a>,
    pub project: &'a Project,
    pub voucher: &'a Voucher,
    pub now: OffsetDateTime,
}
