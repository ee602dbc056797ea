//! Where a test may kill the process: before and after every call to a platform and every commit.
//!
//! Built with the feature `kill-points` and started with `VOUCHERBRIDGE_KILL_AT=n`, the process
//! sends itself SIGKILL when it passes its n-th point. Walking n upwards visits the moment between
//! any two steps of a flow without naming one of them. Without the feature this is nothing.

/// Marks a point between two steps.
#[inline]
pub fn pass() {
    #[cfg(feature = "kill-points")]
    armed::pass();
}

#[cfg(feature = "kill-points")]
mod armed {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    };

    static KILL_AT: LazyLock<Option<u64>> = LazyLock::new(|| {
        let text = std::env::var("VOUCHERBRIDGE_KILL_AT").ok()?;
        text.parse().ok()
    });
    static PASSED: AtomicU64 = AtomicU64::new(0);

    pub(super) fn pass() {
        let passed = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
        if *KILL_AT == Some(passed) {
            kill();
        }
    }

    /// SIGKILL, not exit: no destructor runs and nothing is flushed.
    fn kill() -> ! {
        let pid = std::process::id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-KILL", &pid])
            .status();
        std::process::abort();
    }
}
