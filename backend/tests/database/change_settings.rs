//! Settings are changed field by field: two people, or a person and a chore, may do it at the same time.

use serde_json::{Value, json};
use sqlx::Row as _;
use voucherbridge::{
    crypto::Sealed,
    database::{
        Database,
        stores::{self, StoreRecord},
    },
    domain::{
        StoreHash,
        messages::Language,
        settings::{SourceId, StoreSettings},
    },
    flows::merchant::change_settings::{self, Choices, MessageChange, SettingsChange},
};
use voucherbridge_test_support::connected;

use super::{
    merchant::Process,
    opened::{Opened, databases, shop},
    stores::record,
};

/// What happens at the same time happens in another order each time.
const ROUNDS: usize = 10;

async fn connect(opened: &Opened) -> StoreHash {
    let store = shop();
    connected::save(&opened.database, &record(store.as_str())).await;
    store
}

async fn make(process: &Process, change: &SettingsChange) -> bool {
    let (context, connections) = (&process.context, &process.connections);
    let changed = change_settings::change(context, connections, &shop(), change, "test").await;
    changed.unwrap().is_new
}

fn choose(choices: Choices) -> SettingsChange {
    SettingsChange {
        choices,
        ..SettingsChange::default()
    }
}

fn say(reason: &str, sentence: &str) -> SettingsChange {
    SettingsChange {
        messages: vec![MessageChange::Set {
            reason: reason.to_owned(),
            language: Language::De,
            sentence: sentence.to_owned(),
        }],
        ..SettingsChange::default()
    }
}

async fn settings(database: &Database) -> StoreSettings {
    let record = database.store_record(&shop()).await.unwrap();
    record.unwrap().settings
}

#[tokio::test]
async fn two_changes_of_different_settings_at_the_same_time_both_stay() {
    for opened in databases().await {
        connect(&opened).await;
        let here = Process::on(&opened).await;
        let there = Process::on(&opened).await;
        for round in 0..ROUNDS {
            let (is_on, sentence) = (round % 2 == 0, format!("Satz {round}."));
            let prices = choose(Choices {
                retail_prices: Some(is_on),
                ..Choices::default()
            });
            let (expired, other) = (say("expired", &sentence), say("other", &sentence));
            tokio::join!(
                make(&here, &prices),
                make(&there, &expired),
                make(&there, &other)
            );
            let now = settings(&opened.database).await;
            let what = format!("{} {round}", opened.kind);
            assert_eq!(now.retail_prices, is_on, "{what}");
            let said: Vec<(&str, &str)> = now
                .messages
                .iter()
                .map(|(key, _, said)| (key, said))
                .collect();
            assert_eq!(
                said,
                [("expired", sentence.as_str()), ("other", &sentence)],
                "{what}"
            );
        }
    }
}

/// And the audit log tells of them in the order in which they were made.
#[tokio::test]
async fn the_later_of_two_changes_of_one_setting_stays() {
    for opened in databases().await {
        connect(&opened).await;
        let here = Process::on(&opened).await;
        let there = Process::on(&opened).await;
        let language = |language| {
            choose(Choices {
                voucherify_language: Some(language),
                ..Choices::default()
            })
        };
        for round in 0..ROUNDS {
            let (german, polish) = (language(Language::De), language(Language::Pl));
            tokio::join!(make(&here, &german), make(&there, &polish));
            let entries = opened.database.audit_entries(&shop(), 100).await.unwrap();
            let now = serde_json::to_value(settings(&opened.database).await).unwrap();
            let what = format!("{} {round}", opened.kind);
            assert_eq!(entries[0].details["after"], now, "{what}");
            for both in entries.windows(2) {
                assert_eq!(
                    both[0].details["before"], both[1].details["after"],
                    "{what}"
                );
            }
            make(&here, &language(Language::En)).await;
        }
    }
}

/// While another replica is newer.
#[tokio::test]
async fn what_this_version_does_not_know_stays() {
    for opened in databases().await {
        connect(&opened).await;
        let mut stored = serde_json::to_value(settings(&opened.database).await).unwrap();
        stored["of_tomorrow"] = json!({ "a": [1, null] });
        write(&opened, &stored).await;
        let merchant = Process::on(&opened).await;
        let email = choose(Choices {
            source_id: Some(SourceId::Email),
            ..Choices::default()
        });
        assert!(make(&merchant, &email).await, "{}", opened.kind);
        assert!(!make(&merchant, &email).await, "{}", opened.kind);
        stored["source_id"] = json!("email");
        assert_eq!(written(&opened).await, stored, "{}", opened.kind);
    }
}

async fn write(opened: &Opened, settings: &Value) {
    let query = sqlx::query("UPDATE stores SET settings = $1").bind(settings.to_string());
    query.execute(opened.database.pool()).await.unwrap();
}

async fn written(opened: &Opened) -> Value {
    let query = sqlx::query("SELECT settings FROM stores");
    let row = query.fetch_one(opened.database.pool()).await.unwrap();
    serde_json::from_str(&row.get::<String, _>("settings")).unwrap()
}

/// A webhook secret that is overwritten would have every event refused.
#[tokio::test]
async fn of_two_processes_that_connect_a_store_the_second_finds_what_the_first_wrote() {
    for opened in databases().await {
        for round in 0..ROUNDS {
            let hash = StoreHash::parse(&format!("new{round}")).unwrap();
            let elsewhere = opened.again().await;
            let (one, other) = tokio::join!(
                connect_new(&opened.database, &hash, "one"),
                connect_new(&elsewhere, &hash, "other")
            );
            let found = [one, other].into_iter().flatten().count();
            assert_eq!(found, 1, "{} {round}", opened.kind);
        }
    }
}

/// Answers what was there.
async fn connect_new(database: &Database, hash: &StoreHash, secret: &str) -> Option<StoreRecord> {
    let mut tx = database.begin().await.unwrap();
    let found = stores::for_connecting(tx.connection(), hash, 0)
        .await
        .unwrap();
    if found.is_none() {
        let new = StoreRecord {
            webhook_secret: Sealed::from_stored(secret.to_owned()),
            ..record(hash.as_str())
        };
        stores::save(tx.connection(), &new).await.unwrap();
    }
    tx.commit().await.unwrap();
    found
}
