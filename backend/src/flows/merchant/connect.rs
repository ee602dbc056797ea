//! A merchant connects a store: both accounts are checked, webhooks registered, secrets sealed.
//!
//! Running it again is how settings and credentials are changed; it leaves one webhook of each
//! scope, whatever was there before.

use secrecy::SecretString;
use url::Url;

use crate::{
    bigcommerce::{self, BigCommerceError, CHANGE_ORDERS, NativeCoupon, StoreInformation},
    connections::{Clients, Connections, field},
    context::Context,
    crypto::{CryptoError, Sealer, random_secret},
    database::{
        DatabaseError,
        audit::{self, AuditEntry},
        stores::{self, StoreRecord},
    },
    domain::{
        Currency, Region, StoreHash,
        currencies::Currencies,
        lock::PROMOTION_NAME_PREFIX,
        origins::{NoOrigin, origins},
        settings::{OnDifference, StoreSettings},
    },
    flows::merchant::{change_settings::Choices, registered_webhooks::register_hooks},
    voucherify::VoucherifyError,
};

/// What the merchant gives.
#[derive(Debug, Clone)]
pub struct ConnectRequest {
    /// The store.
    pub store: StoreHash,
    /// Client id of the BigCommerce API account.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: SecretString,
    /// Its access token.
    pub access_token: SecretString,
    /// Application id of the Voucherify project.
    pub voucherify_app_id: String,
    /// Its secret key.
    pub voucherify_secret_key: SecretString,
    /// Where it lives.
    pub region: Region,
    /// Its currency.
    pub currency: Currency,
    /// How codes are to behave; a store that was connected before keeps what is not said.
    pub choices: Choices,
    /// Sites beside the store's own whose checkout may call us.
    pub extra_origins: Vec<Url>,
    /// Who connects, for the audit log.
    pub actor: String,
}

/// What was connected, for the merchant to read.
#[derive(Debug, Clone)]
pub struct ConnectReport {
    /// The store's name.
    pub store_name: String,
    /// Sites whose checkout may call us.
    pub origins: Vec<String>,
    /// How many webhooks bring events now.
    pub webhooks: usize,
    /// How many coupons a checkout takes.
    pub coupons_allowed: i64,
    /// The store's own coupons, which the checkout refuses from now on.
    pub native_coupons: Vec<NativeCoupon>,
}

