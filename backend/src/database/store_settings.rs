//! What a merchant chose is changed field by field: what others change meanwhile stays.

use serde::Serialize;
use serde_json::{Map, Value};
use sqlx::Row;

use super::{
    DatabaseError, Tx,
    stores::{SETTINGS, for_change, from_json, to_json},
};
use crate::domain::{StoreHash, settings::StoreSettings};

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedSettings {
    /// As they were.
    pub before: StoreSettings,
    /// As they are.
    pub after: StoreSettings,
}

impl ChangedSettings {
    /// Whether any of them is new.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.before != self.after
    }
}

/// Changes the settings of a store as they are now, and writes those that are new; `None` when the store is
/// not connected. Until the transaction ends, whoever else changes them waits.
pub async fn change<E: From<DatabaseError>>(
    tx: &mut Tx,
    store: &StoreHash,
    make: impl FnOnce(&mut StoreSettings) -> Result<(), E>,
) -> Result<Option<ChangedSettings>, E> {
    let Some(record) = for_change(tx.connection(), store).await? else {
        return Ok(None);
    };
    let before = record.settings;
    let mut after = before.clone();
    make(&mut after)?;
    let changed = ChangedSettings { before, after };
    if changed.is_new() {
        write(tx, store, &changed).await?;
    }
    Ok(Some(changed))
}

/// Fields that this version of the program does not know stay as they are: a newer one may have written them.
async fn write(
    tx: &mut Tx,
    store: &StoreHash,
    changed: &ChangedSettings,
) -> Result<(), DatabaseError> {
    let row = sqlx::query("SELECT settings FROM stores WHERE hash = $1").bind(store.as_str());
    let row = row.fetch_one(tx.connection()).await?;
    let mut all: Map<String, Value> = from_json(&row.try_get::<String, _>("settings")?, SETTINGS)?;
    let before = fields(&changed.before)?;
    for (name, value) in fields(&changed.after)? {
        if before.get(&name) != Some(&value) {
            all.insert(name, value);
        }
    }
    let query = sqlx::query("UPDATE stores SET settings = $1 WHERE hash = $2");
    let query = query.bind(to_json(&all, SETTINGS)?).bind(store.as_str());
    query.execute(tx.connection()).await?;
    Ok(())
}

fn fields<T: Serialize>(settings: &T) -> Result<Map<String, Value>, DatabaseError> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(DatabaseError::Unreadable(SETTINGS)),
    }
}
