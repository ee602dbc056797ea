//! Webhooks that BigCommerce switched off, and scripts that a merchant deleted.

use serde_json::{Value, json};
use voucherbridge::{
    app::App,
    checkout_module::manifest,
    flows::{
        merchant::{
            install_scripts,
            look_after_setup::{self, Setup},
        },
        webhooks::scopes::SCOPES,
    },
};

use super::helpers::TestApp;

async fn look_after(app: &TestApp) -> Setup {
    let running = &app.running.app;
    let store = TestApp::store();
    let connected = running.connections.connected(&store).await.unwrap();
    look_after_setup::look_after(&running.context, &connected.connection)
        .await
        .unwrap()
}

async fn hooks(app: &TestApp) -> Vec<Value> {
    let webhooks = app.shop_control("GET", "webhooks", &Value::Null).await;
    webhooks["hooks"].as_array().unwrap().clone()
}

async fn kept_hooks(app: &App) -> Vec<i64> {
    let record = app.context.database.store_record(&TestApp::store()).await;
    record.unwrap().unwrap().hook_ids
}

#[tokio::test]
async fn webhooks_that_were_switched_off_or_are_gone_are_there_again() {
    let app = TestApp::connected().await;
    assert_eq!(look_after(&app).await, Setup::default());
    let before = hooks(&app).await;
    for hook in &before[..2] {
        let path = format!("hooks/{}", hook["id"]);
        app.shop_control("PUT", &path, &json!({ "is_active": false }))
            .await;
    }
    let path = format!("hooks/{}", before[2]["id"]);
    app.shop_control("DELETE", &path, &Value::Null).await;
    let of_all =
        look_after_setup::count_webhooks(&app.running.app.context, &TestApp::store()).await;
    assert_eq!(of_all.unwrap(), (SCOPES.len() - 3, SCOPES.len()));

    let mended = Setup {
        switched_on: 2,
        made: 1,
        scripts_gone: 0,
    };
    assert_eq!(look_after(&app).await, mended);
    assert_eq!(look_after(&app).await, Setup::default());
    let after = hooks(&app).await;
    assert_eq!(after.len(), SCOPES.len());
    assert!(after.iter().all(|hook| hook["is_active"] == true));
    // Each still brings our secret.
    assert!(
        after
            .iter()
            .all(|hook| hook["headers"] == before[0]["headers"])
    );
    let mut ids: Vec<i64> = after
        .iter()
        .map(|hook| hook["id"].as_i64().unwrap())
        .collect();
    let mut kept = kept_hooks(&app.running.app).await;
    ids.sort_unstable();
    kept.sort_unstable();
    assert_eq!(kept, ids);
}

#[tokio::test]
async fn a_script_that_is_gone_is_reported_and_not_installed_again() {
    if manifest().is_none() {
        return;
    }
    let app = TestApp::connected().await;
    let store = TestApp::store();
    // One that never was installed is not missed.
    assert_eq!(look_after(&app).await.scripts_gone, 0);
    install_scripts::install(
        &app.running.app.context,
        &app.running.app.connections,
        &store,
        false,
        "test",
    )
    .await
    .unwrap();
    assert_eq!(look_after(&app).await.scripts_gone, 0);
    let state = app.shop_state().await;
    let uuid = state["scripts"][0]["uuid"].as_str().unwrap();
    app.shop_control("DELETE", &format!("scripts/{uuid}"), &Value::Null)
        .await;
    assert_eq!(look_after(&app).await.scripts_gone, 1);
    let state = app.shop_state().await;
    assert_eq!(state["scripts"], json!([]));
    let metrics = app.to(reqwest::Method::GET, "/metrics");
    let metrics = metrics.send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("voucherbridge_scripts_gone{"), "{metrics}");

    install_scripts::uninstall(
        &app.running.app.context,
        &app.running.app.connections,
        &store,
        "test",
    )
    .await
    .unwrap();
    assert_eq!(look_after(&app).await.scripts_gone, 0);
}
