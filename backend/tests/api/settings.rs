//! `voucherbridge settings`: another process changes a store, the running server follows.

use serde_json::{Value, json};
use voucherbridge::{
    connections::FRESH_MS,
    database::facts,
    domain::{
        Fact,
        messages::Language,
        settings::{OnDifference, SourceId},
    },
    flows::merchant::{
        change_settings::Choices,
        connect::{self, ConnectError, ConnectRequest},
    },
};

use super::helpers::{STORE, TestApp};

#[tokio::test]
async fn a_running_server_follows_what_another_process_changes() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    let reads =
        async |locale| app.type_code(&checkout, "EXPIRED10", locale).await["message"].clone();
    assert_eq!(reads("de").await, "Dieser Code ist abgelaufen.");

    let (_, before) = app.command(&["settings", "--store", STORE]).await;
    assert!(
        before.contains("retail-prices            false"),
        "{before}"
    );
    assert!(!before.contains("Changed"), "{before}");
    let arguments = [
        ["settings", "--store", STORE].as_slice(),
        &["--retail-prices", "true", "--source-id", "email"],
        &["--voucherify-language", "pl"],
        &[
            "--combine-with-promotions",
            "false",
            "--guests-are-customers",
            "true",
        ],
        &[
            "--message",
            "expired:de=Leider zu spät.",
            "--message",
            "other:pl=Nie.",
        ],
    ];
    let (well, after) = app.command(&arguments.concat()).await;
    assert!(well && after.contains("Changed"), "{after}");
    assert!(after.contains("expired:de=Leider zu spät."), "{after}");

    app.stand_in.shop_kit.clock.advance(FRESH_MS / 1_000);
    assert_eq!(reads("de").await, "Leider zu spät.");
    assert_eq!(reads("en").await, "This code has expired.");
    let connections = &app.running.app.connections;
    let connected = connections.connected(&TestApp::store()).await.unwrap();
    let settings = &connected.connection.settings;
    assert!(settings.retail_prices && settings.guests_are_customers);
    assert!(!settings.combine_with_promotions);
    assert_eq!(settings.source_id, SourceId::Email);
    assert_eq!(settings.voucherify_language, Language::Pl);

    let reset = ["settings", "--store", STORE, "--reset-message", "expired"];
    let (_, after) = app.command(&reset).await;
    assert!(
        after.contains("other:pl=Nie.") && !after.contains("expired"),
        "{after}"
    );
    app.stand_in.shop_kit.clock.advance(FRESH_MS / 1_000);
    assert_eq!(reads("de").await, "Dieser Code ist abgelaufen.");
}

#[tokio::test]
async fn a_change_is_in_the_audit_log_and_showing_is_not() {
    let app = TestApp::connected().await;
    let database = &app.running.app.context.database;
    let entries = async || database.audit_entries(&TestApp::store(), 10).await.unwrap();
    let settings = ["settings", "--store", STORE];
    app.command(&settings).await;
    app.command(&[settings.as_slice(), &["--retail-prices", "false"]].concat())
        .await;
    assert_eq!(entries().await.len(), 1);
    app.command(&[settings.as_slice(), &["--retail-prices", "true"]].concat())
        .await;
    let entries = entries().await;
    let entry = entries.iter().find(|entry| entry.action == "settings");
    let details = &entry.unwrap().details;
    assert_eq!(details["before"]["retail_prices"], false);
    assert_eq!(details["after"]["retail_prices"], true);
}

