//! Runs as plain files: params.json, tags.json, metrics.jsonl and artifacts/ beside run.json.

mod recorder;
mod registry;

pub(crate) use recorder::FileRecorder;
pub(crate) use registry::FileRegistry;
