//! What validations and redemptions have in common before codes are judged.

use std::collections::HashSet;

use time::OffsetDateTime;

use super::calculate::Calculation;
use super::error::ApiError;
use super::ids;
use super::project::sessions::Wanted;
use super::project::{Project, merged};
use super::requests::{CustomerBody, Metadata, OrderBody, OrderStatus, RedeemableKind, StackBody};
use super::rules::{CustomerFacts, Facts};
use super::stacking::Ask;
use crate::kit::strict::Refusal;

/// The most redeemables of one request, whatever the stacking rules say.
const MOST_REDEEMABLES: usize = 30;

/// A checked request, with what is stored put in.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// As sent.
    pub body: StackBody,
    /// Id of the stored order that is used in place of the one sent.
    pub stored_order: Option<String>,
    /// The order's status, if known.
    pub status: Option<OrderStatus>,
    /// The order's money before this request.
    pub money: Calculation,
    /// The order's metadata.
    pub order_metadata: Metadata,
    /// The customer with what is stored.
    pub customer: Option<KnownCustomer>,
    /// Hash of the customer's source id, or of the tracking id sent.
    pub tracking_id: Option<String>,
    /// The lock that is asked for.
    pub session: Option<Wanted>,
    redemption_metadata: Metadata,
}

/// A customer, stored and sent data merged.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct KnownCustomer {
    pub id: Option<String>,
    pub source_id: Option<String>,
    pub metadata: Metadata,
}

impl Prepared {
    /// Checks a request.
    pub fn new(project: &Project, body: StackBody, now: OffsetDateTime) -> Result<Self, ApiError> {
        check_redeemables(project, &body)?;
        let sent = body.order.clone().unwrap_or_default();
        sent.check_in_stack()?;
        let session = Wanted::from_body(body.session.as_ref(), now)?;
        let customer = body
            .customer
            .as_ref()
            .map(|customer| known_customer(project, customer))
            .transpose()?;
        let source_id = customer
            .as_ref()
            .and_then(|customer| customer.source_id.clone());
        let tracking_id = source_id
            .or(body.tracking_id.clone())
            .map(|id| ids::tracking(&id));
        let redemption_metadata = body.metadata.clone().unwrap_or_default();
        let mut prepared = Self {
            body,
            stored_order: None,
            status: sent.status,
            money: Calculation::default(),
            order_metadata: Metadata::new(),
            customer,
            tracking_id,
            session,
            redemption_metadata,
        };
        prepared.take_order(project, sent)?;
        Ok(prepared)
    }

    /// An order that is known by its id or source id is used as it is stored: whatever else the
    /// request says about it is ignored.
    fn take_order(&mut self, project: &Project, sent: OrderBody) -> Result<(), ApiError> {
        let named = sent.id.as_deref().or(sent.source_id.as_deref());
        if let Some(stored) = named.and_then(|id| project.order(id)) {
            self.stored_order = Some(stored.id.clone());
            self.status = Some(stored.status);
            self.money = stored.money.clone();
            self.order_metadata.clone_from(&stored.metadata);
            return Ok(());
        }
        if let Some(id) = &sent.id {
            return Err(ApiError::not_found("order", id));
        }
        self.money = project.money_of(&sent)?;
        self.order_metadata = sent.metadata.unwrap_or_default();
        Ok(())
    }

    /// The question for the stacking rules.
    #[must_use]
    pub fn ask(&self, now: OffsetDateTime) -> Ask<'_> {
        let customer = self.customer.as_ref();
        Ask {
            redeemables: &self.body.redeemables,
            facts: Facts {
                money: &self.money,
                order: &self.order_metadata,
                customer: customer.map(|customer| CustomerFacts {
                    id: customer.id.as_deref(),
                    metadata: &customer.metadata,
                }),
                redemption: &self.redemption_metadata,
                ignore_redemptions: false,
            },
            session_key: self.session.as_ref().map(Wanted::key),
            now,
        }
    }
}

/// A customer as sent, with what is stored.
pub fn known_customer(project: &Project, sent: &CustomerBody) -> Result<KnownCustomer, ApiError> {
    let named = sent.id.as_deref().or(sent.source_id.as_deref());
    let stored = named.and_then(|id| project.customer(id));
    if let (Some(id), None) = (&sent.id, stored) {
        return Err(ApiError::not_found("customer", id));
    }
    let metadata = stored
        .map(|customer| customer.metadata.clone())
        .unwrap_or_default();
    Ok(KnownCustomer {
        id: stored.map(|customer| customer.id.clone()),
        source_id: stored
            .and_then(|c| c.source_id.clone())
            .or(sent.source_id.clone()),
        metadata: merged(&metadata, sent.metadata.clone()),
    })
}

fn check_redeemables(project: &Project, body: &StackBody) -> Result<(), ApiError> {
    let sent = body.redeemables.len();
    let most = project.stacking.redeemables_limit.min(MOST_REDEEMABLES);
    if sent == 0 || sent > most {
        let what = format!("has {sent} entries, 1 to {most} are accepted");
        return Err(Refusal::field("redeemables", what).into());
    }
    let mut seen = HashSet::new();
    for (index, redeemable) in body.redeemables.iter().enumerate() {
        if redeemable.id.is_empty() {
            let field = format!("redeemables[{index}].id");
            return Err(Refusal::field(&field, "must not be empty").into());
        }
        if !seen.insert((redeemable.object.name(), &redeemable.id)) {
            let field = format!("redeemables[{index}]");
            return Err(Refusal::field(&field, "is in the list twice").into());
        }
        if redeemable.object != RedeemableKind::Voucher {
            return Err(ApiError::not_imitated("promotions"));
        }
        let credits = redeemable.gift.and_then(|gift| gift.credits);
        let points = redeemable.reward.as_ref().and_then(|reward| reward.points);
        for (field, value) in [("gift.credits", credits), ("reward.points", points)] {
            if value.is_some_and(|value| value <= 0) {
                let field = format!("redeemables[{index}].{field}");
                return Err(Refusal::field(&field, "must be positive").into());
            }
        }
    }
    Ok(())
}
