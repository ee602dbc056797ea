//! The row of a checkout: who has it to himself, and what of its last change is left to be put right.
//!
//! One piece of work at a time for a checkout, whichever replica does it. A lease ends by itself, so that a
//! killed process blocks nobody for long; whoever works longer than its lease must not go on. A change is
//! written down when it begins: found by the next owner, it was cut off.
//!
//! There is a row while somebody works on a checkout, or something of it is left.

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::DatabaseError;
use crate::domain::{
    CheckoutId, Fact, StoreHash,
    checkout_change::{Change, ChangeBy},
    name_of,
};

/// Whose a checkout is to be, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Lease<'a> {
    /// Who asks for it; no other lease has this name.
    pub owner: &'a str,
    /// When it begins, Unix milliseconds.
    pub at_ms: i64,
    /// When it ends by itself, Unix milliseconds.
    pub until_ms: i64,
}

/// What earlier work left of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The last change.
    pub change: Change,
    /// When a release last got no answer, Unix milliseconds: it may arrive late. Zero where none did.
    pub late_at_ms: i64,
}

impl Left {
    /// Nothing.
    pub const NOTHING: Self = Self {
        change: Change::Done,
        late_at_ms: 0,
    };

    /// When the newest request was sent that got no answer, as far as is known.
    #[must_use]
    pub fn cut_off_at_ms(self) -> Option<i64> {
        let late = (self.late_at_ms > 0).then_some(self.late_at_ms);
        self.change.cut_off_at_ms().max(late)
    }
}

/// What whoever takes a checkout has to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// What earlier work left.
    pub left: Left,
    /// Whether jobs dropped codes of it of which no page was told.
    pub has_dropped_codes: bool,
    /// Whether its store runs the first rule of a promotion alone ([`Fact::OnlyFirstRule`]).
    pub one_rule: bool,
}

/// Takes the checkout if nobody has it at that time.
pub async fn take(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    lease: Lease<'_>,
) -> Result<Option<Taken>, DatabaseError> {
    let taken = sqlx::query(
        "INSERT INTO checkouts (store, checkout, lease_owner, lease_until_ms, change, changed_by, \
         changed_at_ms, late_at_ms) VALUES ($1, $2, $3, $4, 'done', 'page', 0, 0) \
         ON CONFLICT (store, checkout) DO UPDATE SET lease_owner = excluded.lease_owner, \
         lease_until_ms = excluded.lease_until_ms WHERE checkouts.lease_until_ms <= $5 \
         RETURNING change, changed_by, changed_at_ms, late_at_ms, \
         (SELECT COUNT(*) FROM dropped_codes \
         WHERE dropped_codes.store = $1 AND dropped_codes.checkout = $2) AS dropped, \
         (SELECT COUNT(*) FROM store_facts \
         WHERE store_facts.store = $1 AND store_facts.fact = $6) AS one_rule",
    )
    .bind(store.as_str())
    .bind(checkout.as_str())
    .bind(lease.owner)
    .bind(lease.until_ms)
    .bind(lease.at_ms)
    .bind(name_of(Fact::OnlyFirstRule))
    .fetch_optional(connection)
    .await?;
    let Some(row) = taken else {
        return Ok(None);
    };
    Ok(Some(Taken {
        left: read(&row)?,
        has_dropped_codes: row.try_get::<i64, _>("dropped")? > 0,
        one_rule: row.try_get::<i64, _>("one_rule")? > 0,
    }))
}

/// Writes down that a change begins; false where the checkout is no longer the owner's.
pub async fn begin(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
    (by, at_ms): (ChangeBy, i64),
) -> Result<bool, DatabaseError> {
    let sql = "UPDATE checkouts SET change = $1, changed_by = $2, changed_at_ms = $3 \
               WHERE store = $4 AND checkout = $5 AND lease_owner = $6";
    let change = Change::Begun { by, at_ms };
    write_change(connection, sql, store, checkout, owner, change).await
}

/// Runs a statement that writes a change into the owner's row; false where there is none.
async fn write_change(
    connection: &mut AnyConnection,
    sql: &'static str,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
    change: Change,
) -> Result<bool, DatabaseError> {
    let (by, at_ms) = change.made().unwrap_or((ChangeBy::Page, 0));
    let query = sqlx::query(sql)
        .bind(change.as_str())
        .bind(by.as_str())
        .bind(at_ms)
        .bind(store.as_str())
        .bind(checkout.as_str())
        .bind(owner);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// What is known to be left of a checkout.
pub async fn left(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<Left, DatabaseError> {
    let row = sqlx::query(
        "SELECT change, changed_by, changed_at_ms, late_at_ms FROM checkouts \
         WHERE store = $1 AND checkout = $2",
    )
    .bind(store.as_str())
    .bind(checkout.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map_or(Ok(Left::NOTHING), read)
}

/// Gives the checkout back with what is left of the work. Where nothing is, and no release may arrive that
/// was sent after `late_ms`, its row goes. False where the checkout is no longer the owner's: its lease ended.
pub async fn give_back(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    owner: &str,
    change: Change,
    late_ms: i64,
) -> Result<bool, DatabaseError> {
    if !change.is_open() {
        let gone = sqlx::query(
            "DELETE FROM checkouts WHERE store = $1 AND checkout = $2 AND lease_owner = $3 \
             AND late_at_ms <= $4",
        );
        let gone = gone
            .bind(store.as_str())
            .bind(checkout.as_str())
            .bind(owner)
            .bind(late_ms)
            .execute(&mut *connection)
            .await?;
        if gone.rows_affected() > 0 {
            return Ok(true);
        }
    }
    let sql = "UPDATE checkouts SET lease_owner = NULL, lease_until_ms = 0, change = $1, \
               changed_by = $2, changed_at_ms = $3 \
               WHERE store = $4 AND checkout = $5 AND lease_owner = $6";
    write_change(connection, sql, store, checkout, owner, change).await
}

/// A release got no answer: it may arrive late.
pub async fn may_arrive_late(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
    at_ms: i64,
) -> Result<(), DatabaseError> {
    let late = sqlx::query(
        "INSERT INTO checkouts (store, checkout, lease_owner, lease_until_ms, change, changed_by, \
         changed_at_ms, late_at_ms) VALUES ($1, $2, NULL, 0, 'done', 'page', 0, $3) \
         ON CONFLICT (store, checkout) DO UPDATE SET late_at_ms = excluded.late_at_ms",
    );
    late.bind(store.as_str())
        .bind(checkout.as_str())
        .bind(at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every lease: where no other process works on the database, those who had them were killed. Answers
/// how many there were.
pub async fn free_all(connection: &mut AnyConnection) -> Result<u64, DatabaseError> {
    let freed = sqlx::query(
        "UPDATE checkouts SET lease_owner = NULL, lease_until_ms = 0 WHERE lease_owner IS NOT NULL",
    );
    Ok(freed.execute(connection).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<Left, DatabaseError> {
    let unreadable = || DatabaseError::Unreadable("checkout");
    let by: String = row.try_get("changed_by")?;
    let by = by.parse().map_err(|_| unreadable())?;
    let (name, at_ms) = (
        row.try_get::<String, _>("change")?,
        row.try_get("changed_at_ms")?,
    );
    Ok(Left {
        change: Change::parse(&name, by, at_ms).ok_or_else(unreadable)?,
        late_at_ms: row.try_get("late_at_ms")?,
    })
}
