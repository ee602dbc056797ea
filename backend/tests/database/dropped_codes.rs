//! Codes that jobs took off: kept until they are told.

use voucherbridge::{
    database::{
        dropped_codes::{self, DroppedCode},
        retention::{self, Over},
    },
    domain::{CheckoutId, Code, messages::Refusal},
};

use super::opened::{Opened, databases, shop};

fn checkout(number: u32) -> CheckoutId {
    CheckoutId::parse(&format!("00000000-0000-4000-8000-{number:012}")).unwrap()
}

fn dropped(code: &str, refusal: Refusal, dropped_at_ms: i64) -> DroppedCode {
    DroppedCode {
        code: Code::parse(code).unwrap(),
        native_code: format!("{code}-7K3M9Q"),
        refusal,
        dropped_at_ms,
    }
}

async fn put(opened: &Opened, number: u32, dropped: &DroppedCode) {
    let mut tx = opened.database.begin().await.unwrap();
    let put = dropped_codes::put(tx.connection(), &shop(), &checkout(number), dropped).await;
    put.unwrap();
    tx.commit().await.unwrap();
}

async fn take(opened: &Opened, number: u32) -> Vec<DroppedCode> {
    let mut tx = opened.database.begin().await.unwrap();
    let (connection, checkout) = (tx.connection(), checkout(number));
    let all = dropped_codes::of_checkout(connection, &shop(), &checkout).await;
    let all = all.unwrap();
    for one in &all {
        let out = dropped_codes::take_out(connection, &shop(), &checkout, one).await;
        out.unwrap();
    }
    tx.commit().await.unwrap();
    all
}

#[tokio::test]
async fn they_come_back_as_they_were_and_once() {
    // Every form that a refusal has.
    let worded = Refusal::said("order_rules_violated", Some("Spend 300 “first”."), None);
    let other = Refusal::Other("some_new_key".to_owned());
    for opened in databases().await {
        let all = [
            dropped("FREETEE", worded.clone(), 1),
            dropped("ÉTÉ-10", other.clone(), 2),
            dropped("SAVE10", Refusal::RulesNotMet, 3),
        ];
        for one in all.iter().rev() {
            put(&opened, 1, one).await;
        }
        put(&opened, 2, &all[0]).await;
        assert_eq!(take(&opened, 1).await, all, "{}", opened.kind);
        assert_eq!(take(&opened, 1).await, [], "{}", opened.kind);
        assert_eq!(take(&opened, 2).await, all[..1], "{}", opened.kind);
    }
}

#[tokio::test]
async fn the_latest_of_a_code_counts_and_the_old_are_forgotten() {
    for opened in databases().await {
        put(&opened, 1, &dropped("A", Refusal::Expired, 1)).await;
        let later = dropped("A", Refusal::RedemptionRulesNotMet, 9);
        put(&opened, 1, &later).await;
        put(&opened, 1, &dropped("B", Refusal::Expired, 4)).await;
        let mut tx = opened.database.begin().await.unwrap();
        let over = Over::DroppedCodes;
        let forgotten = retention::delete_some(tx.connection(), over, &shop(), 9).await;
        let forgotten = forgotten.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(forgotten, 1, "{}", opened.kind);
        assert_eq!(take(&opened, 1).await, [later], "{}", opened.kind);
    }
}
