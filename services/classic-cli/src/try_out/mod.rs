//! Trying models by hand.

mod films;
mod predict;
mod recommend;
mod similar;
mod who;

pub(crate) use predict::{Arguments as PredictArguments, run as predict};
pub(crate) use recommend::{Arguments as RecommendArguments, run as recommend};
pub(crate) use similar::{Arguments as SimilarArguments, run as similar};
