//! The checkout's script: installed, brought up to date, reset and removed through the Scripts API.

use url::Url;

use crate::{
    bigcommerce::{BigCommerceError, Client, NewScript, SCOPE_CHECK_SCRIPT, Script},
    checkout_module::{self, Manifest},
    connections::{ConnectionError, Connections},
    context::Context,
    database::{
        DatabaseError,
        audit::{self, AuditEntry},
        stores,
    },
    domain::StoreHash,
};

const NAME: &str = "Voucherbridge";
const DESCRIPTION: &str = "Takes Voucherify codes in the checkout.";

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installed {
    /// There was none.
    New,
    /// The one there was now has this version.
    Updated,
    /// All of ours were removed and one was made.
    Reset,
}

/// Why it was not.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The module's files are missing.
    #[error("the checkout module was not built: run npm run build:module")]
    NotBuilt,
    /// The store cannot be worked on.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// BigCommerce said no, or nothing.
    #[error(transparent)]
    BigCommerce(#[from] BigCommerceError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The public address cannot be added to.
    #[error("`public_url` is no address a script can have")]
    PublicUrl,
}

/// Installs the script of this version, or brings the one there is up to date. With `reset`,
/// everything of ours is removed first.
pub async fn install(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    reset: bool,
    actor: &str,
) -> Result<Installed, InstallError> {
    let manifest = checkout_module::manifest().ok_or(InstallError::NotBuilt)?;
    let script = script(connections.public_url(), store, &manifest)?;
    let connected = connections.connected(store).await?;
    let client = &connected.connection.bigcommerce;
    let mut ours = ours(context, store, client).await?;
    if reset {
        remove_all(client, &mut ours).await?;
    }
    let installed = match ours.split_first() {
        None if reset => Installed::Reset,
        None => Installed::New,
        Some(_) => Installed::Updated,
    };
    let id = put(client, ours, &script).await?;
    let details = serde_json::json!({ "version": manifest.version, "reset": reset });
    let entry = entry(context, actor, "install_scripts", details);
    remember(context, connections, store, &[id], &entry).await?;
    Ok(installed)
}

/// Removes every script of ours; answers how many.
pub async fn uninstall(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    actor: &str,
) -> Result<usize, InstallError> {
    let connected = connections.connected(store).await?;
    let client = &connected.connection.bigcommerce;
    let mut ours = ours(context, store, client).await?;
    let removed = ours.len();
    remove_all(client, &mut ours).await?;
    let details = serde_json::json!({ "removed": removed });
    let entry = entry(context, actor, "uninstall_scripts", details);
    remember(context, connections, store, &[], &entry).await?;
    Ok(removed)
}

/// The addresses of our scripts at BigCommerce.
pub async fn installed(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
) -> Result<Vec<String>, InstallError> {
    let connected = connections.connected(store).await?;
    let ours = ours(context, store, &connected.connection.bigcommerce).await?;
    Ok(ours.into_iter().filter_map(|script| script.src).collect())
}

/// The script as this version has it.
fn script(
    public_url: &Url,
    store: &StoreHash,
    manifest: &Manifest,
) -> Result<NewScript, InstallError> {
    let mut src = public_url.clone();
    let mut path = src
        .path_segments_mut()
        .map_err(|()| InstallError::PublicUrl)?;
    path.pop_if_empty()
        .extend(["assets", &manifest.version, &manifest.loader.file]);
    drop(path);
    src.query_pairs_mut().append_pair("store", store.as_str());
    Ok(NewScript {
        name: NAME.to_owned(),
        description: DESCRIPTION.to_owned(),
        src: src.into(),
        integrity_hashes: vec![manifest.loader.integrity.clone()],
    })
}

/// Ours are those we remember, and those that bear our name and load from where a backend's assets
/// are: a record can be lost, and the address can have changed.
async fn ours(
    context: &Context,
    store: &StoreHash,
    client: &Client,
) -> Result<Vec<Script>, InstallError> {
    let record = context.database.store_record(store).await?;
    let remembered = record.map(|record| record.script_ids).unwrap_or_default();
    let is_ours = |script: &Script| {
        let src = script.src.as_deref().unwrap_or_default();
        remembered.contains(&script.uuid)
            || script.name == SCOPE_CHECK_SCRIPT
            || (script.name == NAME && src.contains("/assets/"))
    };
    let mut scripts = client.scripts().await?;
    scripts.retain(is_ours);
    Ok(scripts)
}

/// Updates the first and removes the others, or makes one.
async fn put(
    client: &Client,
    ours: Vec<Script>,
    script: &NewScript,
) -> Result<String, InstallError> {
    let mut ours = ours.into_iter();
    let Some(first) = ours.next() else {
        return Ok(client.create_script(script).await?);
    };
    client.update_script(&first.uuid, script).await?;
    for surplus in ours {
        client.delete_script(&surplus.uuid).await?;
    }
    Ok(first.uuid)
}

async fn remove_all(client: &Client, scripts: &mut Vec<Script>) -> Result<(), InstallError> {
    for script in scripts.drain(..) {
        client.delete_script(&script.uuid).await?;
    }
    Ok(())
}

async fn remember(
    context: &Context,
    connections: &Connections,
    store: &StoreHash,
    ids: &[String],
    entry: &AuditEntry,
) -> Result<(), InstallError> {
    let mut tx = context.database.begin().await?;
    if !stores::save_scripts(tx.connection(), store, ids).await? {
        return Err(ConnectionError::UnknownStore.into());
    }
    audit::write(&mut tx, store, entry).await?;
    tx.commit().await?;
    connections.forget(store);
    Ok(())
}

fn entry(context: &Context, actor: &str, action: &str, details: serde_json::Value) -> AuditEntry {
    AuditEntry {
        at_ms: context.clock.now_ms(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        details,
    }
}
