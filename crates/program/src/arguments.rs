use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

/// The arguments of this program, or the status to end with when they are wrong or only ask for help.
pub fn parse<A: Parser>() -> Result<A, ExitCode> {
    A::try_parse().map_err(|error| {
        let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        // Nothing is left to say when not even this can be printed.
        let _ = error.print();
        if is_help { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    })
}
