//! Codes that a job took off. Nobody reads a job's answer, so they are kept for the page, which is told once.

use crate::{
    context::{Connection, Context},
    database::{
        DatabaseError, Tx,
        dropped_codes::{self, DroppedCode},
    },
    domain::{
        CheckoutId, Code, StoreHash,
        lock::Lock,
        messages::{Refusal, Voice},
    },
    error::FlowError,
};

/// Keeps what a job drops, in the transaction of the change.
pub(crate) async fn keep(
    tx: &mut Tx,
    store: &StoreHash,
    checkout: &CheckoutId,
    lost: impl IntoIterator<Item = Lost>,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    for lost in lost {
        let dropped = DroppedCode {
            code: lost.code,
            native_code: lost.native_code,
            refusal: lost.refusal,
            dropped_at_ms: now_ms,
        };
        dropped_codes::put(tx.connection(), store, checkout, &dropped).await?;
    }
    Ok(())
}

/// Keeps that the codes of a coupon were lost that could not be made for them.
pub(crate) async fn tell_of(tx: &mut Tx, lock: &Lock, now_ms: i64) -> Result<(), DatabaseError> {
    let codes = lock.parts().into_iter();
    let lost = codes.map(|(code, _)| Lost {
        code: code.clone(),
        native_code: lock.native_code.to_string(),
        refusal: Refusal::NotApplied,
    });
    let lost: Vec<Lost> = lost.collect();
    keep(tx, &lock.store, &lock.checkout, lost, now_ms).await
}

/// Takes what jobs dropped of a checkout, to be told now. Codes of which the page hears anyhow, as
/// they are held again or refused, are forgotten.
pub(crate) async fn take(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    is_known: impl Fn(&Code) -> bool,
) -> Result<Vec<Lost>, FlowError> {
    let store = &connection.store;
    let mut reading = context.database.read().await?;
    let dropped = dropped_codes::of_checkout(&mut reading, store, checkout).await?;
    drop(reading);
    if dropped.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = context.database.begin().await?;
    for one in &dropped {
        dropped_codes::take_out(tx.connection(), store, checkout, one).await?;
    }
    tx.commit().await?;
    Ok(untold(dropped, is_known))
}

/// What the page has yet to be told of.
pub(crate) fn untold(dropped: Vec<DroppedCode>, is_known: impl Fn(&Code) -> bool) -> Vec<Lost> {
    let untold = dropped.into_iter().filter(|one| !is_known(&one.code));
    let lost = untold.map(|one| Lost {
        code: one.code,
        native_code: one.native_code,
        refusal: one.refusal,
    });
    lost.collect()
}

/// A code that is no longer held.
#[derive(Debug, Clone)]
pub(crate) struct Lost {
    pub(crate) code: Code,
    /// Its native code, if that is gone with it; empty if it lives on by other codes.
    pub(crate) native_code: String,
    pub(crate) refusal: Refusal,
}

impl Lost {
    /// As the page is told of it.
    pub(crate) fn to_response(&self, voice: Voice<'_>) -> voucherbridge_api_types::DroppedCode {
        voucherbridge_api_types::DroppedCode {
            code: self.code.to_string(),
            native_code: self.native_code.clone(),
            reason: self.refusal.reason().to_owned(),
            message: voice.taken_off(&self.code, &self.refusal),
        }
    }
}
