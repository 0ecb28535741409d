//! Reports of one or several models that were evaluated on the same cases.

mod comparison;
mod html;
mod plot;
mod table;
mod text;

pub use comparison::{Comparison, Difference, Model};
