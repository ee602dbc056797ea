//! Jobs that are done again and again for each store, by one replica at a time.

use super::work::{Job, Running, Work, job};
use crate::{
    context::Context,
    database::jobs::JobKind,
    domain::StoreHash,
    flows::{
        merchant::look_after_setup::{look_after, report_scripts},
        upkeep::{
            forget, sweep,
            sweep_native::{sweep_certificates, sweep_promotions},
        },
        webhooks::read_again::read_again,
    },
};

job!(
    /// Looks for what no webhook and no page tells.
    Sweep, work => sweep::sweep(work.context, work.connection).await
);
job!(
    /// Reads the orders and refunds that changed: webhooks may not have told of them.
    ReadAgain, work => read_again(work.context, work.connection).await
);
job!(
    /// Asks again for what was given up.
    AskAgain, work => sweep::ask_again(work.context, work.connection).await
);
job!(
    /// Sees to webhooks and scripts.
    LookAfterSetup, work => look_after(work.context, work.connection).await.map(drop)
);
job!(
    /// Says that a script is gone.
    ReportScripts, work => report_scripts(work.context, work.connection).await
);
job!(
    /// Deletes what was left over at BigCommerce.
    SweepNative, work => {
        // Promotions that cannot be swept keep no certificates.
        let promotions = sweep_promotions(work.context, work.connection).await;
        let certificates = sweep_certificates(work.context, work.connection).await;
        promotions.and(certificates)
    }
);

/// Forgets what nobody needs any more, of stores that were disconnected too.
pub(super) struct Forget;

impl Job for Forget {
    fn kind(&self) -> JobKind {
        JobKind::Forget
    }

    fn run<'a>(&'a self, work: Work<'a>) -> Running<'a> {
        Box::pin(forget::forget(work.context, &work.connection.store))
    }

    fn run_left<'a>(&'a self, context: &'a Context, store: &'a StoreHash) -> Running<'a> {
        Box::pin(forget::forget_left(context, store))
    }
}
