//! The jobs: which flow each runs. [`ALL`] has them by name.

mod checkout;
mod chores;
mod orders;
mod work;

pub use work::{Job, Running, Work};

use crate::domain::name_of;

/// Every job that this version knows.
pub static ALL: [&dyn Job; 14] = [
    &checkout::UndoApply,
    &checkout::ReleaseLock,
    &checkout::RefreshCheckout,
    &checkout::EvictCoupon,
    &orders::ProcessOrder,
    &orders::FlagOrder,
    &orders::CleanUpNative,
    &chores::Sweep,
    &chores::ReadAgain,
    &chores::AskAgain,
    &chores::LookAfterSetup,
    &chores::ReportScripts,
    &chores::SweepNative,
    &chores::Forget,
];

/// The job of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Job> {
    ALL.into_iter().find(|job| name_of(job.kind()) == name)
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::database::jobs::{Class, JobKind};

    #[test]
    fn every_kind_has_its_job_and_chores_have_a_time() {
        for kind in JobKind::iter() {
            let job = find(name_of(kind)).unwrap();
            assert_eq!(job.kind(), kind);
            assert_eq!(kind.every_ms().is_some(), kind.class() == Class::Chores);
        }
        assert_eq!(JobKind::iter().count(), ALL.len());
    }
}
