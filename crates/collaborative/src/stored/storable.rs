use std::collections::BTreeMap;

use filmlens_artifacts::{Artifact, Draft};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::tensors::{TensorWriter, Tensors};
use crate::Error;

/// By the name of each model, what its file of tensors does not say.
pub(super) type Heads = BTreeMap<String, Value>;

/// A model that is kept as a file of tensors and an entry in the manifest.
pub(super) trait Storable: Sized {
    /// In the manifest, and before `.safetensors`.
    const NAME: &'static str;
    type Head: Serialize + DeserializeOwned;

    fn head(&self) -> Self::Head;
    fn item_count(&self) -> u32;
    fn write<'a>(&'a self, tensors: &mut TensorWriter<'a>);
    /// Refuses what does not fit so many items.
    fn read(head: Self::Head, tensors: &Tensors<'_>, item_count: u32) -> Result<Self, Error>;
}

fn file_of<M: Storable>() -> String {
    format!("{}.safetensors", M::NAME)
}

/// Writes a model where there is one.
pub(super) fn save<M: Storable>(
    model: Option<&M>,
    item_count: u32,
    draft: &Draft,
    heads: &mut Heads,
) -> Result<(), Error> {
    let Some(model) = model else { return Ok(()) };
    if model.item_count() != item_count {
        return Err(Error::ItemCount { model: M::NAME, items: model.item_count(), vocabulary: item_count });
    }
    let mut tensors = TensorWriter::default();
    model.write(&mut tensors);
    tensors.write(draft, &file_of::<M>())?;
    let head = serde_json::to_value(model.head()).expect("plain data has a JSON form");
    heads.insert(M::NAME.to_owned(), head);
    Ok(())
}

/// Reads a model and strikes it off the heads; none where the manifest has none.
pub(super) fn load<M: Storable>(
    artifact: &Artifact,
    heads: &mut Heads,
    item_count: u32,
) -> Result<Option<M>, Error> {
    let Some(head) = heads.remove(M::NAME) else { return Ok(None) };
    let head = serde_json::from_value(head).map_err(|source| Error::Head { model: M::NAME, source })?;
    let file = file_of::<M>();
    let bytes = artifact.read(&file)?;
    M::read(head, &Tensors::parse(&file, &bytes)?, item_count).map(Some)
}
