//! Locks in the database. Every function works on the connection or transaction it is given.

use std::str::FromStr;

use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};

use super::DatabaseError;
use crate::domain::{
    CertificateId, CheckoutId, Code, Currency, Hundredths, LockId, NativeCode, OrderId,
    PromotionId, SessionKey, StoreHash,
    discount::Discount,
    lock::{Apart, Coupon, Lock, LockKind, ReleaseReason},
};

pub(super) const COLUMNS: &str = "id, store, checkout, code, native_code, promotion_id, session_key, state, \
     discount, told_discount, currency, snapshot, order_id, order_discount, apart, released_because, \
     refused_because, is_taken_apart, ends_at_ms, session_ends_at_ms, created_at_ms, checked_at_ms, \
     state_since_ms, kind, certificate_id, cards, coupons, unused_by, revision";

/// Writes a lock over what was read of it; a new one (`revision` zero) is added.
///
/// Answers whether it was: whoever finds it changed by somebody else has lost the race and looks again.
pub async fn put(connection: &mut AnyConnection, lock: &mut Lock) -> Result<bool, DatabaseError> {
    if lock.revision == 0 {
        insert(connection, lock).await?;
    } else if !update(connection, lock).await? {
        return Ok(false);
    }
    lock.revision += 1;
    Ok(true)
}

