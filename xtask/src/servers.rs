//! Throw-away servers for tests: empty, on free ports, in a temporary folder, gone afterwards.

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result, anyhow};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::credentials::{Credentials, random_word};
use crate::launch::{Launch, Output};
use crate::network;
use crate::stores::{Site, Store};
use crate::supervisor::{Role, Supervisor};

/// What is started, and the variable that tells the tests where it is.
const SERVERS: [(Store, &str); 4] = [
    (Store::Postgres, "FILMLENS_TEST_POSTGRES_URL"),
    (Store::Redis, "FILMLENS_TEST_REDIS_URL"),
    (Store::MongoDb, "FILMLENS_TEST_MONGODB_URI"),
    (Store::Aws, "FILMLENS_TEST_AWS_ENDPOINT"),
];
/// Takes 8 s and half a gigabyte, so it starts when the first test calls it.
const ON_CALL: (Store, &str) = (Store::Mlflow, "FILMLENS_TEST_MLFLOW_URL");
const FOLDER_PREFIX: &str = "filmlens-servers-";

pub(crate) fn with_servers(command: Vec<OsString>) -> Result<ExitCode> {
    let code = TestServers::start()?.run(command)?;
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

pub(crate) struct TestServers {
    supervisor: Supervisor,
    environment: Vec<(String, String)>,
    port_on_call: u16,
    directory: PathBuf,
    /// Held for as long as the folder is in use: one whose lock is free was left by a killed run.
    _lock: File,
}

impl TestServers {
    pub(crate) fn start() -> Result<Self> {
        remove_abandoned_folders();
        let directory = std::env::temp_dir().join(format!("{FOLDER_PREFIX}{}", random_word()?));
        fs::create_dir(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        let lock = File::create(directory.join("lock"))?;
        lock.lock()?;

        let supervisor = Supervisor::default();
        stop_on_signals(supervisor.clone())?;
        // From here on, dropping `servers` stops whatever runs already.
        let mut servers =
            Self { supervisor, environment: Vec::new(), port_on_call: 0, directory, _lock: lock };
        servers.start_all()?;
        servers.start_on_call()?;
        Ok(servers)
    }

    /// Starts what else starts on call: for whoever knows that it is needed, and has other things to do first.
    pub(crate) fn call_all(&self) {
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port_on_call));
    }

    /// Runs a command that finds the servers in its environment, and returns its exit code.
    pub(crate) fn run(&self, command: Vec<OsString>) -> Result<i32> {
        let mut words = command.into_iter();
        let program = words.next().context("no command to run")?;
        let name = program.to_string_lossy().into_owned();
        let mut launch = Launch::new(program, Output::Inherit).args(words);
        launch.environment.clone_from(&self.environment);
        let status = self.supervisor.start(&name, Role::Task, launch)?.wait();
        Ok(status.code().unwrap_or(1))
    }

    fn site(&self) -> Site {
        Site { directory: self.directory.clone(), durable: false }
    }

    fn start_all(&mut self) -> Result<()> {
        let site = self.site();
        let credentials = Credentials::random()?;
        let supervisor = &self.supervisor;
        let bring_up_somewhere = |store: Store| -> Result<u16> {
            let port = network::free_port()?;
            bring_up(store, supervisor, &site, port, &credentials)?;
            Ok(port)
        };
        let ports: Vec<Result<u16>> = thread::scope(|scope| {
            let starting = SERVERS.map(|(store, _)| scope.spawn(move || bring_up_somewhere(store)));
            starting
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow!("a thread panicked"))))
                .collect()
        });
        for ((store, variable), port) in SERVERS.into_iter().zip(ports) {
            self.environment.push((variable.to_owned(), store.url(port?, &credentials)));
        }
        Ok(())
    }

    /// Listens in the place of a server until somebody connects: that caller is turned away, and finds the server when
    /// it tries again (`filmlens_test_support::mlflow_url` does).
    fn start_on_call(&mut self) -> Result<()> {
        let (store, variable) = ON_CALL;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let credentials = Credentials::random()?;
        self.environment.push((variable.to_owned(), store.url(port, &credentials)));
        self.port_on_call = port;

        let (supervisor, site) = (self.supervisor.clone(), self.site());
        thread::spawn(move || {
            let caller = listener.accept();
            drop((caller, listener));
            if let Err(error) = bring_up(store, &supervisor, &site, port, &credentials)
                && !supervisor.is_stopping()
            {
                eprintln!("error: {error:#}");
            }
        });
        Ok(())
    }
}

fn bring_up(
    store: Store,
    supervisor: &Supervisor,
    site: &Site,
    port: u16,
    credentials: &Credentials,
) -> Result<()> {
    let server = store.bring_up(supervisor, site, port, credentials)?;
    server.with_context(|| {
        format!("{} cannot run on this machine: `./dev setup core test` says why", store.name())
    })?;
    Ok(())
}

impl Drop for TestServers {
    fn drop(&mut self) {
        self.supervisor.stop_all(|_| {});
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            eprintln!("cannot remove {}: {error}", self.directory.display());
        }
    }
}

/// Stopping all ends the running command too; `run` then returns, and the folder is removed on the way out.
fn stop_on_signals(supervisor: Supervisor) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for _ in &mut signals {
            supervisor.stop_all(|_| {});
        }
    });
    Ok(())
}

/// SIGKILL leaves no process behind, but the folder stays: the next run removes it.
fn remove_abandoned_folders() {
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(FOLDER_PREFIX)) {
        let lock = File::open(entry.path().join("lock"));
        if lock.is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
