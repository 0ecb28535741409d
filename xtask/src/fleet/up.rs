//! The life of one fleet, from the lock to the last process stopped.

use std::fs;
use std::io::Read;
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::setsid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::credentials::Credentials;
use crate::fleet::announcer::Announcer;
use crate::fleet::ports::Ports;
use crate::fleet::running::{Event, Fleet};
use crate::fleet::services::{PROGRAMS, STORES, TASKS};
use crate::fleet::state::{Condition, Lock, Phase, Progress, Service, State, Task};
use crate::fleet::{RunDirectory, commands, detach};
use crate::paths;
use crate::process::Identity;
use crate::stores::{Site, postgres_exists};
use crate::supervisor::Supervisor;

/// Runs the fleet until it is told to stop. `leashed`: the end of standard input stops it too, until it is ready.
pub(crate) fn run(directory: RunDirectory, leashed: bool) -> Result<ExitCode> {
    let Some(lock) = Lock::try_take(&directory)? else {
        if leashed {
            return Ok(ExitCode::from(detach::ALREADY_UP));
        }
        return commands::wait_for_other_up(&directory);
    };
    if leashed {
        // A session of its own: closing the terminal must not reach it.
        setsid()?;
    }
    let (sender, events) = mpsc::channel();
    watch_signals(sender.clone())?;
    if leashed {
        watch_leash(sender.clone());
    }
    wait_for_former_fleet(&directory)?;
    let ports = Ports::claim()?;
    keep_former_logs(&directory)?;
    let fleet = Arc::new(prepare(directory, ports, sender)?);
    fleet.start();

    let outcome = wait(&fleet, &events, leashed);
    if let Err(error) = &outcome {
        fleet.announcer.say(&format!("error: {error:#}"));
    }
    fleet.announcer.say("stopping");
    fleet.supervisor.stop_all(|line| fleet.announcer.say(line));
    State::remove(&fleet.directory);
    drop(lock);
    // Announced already, where the one who waits for it can see it.
    Ok(outcome.unwrap_or(ExitCode::FAILURE))
}

fn prepare(directory: RunDirectory, ports: Ports, events: Sender<Event>) -> Result<Fleet> {
    let announcer = Announcer::new(&directory)?;
    let credentials = Credentials::load_or_create(&directory.credentials())?;
    let site = Site { directory: directory.path().to_owned(), durable: true };
    if !postgres_exists(&site) && directory.api_key().exists() {
        // The key was of a database that is gone.
        fs::remove_file(directory.api_key())?;
    }
    let service = |name: &str, port| Service {
        name: name.to_owned(),
        port,
        condition: Condition::Waiting,
        processes: Vec::new(),
    };
    let stores = STORES.iter().map(|(store, _)| service(store.name(), ports.of_store(*store)));
    let programs = PROGRAMS.iter().map(|program| service(program.name, ports.of_program(program.name)));
    let tasks = TASKS.iter().map(|task| Task {
        name: task.name.to_owned(),
        progress: Progress::Waiting,
        processes: Vec::new(),
    });
    let state = State {
        supervisor: Identity::of_self().context("/proc is not there")?,
        phase: Phase::Starting,
        profile: paths::cargo_profile(),
        services: stores.chain(programs).collect(),
        tasks: tasks.collect(),
    };
    state.write(&directory)?;
    Ok(Fleet {
        directory,
        supervisor: Supervisor::default(),
        announcer,
        ports,
        credentials,
        events,
        state: Mutex::new(state),
        changed: Condvar::new(),
    })
}

fn wait(fleet: &Fleet, events: &Receiver<Event>, leashed: bool) -> Result<ExitCode> {
    let mut running = false;
    loop {
        match events.recv()? {
            Event::Changed if !running && fleet.state().is_settled() => {
                running = true;
                declare_running(fleet, leashed)?;
            }
            Event::Changed => {}
            Event::Failed(error) => return Err(error),
            Event::Signalled => return Ok(if running { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
            Event::LeashCut if running => {}
            Event::LeashCut => bail!("the command that waited for the fleet was ended"),
        }
    }
}

fn declare_running(fleet: &Fleet, leashed: bool) -> Result<()> {
    let mut state = fleet.state();
    state.phase = Phase::Running;
    state.write(&fleet.directory)?;
    for line in commands::overview(&fleet.directory, &state) {
        fleet.announcer.say(&line);
    }
    if leashed {
        fleet.announcer.leave_terminal();
    } else {
        fleet.announcer.say("Ctrl-C stops it");
    }
    Ok(())
}

fn watch_signals(events: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for _ in &mut signals {
            let _ = events.send(Event::Signalled);
        }
    });
    Ok(())
}

fn watch_leash(events: Sender<Event>) {
    thread::spawn(move || {
        let mut byte = [0];
        while matches!(std::io::stdin().read(&mut byte), Ok(1)) {}
        let _ = events.send(Event::LeashCut);
    });
}

/// After a killed `up` its servers need a moment to close their files; their ports are taken until then.
fn wait_for_former_fleet(directory: &RunDirectory) -> Result<()> {
    const LIMIT: Duration = Duration::from_secs(40);
    let Some(former) = State::read(directory)? else { return Ok(()) };
    let deadline = Instant::now() + LIMIT;
    while let [survivor, ..] = former.survivors()[..] {
        if Instant::now() > deadline {
            bail!("process {} of the former fleet does not end", survivor.pid);
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Each run has fresh logs; those of the run before are kept beside them.
fn keep_former_logs(directory: &RunDirectory) -> Result<()> {
    let folder = directory.path().join("logs");
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&folder)? {
        let log = entry?.path();
        if log.extension().is_some_and(|extension| extension == "log") {
            fs::rename(&log, log.with_extension("log.former"))?;
        }
    }
    Ok(())
}
