//! Jobs that are done again and again for each store, by one replica at a time.

use super::work::job;
use crate::flows::{
    merchant::look_after_setup::{look_after, report_scripts},
    upkeep::{
        sweep,
        sweep_native::{sweep_certificates, sweep_promotions},
    },
    webhooks::read_again::read_again,
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
job!(
    /// Forgets what nobody needs any more.
    Forget, work => sweep::forget(work.context).await
);
