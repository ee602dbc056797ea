//! What a job is, and what it is given.

use crate::{
    context::{Boxed, Connection, Context},
    database::jobs::JobKind,
    domain::{CheckoutId, LockId, OrderId, StoreHash},
    error::FlowError,
};

/// What a job's run comes to.
pub type Running<'a> = Boxed<'a, Result<(), FlowError>>;

/// One job. Its kind says its name, its class, and how often it is done if it is a chore. A second ask
/// for what waits already merges into it, whatever the job is.
pub trait Job: Sync {
    /// What it does.
    fn kind(&self) -> JobKind;
    /// Does it. A subject that cannot be read needs a person.
    fn run<'a>(&'a self, work: Work<'a>) -> Running<'a>;
    /// Does it for a store that is not connected. Most jobs cannot: should it be connected again, a person asks.
    fn run_left<'a>(&'a self, _context: &'a Context, store: &'a StoreHash) -> Running<'a> {
        let reason = format!("the store {store} is not connected");
        Box::pin(std::future::ready(Err(FlowError::NeedsPerson(reason))))
    }
}

/// What a job works on.
#[derive(Clone, Copy)]
pub struct Work<'a> {
    /// What every flow is given.
    pub context: &'a Context,
    /// The store.
    pub connection: &'a Connection,
    /// As it was asked for.
    pub subject: &'a str,
}

impl Work<'_> {
    pub(super) fn lock(&self) -> Result<LockId, FlowError> {
        LockId::parse(self.subject).map_err(|error| FlowError::NeedsPerson(error.to_string()))
    }

    pub(super) fn cart(&self) -> Result<CheckoutId, FlowError> {
        CheckoutId::parse(self.subject).map_err(|error| FlowError::NeedsPerson(error.to_string()))
    }

    pub(super) fn order(&self) -> Result<OrderId, FlowError> {
        let id = self.subject.parse().map(OrderId);
        id.map_err(|_| FlowError::NeedsPerson(format!("no order id: {}", self.subject)))
    }
}

/// A job that calls one flow.
macro_rules! job {
    ($(#[$doc:meta])* $name:ident, $work:ident => $run:expr) => {
        $(#[$doc])*
        pub(super) struct $name;

        impl crate::jobs::work::Job for $name {
            fn kind(&self) -> crate::database::jobs::JobKind {
                crate::database::jobs::JobKind::$name
            }

            fn run<'a>(&'a self, $work: crate::jobs::work::Work<'a>) -> crate::jobs::work::Running<'a> {
                Box::pin(async move { $run })
            }
        }
    };
}

pub(super) use job;
