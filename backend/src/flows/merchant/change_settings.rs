//! A merchant changes what was chosen when the store was connected. A running server reads a
//! store's record every few seconds, so it follows by itself.

use serde_json::{Value, json};

use crate::{
    bigcommerce::{BigCommerceError, CHANGE_ORDERS},
    connections::{ConnectionError, Connections},
    context::Context,
    database::{
        DatabaseError, Tx,
        audit::{self, AuditEntry},
        facts, store_settings,
        stores::StoreRecord,
    },
    domain::{
        Fact, StoreHash,
        messages::{Language, OwnSentenceError},
        name_of,
        refunds::OfflineRefunds,
        settings::{OnDifference, SourceId, StoreSettings},
    },
};

/// How codes are to behave; what is not said stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// What a customer is called at Voucherify.
    pub source_id: Option<SourceId>,
    /// Let codes work beside the store's own promotions, or take their place.
    pub combine_with_promotions: Option<bool>,
    /// Let a guest's e-mail address stand for the customer who has it, if that is the source id.
    pub guests_are_customers: Option<bool>,
    /// Calculate codes from the retail price (MSRP) of products that have one.
    pub retail_prices: Option<bool>,
    /// What gift cards get of refunds that are made by hand (custom and offline payments).
    pub offline_refunds: Option<OfflineRefunds>,
    /// The language of the error messages at Voucherify, which only its pages show.
    pub voucherify_language: Option<Language>,
    /// Redeem the codes of an order whose items or customer are not those they were validated for, hold
    /// them for a person (`voucherbridge differences`), or redeem them and flag the order in the notes of
    /// the store's staff, for which the access token needs the scope Orders: modify.
    pub on_difference: Option<OnDifference>,
}

/// What to change.
#[derive(Debug, Clone, Default)]
pub struct SettingsChange {
    /// How codes are to behave.
    pub choices: Choices,
    /// Sentences for shoppers, in this order.
    pub messages: Vec<MessageChange>,
    /// Forget what was learnt of the store.
    pub forget_learnt: bool,
}

/// A sentence for shoppers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageChange {
    /// The merchant's own takes the place of ours.
    Set {
        /// The reason of the refusal.
        reason: String,
        /// The language.
        language: Language,
        /// The sentence.
        sentence: String,
    },
    /// Ours comes back.
    Reset {
        /// The reason of the refusal.
        reason: String,
        /// The language; all of them if none is said.
        language: Option<Language>,
    },
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The store is not connected.
    #[error("{0} is not connected")]
    UnknownStore(StoreHash),
    /// The token must be allowed more for that.
    #[error("the access token lacks a scope that this setting needs: {0}")]
    MissingScope(&'static str),
    /// Whether it is allowed more could not be asked.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// BigCommerce said no, or nothing.
    #[error(transparent)]
    BigCommerce(#[from] BigCommerceError),
    /// A sentence is not taken.
    #[error(transparent)]
    Sentence(#[from] OwnSentenceError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Choices {
    /// Makes the change.
    pub fn apply(&self, settings: &mut StoreSettings) {
        let set = |value: &mut bool, wanted: Option<bool>| *value = wanted.unwrap_or(*value);
        let (combine, guests) = (self.combine_with_promotions, self.guests_are_customers);
        set(&mut settings.combine_with_promotions, combine);
        set(&mut settings.guests_are_customers, guests);
        set(&mut settings.retail_prices, self.retail_prices);
        settings.offline_refunds = self.offline_refunds.unwrap_or(settings.offline_refunds);
        let language = self.voucherify_language;
        settings.voucherify_language = language.unwrap_or(settings.voucherify_language);
        settings.source_id = self.source_id.unwrap_or(settings.source_id);
        settings.on_difference = self.on_difference.unwrap_or(settings.on_difference);
    }
}

impl SettingsChange {
    fn apply(&self, settings: &mut StoreSettings) -> Result<(), OwnSentenceError> {
        self.choices.apply(settings);
        for change in &self.messages {
            match change {
                MessageChange::Set {
                    reason,
                    language,
                    sentence,
                } => settings.messages.set(reason, *language, sentence)?,
                MessageChange::Reset { reason, language } => {
                    settings.messages.reset(reason, *language)?;
                }
            }
        }
        Ok(())
    }
}

/// What a change did.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The store's record, with the settings in force.
    pub record: StoreRecord,
    /// Whether any of them is new, or something was forgotten.
    pub is_new: bool,
    /// What is known of the store that no document says.
    pub learnt: Vec<Fact>,
}

/// Changes the settings of a connected store: those that are named, and no others.
pub async fn change(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    change: &SettingsChange,
    actor: &str,
) -> Result<Changed, SettingsError> {
    let unknown = || SettingsError::UnknownStore(store.clone());
    let record = context.database.store_record(store).await?;
    let mut record = record.ok_or_else(unknown)?;
    let mut wanted = record.settings.clone();
    change.apply(&mut wanted)?;
    let to_flag = OnDifference::Flag;
    if wanted.on_difference == to_flag && record.settings.on_difference != to_flag {
        check_may_flag(connections, store).await?;
    }
    let mut tx = context.database.begin().await?;
    let apply = |settings: &mut StoreSettings| Ok::<_, SettingsError>(change.apply(settings)?);
    let changed = store_settings::change(&mut tx, store, apply).await?;
    let changed = changed.ok_or_else(unknown)?;
    let mut is_new = changed.is_new();
    if is_new {
        let details = json!({ "before": changed.before, "after": changed.after });
        audit(context, &mut tx, store, actor, "settings", details).await?;
    }
    if change.forget_learnt {
        is_new |= forget_learnt(context, &mut tx, store, actor).await?;
    }
    let learnt = facts::known(tx.connection(), store).await?;
    tx.commit().await?;
    connections.forget(store);
    record.settings = changed.after;
    Ok(Changed {
        record,
        is_new,
        learnt,
    })
}

/// The store is looked at anew, as a store that behaves otherwise by now has to be; answers whether
/// anything was known.
async fn forget_learnt(
    context: &Context,
    tx: &mut Tx,
    store: &StoreHash,
    actor: &str,
) -> Result<bool, DatabaseError> {
    let known = facts::known(tx.connection(), store).await?;
    if known.is_empty() {
        return Ok(false);
    }
    for fact in &known {
        facts::forget(tx.connection(), store, *fact).await?;
    }
    let names: Vec<&str> = known.iter().copied().map(name_of).collect();
    let details = json!({ "facts": names });
    audit(context, tx, store, actor, "forget_learnt", details).await?;
    Ok(true)
}

async fn audit(
    context: &Context,
    tx: &mut Tx,
    store: &StoreHash,
    actor: &str,
    action: &str,
    details: Value,
) -> Result<(), DatabaseError> {
    let entry = AuditEntry {
        at_ms: context.clock.now_ms(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        details,
    };
    audit::write(tx, store, &entry).await
}

async fn check_may_flag(connections: &Connections, store: &StoreHash) -> Result<(), SettingsError> {
    let connected = connections.connected(store).await?;
    let client = &connected.connection.bigcommerce;
    if client.may_change_orders().await? {
        return Ok(());
    }
    Err(SettingsError::MissingScope(CHANGE_ORDERS))
}
