//! Connecting and disconnecting a store.

use secrecy::SecretString;
use serde_json::{Value, json};
use voucherbridge::domain::StoreHash;
use voucherbridge::flows::{
    merchant::{
        change_settings::Choices,
        connect::{self, ConnectError, ConnectRequest},
        disconnect,
    },
    webhooks::scopes::SCOPES,
};
use voucherbridge::worker;
use voucherbridge_test_support::connected;

use super::helpers::{SECRETS, STORE, TestApp};

async fn hooks(app: &TestApp) -> Vec<Value> {
    let webhooks = app.shop_control("GET", "webhooks", &Value::Null).await;
    webhooks["hooks"].as_array().unwrap().clone()
}

impl TestApp {
    /// The store is gone from the database, and from nowhere else.
    async fn delete(&self) {
        let context = &self.running.app.context;
        connected::delete(&context.database, &Self::store(), context.clock.now_ms()).await;
    }
}

async fn grant(app: &TestApp, missing: &[&str]) {
    let all = [
        "store_v2_content",
        "store_content_checkout",
        "store_v2_marketing",
        "store_cart",
        "store_checkouts",
        "store_v2_customers_read_only",
        "store_v2_orders_read_only",
        "store_v2_transactions_read_only",
        "store_v2_products_read_only",
        "store_v2_information_read_only",
    ];
    let granted: Vec<&str> = all
        .into_iter()
        .filter(|scope| !missing.contains(scope))
        .collect();
    app.shop_control("PUT", "scopes", &json!({ "granted": granted }))
        .await;
}

#[tokio::test]
async fn registers_webhooks_and_tells_what_stops_working() {
    let app = TestApp::start().await;
    let report = app.connect().await.unwrap();
    assert_eq!(report.webhooks, SCOPES.len());
    assert!(report.origins.contains(&app.stand_in.shop_url));
    assert_eq!(report.coupons_allowed, 1);
    assert_eq!(report.native_coupons.len(), 1);
    let hooks = hooks(&app).await;
    let mut scopes: Vec<&str> = hooks
        .iter()
        .map(|hook| hook["scope"].as_str().unwrap())
        .collect();
    let mut wanted = SCOPES.to_vec();
    scopes.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(scopes, wanted);
    for hook in &hooks {
        assert_eq!(hook["destination"], format!("{}/{STORE}/webhooks", app.url));
    }
}

#[tokio::test]
async fn keeps_no_secret_readable() {
    let app = TestApp::connected().await;
    let store = &app.running.app.context.database;
    let record = app.record().await;
    let audit = store.audit_entries(&TestApp::store(), 10).await.unwrap();
    assert_eq!((audit.len(), audit[0].action.as_str()), (1, "connect"));
    let sealed = [
        &record.access_token,
        &record.client_secret,
        &record.voucherify_secret_key,
    ];
    let kept = sealed.map(|sealed| sealed.as_str().to_owned()).join(" ");
    for secret in SECRETS {
        assert!(!kept.contains(secret) && !format!("{record:?} {audit:?}").contains(secret));
    }
}

#[tokio::test]
async fn again_changes_settings_and_doubles_nothing() {
    let app = TestApp::connected().await;
    let secret = app.webhook_secret().await;
    let before = hooks(&app).await;
    let again = ConnectRequest {
        choices: Choices {
            combine_with_promotions: Some(false),
            ..Choices::default()
        },
        ..TestApp::request()
    };
    connect::connect(
        &app.running.app.context,
        &app.running.app.connections,
        &again,
    )
    .await
    .unwrap();
    assert_eq!(app.webhook_secret().await, secret);
    assert_eq!(hooks(&app).await.len(), before.len());
    let connected = app
        .running
        .app
        .connections
        .connected(&TestApp::store())
        .await
        .unwrap();
    assert!(!connected.connection.settings.combine_with_promotions);
    // What is not said stays.
    app.connect().await.unwrap();
    let connections = &app.running.app.connections;
    let connected = connections.connected(&TestApp::store()).await.unwrap();
    assert!(!connected.connection.settings.combine_with_promotions);
}

