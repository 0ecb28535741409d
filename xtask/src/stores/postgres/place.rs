//! Where the data of Postgres lies, and whom the server runs as.

use std::fs::{self, DirBuilder};
use std::hash::{DefaultHasher, Hasher};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::process::geteuid;

use crate::minder::Account;
use crate::stores::Site;

/// Postgres refuses to run as root, so root runs it as somebody else.
pub(super) fn account() -> Result<Option<Account>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let named = |wanted: &str| {
        let fields: Vec<&str> =
            accounts.lines().find(|line| line.starts_with(&format!("{wanted}:")))?.split(':').collect();
        Some(Account { uid: fields.get(2)?.parse().ok()?, gid: fields.get(3)?.parse().ok()? })
    };
    let found = named("postgres").or_else(|| named("nobody"));
    Ok(Some(found.context(
        "Postgres does not run as root, and there is no account `postgres` or `nobody` to run it as",
    )?))
}

/// `postgres` in the run folder; a link to a folder in /var/tmp when the account cannot get into the run folder.
pub(super) fn data_folder(site: &Site, account: Option<Account>) -> Result<PathBuf> {
    let data = site.data("postgres");
    fs::create_dir_all(&site.directory)?;
    if let Ok(target) = fs::read_link(&data) {
        return ensure_outside_folder(&target, account).map(|()| target);
    }
    let Some(account) = account else { return Ok(data) };
    if can_enter(&site.directory, account) {
        return Ok(data);
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(site.directory.as_os_str().as_encoded_bytes());
    let outside = PathBuf::from(format!("/var/tmp/filmlens-{:016x}", hasher.finish()));
    let target = outside.join("postgres");
    ensure_outside_folder(&target, Some(account))?;
    symlink(&target, &data)?;
    Ok(target)
}

fn ensure_outside_folder(target: &Path, account: Option<Account>) -> Result<()> {
    let folder = target.parent().context("the link to the data of postgres is broken")?;
    if !folder.exists() {
        DirBuilder::new().mode(0o700).create(folder)?;
    }
    // Anybody may have made a folder of this name in /var/tmp: it is used only when it belongs to us.
    let metadata = fs::symlink_metadata(folder)?;
    let owner = metadata.uid();
    let ours = [geteuid().as_raw(), account.map_or(u32::MAX, |account| account.uid)].contains(&owner);
    ensure!(metadata.is_dir() && ours, "{} belongs to somebody else", folder.display());
    if let Some(Account { uid, gid }) = account {
        chown(folder, Some(uid), Some(gid))?;
    }
    Ok(())
}

fn can_enter(directory: &Path, account: Account) -> bool {
    let mut test = Command::new("setpriv");
    test.args(["--reuid", &account.uid.to_string(), "--regid", &account.gid.to_string(), "--clear-groups"]);
    test.args(["--", "test", "-x"]).arg(directory).stderr(Stdio::null());
    test.status().is_ok_and(|status| status.success())
}
