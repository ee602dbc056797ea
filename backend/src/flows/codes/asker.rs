//! Who asks for a look at a checkout, and whether Voucherify has to be asked.

use crate::{
    domain::{checkout_change::ChangeBy, lock::Lock, messages::Voice, snapshot::Snapshot},
    flows::locks::leased::Leased,
};

/// A session that ends sooner is renewed even if nothing changed.
const RENEW_BEFORE_MS: i64 = 45 * 60_000;

/// Who asks for a refresh.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    /// The page, because the shopper does something: what is about to end lives on. It is answered
    /// in this voice.
    Page(Voice<'a>),
    /// A job: an unchanged cart's codes end when they were to end.
    Job,
}

impl<'a> Asker<'a> {
    /// Who makes the changes it leads to.
    pub(crate) fn by(self) -> ChangeBy {
        match self {
            Self::Page(_) => ChangeBy::Page,
            Self::Job => ChangeBy::Job,
        }
    }

    pub(crate) fn voice(self) -> Voice<'a> {
        match self {
            Self::Page(voice) => voice,
            Self::Job => Voice::default(),
        }
    }
}

/// Whether a lock needs no look at Voucherify.
pub(crate) fn is_up_to_date(
    work: &Leased<'_>,
    lock: &Lock,
    snapshot: &Snapshot,
    asker: Asker<'_>,
) -> bool {
    let ends_soon = lock.session_ends_at_ms <= work.context.clock.now_ms() + RENEW_BEFORE_MS;
    let renew = matches!(asker, Asker::Page(_)) && ends_soon;
    !renew
        && lock.is_told()
        && !work.found_open()
        && lock
            .snapshot
            .as_ref()
            .is_some_and(|known| known.is_of_same_cart(snapshot))
}
