//! The checkout's script at BigCommerce. Needs the module's files, which `npm test` builds first.

use serde_json::{Value, json};
use voucherbridge::{
    checkout_module::manifest,
    flows::merchant::install_scripts::{self, InstallError, Installed},
};

use super::helpers::{STORE, TestApp};

async fn scripts(app: &TestApp) -> Vec<Value> {
    let url = format!(
        "{}/stores/{STORE}/v3/content/scripts",
        app.stand_in.shop_url
    );
    let request = app
        .client
        .get(url)
        .header("x-auth-token", "demo-access-token");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["data"].as_array().unwrap().clone()
}

async fn install(app: &TestApp, reset: bool) -> Result<Installed, InstallError> {
    install_scripts::install(
        &app.running.app.context,
        &app.running.app.connections,
        &TestApp::store(),
        reset,
        "test",
    )
    .await
}

#[tokio::test]
async fn is_installed_once_updated_reset_and_removed() {
    let app = TestApp::connected().await;
    let Some(manifest) = manifest() else {
        let missing = install(&app, false).await;
        assert!(
            matches!(missing, Err(InstallError::NotBuilt)),
            "{missing:?}"
        );
        return;
    };
    let install = |reset| install(&app, reset);
    assert_eq!(install(false).await.unwrap(), Installed::New);
    let first = scripts(&app).await;
    assert_eq!(first.len(), 1);
    let src = format!(
        "{}/assets/{}/loader.js?store={STORE}",
        app.url, manifest.version
    );
    assert_eq!(first[0]["src"], src);
    assert_eq!(
        first[0]["integrity_hashes"],
        json!([manifest.loader.integrity])
    );
    assert_eq!(first[0]["visibility"], "checkout");
    assert_eq!(first[0]["location"], "head");
    assert_eq!(first[0]["load_method"], "async");
    assert_eq!(first[0]["consent_category"], "essential");
    assert_eq!(install(false).await.unwrap(), Installed::Updated);
    assert_eq!(scripts(&app).await[0]["uuid"], first[0]["uuid"]);
    assert_eq!(install(true).await.unwrap(), Installed::Reset);
    let reset = scripts(&app).await;
    assert_eq!(reset.len(), 1);
    assert_ne!(reset[0]["uuid"], first[0]["uuid"]);
    let removed = install_scripts::uninstall(
        &app.running.app.context,
        &app.running.app.connections,
        &TestApp::store(),
        "test",
    )
    .await
    .unwrap();
    assert_eq!((removed, scripts(&app).await.len()), (1, 0));
    // A merchant removed it: installing brings it back.
    assert_eq!(install(false).await.unwrap(), Installed::New);
}
