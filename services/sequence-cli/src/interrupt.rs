use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_default};

/// The exit status of a program that was interrupted.
pub(crate) const EXIT_STATUS: u8 = 130;

/// Whether somebody asked the program to stop. Long work looks at it now and then.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

#[derive(Debug, thiserror::Error)]
#[error("stopped")]
pub(crate) struct Interrupted;

impl Interrupt {
    /// From now on Ctrl-C and SIGTERM only ask. A second one ends the program at once.
    pub(crate) fn listen() -> Self {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // Without them the signal ends the program, which leaves a checkpoint, too.
            let _ = register_conditional_default(signal, Arc::clone(&interrupt.0));
            let _ = register(signal, Arc::clone(&interrupt.0));
        }
        interrupt
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        if self.is_raised() { Err(Interrupted) } else { Ok(()) }
    }
}
