//! A checkout that codes are for, and who looks after it.

use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{messages::Shopper, snapshot::Snapshot},
    flows::locks::leased::Leased,
};

/// A checkout that codes are for.
#[derive(Clone, Copy)]
pub(crate) struct Cart<'a> {
    pub(crate) context: &'a Context,
    pub(crate) connection: &'a Connection,
    /// The work on it: nobody else changes it meanwhile.
    pub(crate) work: &'a Leased<'a>,
    pub(crate) checkout: &'a Checkout,
    pub(crate) snapshot: &'a Snapshot,
    /// Whether the store is known to run the first rule of a promotion alone.
    pub(crate) one_rule: bool,
}

impl Cart<'_> {
    /// What is known of who shops.
    pub(crate) fn shopper(&self) -> Shopper {
        match (self.checkout.customer_id, &self.snapshot.customer) {
            (Some(_), _) => Shopper::SignedIn,
            (None, Some(_)) => Shopper::Guest,
            (None, None) => Shopper::Unknown,
        }
    }
}