#[tokio::test]
async fn replaces_webhooks_whose_secret_was_lost() {
    let app = TestApp::connected().await;
    let old = app.webhook_secret().await;
    app.delete().await;
    app.running.app.connections.forget(&TestApp::store());
    let report = app.connect().await.unwrap();
    assert_ne!(app.webhook_secret().await, old);
    assert_eq!(report.webhooks, SCOPES.len());
    assert_eq!(hooks(&app).await.len(), SCOPES.len());
}

#[tokio::test]
async fn names_every_scope_that_is_missing() {
    let app = TestApp::start().await;
    for (granted_as, name) in [
        ("store_content_checkout", "Checkout Content: modify"),
        (
            "store_v2_transactions_read_only",
            "Order Transactions: read-only",
        ),
        ("store_v2_marketing", "Marketing: modify"),
        ("store_cart", "Carts: modify"),
        ("store_checkouts", "Checkouts: modify"),
        ("store_v2_customers_read_only", "Customers: read-only"),
        ("store_v2_orders_read_only", "Orders: read-only"),
        ("store_v2_products_read_only", "Products: read-only"),
        (
            "store_v2_information_read_only",
            "Information & Settings: read-only",
        ),
    ] {
        grant(&app, &[granted_as]).await;
        match app.connect().await {
            Err(ConnectError::MissingScopes(missing)) => assert_eq!(missing, [name]),
            other => panic!("{granted_as}: {other:?}"),
        }
    }
    // Without the one, nobody can tell whether the other is there.
    grant(&app, &["store_v2_content"]).await;
    let error = app.connect().await.unwrap_err().to_string();
    assert!(error.contains("; Checkout Content: modify"), "{error}");
    assert!(error.contains(" Content: modify;"), "{error}");
    grant(
        &app,
        &[
            "store_v2_marketing",
            "store_cart",
            "store_v2_products_read_only",
        ],
    )
    .await;
    let error = app.connect().await.unwrap_err().to_string();
    for name in ["Marketing: modify", "Carts: modify", "Products: read-only"] {
        assert!(error.contains(name), "{error}");
    }
    let store = &app.running.app.context.database;
    assert!(store.store_records().await.unwrap().is_empty());
    assert!(hooks(&app).await.is_empty());
}

#[tokio::test]
async fn a_store_whose_webhooks_could_not_be_registered_has_its_chores() {
    let app = TestApp::start().await;
    let action = json!({ "kind": "status", "status": 500, "body": {} });
    let rule = json!({ "method": "POST", "path": "/v3/hooks", "action": action });
    app.fault(&app.stand_in.shop_url, &rule).await;
    app.connect().await.unwrap_err();
    assert!(hooks(&app).await.is_empty());
    app.stand_in.shop_kit.faults.clear();
    let context = &app.running.app.context;
    worker::sweep(context).await.unwrap();
    assert!(
        hooks(&app).await.is_empty(),
        "whoever connects it may still register them"
    );
    app.move_time(61);
    worker::sweep(context).await.unwrap();
    assert_eq!(hooks(&app).await.len(), SCOPES.len());
}

#[tokio::test]
async fn the_scope_check_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let before = app.shop_state().await;
    app.connect().await.unwrap();
    assert_eq!(app.shop_state().await, before);
    let calls = app.stand_in.shop_kit.calls.list(0, "");
    assert!(
        calls
            .iter()
            .any(|call| call.method == "DELETE" && call.status == Some(404))
    );
}

