//! What was learnt of a store that no document says.

use sqlx::AnyConnection;

use super::StoreError;
use crate::domain::StoreHash;

/// Something a store may turn out to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// It runs the rules of a promotion until the first that applies, whatever their `stop` says.
    OnlyFirstRule,
}

impl Fact {
    const fn as_str(self) -> &'static str {
        match self {
            Self::OnlyFirstRule => "only_first_rule",
        }
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
