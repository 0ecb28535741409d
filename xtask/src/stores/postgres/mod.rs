mod place;

use std::ffi::OsString;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use self::place::{account, data_folder};
use super::Site;
use crate::credentials::Credentials;
use crate::launch::{Launch, Output};
use crate::minder::{Account, Stop};
use crate::paths::find_program;
use crate::supervisor::Supervisor;

const USER: &str = "filmlens";
const DATABASE: &str = "filmlens";

pub(crate) fn url(port: u16, password: &str) -> String {
    format!("postgres://{USER}:{password}@127.0.0.1:{port}/{DATABASE}")
}

/// Makes the cluster if there is none, and tells how to start it.
pub(crate) fn prepare(
    supervisor: &Supervisor,
    site: &Site,
    port: u16,
    credentials: &Credentials,
) -> Result<Launch> {
    let account = account()?;
    let data = data_folder(site, account)?;
    let cluster = Cluster { supervisor, site, account };
    if !data.join("PG_VERSION").exists() {
        cluster.create(&data, &credentials.postgres)?;
    } else if credentials.are_new {
        // The file with the former password was lost; the data need not be.
        cluster.execute(&data, &format!("ALTER ROLE {USER} PASSWORD '{}'", credentials.postgres))?;
    }
    cluster.launch(&data, port)
}

pub(crate) fn is_ready(port: u16) -> bool {
    let Ok(program) = binary("pg_isready", None) else { return false };
    let mut command = Command::new(program);
    command.args(["--quiet", "--host", "127.0.0.1", "--port", &port.to_string()]);
    command.status().is_ok_and(|status| status.success())
}

/// Where the data lies, for people: the link is followed.
pub(crate) fn location(site: &Site) -> PathBuf {
    let data = site.data("postgres");
    fs::canonicalize(&data).unwrap_or(data)
}

pub(crate) fn exists(site: &Site) -> bool {
    location(site).join("PG_VERSION").exists()
}

struct Cluster<'a> {
    supervisor: &'a Supervisor,
    site: &'a Site,
    account: Option<Account>,
}

impl Cluster<'_> {
    /// Builds the cluster beside its place and moves it there last, so that a half-made one is never started.
    fn create(&self, data: &Path, password: &str) -> Result<()> {
        let unfinished = data.with_extension("new");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        DirBuilder::new().mode(0o700).create(&unfinished)?;
        self.give(&unfinished)?;
        let password_file = self.private_file(data, password)?;
        let initdb = self.launch_as_account(binary("initdb", None)?).args([
            OsString::from("--pgdata"),
            unfinished.clone().into(),
            "--pwfile".into(),
            password_file.clone().into(),
            format!("--username={USER}").into(),
            "--auth=scram-sha-256".into(),
            "--encoding=UTF8".into(),
            "--locale=C.UTF-8".into(),
            // What is not there yet need not be safe: the rename below is the commit.
            if self.site.durable { "--data-checksums" } else { "--no-sync" }.into(),
        ]);
        let made = self.supervisor.run_task("initdb", initdb);
        fs::remove_file(&password_file)?;
        made?;
        self.execute(&unfinished, &format!("CREATE DATABASE {DATABASE}"))?;
        fs::rename(&unfinished, data)?;
        Ok(())
    }

    /// Runs one statement without a server.
    fn execute(&self, data: &Path, statement: &str) -> Result<()> {
        // Through a file, because a command line is for everybody to read.
        let script = self.private_file(data, &format!("{statement}\n"))?;
        let run = self.launch_as_account("/bin/sh").args([
            OsString::from("-c"),
            r#"exec "$0" --single -D "$1" postgres <"$2""#.into(),
            binary("postgres", Some(data))?.into(),
            data.into(),
            script.clone().into(),
        ]);
        let done = self.supervisor.run_task("postgres --single", run);
        fs::remove_file(script)?;
        done
    }

    fn launch(&self, data: &Path, port: u16) -> Result<Launch> {
        let mut settings = vec![
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            // TCP only: the path of a socket may hold 107 bytes, and a clone may lie deeper than that.
            "unix_socket_directories=".to_owned(),
            "max_connections=200".to_owned(),
            "shared_buffers=256MB".to_owned(),
            "effective_cache_size=1GB".to_owned(),
            "work_mem=16MB".to_owned(),
            "maintenance_work_mem=256MB".to_owned(),
            "random_page_cost=1.1".to_owned(),
            "max_wal_size=2GB".to_owned(),
            // Compiling a plan takes longer than our queries do.
            "jit=off".to_owned(),
        ];
        if !self.site.durable {
            settings
                .extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
        }
        let mut launch =
            self.launch_as_account(binary("postgres", Some(data))?).args([OsString::from("-D"), data.into()]);
        for setting in settings {
            launch = launch.args(["-c", &setting]);
        }
        // "Fast" shutdown: sessions are cut off and the checkpoint is written.
        launch.stop = Stop::Int;
        launch.grace = Duration::from_secs(30);
        Ok(launch)
    }

    fn launch_as_account(&self, program: impl Into<OsString>) -> Launch {
        let mut launch = Launch::new(program, Output::Log(self.site.log("postgres")));
        launch.account = self.account;
        launch
    }

    fn private_file(&self, data: &Path, content: &str) -> Result<PathBuf> {
        let file = data.with_extension("private");
        fs::write(&file, "")?;
        fs::set_permissions(&file, Permissions::from_mode(0o600))?;
        self.give(&file)?;
        fs::write(&file, content)?;
        Ok(file)
    }

    fn give(&self, path: &Path) -> Result<()> {
        if let Some(Account { uid, gid }) = self.account {
            chown(path, Some(uid), Some(gid))
                .with_context(|| format!("cannot give away {}", path.display()))?;
        }
        Ok(())
    }
}

/// A program of Postgres; with a cluster, the one of the version that made the cluster.
fn binary(name: &str, cluster: Option<&Path>) -> Result<PathBuf> {
    let made_by = cluster.and_then(|data| fs::read_to_string(data.join("PG_VERSION")).ok());
    if let Some(version) = made_by.as_deref().map(str::trim) {
        let matching = Path::new("/usr/lib/postgresql").join(version).join("bin").join(name);
        if matching.exists() {
            return Ok(matching);
        }
    }
    if let Some(found) = find_program(name) {
        return Ok(found);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin").join(name)))
        })
        .filter(|(_, file)| file.exists())
        .max();
    match newest {
        Some((_, found)) => Ok(found),
        None => bail!("{name} is not installed: run ./dev setup core"),
    }
}
