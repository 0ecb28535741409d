//! Brings up stores and programs, each in a thread of its own.

use std::io::Read;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};

use crate::credentials::{Credentials, write_private};
use crate::failure::describe;
use crate::fleet::RunDirectory;
use crate::fleet::announcer::Announcer;
use crate::fleet::build::{self, Binaries, Order};
use crate::fleet::ports::Ports;
use crate::fleet::services::{FOREIGN_SETTINGS, PROGRAMS, Program, STORES, Step, StepOutput, environment};
use crate::fleet::state::{Condition, State};
use crate::launch::{Launch, Output};
use crate::network;
use crate::stores::{Site, Store};
use crate::supervisor::{Role, Started, Supervisor};

/// A model may have to be read before a program is ready.
const READY_LIMIT: Duration = Duration::from_secs(120);

pub(crate) enum Event {
    Changed,
    Failed(Error),
    Signalled,
    LeashCut,
}

pub(crate) struct Fleet {
    pub(crate) directory: RunDirectory,
    pub(crate) supervisor: Supervisor,
    pub(crate) announcer: Announcer,
    pub(crate) ports: Ports,
    pub(crate) credentials: Credentials,
    pub(crate) events: Sender<Event>,
    pub(crate) state: Mutex<State>,
    /// Told of every change of `state`.
    pub(crate) changed: Condvar,
}

impl Fleet {
    /// Starts everything; what becomes of it arrives as events.
    pub(crate) fn start(self: &Arc<Self>) {
        for (store, _) in STORES {
            self.spawn(|fleet| fleet.run_store(*store));
        }
        self.spawn(Self::build_and_run);
    }

    fn spawn(self: &Arc<Self>, work: impl FnOnce(&Arc<Self>) -> Result<()> + Send + 'static) {
        let fleet = Arc::clone(self);
        thread::spawn(move || {
            if let Err(error) = work(&fleet) {
                let _ = fleet.events.send(Event::Failed(error));
            }
        });
    }

    fn run_store(&self, store: Store) -> Result<()> {
        let name = store.name();
        let site = Site { directory: self.directory.path().to_owned(), durable: true };
        let port = self.ports.of_store(store);
        let Some(server) = store.bring_up(&self.supervisor, &site, port, &self.credentials)? else {
            let reason = "it needs mongod, or a JDK and Maven for its stand-in (./dev setup core)".to_owned();
            self.announcer.say(&format!("{name} will not run: {reason}"));
            return self.change(name, Condition::Unavailable(reason));
        };
        self.announcer.say(&format!("{name} ready on 127.0.0.1:{port}"));
        self.record_start(name, &server)?;
        self.change(name, Condition::Ready)?;
        self.watch(name, &server)
    }

    /// One build after the other, because each uses all cores; a program runs while the next one is built.
    fn build_and_run(self: &Arc<Self>) -> Result<()> {
        for program in PROGRAMS {
            self.announcer.say(&format!("{}: building (./dev logs build -f shows it)", program.name));
            let progress = |text: &str| self.announcer.say(&format!("{}: building, {text}", program.name));
            let profile = self.state().profile.clone();
            let order = Order::of_program(program);
            let binaries = build::build(&self.supervisor, &self.directory, &profile, &order, progress)?;
            self.spawn(move |fleet| fleet.run_program(program, &binaries));
        }
        self.run_tasks()
    }

    fn run_program(&self, program: &Program, binaries: &Binaries) -> Result<()> {
        let name = program.name;
        if let Some(store) = self.wait_for_stores(program)? {
            let reason = format!("it needs {}", store.name());
            self.announcer.say(&format!("{name} will not run: {reason}"));
            return self.change(name, Condition::Unavailable(reason));
        }
        for step in program.prepared_by {
            self.run_step(name, step, binaries)?;
        }
        let port = self.ports.of_program(name);
        let launch = self.launch(name, binaries, Output::Log(self.directory.log(name)))?;
        let mut launch =
            launch.env("FILMLENS__HTTP__HOST", "127.0.0.1").env("FILMLENS__HTTP__PORT", port.to_string());
        for (setting, place) in program.finds {
            launch = launch.env(setting, self.path(place).display().to_string());
        }
        let process = self.supervisor.start(name, Role::Program, launch)?;
        self.record_start(name, &process)?;
        let ready = || network::http_status(port, program.ready) == Some(200);
        process.wait_until(name, &self.directory.log(name), READY_LIMIT, ready)?;
        self.record_start(name, &process)?;
        let state = self.state();
        let others: Vec<&str> = state.to_come().into_iter().filter(|other| *other != name).collect();
        let rest =
            if others.is_empty() { String::new() } else { format!(" (yet to come: {})", others.join(", ")) };
        drop(state);
        self.announcer.say(&format!("{name} ready: {}{rest}", program.url(port)));
        self.change(name, Condition::Ready)?;
        self.watch(name, &process)
    }

