use std::path::Path;

use safetensors::SafeTensors;
use tch::{TchError, Tensor};

use crate::Error;

/// The tensors of a safetensors file, under their names.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<(String, Tensor)>, Error> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|source| Error::NotSafetensors { source })?;
    let convert = |(name, view)| match Tensor::try_from(view) {
        Ok(tensor) => Ok((name, tensor)),
        Err(source) => Err(Error::UnreadableTensor { name, source }),
    };
    tensors.tensors().into_iter().map(convert).collect()
}

pub(crate) fn write(path: &Path, tensors: &[(String, Tensor)]) -> Result<(), TchError> {
    // safetensors copies out of contiguous memory, and knows no other device than this one.
    let plain = |(name, tensor): &(String, Tensor)| {
        (name.clone(), tensor.detach().to_device(tch::Device::Cpu).contiguous())
    };
    let tensors: Vec<(String, Tensor)> = tensors.iter().map(plain).collect();
    Tensor::write_safetensors(&tensors, path)
}
