//! Reports of one or several models that were evaluated on the same cases.

mod comparison;
mod html;
mod plot;
mod table;

pub use comparison::{Comparison, Difference, Model};
