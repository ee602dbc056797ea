//! Flows that end though nobody waits for them any more.

use std::future::Future;

use crate::error::FlowError;

/// Runs a flow to its end even when the browser that asked goes away: actix drops the future of a
/// request whose connection closes.
pub async fn detached<T: Send + 'static>(
    flow: impl Future<Output = Result<T, FlowError>> + Send + 'static,
) -> Result<T, FlowError> {
    tokio::spawn(flow).await.unwrap_or_else(|error| {
        Err(FlowError::NeedsPerson(format!(
            "a flow ended abnormally: {error}"
        )))
    })
}
