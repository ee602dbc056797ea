//! The server as a process of its own.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Ends with the test.
pub struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null());
        Self(command.spawn().unwrap())
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

/// Waits until `/readyz` answers with this status.
pub async fn until_it_answers(url: &str, wanted: u16) {
    let client = reqwest::Client::new();
    let what = format!("/readyz answers {wanted}");
    until(&what, async || {
        let answer = client.get(format!("{url}/readyz")).send().await;
        answer.is_ok_and(|answer| answer.status() == wanted)
    })
    .await;
}

#[allow(clippy::disallowed_methods)] // a process is waited for in real time
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