#[tokio::test]
async fn refuses_wrong_credentials() {
    let app = TestApp::start().await;
    let wrong = SecretString::from("wrong");
    let token = ConnectRequest {
        access_token: wrong.clone(),
        ..TestApp::request()
    };
    let refused = connect::connect(
        &app.running.app.context,
        &app.running.app.connections,
        &token,
    )
    .await;
    assert!(
        matches!(refused, Err(ConnectError::BigCommerceCredentials(_))),
        "{refused:?}"
    );
    let key = ConnectRequest {
        voucherify_secret_key: wrong,
        ..TestApp::request()
    };
    let refused =
        connect::connect(&app.running.app.context, &app.running.app.connections, &key).await;
    assert!(
        matches!(refused, Err(ConnectError::VoucherifyCredentials)),
        "{refused:?}"
    );
    assert!(
        app.running
            .app
            .context
            .database
            .store_records()
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn disconnecting_removes_everything() {
    let app = TestApp::connected().await;
    let path = format!("/{STORE}/checkouts/{}/codes", app.checkout().await);
    let typed = || {
        app.to(reqwest::Method::POST, &path)
            .json(&json!({ "code": "SAVE10" }))
    };
    let answer: Value = typed().send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["outcome"], "applied", "{answer}");
    let report = disconnect::disconnect(
        &app.running.app.context,
        &app.running.app.connections,
        &TestApp::store(),
        "test",
    )
    .await
    .unwrap();
    assert_eq!(
        (report.webhooks, report.codes, report.promotions),
        (SCOPES.len(), 1, 0)
    );
    let state = app.state().await;
    assert_eq!(state["vouchers"]["sessions"], json!([]));
    assert_eq!(state["shop"]["promotions"].as_array().unwrap().len(), 1);
    assert!(hooks(&app).await.is_empty());
    assert_eq!(typed().send().await.unwrap().status(), 404);
    assert!(
        app.running
            .app
            .context
            .database
            .store_records()
            .await
            .unwrap()
            .is_empty()
    );
    // And it can be connected anew.
    app.connect().await.unwrap();
    assert_eq!(typed().send().await.unwrap().status(), 200);
}

/// A change and its entry in the audit log are one: where the entry cannot be written, nothing is changed.
#[tokio::test]
async fn no_store_is_connected_or_disconnected_without_its_entry() {
    let app = TestApp::start().await;
    let (context, connections) = (&app.running.app.context, &app.running.app.connections);
    let rename = async |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(context.database.pool());
        query.await.unwrap();
    };
    rename("audit_log", "no_audit_log").await;
    app.connect().await.unwrap_err();
    assert_eq!(app.database.count("stores"), 0);
    rename("no_audit_log", "audit_log").await;
    app.connect().await.unwrap();

    let before = app.record().await;
    let store = TestApp::store();
    rename("audit_log", "no_audit_log").await;
    let failed = disconnect::disconnect(context, connections, &store, "test").await;
    failed.unwrap_err();
    assert_eq!(app.record().await, before);
    rename("no_audit_log", "audit_log").await;
    let again = disconnect::disconnect(context, connections, &store, "test").await;
    again.unwrap();
    let entries = context.database.audit_entries(&store, 10).await.unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["disconnect", "uninstall_scripts", "connect"]);
}

#[tokio::test]
async fn a_store_connected_by_another_process_is_noticed() {
    let app = TestApp::connected().await;
    let store = &app.running.app.context.database;
    let record = app.record().await;
    let checkout = app.checkout().await;
    let path = format!("/{STORE}/checkouts/{checkout}/refresh");
    let refresh = || app.to(reqwest::Method::POST, &path).json(&json!({})).send();
    assert_eq!(refresh().await.unwrap().status(), 200);
    app.delete().await;
    app.stand_in.shop_kit.clock.advance(5);
    assert_eq!(refresh().await.unwrap().status(), 404);
    connected::save(store, &record).await;
    assert_eq!(refresh().await.unwrap().status(), 200);
}

#[tokio::test]
async fn stores_that_share_a_project_keep_their_orders_apart() {
    let app = TestApp::connected().await;
    let store = &app.running.app.context.database;
    let first = store
        .store_record(&TestApp::store())
        .await
        .unwrap()
        .unwrap();
    assert!(!first.settings.prefix_orders);

    // Another store is there before this one.
    let mut other = first;
    other.hash = StoreHash::parse("other1store").unwrap();
    connected::save(store, &other).await;
    app.delete().await;
    for again in [false, true] {
        app.connect().await.unwrap();
        let record = store
            .store_record(&TestApp::store())
            .await
            .unwrap()
            .unwrap();
        assert!(record.settings.prefix_orders, "connected again: {again}");
    }
}
