//! Sending webhooks.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use actix_web::web::Data;
use reqwest::Client;
use reqwest::redirect::Policy;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::Notify;

use super::sign::signature;
use super::{Delivery, Webhooks};
use crate::bigcommerce::State;
use crate::bigcommerce::management::access::CLIENT_SECRET;
use crate::bigcommerce::model::WebhookMode;
use crate::kit::Kit;
use crate::kit::call_log::{Call, loggable};
use crate::kit::faults::FaultAction;

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often retries are looked for: a test may have moved the clock.
const LOOK: Duration = Duration::from_millis(100);

/// Sends what there is to send, for as long as the listener lives.
pub async fn run(state: Data<State>, webhooks: Data<Webhooks>, kit: Kit) {
    let Ok(client) = Client::builder()
        .timeout(TIMEOUT)
        .redirect(Policy::none())
        .build()
    else {
        tracing::error!("webhooks cannot be sent: no HTTP client");
        return;
    };
    let events: Arc<Notify> = state.lock().events_ready.clone();
    loop {
        tokio::select! {
            () = events.notified() => {}
            () = webhooks.ring.notified() => {}
            () = rt::time::sleep(LOOK) => {}
        }
        webhooks.add(&mut state.lock());
        let due = webhooks.take_due(&kit.clock);
        let mode = state.lock().switches.webhook_mode;
        let attempts = due.into_iter().map(|delivery| {
            attempt(
                client.clone(),
                delivery,
                state.clone(),
                webhooks.clone(),
                kit.clone(),
            )
        });
        if mode == WebhookMode::Deliver {
            attempts.for_each(|attempt| drop(rt::spawn(attempt)));
        } else {
            // One after the other: a test that changes the order relies on it.
            let attempts: Vec<_> = attempts.collect();
            rt::spawn(async move {
                for attempt in attempts {
                    attempt.await;
                }
            });
        }
    }
}

async fn attempt(
    client: Client,
    delivery: Delivery,
    state: Data<State>,
    webhooks: Data<Webhooks>,
    kit: Kit,
) {
    let path = url::Url::parse(&delivery.destination).map_or_else(
        |_| delivery.destination.clone(),
        |url| url.path().to_owned(),
    );
    let fault = kit.faults.take("webhook", "POST", &path);
    let mut call = begin(&kit, &delivery, path);
    call.fault = fault.as_ref().map(|(id, _)| *id);
    let status = match fault.map(|(_, action)| action) {
        None => send(&client, &delivery, &mut call).await,
        Some(FaultAction::Delay { ms }) => {
            rt::time::sleep(Duration::from_millis(ms)).await;
            send(&client, &delivery, &mut call).await
        }
        // Arrived and worked on, but the answer got lost: it will be sent again.
        Some(FaultAction::DropAfter {}) => {
            send(&client, &delivery, &mut call).await;
            None
        }
        Some(FaultAction::Status { status, .. }) => Some(status),
        Some(FaultAction::Drop {} | FaultAction::Rubbish {}) => None,
    };
    call.status = status;
    call.finished_ms = kit.clock.monotonic_ms();
    kit.calls.push(call);
    let retries = state.lock().switches.webhook_retry_seconds.clone();
    let switch_off = webhooks.finish(&delivery, status, &retries, &kit.clock);
    if switch_off && let Some(hook) = state.lock().hooks.get_mut(&delivery.hook_id) {
        hook.is_active = false;
    }
}

async fn send(client: &Client, delivery: &Delivery, call: &mut Call) -> Option<u16> {
    // Real time, also where the stand-in's clock was moved: receivers compare it with their own.
    let timestamp = OffsetDateTime::now_utc().unix_timestamp();
    let body = delivery.body.to_string();
    let signed = signature(CLIENT_SECRET, &delivery.id, timestamp, &body);
    let mut request = client
        .post(&delivery.destination)
        .header("content-type", "application/json")
        .header("webhook-id", &delivery.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signed);
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    let response = request.body(body).send().await.ok()?;
    let status = response.status().as_u16();
    call.response_body = loggable(&response.bytes().await.unwrap_or_default());
    Some(status)
}

fn begin(kit: &Kit, delivery: &Delivery, path: String) -> Call {
    let started_ms = kit.clock.monotonic_ms();
    Call {
        seq: 0,
        at: kit.clock.now().format(&Rfc3339).unwrap_or_default(),
        started_ms,
        finished_ms: started_ms,
        area: "webhook",
        method: "POST".to_owned(),
        path,
        query: String::new(),
        status: None,
        request_body: delivery.body.clone(),
        response_body: serde_json::Value::Null,
        authorised_as: None,
        fault: None,
    }
}
