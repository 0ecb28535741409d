use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::Signal;

use crate::fleet::RunDirectory;
use crate::fleet::services::{PROGRAMS, TASKS};
use crate::fleet::state::{Condition, Lock, Phase, Progress, Service, State};
use crate::network;
use crate::process::Identity;
use crate::stores::{Site, postgres_location};

const POLL: Duration = Duration::from_millis(100);

/// Stops the fleet, whichever part of it still runs; nothing else is touched.
pub(crate) fn down(directory: &RunDirectory) -> Result<ExitCode> {
    /// Longer than any minder's grace.
    const LIMIT: Duration = Duration::from_secs(60);
    let Some(state) = State::read(directory)?.filter(is_anything_alive) else {
        println!("nothing is running");
        return Ok(ExitCode::SUCCESS);
    };
    println!("stopping the fleet (pid {})", state.supervisor.pid);
    state.supervisor.signal(Signal::TERM)?;
    let deadline = Instant::now() + LIMIT;
    while state.supervisor.is_alive() {
        if Instant::now() > deadline {
            println!("the supervisor does not end: killing it");
            state.supervisor.signal(Signal::KILL)?;
        }
        thread::sleep(POLL);
    }
    // Of a supervisor that was killed.
    for survivor in state.survivors() {
        survivor.signal(Signal::TERM)?;
    }
    while let [survivor, ..] = state.survivors()[..] {
        if Instant::now() > deadline {
            survivor.signal(Signal::KILL)?;
        }
        thread::sleep(POLL);
    }
    State::remove(directory);
    println!("stopped; the data stays in {}", directory.display(directory.path()));
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn status(directory: &RunDirectory) -> Result<ExitCode> {
    let Some(state) = State::read(directory)?.filter(is_anything_alive) else {
        println!("nothing is running; ./dev up starts the fleet");
        return Ok(ExitCode::SUCCESS);
    };
    if !state.supervisor.is_alive() {
        println!("`up` was killed; what is left of the fleet is ending");
    } else if state.phase == Phase::Starting {
        println!("the fleet is starting");
    }
    let mut healthy = true;
    for service in &state.services {
        let (is_well, condition) = condition_now(service);
        healthy &= is_well;
        print_status(&service.name, &service.processes, &address(service), &condition);
    }
    for task in &state.tasks {
        let (is_well, progress) = match &task.progress {
            Progress::Waiting => (true, "to come".to_owned()),
            Progress::Running(what) => (true, what.clone()),
            Progress::Done => (true, "done".to_owned()),
            Progress::Failed(why) => (false, format!("failed: {why}")),
        };
        healthy &= is_well;
        print_status(&task.name, &task.processes, &product(directory, &task.name), &progress);
    }
    let data = postgres_location(&site(directory));
    println!("logs: {}/logs", directory.display(directory.path()));
    println!("data: {}, postgres in {}", directory.display(directory.path()), directory.display(&data));
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(crate) fn logs(directory: &RunDirectory, service: &str, follow: bool) -> Result<ExitCode> {
    let file = directory.log(service);
    if !file.exists() {
        bail!("there is no log named {service}; there are: {}", log_names(directory).join(", "));
    }
    let mut command = Command::new("tail");
    command.args(if follow { ["--lines=100", "--follow=name"] } else { ["--lines=+1", "--quiet"] });
    Err(command.arg(file).exec().into())
}

/// What a second `up` does: it changes nothing, and says where the fleet is once that is ready.
pub(crate) fn wait_for_other_up(directory: &RunDirectory) -> Result<ExitCode> {
    let mut announced = false;
    loop {
        let state = State::read(directory)?.filter(|state| state.supervisor.is_alive());
        if let Some(state) = state.filter(|state| state.phase == Phase::Running) {
            println!("the fleet is running already, nothing was changed");
            overview(directory, &state).iter().for_each(|line| println!("{line}"));
            return Ok(ExitCode::SUCCESS);
        }
        if Lock::try_take(directory)?.is_some() {
            bail!("another `up` was starting the fleet, and ended before it was ready");
        }
        if !announced {
            println!("another `up` is starting the fleet: waiting for it");
            announced = true;
        }
        thread::sleep(POLL);
    }
}

/// Where to go, once the fleet is up.
pub(crate) fn overview(directory: &RunDirectory, state: &State) -> Vec<String> {
    let mut lines = vec!["the fleet is up:".to_owned()];
    for service in &state.services {
        lines.push(match &service.condition {
            Condition::Unavailable(reason) => format!("  {:<20} does not run: {reason}", service.name),
            Condition::Ended(how) => format!("  {:<20} ended: {how}", service.name),
            _ => format!("  {:<20} {}", service.name, address(service)),
        });
    }
    for task in &state.tasks {
        lines.push(match &task.progress {
            Progress::Failed(why) => format!("  {:<20} failed: {why}", task.name),
            _ => format!("  {:<20} {}", task.name, product(directory, &task.name)),
        });
    }
    if directory.api_key().exists() {
        lines.push(format!("API key (role admin): {}", directory.display(&directory.api_key())));
    }
    lines.push(format!("logs: {}/logs (./dev logs SERVICE -f)", directory.display(directory.path())));
    lines.push("./dev status, ./dev data --help, ./dev down".to_owned());
    lines
}

fn is_anything_alive(state: &State) -> bool {
    state.supervisor.is_alive() || !state.survivors().is_empty()
}

fn print_status(name: &str, processes: &[Identity], place: &str, condition: &str) {
    let pid = processes.last().map_or("-".to_owned(), |process| process.pid.to_string());
    println!("  {name:<20} pid {pid:<8} {place:<32} {condition}");
}

/// What was recorded, checked against what a program answers now.
fn condition_now(service: &Service) -> (bool, String) {
    match &service.condition {
        Condition::Waiting if service.processes.is_empty() => (true, "to come".to_owned()),
        Condition::Waiting => (true, "starting".to_owned()),
        Condition::Ended(how) => (false, format!("ended: {how}")),
        Condition::Unavailable(reason) => (true, format!("does not run: {reason}")),
        Condition::Ready => match PROGRAMS.iter().find(|program| program.name == service.name) {
            None => (true, "ready".to_owned()),
            Some(program) => match network::http_status(service.port, program.ready) {
                Some(200) => (true, "ready".to_owned()),
                Some(status) => (false, format!("{} answers {status}", program.ready)),
                None => (false, "does not answer".to_owned()),
            },
        },
    }
}

fn address(service: &Service) -> String {
    let program = PROGRAMS.iter().find(|program| program.name == service.name);
    program.map_or_else(|| format!("127.0.0.1:{}", service.port), |program| program.url(service.port))
}

/// Where what a task makes lies.
fn product(directory: &RunDirectory, task: &str) -> String {
    let task = TASKS.iter().find(|known| known.name == task);
    task.map_or_else(String::new, |task| directory.display(&directory.path().join(task.product())))
}

fn log_names(directory: &RunDirectory) -> Vec<String> {
    let entries = fs::read_dir(directory.path().join("logs")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".log")?.to_owned()))
        .collect();
    names.sort();
    names
}

fn site(directory: &RunDirectory) -> Site {
    Site { directory: directory.path().to_owned(), durable: true }
}
