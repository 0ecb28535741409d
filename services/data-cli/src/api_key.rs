use anyhow::{Context as _, bail};
use clap::{Subcommand, ValueEnum};
use filmlens_catalog_store::{CatalogStore, Error, Role};

use crate::database;
use crate::output::say;

#[derive(Subcommand)]
pub(crate) enum ApiKeyAction {
    /// Make a key and print it. It cannot be shown again: only its hash is kept.
    Create {
        /// A name by which to recognise and revoke the key.
        #[arg(long)]
        name: String,
        /// What the key may do.
        #[arg(long)]
        role: RoleName,
        /// If there is an active key of that name, print another one in its place: its owner and role stay.
        #[arg(long)]
        replace: bool,
    },
    /// List the keys: name, role, when made, when revoked.
    List,
    /// Make a key useless. What was made with it stays.
    Revoke { name: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum RoleName {
    /// Keep family profiles of its own.
    Reader,
    /// Also change the catalogue and the triggers.
    Editor,
    /// Also see the family profiles of every client.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Reader => Self::Reader,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

pub(crate) async fn run(action: ApiKeyAction, url: Option<String>) -> anyhow::Result<()> {
    let store = database::connect_migrated(url).await?;
    match action {
        ApiKeyAction::Create { name, role, replace } => {
            if name.trim().is_empty() {
                bail!("--name must not be empty");
            }
            if replace {
                require_role(&store, &name, role.into()).await?;
                if let Some(replaced) = store.replace_api_key(&name).await? {
                    return say(replaced.key);
                }
            }
            let created = store.create_api_key(&name, role.into()).await;
            if matches!(created, Err(Error::Duplicate { .. })) {
                bail!(
                    "there is, or was, a key named {name}: choose another name (api-key list shows them), or --replace its key"
                );
            }
            say(created.context("the key could not be made")?.key)?;
        }
        ApiKeyAction::List => {
            for key in store.list_api_keys().await? {
                let made = key.created_at.format("%Y-%m-%d %H:%M");
                let state = key.revoked_at.map_or_else(
                    || "active".to_owned(),
                    |revoked| format!("revoked {}", revoked.format("%Y-%m-%d %H:%M")),
                );
                say(format_args!("{:<24} {:<7} made {made}  {state}", key.name, key.role.as_str()))?;
            }
        }
        ApiKeyAction::Revoke { name } => {
            if !store.revoke_api_key(&name).await? {
                bail!("no active key is named {name}: api-key list shows them");
            }
            say(format_args!("revoked {name}"))?;
        }
    }
    Ok(())
}

/// Refuses to replace a key of another role: who asks for a reader's key must not be handed an admin's.
async fn require_role(store: &CatalogStore, name: &str, wanted: Role) -> anyhow::Result<()> {
    let keys = store.list_api_keys().await?;
    let active = keys.iter().find(|key| key.name == name && key.revoked_at.is_none());
    if let Some(key) = active.filter(|key| key.role != wanted) {
        let (kept, wanted) = (key.role.as_str(), wanted.as_str());
        bail!(
            "the key named {name} has the role {kept}, which --replace keeps: give --role {kept}, or choose another \
             name for a key of the role {wanted}"
        );
    }
    Ok(())
}
