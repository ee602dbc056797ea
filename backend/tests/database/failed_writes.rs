//! A write that fails once fails once: the next one begins afresh.

use sqlx::error::DatabaseError;
use voucherbridge::database::{self, Database};

use crate::opened::{databases, sqlite};

async fn run(database: &Database, statement: &'static str) {
    let done = sqlx::query(statement).execute(database.pool()).await;
    done.unwrap();
}

/// Writes `pages` pages of 4 KB in one transaction.
async fn write(database: &Database, pages: usize) -> Result<(), database::DatabaseError> {
    let mut tx = database.begin().await?;
    for page in 0..pages {
        sqlx::query(
            "INSERT INTO audit_log (id, at, store, actor, action, details) \
             VALUES ($1, 1, 'demo1store', 'test', 'write', $2)",
        )
        .bind(format!("{page} {}", uuid::Uuid::new_v4()))
        .bind("x".repeat(4_096))
        .execute(tx.connection())
        .await?;
    }
    tx.commit().await
}

async fn works_again(database: &Database, what: &str) {
    for _ in 0..3 {
        write(database, 1)
            .await
            .unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    database.try_write(1_000_000).await.unwrap();
}

#[tokio::test]
async fn a_full_database_that_has_room_again_is_written_to() {
    let opened = sqlite().await;
    let database = &opened.database;
    run(database, "PRAGMA max_page_count = 1").await;
    assert!(write(database, 300).await.is_err());
    run(database, "PRAGMA max_page_count = 1000000").await;
    works_again(database, "full").await;
}

/// SQLite is refused more memory than all the tests of this process ever use.
#[tokio::test]
async fn a_statement_without_memory_costs_itself_and_no_other() {
    let opened = sqlite().await;
    let database = &opened.database;
    run(database, "PRAGMA hard_heap_limit = 268435456").await;
    for commits in [true, false] {
        let mut tx = database.begin().await.unwrap();
        let asked = sqlx::query(
            "INSERT INTO audit_log (id, at, store, actor, action, details) \
             VALUES ('large', 1, 'demo1store', 'test', 'write', hex(randomblob(400000000)))",
        );
        let error = asked.execute(tx.connection()).await.unwrap_err();
        let code = error.as_database_error().and_then(DatabaseError::code);
        assert_eq!(code.as_deref(), Some("7"), "SQLITE_NOMEM: {error}");
        if commits {
            // Whether SQLite has ended the transaction is its affair.
            drop(tx.commit().await);
        } else {
            drop(tx);
        }
        works_again(database, "no memory").await;
    }
}

#[tokio::test]
async fn a_transaction_that_the_database_ended_itself_is_over() {
    // What SQLite does after a full disk, a failed read or write, and without memory.
    let opened = sqlite().await;
    let database = &opened.database;
    for _ in 0..2 {
        let mut tx = database.begin().await.unwrap();
        sqlx::query("ROLLBACK")
            .execute(tx.connection())
            .await
            .unwrap();
        assert!(tx.commit().await.is_err());
        works_again(database, "committed").await;
        let mut tx = database.begin().await.unwrap();
        sqlx::query("ROLLBACK")
            .execute(tx.connection())
            .await
            .unwrap();
        drop(tx);
        works_again(database, "dropped").await;
    }
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_not_ready_and_says_which_it_is() {
    let opened = sqlite().await;
    let database = &opened.database;
    database.try_write(1_000).await.unwrap();
    run(database, "PRAGMA query_only = ON").await;
    let error = database.try_write(5_000).await.unwrap_err().to_string();
    assert!(error.contains("test.sqlite"), "{error}");
    assert!(write(database, 1).await.is_err());
    run(database, "PRAGMA query_only = OFF").await;
    works_again(database, "read-only").await;
}

#[tokio::test]
async fn every_database_takes_the_write_that_shows_it_is_ready() {
    for opened in databases().await {
        for now_ms in [1, 2, 5_000, 4_000] {
            let tried = opened.database.try_write(now_ms).await;
            tried.unwrap_or_else(|error| panic!("{}: {error}", opened.kind));
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_named() {
    let url = "sqlite:///nowhere/at/all/voucherbridge.sqlite";
    let error = Database::connect(url).await.unwrap_err().to_string();
    assert!(
        error.contains("/nowhere/at/all/voucherbridge.sqlite"),
        "{error}"
    );
}