async fn insert(connection: &mut AnyConnection, lock: &Lock) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "INSERT INTO locks (promotion_id, state, discount, told_discount, snapshot, order_id, \
         order_discount, apart, released_because, refused_because, is_taken_apart, ends_at_ms, \
         session_ends_at_ms, checked_at_ms, state_since_ms, session_key, certificate_id, cards, \
         coupons, currency, unused_by, revision, id, store, checkout, code, native_code, native_key, \
         created_at_ms, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
         $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)",
    );
    changing(query, lock)?
        .bind(lock.id.as_str())
        .bind(lock.store.as_str())
        .bind(lock.checkout.as_str())
        .bind(lock.code.as_str())
        .bind(lock.native_code.as_str())
        .bind(lock.native_code.as_str().to_ascii_uppercase())
        .bind(lock.created_at_ms)
        .bind(lock.kind.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

async fn update(connection: &mut AnyConnection, lock: &Lock) -> Result<bool, DatabaseError> {
    let query = sqlx::query(
        "UPDATE locks SET promotion_id = $1, state = $2, discount = $3, told_discount = $4, \
         snapshot = $5, order_id = $6, order_discount = $7, apart = $8, released_because = $9, \
         refused_because = $10, is_taken_apart = $11, ends_at_ms = $12, session_ends_at_ms = $13, \
         checked_at_ms = $14, state_since_ms = $15, session_key = $16, certificate_id = $17, \
         cards = $18, coupons = $19, currency = $20, unused_by = $21, revision = $22 \
         WHERE id = $23 AND revision = $24",
    );
    let done = changing(query, lock)?
        .bind(lock.id.as_str())
        .bind(lock.revision)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

type AnyQuery<'a> = sqlx::query::Query<'a, sqlx::Any, sqlx::any::AnyArguments>;

/// What may change of a lock, in the order in which both statements name it.
fn changing<'a>(query: AnyQuery<'a>, lock: &'a Lock) -> Result<AnyQuery<'a>, DatabaseError> {
    Ok(query
        .bind(lock.promotion.map(|id| id.0))
        .bind(lock.state.as_str())
        .bind(lock.discount.0)
        .bind(lock.native_discount.map(|amount| amount.0))
        .bind(snapshot_text(lock)?)
        .bind(lock.order.map(|id| id.0))
        .bind(lock.order_discount.map(|amount| amount.0))
        .bind(lock.apart.map(Apart::as_str))
        .bind(lock.released_because.map(ReleaseReason::as_str))
        .bind(lock.refused_because.as_deref())
        .bind(i64::from(lock.is_taken_apart))
        .bind(lock.ends_at_ms)
        .bind(lock.session_ends_at_ms)
        .bind(lock.checked_at_ms)
        .bind(lock.state_since_ms)
        .bind(lock.session.as_str())
        .bind(lock.certificate.map(|id| id.0))
        .bind(json(&lock.cards)?)
        .bind(json(&lock.coupons)?)
        .bind(lock.currency.as_str())
        .bind(json(&lock.unused_by)?)
        .bind(lock.revision + 1))
}

/// Deletes a lock that came to nothing, if it is as it was read.
pub async fn delete(connection: &mut AnyConnection, lock: &Lock) -> Result<(), DatabaseError> {
    let query = sqlx::query("DELETE FROM locks WHERE id = $1 AND revision = $2");
    query
        .bind(lock.id.as_str())
        .bind(lock.revision)
        .execute(connection)
        .await?;
    Ok(())
}

/// One lock.
pub async fn get(
    connection: &mut AnyConnection,
    id: &LockId,
) -> Result<Option<Lock>, DatabaseError> {
    let sql = format!("SELECT {COLUMNS} FROM locks WHERE id = $1");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(id.as_str())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Every lock of a checkout, oldest first.
pub async fn of_checkout(
    connection: &mut AnyConnection,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, DatabaseError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM locks WHERE store = $1 AND checkout = $2 \
         ORDER BY created_at_ms, id"
    );
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(checkout.as_str());
    read_all(&query.fetch_all(connection).await?)
}

/// The lock a native code stands for, whatever its case.
pub async fn by_native_code(
    connection: &mut AnyConnection,
    store: &StoreHash,
    native_code: &str,
) -> Result<Option<Lock>, DatabaseError> {
    let sql = format!("SELECT {COLUMNS} FROM locks WHERE store = $1 AND native_key = $2");
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(native_code.to_ascii_uppercase());
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The locks that an order has, whatever became of them.
pub async fn of_order(
    connection: &mut AnyConnection,
    store: &StoreHash,
    order: OrderId,
) -> Result<Vec<Lock>, DatabaseError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM locks WHERE store = $1 AND order_id = $2 ORDER BY created_at_ms, id"
    );
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(order.0);
    read_all(&query.fetch_all(connection).await?)
}

/// The codes that another checkout's lock may hold at Voucherify and that are `code`, or differ from it by
/// capital letters alone.
pub async fn held_elsewhere(
    connection: &mut AnyConnection,
    store: &StoreHash,
    code: &Code,
    checkout: &CheckoutId,
) -> Result<Vec<Code>, DatabaseError> {
    // Codes beside the first are in a list, as JSON: whatever has the code's text in it is read. What
    // `lower` does with other letters than those of ASCII differs between the databases.
    let sql = format!(
        "SELECT {COLUMNS} FROM locks WHERE store = $1 \
         AND (code = $2 OR cards LIKE $3 ESCAPE '!' OR coupons LIKE $3 ESCAPE '!' \
         OR lower(code) = $4 OR lower(cards) LIKE $5 ESCAPE '!' OR lower(coupons) LIKE $5 ESCAPE '!') \
         AND checkout <> $6 AND state IN ('applying', 'held', 'ordered', 'releasing')"
    );
    let small = code.as_str().to_lowercase();
    let query = sqlx::query(AssertSqlSafe(sql))
        .bind(store.as_str())
        .bind(code.as_str())
        .bind(containing(code.as_str())?)
        .bind(&small)
        .bind(containing(&small)?)
        .bind(checkout.as_str());
    let locks = read_all(&query.fetch_all(connection).await?)?;
    let held = locks.iter().flat_map(Lock::parts).map(|(own, _)| own);
    let same = held.filter(|own| *own == code || own.may_be(code));
    Ok(same.cloned().collect())
}

/// A pattern for a text that has this one in it, as JSON writes it.
fn containing(text: &str) -> Result<String, DatabaseError> {
    let json = serde_json::to_string(text).map_err(|_| DatabaseError::Unreadable("lock"))?;
    let mut pattern = "%".to_owned();
    for character in json.chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Ok(pattern)
}

fn snapshot_text(lock: &Lock) -> Result<Option<String>, DatabaseError> {
    lock.snapshot.as_ref().map(json).transpose()
}

fn json(part: &impl serde::Serialize) -> Result<String, DatabaseError> {
    serde_json::to_string(part).map_err(|_| DatabaseError::Unreadable("lock"))
}

pub(super) fn read_all(rows: &[AnyRow]) -> Result<Vec<Lock>, DatabaseError> {
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Lock, DatabaseError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let number = |column: &str| row.try_get::<i64, _>(column);
    let maybe = |column: &str| row.try_get::<Option<i64>, _>(column);
    let snapshot: Option<String> = row.try_get("snapshot")?;
    let lock = Lock {
        id: parsed(LockId::parse(&text("id")?))?,
        store: parsed(StoreHash::parse(&text("store")?))?,
        checkout: parsed(CheckoutId::parse(&text("checkout")?))?,
        code: parsed(Code::parse(&text("code")?))?,
        native_code: parsed(NativeCode::parse(&text("native_code")?))?,
        promotion: maybe("promotion_id")?.map(PromotionId),
        session: SessionKey::from_stored(text("session_key")?),
        state: parsed(text("state")?.parse())?,
        discount: Hundredths(number("discount")?),
        native_discount: maybe("told_discount")?.map(Hundredths),
        currency: parsed(Currency::parse(&text("currency")?))?,
        snapshot: parsed(snapshot.as_deref().map(serde_json::from_str).transpose())?,
        order: maybe("order_id")?.map(OrderId),
        order_discount: maybe("order_discount")?.map(Hundredths),
        apart: named(row.try_get("apart")?)?,
        released_because: named(row.try_get("released_because")?)?,
        refused_because: row.try_get("refused_because")?,
        is_taken_apart: number("is_taken_apart")? != 0,
        ends_at_ms: number("ends_at_ms")?,
        session_ends_at_ms: number("session_ends_at_ms")?,
        created_at_ms: number("created_at_ms")?,
        checked_at_ms: number("checked_at_ms")?,
        state_since_ms: number("state_since_ms")?,
        revision: number("revision")?,
        unused_by: parsed(serde_json::from_str(&text("unused_by")?))?,
        kind: parsed(text("kind")?.parse())?,
        certificate: maybe("certificate_id")?.map(CertificateId),
        cards: parsed(serde_json::from_str(&text("cards")?))?,
        coupons: parsed(serde_json::from_str(&text("coupons")?))?,
    };
    Ok(with_its_coupon(lock))
}

fn named<T: FromStr>(name: Option<String>) -> Result<Option<T>, DatabaseError> {
    name.map(|name| parsed(name.parse())).transpose()
}

/// A coupon's lock that was written by a version for which it was one code.
fn with_its_coupon(mut lock: Lock) -> Lock {
    if lock.kind == LockKind::Coupon && lock.coupons.is_empty() {
        lock.coupons.push(Coupon {
            code: lock.code.clone(),
            discount: Discount::on_order(lock.discount),
            reward: None,
            told: true,
        });
    }
    lock
}

fn parsed<T, E>(result: Result<T, E>) -> Result<T, DatabaseError> {
    result.map_err(|_| DatabaseError::Unreadable("lock"))
}
