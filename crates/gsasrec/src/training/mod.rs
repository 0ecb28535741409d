mod adam;
mod checkpoint;
mod measure;
mod progress;
mod recipe;
mod step;
mod trainer;
mod validation;
mod windows;

pub use measure::{Pace, measure};
pub use progress::{Best, CurvePoint, Progress, Quality};
pub use recipe::{Precision, Recipe, Schedule, Shape, Validation};
pub use trainer::{Event, Outcome, Training, TrainingData};
pub use windows::{Batches, Coverage};
