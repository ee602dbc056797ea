//! The backend as a process of its own.

use std::{
    net::TcpListener,
    process::{Child, Command},
};

use crate::waiting::until;

/// A running program. Dropping it kills it.
pub struct Process(Child);

impl Process {
    /// Starts it.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// The system's number of it.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has not ended.
    pub fn is_alive(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a backend at this address is ready; nothing where it does not answer.
pub async fn readiness(client: &reqwest::Client, url: &str) -> Option<u16> {
    let answer = client.get(format!("{url}/readyz")).send().await;
    Some(answer.ok()?.status().as_u16())
}

/// Waits until it answers with this status.
pub async fn until_it_answers(url: &str, wanted: u16) {
    let client = reqwest::Client::new();
    let what = format!("/readyz answers {wanted}");
    until(&what, async || {
        readiness(&client, url).await == Some(wanted)
    })
    .await;
}

/// A port nobody listens on: BigCommerce is told of the address before anyone listens there.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
