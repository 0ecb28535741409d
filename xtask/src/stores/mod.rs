//! The servers that the programs need, each private: its own data folder, its own port, 127.0.0.1 only.

mod aws;
mod mlflow;
mod mongodb;
mod postgres;
mod redis;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::credentials::Credentials;
use crate::supervisor::{Role, Started, Supervisor};

pub(crate) use postgres::{exists as postgres_exists, location as postgres_location};

/// MLflow takes 8 s to import its libraries, and half a minute when they come from a slow disk.
const START_LIMIT: Duration = Duration::from_secs(120);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    Postgres,
    Redis,
    MongoDb,
    /// Only for tests.
    Aws,
    /// Only for tests.
    Mlflow,
}

/// Where a server keeps its files, and how much they are worth.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) directory: PathBuf,
    /// False for tests: nothing needs to survive, so nothing is flushed to the disk.
    pub(crate) durable: bool,
}

impl Site {
    fn data(&self, server: &str) -> PathBuf {
        self.directory.join(server)
    }

    fn log(&self, server: &str) -> PathBuf {
        log_file(&self.directory, server)
    }
}

pub(crate) fn log_file(run_directory: &Path, name: &str) -> PathBuf {
    run_directory.join("logs").join(format!("{name}.log"))
}

impl Store {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Redis => "redis",
            Self::MongoDb => "mongodb",
            Self::Aws => "aws",
            Self::Mlflow => "mlflow",
        }
    }

    /// The address that programs connect to, password included.
    pub(crate) fn url(self, port: u16, credentials: &Credentials) -> String {
        match self {
            Self::Postgres => postgres::url(port, &credentials.postgres),
            Self::Redis => redis::url(port, &credentials.redis),
            Self::MongoDb => mongodb::url(port),
            Self::Aws => aws::url(port),
            Self::Mlflow => mlflow::url(port),
        }
    }

    /// Starts the server and waits until it answers. None when this machine has no way to run it.
    pub(crate) fn bring_up(
        self,
        supervisor: &Supervisor,
        site: &Site,
        port: u16,
        credentials: &Credentials,
    ) -> Result<Option<Started>> {
        let launch = match self {
            Self::Postgres => Some(postgres::prepare(supervisor, site, port, credentials)?),
            Self::Redis => Some(redis::prepare(site, port, &credentials.redis)?),
            Self::MongoDb => mongodb::prepare(site, port)?,
            Self::Aws => aws::prepare(site, port)?,
            Self::Mlflow => mlflow::prepare(site, port)?,
        };
        let Some(launch) = launch else { return Ok(None) };
        let server = supervisor.start(self.name(), Role::Store, launch)?;
        let ready = || self.is_ready(port, credentials);
        server.wait_until(self.name(), &site.log(self.name()), START_LIMIT, ready)?;
        Ok(Some(server))
    }

    pub(crate) fn is_ready(self, port: u16, credentials: &Credentials) -> bool {
        match self {
            Self::Postgres => postgres::is_ready(port),
            Self::Redis => redis::is_ready(port, &credentials.redis),
            Self::Mlflow => mlflow::is_ready(port),
            Self::MongoDb | Self::Aws => crate::network::accepts_connections(port),
        }
    }
}
