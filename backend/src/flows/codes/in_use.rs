//! Whether another checkout, or an order, has the use of a code.

use crate::{
    database::locks,
    domain::{Code, lock::Lock, messages::Refusal},
    error::FlowError,
    flows::{codes::spellings::are_one, locks::cart_context::Cart},
};

impl Cart<'_> {
    /// A code that is used up because another checkout holds it is said to be in use.
    pub(crate) async fn explain(&self, refused: &mut [(Code, Refusal)]) -> Result<(), FlowError> {
        let used_up = |refusal: &Refusal| {
            matches!(
                refusal,
                Refusal::UsedUp | Refusal::NoBalance | Refusal::NoPoints
            )
        };
        for (code, refusal) in refused.iter_mut().filter(|(_, refusal)| used_up(refusal)) {
            if self.is_in_use(code).await? {
                *refusal = Refusal::InUse;
            }
        }
        Ok(())
    }

    /// Whether another checkout holds this code, or an order that took it from this one.
    pub(super) async fn is_in_use(&self, code: &Code) -> Result<bool, FlowError> {
        let own = self.work.locks().await?;
        let waits = |lock: &Lock| lock.is_apart() && lock.waits_for_order();
        if own.iter().any(|lock| waits(lock) && lock.holds(code)) {
            return Ok(true);
        }
        let mut connection = self.context.database.read().await?;
        let (store, id) = (&self.connection.store, &self.checkout.id);
        let held = locks::held_elsewhere(&mut connection, store, code, id).await?;
        drop(connection);
        if held.contains(code) {
            return Ok(true);
        }
        for other in &held {
            if are_one(self.connection, code, other).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