/// Why the store was not connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The token must be allowed more.
    #[error("the access token lacks {}: {}", scopes(.0), .0.join("; "))]
    MissingScopes(Vec<&'static str>),
    /// BigCommerce refuses the token for this store.
    #[error("BigCommerce refuses the access token for the store {0}")]
    BigCommerceCredentials(StoreHash),
    /// Voucherify refuses the key.
    #[error("Voucherify refuses the application id or the secret key")]
    VoucherifyCredentials,
    /// BigCommerce would not deliver webhooks there.
    #[error("{}", bigcommerce::UNREACHABLE)]
    PublicUrl,
    /// An origin is none.
    #[error("{0} is no site that a browser names as an origin")]
    Origin(String),
    /// BigCommerce said no, or nothing.
    #[error("{}", with_detail(.0))]
    BigCommerce(BigCommerceError),
    /// Voucherify said no, or nothing.
    #[error(transparent)]
    Voucherify(VoucherifyError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The secrets could not be sealed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// Voucherify has no usable address.
    #[error("the Voucherify address is unusable")]
    Address(#[from] url::ParseError),
}

fn scopes(missing: &[&str]) -> &'static str {
    if missing.len() == 1 {
        "a scope"
    } else {
        "scopes"
    }
}

/// Here, and only here, a merchant reads what BigCommerce itself says.
fn with_detail(error: &BigCommerceError) -> String {
    match error {
        BigCommerceError::Refused { detail, .. } if !detail.is_empty() => {
            format!("{error}: {detail}")
        }
        error => error.to_string(),
    }
}

impl From<BigCommerceError> for ConnectError {
    fn from(error: BigCommerceError) -> Self {
        Self::BigCommerce(error)
    }
}

/// What BigCommerce said of the store.
struct Findings {
    information: StoreInformation,
    native_coupons: Vec<NativeCoupon>,
    coupons_allowed: i64,
    currencies: Currencies,
    /// Whether another store was connected to the same Voucherify project first.
    shares_project: bool,
}

/// What was saved of a store.
struct Saved {
    record: StoreRecord,
    /// What BigCommerce is to send along with webhooks.
    secret: SecretString,
    /// Whether webhooks that are there already send it along.
    secret_was_known: bool,
}

/// Connects a store, or changes how it is connected.
pub async fn connect(
    context: &Context,
    connections: &Connections,
    request: &ConnectRequest,
) -> Result<ConnectReport, ConnectError> {
    let destination = bigcommerce::webhook_destination(connections.public_url(), &request.store)
        .ok_or(ConnectError::PublicUrl)?;
    let clients = connections.clients();
    let client = clients.bigcommerce(&request.store, request.access_token.clone());
    let stored = context.database.store_record(&request.store).await?;
    let (mut findings, ()) = futures_util::try_join!(
        check_bigcommerce(
            &client,
            &request.store,
            flags_orders(request, stored.as_ref())
        ),
        check_voucherify(clients, request),
    )?;
    findings.shares_project = shares_project(context, request).await?;
    // Saved before the first webhook is registered: an event may come at once. Should it end here, the
    // store's chores register them.
    let Saved {
        record,
        secret,
        secret_was_known,
    } = save(context, connections.sealer(), request, &findings).await?;
    connections.forget(&request.store);
    let hook_ids = register_hooks(&client, &destination, &secret, secret_was_known).await?;
    let mut tx = context.database.begin().await?;
    stores::save_hooks(tx.connection(), &record.hash, &hook_ids).await?;
    tx.commit().await?;
    connections.forget(&request.store);
    Ok(ConnectReport {
        store_name: record.name,
        origins: record.origins,
        webhooks: hook_ids.len(),
        coupons_allowed: findings.coupons_allowed,
        native_coupons: findings.native_coupons,
    })
}

/// Whether orders that differ are to be marked, which needs a scope of its own.
fn flags_orders(request: &ConnectRequest, stored: Option<&StoreRecord>) -> bool {
    let before = stored.map(|record| record.settings.on_difference);
    request.choices.on_difference.or(before) == Some(OnDifference::Flag)
}

async fn check_bigcommerce(
    client: &bigcommerce::Client,
    store: &StoreHash,
    flags_orders: bool,
) -> Result<Findings, ConnectError> {
    let mut missing = match client.missing_scopes().await {
        Err(BigCommerceError::Unauthorized | BigCommerceError::NotFound) => {
            return Err(ConnectError::BigCommerceCredentials(store.clone()));
        }
        missing => missing?,
    };
    if flags_orders && !client.may_change_orders().await? {
        missing.push(CHANGE_ORDERS);
    }
    if !missing.is_empty() {
        return Err(ConnectError::MissingScopes(missing));
    }
    let (information, native_coupons, coupons_allowed, currencies) = futures_util::try_join!(
        client.store_information(),
        client.native_coupons(PROMOTION_NAME_PREFIX),
        client.coupons_allowed(),
        client.currencies(),
    )?;
    Ok(Findings {
        information,
        native_coupons,
        coupons_allowed,
        currencies,
        shares_project: false,
    })
}

async fn shares_project(
    context: &Context,
    request: &ConnectRequest,
) -> Result<bool, DatabaseError> {
    let others = context.database.store_records().await?;
    Ok(others.iter().any(|other| {
        other.hash != request.store && other.voucherify_app_id == request.voucherify_app_id
    }))
}

async fn check_voucherify(clients: &Clients, request: &ConnectRequest) -> Result<(), ConnectError> {
    let key = request.voucherify_secret_key.clone();
    let client = clients.voucherify(request.region, &request.voucherify_app_id, key)?;
    match client.check().await {
        Ok(()) => Ok(()),
        Err(VoucherifyError::Unauthorized | VoucherifyError::Refused { status: 403, .. }) => {
            Err(ConnectError::VoucherifyCredentials)
        }
        Err(error) => Err(ConnectError::Voucherify(error)),
    }
}

/// Saves the store in one transaction with its audit entry. What somebody else changed since the checks began
/// stays, but for what was asked for.
async fn save(
    context: &Context,
    sealer: &Sealer,
    request: &ConnectRequest,
    findings: &Findings,
) -> Result<Saved, ConnectError> {
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await?;
    let stored = stores::for_connecting(tx.connection(), &request.store, now).await?;
    let settings = settings(request, findings, stored.as_ref());
    let (known, secret) = webhook_secret(sealer, stored);
    let record = record(
        sealer,
        request,
        findings,
        settings,
        known.as_ref(),
        &secret,
        now,
    )?;
    stores::save(tx.connection(), &record).await?;
    audit::write(&mut tx, &request.store, &entry(request, &record, now)).await?;
    tx.commit().await?;
    Ok(Saved {
        record,
        secret,
        secret_was_known: known.is_some(),
    })
}

/// How the store is to behave: as before, but for what was asked for.
fn settings(
    request: &ConnectRequest,
    findings: &Findings,
    stored: Option<&StoreRecord>,
) -> StoreSettings {
    let new = || StoreSettings::new(request.currency);
    let mut settings = stored.map_or_else(new, |record| record.settings.clone());
    request.choices.apply(&mut settings);
    settings.currency = request.currency;
    settings.coupons_allowed = findings.coupons_allowed;
    settings.currencies = findings.currencies.clone();
    // A store that is connected keeps what it has: its orders under way are known by it.
    if stored.is_none() {
        settings.prefix_orders = findings.shares_project;
    }
    settings
}

/// The record that can be read, and its webhook secret; a new one where the old cannot be read.
fn webhook_secret(
    sealer: &Sealer,
    stored: Option<StoreRecord>,
) -> (Option<StoreRecord>, SecretString) {
    let secret = |record: &StoreRecord| {
        sealer.unseal(&record.hash, field::WEBHOOK_SECRET, &record.webhook_secret)
    };
    match stored.as_ref().map(secret) {
        Some(Ok(secret)) => (stored, secret),
        // Not connected yet, or the master key was changed: this is how it is connected anew.
        _ => (None, random_secret()),
    }
}

fn record(
    sealer: &Sealer,
    request: &ConnectRequest,
    findings: &Findings,
    settings: StoreSettings,
    known: Option<&StoreRecord>,
    webhook_secret: &SecretString,
    now_ms: i64,
) -> Result<StoreRecord, ConnectError> {
    let seal = |field, secret| sealer.seal(&request.store, field, secret);
    Ok(StoreRecord {
        hash: request.store.clone(),
        name: findings.information.name.clone(),
        client_id: request.client_id.clone(),
        client_secret: seal(field::CLIENT_SECRET, &request.client_secret)?,
        access_token: seal(field::ACCESS_TOKEN, &request.access_token)?,
        webhook_secret: seal(field::WEBHOOK_SECRET, webhook_secret)?,
        voucherify_app_id: request.voucherify_app_id.clone(),
        voucherify_secret_key: seal(field::VOUCHERIFY_SECRET_KEY, &request.voucherify_secret_key)?,
        voucherify_region: request.region,
        settings,
        origins: origins(&findings.information.secure_url, &request.extra_origins)
            .map_err(|NoOrigin(url)| ConnectError::Origin(url))?,
        hook_ids: known
            .map(|record| record.hook_ids.clone())
            .unwrap_or_default(),
        script_ids: known
            .map(|record| record.script_ids.clone())
            .unwrap_or_default(),
        connected_at_ms: now_ms,
    })
}

fn entry(request: &ConnectRequest, record: &StoreRecord, now_ms: i64) -> AuditEntry {
    AuditEntry {
        at_ms: now_ms,
        actor: request.actor.clone(),
        action: "connect".to_owned(),
        details: serde_json::json!({
            "client_id": record.client_id,
            "voucherify_app_id": record.voucherify_app_id,
            "settings": record.settings,
            "origins": record.origins,
        }),
    }
}
