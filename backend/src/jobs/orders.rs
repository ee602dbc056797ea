//! Jobs of orders.

use super::work::job;
use crate::flows::{
    orders::{flag_order::flag, process_order::process},
    sessions::release_lock::clean_up_native,
};

job!(
    /// Acts on an order that was made or changed.
    ProcessOrder, work => process(work.context, work.connection, work.order()?).await
);
job!(
    /// Marks an order that is not what its codes were validated for.
    FlagOrder, work => flag(work.context, work.connection, work.order()?).await
);
job!(
    /// Deletes the native part of a lock whose order is over.
    CleanUpNative, work => clean_up_native(work.context, work.connection, &work.lock()?).await
);