#[tokio::test]
async fn says_what_is_wrong_and_changes_nothing() {
    let app = TestApp::connected().await;
    let before = app.state().await;
    let long = format!("expired:en={}", "x".repeat(201));
    for (arguments, said) in [
        (["--message", "expired=Sorry."], "REASON:LANGUAGE=SENTENCE"),
        (["--message", "expired:jp=Sorry."], "`jp` is no language"),
        (["--message", "no_such:en=Sorry."], "`no_such` is no reason"),
        (["--message", "expired:en=<b>Sorry</b>"], "plain text"),
        (["--message", "expired:en= "], "is empty"),
        (["--message", &long], "200 characters"),
        (["--reset-message", "no_such"], "`no_such` is no reason"),
        (["--source-id", "name"], "invalid value"),
        (["--retail-prices", "perhaps"], "invalid value"),
    ] {
        let all = [["settings", "--store", STORE].as_slice(), &arguments].concat();
        let (well, printed) = app.command(&all).await;
        assert!(!well && printed.contains(said), "{arguments:?}: {printed}");
    }
    let (well, printed) = app.command(&["settings", "--store", "nostore"]).await;
    assert!(
        !well && printed.contains("nostore is not connected"),
        "{printed}"
    );
    app.is_as(&before, "settings").await;
}

/// What was learnt of a store is shown, and forgotten where the merchant says so.
#[tokio::test]
async fn what_was_learnt_of_a_store_is_forgotten() {
    let app = TestApp::connected().await;
    let database = &app.running.app.context.database;
    let mut tx = database.begin().await.unwrap();
    for fact in [Fact::FirstRuleSeenAlone, Fact::OnlyFirstRule] {
        facts::learn(tx.connection(), &TestApp::store(), fact, 1)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let settings = ["settings", "--store", STORE];
    let (_, shown) = app.command(&settings).await;
    assert!(
        shown.contains("learnt                   only_first_rule"),
        "{shown}"
    );
    let forget = [settings.as_slice(), &["--forget-learnt"]].concat();
    let wrong = [forget.as_slice(), &["--message", "no_such:en=Sorry."]].concat();
    assert!(!app.command(&wrong).await.0);
    let (_, kept) = app.command(&settings).await;
    assert!(kept.contains("only_first_rule"), "{kept}");

    let (well, after) = app.command(&forget).await;
    assert!(
        well && after.contains("Changed") && !after.contains("learnt"),
        "{after}"
    );
    let mut tx = database.begin().await.unwrap();
    let known = facts::known(tx.connection(), &TestApp::store())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(known, []);
    let entries = database.audit_entries(&TestApp::store(), 10).await.unwrap();
    let entry = entries.iter().find(|entry| entry.action == "forget_learnt");
    assert_eq!(entry.unwrap().details["facts"][1], "only_first_rule");
    let (well, again) = app.command(&forget).await;
    assert!(well && !again.contains("Changed"), "{again}");
}

/// It is asked when the setting is made, not when the first order differs.
#[tokio::test]
async fn orders_are_flagged_only_with_a_token_that_may_change_them() {
    let app = TestApp::connected().await;
    let before = app.state().await;
    let flag = ["settings", "--store", STORE, "--on-difference", "flag"];
    let (well, printed) = app.command(&flag).await;
    assert!(!well && printed.contains("Orders: modify"), "{printed}");
    app.is_as(&before, "settings").await;
    let again = ConnectRequest {
        choices: Choices {
            on_difference: Some(OnDifference::Flag),
            ..Choices::default()
        },
        ..TestApp::request()
    };
    let refused = connect::connect(
        &app.running.app.context,
        &app.running.app.connections,
        &again,
    )
    .await;
    let Err(ConnectError::MissingScopes(missing)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(missing, ["Orders: modify"]);

    let scopes = app.shop_control("GET", "scopes", &Value::Null).await;
    let mut granted = scopes["granted"].as_array().unwrap().clone();
    granted.push(json!("store_v2_orders"));
    app.shop_control("PUT", "scopes", &json!({ "granted": granted }))
        .await;
    let (well, printed) = app.command(&flag).await;
    assert!(
        well && printed.contains("on-difference            flag"),
        "{printed}"
    );
    connect::connect(
        &app.running.app.context,
        &app.running.app.connections,
        &again,
    )
    .await
    .unwrap();
    app.shop_control("PUT", "scopes", &json!({ "granted": scopes["granted"] }))
        .await;
    let kept = app.connect().await;
    assert!(
        kept.is_err(),
        "what is not said stays, and needs the same: {kept:?}"
    );
}
