//! What was learnt of a store that no document says.

use sqlx::{AnyConnection, Row};

use super::StoreError;
use crate::domain::StoreHash;

/// Something a store may turn out to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// It was seen to give the first rule of a promotion alone, which is not proved: it may not have
    /// counted yet.
    FirstRuleSeenAlone,
    /// It runs the rules of a promotion until the first that applies, whatever their `stop` says.
    OnlyFirstRule,
}

impl Fact {
    const NAMES: [(Self, &'static str); 2] = [
        (Self::FirstRuleSeenAlone, "first_rule_seen_alone"),
        (Self::OnlyFirstRule, "only_first_rule"),
    ];

    /// The name in the database and for the merchant.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(fact, _)| *fact == self);
        named.map_or("", |(_, name)| name)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names.find(|(_, name)| *name == text).map(|(fact, _)| *fact)
    }
}

/// Writes one down; known already is fine.
pub async fn learn(
    connection: &mut AnyConnection,
    store: &StoreHash,
    fact: Fact,
    now_ms: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO store_facts (store, fact, learnt_at_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (store, fact) DO NOTHING",
    );
    let query = query.bind(store.as_str()).bind(fact.as_str()).bind(now_ms);
    query.execute(connection).await?;
    Ok(())
}

/// Whether it is known.
pub async fn is_known(
    connection: &mut AnyConnection,
    store: &StoreHash,
    fact: Fact,
) -> Result<bool, StoreError> {
    let query = sqlx::query("SELECT fact FROM store_facts WHERE store = $1 AND fact = $2");
    let query = query.bind(store.as_str()).bind(fact.as_str());
    Ok(query.fetch_optional(connection).await?.is_some())
}

/// Everything that is known of a store.
pub async fn known(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<Vec<Fact>, StoreError> {
    let query = sqlx::query("SELECT fact FROM store_facts WHERE store = $1 ORDER BY fact");
    let rows = query.bind(store.as_str()).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let name: String = row.try_get("fact")?;
            Fact::parse(&name).ok_or(StoreError::Unreadable("fact"))
        })
        .collect()
}

/// Forgets one; unknown is fine.
pub async fn forget(
    connection: &mut AnyConnection,
    store: &StoreHash,
    fact: Fact,
) -> Result<(), StoreError> {
    let query = sqlx::query("DELETE FROM store_facts WHERE store = $1 AND fact = $2");
    let query = query.bind(store.as_str()).bind(fact.as_str());
    query.execute(connection).await?;
    Ok(())
}
