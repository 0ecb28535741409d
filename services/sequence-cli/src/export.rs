use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use filmlens_gsasrec::StoredModel;
use filmlens_program::output;
use serde_json::json;
use tch::{Device, Kind, Tensor};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the model.
    model: PathBuf,
    /// The folder for item_embeddings.npy and item_mapping.json.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// Give every vector the length 1, for indexes that compare by angle.
    #[arg(long)]
    normalize: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let StoredModel { model, vocabulary, manifest, .. } = StoredModel::open(&arguments.model, Device::Cpu)
        .with_context(|| format!("the model in {} cannot be used", arguments.model.display()))?;
    let items = i64::from(model.config().items);
    let mut vectors = model.output_table().detach().narrow(0, 1, items);
    if arguments.normalize {
        let lengths = vectors.square().sum_dim_intlist(1, true, Kind::Float).sqrt().clamp_min(1e-12);
        vectors /= lengths;
    }
    fs::create_dir_all(&arguments.out).with_context(|| format!("cannot make {}", arguments.out.display()))?;
    let path = arguments.out.join("item_embeddings.npy");
    let rows: BTreeMap<usize, i64> = vocabulary.ids().enumerate().collect();
    let mapping = json!({ "model": manifest.name, "version": manifest.version, "row_to_id": rows });
    let mapping = serde_json::to_vec(&mapping)?;
    replace(&path, |draft| Ok(Tensor::write_npy(&vectors.contiguous(), draft)?))?;
    replace(&arguments.out.join("item_mapping.json"), |draft| Ok(fs::write(draft, mapping)?))?;
    output::print(&format!("{items} vectors of {} numbers in {}", model.config().dimension, path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a file beside its place and moves it there: whoever reads it meanwhile has the former one, whole.
fn replace(path: &Path, write: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let draft = path.with_added_extension("draft");
    let written = write(&draft).and_then(|()| Ok(fs::rename(&draft, path)?));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}
