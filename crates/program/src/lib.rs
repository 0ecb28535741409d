//! What the command-line programs share, so that they speak, stop and keep records alike.

mod arguments;
mod interrupt;
pub mod lists;
pub mod output;
pub mod progress;
pub mod ranking;
pub mod tracked;

pub use arguments::parse;
pub use interrupt::{Interrupt, Interrupted, end};
