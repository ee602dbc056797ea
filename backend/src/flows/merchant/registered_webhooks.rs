//! The webhooks of a connected store: one active one of each scope, at our address.

use secrecy::SecretString;
use url::Url;

use crate::{
    bigcommerce::{BigCommerceError, Client},
    context::Delivery,
    flows::webhooks::scopes::SCOPES,
};

/// What was mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mended {
    /// Webhooks that were off and were switched on again.
    pub(crate) switched_on: usize,
    /// Webhooks that were missing and were made again.
    pub(crate) made: usize,
    /// Those that are there now.
    pub(crate) ids: Vec<i64>,
}

/// Leaves one active webhook of each scope at our address. Those that are there bring the right
/// secret only if we knew it.
pub(crate) async fn register_hooks(
    client: &Client,
    destination: &Url,
    secret: &SecretString,
    secret_was_known: bool,
) -> Result<Vec<i64>, BigCommerceError> {
    let mut kept: Vec<(String, i64)> = Vec::new();
    for hook in client.hooks(destination).await? {
        let wanted = SCOPES.contains(&hook.scope.as_str());
        let twice = kept.iter().any(|(scope, _)| *scope == hook.scope);
        if secret_was_known && wanted && hook.is_active && !twice {
            kept.push((hook.scope, hook.id));
        } else {
            client.delete_hook(hook.id).await?;
        }
    }
    for scope in SCOPES {
        if !kept.iter().any(|(known, _)| known == scope) {
            let id = client.create_hook(scope, destination, secret).await?;
            kept.push((scope.to_owned(), id));
        }
    }
    Ok(kept.into_iter().map(|(_, id)| id).collect())
}

/// How many of the webhooks that bring us events are active.
pub(crate) async fn count_active(
    client: &Client,
    delivery: &Delivery,
) -> Result<usize, BigCommerceError> {
    let hooks = client.hooks(&delivery.destination).await?;
    let is_active = |scope: &&&str| {
        let mut hooks = hooks.iter();
        hooks.any(|hook| hook.is_active && hook.scope == **scope)
    };
    Ok(SCOPES.iter().filter(is_active).count())
}

/// Switches on those that are off, and makes those that are missing.
pub(crate) async fn mend(client: &Client, delivery: &Delivery) -> Result<Mended, BigCommerceError> {
    let there = client.hooks(&delivery.destination).await?;
    let mut mended = Mended::default();
    let wanted = |scope: &str| SCOPES.contains(&scope);
    for hook in there.iter().filter(|hook| wanted(&hook.scope)) {
        if !hook.is_active {
            client.switch_hook_on(hook.id).await?;
            mended.switched_on += 1;
        }
    }
    mended.ids = there.iter().map(|hook| hook.id).collect();
    for scope in SCOPES {
        if !there.iter().any(|hook| hook.scope == scope) {
            let (destination, secret) = (&delivery.destination, &delivery.secret);
            let made = client.create_hook(scope, destination, secret).await?;
            mended.ids.push(made);
            mended.made += 1;
        }
    }
    Ok(mended)
}

/// Removes those that we remember and those at our address; answers how many.
pub(crate) async fn remove(
    client: &Client,
    destination: &Url,
    remembered: Vec<i64>,
) -> Result<usize, BigCommerceError> {
    let mut ids = remembered;
    let there = client.hooks(destination).await?;
    ids.extend(there.into_iter().map(|hook| hook.id));
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        client.delete_hook(*id).await?;
    }
    Ok(ids.len())
}
