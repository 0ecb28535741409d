use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_default};

use crate::output;

/// The exit status of a program that was interrupted.
const EXIT_STATUS: u8 = 130;

/// Whether somebody asked the program to stop. Long work looks at it now and then.
#[derive(Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

#[derive(Debug, thiserror::Error)]
#[error("stopped")]
pub struct Interrupted;

impl Interrupt {
    /// From now on Ctrl-C and SIGTERM only ask. A second one ends the program at once.
    pub fn listen() -> Self {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // Without them the signal ends the program at once, which loses no more than what is under way.
            let _ = register_conditional_default(signal, Arc::clone(&interrupt.0));
            let _ = register(signal, Arc::clone(&interrupt.0));
        }
        interrupt
    }

    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub fn check(&self) -> Result<(), Interrupted> {
        if self.is_raised() { Err(Interrupted) } else { Ok(()) }
    }
}

/// The exit status of a program, after telling its error; `if_interrupted` is what to say of one that was stopped.
pub fn end(outcome: anyhow::Result<ExitCode>, if_interrupted: &str) -> ExitCode {
    match outcome {
        Ok(code) => code,
        Err(error) if error.is::<Interrupted>() => {
            output::note(if_interrupted);
            ExitCode::from(EXIT_STATUS)
        }
        Err(error) => {
            output::report(&error);
            ExitCode::FAILURE
        }
    }
}
