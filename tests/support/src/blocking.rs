//! Asynchronous work where a test cannot wait asynchronously, such as when a value is dropped.

use std::{future::Future, thread};

use tokio::runtime::Runtime;

/// Does it on a thread of its own.
pub fn finish<T: Send>(work: impl Future<Output = T> + Send) -> T {
    thread::scope(|scope| {
        let done = scope.spawn(|| Runtime::new().unwrap().block_on(work));
        done.join().unwrap()
    })
}
