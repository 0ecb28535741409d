use tch::{Device, Tensor};

use crate::config::{BlockKind, ModelConfig, Positions};
use crate::{Error, Model, Parameters, weights};

/// What the weights of the Python reference do not say about themselves.
#[derive(Debug, Clone, Copy)]
pub struct Unsaid {
    pub heads: i64,
    pub max_length: usize,
}

/// A model from the state dict of the Python reference, as a safetensors file. All shapes are read off the tensors.
pub fn from_reference(bytes: &[u8], unsaid: Unsaid, device: Device) -> Result<Model, Error> {
    let tensors = weights::parse(bytes)?;
    let config = read_off(&tensors, unsaid)?;
    config.check()?;
    let parameters = Parameters::take(&config, tensors, device)?;
    Ok(Model::new(config, parameters))
}

fn read_off(tensors: &[(String, Tensor)], unsaid: Unsaid) -> Result<ModelConfig, Error> {
    let find = |name: &str| tensors.iter().find(|(own, _)| own == name).map(|(_, tensor)| tensor.size());
    let matrix = |name: &str| match find(name).as_deref() {
        Some([rows, columns]) => Ok((*rows, *columns)),
        Some(other) => Err(Error::NotAMatrix { name: name.to_owned(), found: other.to_vec() }),
        None => Err(Error::NoTensor { name: name.to_owned() }),
    };
    let (rows, dimension) = matrix("item_embedding.weight")?;
    let (positions, _) = matrix("position_embedding.weight")?;
    if positions != unsaid.max_length as i64 {
        let reason = format!("is {}, but the weights have {positions} positions", unsaid.max_length);
        return Err(Error::Config { field: "max-length", reason });
    }
    let items = u32::try_from(rows - 2).ok().filter(|items| *items > 0).ok_or_else(|| Error::Config {
        field: "item_embedding.weight",
        reason: format!("has {rows} rows, and needs two more than there are items"),
    })?;
    let (wide, _) = matrix("transformer_blocks.0.dense1.weight")?;
    let is_block = |index: &usize| find(&format!("transformer_blocks.{index}.dense1.weight")).is_some();
    Ok(ModelConfig {
        items,
        dimension,
        heads: unsaid.heads,
        blocks: (0..).take_while(is_block).count(),
        max_length: unsaid.max_length,
        feed_forward: wide / dimension.max(1),
        block: BlockKind::Reference,
        positions: Positions::FromEnd,
        shared_table: find("output_embedding.weight").is_none(),
        scale_input: false,
    })
}
