//! Tasks: what is made beside the programs, one after the other.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::failure::describe;
use crate::fleet::build::{self, Order};
use crate::fleet::running::{Event, Fleet};
use crate::fleet::services::{Make, TASKS, Task};
use crate::fleet::state::Progress;
use crate::launch::{Launch, Output};
use crate::paths::workspace;
use crate::process::Identity;
use crate::supervisor::Role;

impl Fleet {
    /// A task that fails is shown as failed, and stops nothing.
    pub(super) fn run_tasks(&self) -> Result<()> {
        for task in TASKS {
            let outcome = self.perform(task);
            if self.supervisor.is_stopping() {
                return Ok(());
            }
            let progress = match outcome {
                Ok(()) => Progress::Done,
                Err(error) => Progress::Failed(error.to_string()),
            };
            let shown = match &progress {
                Progress::Failed(why) => format!("{} failed: {why}", task.name),
                _ => format!("{} done: {}", task.name, self.directory.display(&self.path(task.product()))),
            };
            self.announcer.say(&shown);
            self.record(task, progress, Vec::new())?;
        }
        Ok(())
    }

    fn perform(&self, task: &Task) -> Result<()> {
        for step in task.steps {
            let product = self.path(step.makes);
            if product.exists() {
                continue;
            }
            self.provide(task, step)?;
            let binary = self.build(task, step.package)?;
            self.run(task, step.what, Launch::new(binary, self.log_of(task)).args(step.arguments))?;
            if !product.exists() {
                bail!("{} succeeded, but there is no {}", step.what, product.display());
            }
        }
        Ok(())
    }

    /// Installs what the build needs, here and not before `up`: it may be a large download, for which no program waits.
    fn provide(&self, task: &Task, step: &Make) -> Result<()> {
        let Some(group) = step.needs else { return Ok(()) };
        let setup = workspace().join("infrastructure/dev/setup");
        let launch = Launch::new(setup, self.log_of(task)).args(["--quiet", group]);
        self.run(task, &format!("providing {group}"), launch)
    }

    fn build(&self, task: &Task, package: &str) -> Result<PathBuf> {
        let what = format!("building {package}");
        self.announcer.say(&format!("{}: {what} (./dev logs build -f shows it)", task.name));
        self.record(task, Progress::Running(what.clone()), Vec::new())?;
        let order = Order::of_package(package);
        let progress = |text: &str| self.announcer.say(&format!("{}: {what}, {text}", task.name));
        let profile = self.state().profile.clone();
        let mut binaries = build::build(&self.supervisor, &self.directory, &profile, &order, progress)?;
        let binary = binaries.remove(build::binary_of(package));
        binary.with_context(|| format!("the package {package} has no binary of that name"))
    }

    fn run(&self, task: &Task, what: &str, mut launch: Launch) -> Result<()> {
        let name = task.name;
        self.announcer.say(&format!("{name}: {what}"));
        launch.directory = Some(self.directory.path().to_owned());
        let process = self.supervisor.start(what, Role::Task, launch)?;
        let processes = [Some(process.minder()), process.process()].into_iter().flatten().collect();
        self.record(task, Progress::Running(what.to_owned()), processes)?;
        let status = process.wait();
        if !status.success() {
            bail!("{what} ended with {}; ./dev logs {name} says why", describe(status));
        }
        Ok(())
    }

    fn record(&self, task: &Task, progress: Progress, processes: Vec<Identity>) -> Result<()> {
        let mut state = self.state();
        let recorded = state.task(task.name);
        recorded.progress = progress;
        recorded.processes = processes;
        state.write(&self.directory)?;
        drop(state);
        let _ = self.events.send(Event::Changed);
        Ok(())
    }

    fn log_of(&self, task: &Task) -> Output {
        Output::Log(self.directory.log(task.name))
    }

    pub(super) fn path(&self, in_run_directory: &str) -> PathBuf {
        self.directory.path().join(in_run_directory)
    }
}
