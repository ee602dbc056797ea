//! What gift certificates paid of an order.
//!
//! An order that waits for its payment names none, and one that is paid may name them late; the sum is
//! told at once. Which certificates made up the sum is decided here and nowhere else, so that no two flows
//! disagree on it.

use crate::{
    bigcommerce::{BigCommerceError, OrderCertificate},
    context::{Connection, Context},
    database::{locks, redemptions},
    domain::{
        Hundredths,
        lock::{Lock, LockKind},
        order::Order,
        order_use::{may_have_paid, part_of_unnamed},
    },
    error::FlowError,
    flows::locks::changes::locks_of,
};

/// The certificates that an order names.
pub(crate) struct Certificates {
    named: Vec<OrderCertificate>,
}

impl Certificates {
    pub(crate) async fn of(
        connection: &Connection,
        order: &Order,
    ) -> Result<Self, BigCommerceError> {
        let named = if order.certificate_amount.is_positive() {
            connection.bigcommerce.order_certificates(order.id).await?
        } else {
            Vec::new()
        };
        Ok(Self { named })
    }

    /// Their codes.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &String> {
        self.named.iter().map(|one| &one.code)
    }

    fn named(&self, lock: &Lock) -> Option<&OrderCertificate> {
        self.named.iter().find(|one| lock.native_code.is(&one.code))
    }

    /// What certificates paid that the order does not name, and of which nothing is redeemed: it is counted
    /// once, whichever checkouts they are of.
    pub(crate) async fn unnamed(
        &self,
        context: &Context,
        connection: &Connection,
        order: &Order,
    ) -> Result<Hundredths, FlowError> {
        let mut paid: Hundredths = self.named.iter().map(|one| one.amount).sum();
        let mut reading = context.database.read().await?;
        for row in redemptions::of_order(&mut reading, &connection.store, order.id).await? {
            let lock = locks::get(&mut reading, &row.lock).await?;
            let is_counted =
                lock.is_some_and(|lock| self.named(&lock).is_some() || may_have_paid(&lock));
            if let Some(credits) = row.credits.filter(|_| !is_counted) {
                paid = paid + credits;
            }
        }
        drop(reading);
        Ok((order.certificate_amount - paid).max(Hundredths::ZERO))
    }

    /// What the order took by the lock's certificate; none if it does not carry it. Of what it does not name,
    /// `unnamed` is left: it is its own cart's, or that of locks which were known to be its before.
    pub(crate) fn taken_by(
        &self,
        order: &Order,
        lock: &Lock,
        unnamed: &mut Hundredths,
    ) -> Option<Hundredths> {
        if let Some(own) = self.named(lock) {
            return Some(own.amount);
        }
        let part = part_of_unnamed(order, lock, *unnamed);
        *unnamed = *unnamed - part;
        // One that had nothing to pay is no part of what the order does not name.
        part.is_positive().then_some(part)
    }

    /// Whether the order carries the lock's certificate. Other carts' locks come first, as in its own job: what
    /// they paid is known from when the order named it.
    pub(crate) async fn have_paid(
        &self,
        context: &Context,
        connection: &Connection,
        order: &Order,
        lock: &Lock,
    ) -> Result<bool, FlowError> {
        let store = &connection.store;
        let mut unnamed = self.unnamed(context, connection, order).await?;
        let mut reading = context.database.read().await?;
        let mut all = locks::of_order(&mut reading, store, order.id).await?;
        drop(reading);
        all.retain(|one| !order.is_of_cart_of(one));
        all.sort_by(|one, other| one.checkout.cmp(&other.checkout));
        if let Some(cart) = &order.cart {
            all.append(&mut locks_of(context, store, cart).await?);
        }
        all.retain(|one| one.kind == LockKind::Certificate);
        let is_its = |one: &Lock| {
            let taken = self.taken_by(order, one, &mut unnamed);
            one.id == lock.id && taken.is_some()
        };
        Ok(self.named(lock).is_some() || all.iter().any(is_its))
    }
}