    fn run_step(&self, program: &str, step: &Step, binaries: &Binaries) -> Result<()> {
        let api_key = self.directory.api_key();
        let is_made = step.makes.is_some_and(|place| self.path(place).exists());
        if is_made || (step.output == StepOutput::ApiKey && api_key.exists()) {
            return Ok(());
        }
        self.announcer.say(&format!("{program}: {}", step.what));
        let log = self.directory.log(step.package);
        match step.output {
            StepOutput::Log => {
                let mut launch = self.launch(step.package, binaries, Output::Log(log))?.args(step.arguments);
                launch.directory = step.makes.map(|_| self.directory.path().to_owned());
                self.supervisor.run_task(step.what, launch)
            }
            StepOutput::ApiKey => {
                let launch =
                    self.launch(step.package, binaries, Output::Capture(log.clone()))?.args(step.arguments);
                let mut task = self.supervisor.start(step.what, Role::Task, launch)?;
                let mut key = String::new();
                task.stdout.take().context("the step has no standard output")?.read_to_string(&mut key)?;
                if !task.wait().success() || key.trim().is_empty() {
                    bail!("{} failed: see {}", step.what, log.display());
                }
                write_private(&api_key, &format!("{}\n", key.trim()))
            }
        }
    }

    fn launch(&self, package: &str, binaries: &Binaries, output: Output) -> Result<Launch> {
        let binary = binaries.get(build::binary_of(package));
        let binary = binary.with_context(|| format!("cargo built no binary {package}"))?;
        let mut launch = Launch::new(binary, output);
        launch.environment = environment(&self.ports, &self.credentials);
        launch.unset = FOREIGN_SETTINGS.iter().map(|name| (*name).to_owned()).collect();
        Ok(launch)
    }

    /// Waits until the stores of a program are ready, or returns one that never will be.
    fn wait_for_stores(&self, program: &Program) -> Result<Option<Store>> {
        let mut state = self.state();
        for store in program.needs {
            loop {
                match &state.service(store.name()).condition {
                    Condition::Ready => break,
                    Condition::Unavailable(_) => return Ok(Some(*store)),
                    Condition::Ended(how) => {
                        bail!("{} needs {}, which ended: {how}", program.name, store.name())
                    }
                    Condition::Waiting => {}
                }
                state = self.changed.wait(state).expect("no thread panics while it holds the state");
            }
        }
        Ok(None)
    }

    /// Records the end of a service that was ready. Nothing is restarted: a crash is to be seen.
    fn watch(&self, name: &str, process: &Started) -> Result<()> {
        let status = process.wait();
        if !self.supervisor.is_stopping() {
            let how = describe(status);
            self.announcer.say(&format!("{name} ended ({how}); ./dev logs {name} may say why"));
            self.change(name, Condition::Ended(how))?;
        }
        Ok(())
    }

    fn record_start(&self, name: &str, started: &Started) -> Result<()> {
        let mut state = self.state();
        state.service(name).processes =
            [Some(started.minder()), started.process()].into_iter().flatten().collect();
        state.write(&self.directory)
    }

    fn change(&self, name: &str, condition: Condition) -> Result<()> {
        let mut state = self.state();
        state.service(name).condition = condition;
        state.write(&self.directory)?;
        drop(state);
        self.changed.notify_all();
        let _ = self.events.send(Event::Changed);
        Ok(())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it holds the state")
    }
}
