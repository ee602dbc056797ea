//! Waiting for another process, in real time.

use std::time::{Duration, Instant};

/// How long a process is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks again and again until it is so.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
