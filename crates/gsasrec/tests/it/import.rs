use filmlens_gsasrec::import::{Unsaid, from_reference};
use filmlens_gsasrec::{BlockKind, Error, Model, ModelConfig, Positions};
use tch::{Device, Kind, Tensor};

use crate::setup::{Chance, numbers};

const UNSAID: Unsaid = Unsaid { heads: 2, max_length: 6 };

fn config() -> ModelConfig {
    ModelConfig {
        items: 11,
        dimension: 8,
        heads: 2,
        blocks: 2,
        max_length: 6,
        feed_forward: 1,
        block: BlockKind::Reference,
        positions: Positions::FromEnd,
        shared_table: false,
        scale_input: false,
    }
}

fn tensors() -> Vec<(String, Tensor)> {
    Chance::seeded(1).tensors(&config())
}

fn bytes(tensors: &[(String, Tensor)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    Tensor::write_safetensors(tensors, &path).unwrap();
    std::fs::read(path).unwrap()
}

fn import(tensors: &[(String, Tensor)], unsaid: Unsaid) -> Result<Model, Error> {
    from_reference(&bytes(tensors), unsaid, Device::Cpu)
}

#[track_caller]
fn refusal(tensors: &[(String, Tensor)], unsaid: Unsaid) -> String {
    import(tensors, unsaid).err().expect("it is refused").to_string()
}

fn replaced(name: &str, tensor: Tensor) -> Vec<(String, Tensor)> {
    let mut tensors = tensors();
    tensors.retain(|(own, _)| own != name);
    tensors.push((name.to_owned(), tensor));
    tensors
}

fn zeros(shape: &[i64]) -> Tensor {
    Tensor::zeros(shape, (Kind::Float, Device::Cpu))
}

#[test]
fn all_that_the_weights_say_is_read_off_them() {
    for shared_table in [false, true] {
        let config =
            ModelConfig { shared_table, blocks: 3, items: 9, dimension: 4, feed_forward: 2, ..config() };
        let tensors = Chance::seeded(2).tensors(&config);
        let model = import(&tensors, UNSAID).unwrap();
        assert_eq!(model.config(), &config);
        for (name, tensor) in model.parameters().iter() {
            let (_, given) = tensors.iter().find(|(given, _)| given == name).unwrap();
            assert_eq!(numbers(tensor), numbers(given), "{name}");
        }
    }
}

#[test]
fn weights_in_half_precision_are_widened() {
    let halves: Vec<(String, Tensor)> =
        tensors().into_iter().map(|(name, tensor)| (name, tensor.to_kind(Kind::Half))).collect();
    let model = import(&halves, UNSAID).unwrap();
    assert!(model.parameters().iter().all(|(_, tensor)| tensor.kind() == Kind::Float));
}

#[test]
fn another_length_than_that_of_the_weights_is_refused() {
    let error = refusal(&tensors(), Unsaid { max_length: 200, ..UNSAID });
    assert_eq!(error, "max-length is 200, but the weights have 6 positions");
}

#[test]
fn heads_that_do_not_divide_the_dimension_are_refused() {
    let error = refusal(&tensors(), Unsaid { heads: 3, ..UNSAID });
    assert_eq!(error, "heads must divide the dimension, 8, without rest");
    assert_eq!(refusal(&tensors(), Unsaid { heads: 0, ..UNSAID }), "heads must lie between 1 and 4096");
}

#[test]
fn every_tensor_that_is_missing_is_named() {
    for (missing, _) in tensors() {
        let mut rest = tensors();
        rest.retain(|(name, _)| *name != missing);
        match import(&rest, UNSAID) {
            // Without it the item table serves for the output, too, and a later block is no block without its first layer.
            Ok(model) => {
                assert_eq!(missing, "output_embedding.weight");
                assert!(model.config().shared_table);
            }
            Err(Error::UnknownTensor { name, .. }) => {
                assert_eq!(missing, "transformer_blocks.1.dense1.weight");
                assert!(name.starts_with("transformer_blocks.1."), "{name}");
            }
            Err(error) => assert!(error.to_string().contains(&missing), "{missing}: {error}"),
        }
    }
}

#[test]
fn a_tensor_too_many_is_named() {
    let mut tensors = tensors();
    tensors.push(("head.weight".to_owned(), zeros(&[2, 3])));
    let error = refusal(&tensors, UNSAID);
    assert_eq!(
        error,
        "there is a tensor head.weight of shape [2, 3] that this architecture has no place for"
    );
}

#[test]
fn a_tensor_of_another_shape_is_named_with_both_shapes() {
    let error = refusal(&replaced("seq_norm.bias", zeros(&[7])), UNSAID);
    assert_eq!(error, "the tensor seq_norm.bias has the shape [7], and should have [8]");
    let error = refusal(&replaced("item_embedding.weight", zeros(&[13])), UNSAID);
    assert!(error.starts_with("the tensor item_embedding.weight has the shape [13]"), "{error}");
    let error = refusal(&replaced("item_embedding.weight", zeros(&[2, 8])), UNSAID);
    assert_eq!(error, "item_embedding.weight has 2 rows, and needs two more than there are items");
    let error = refusal(&replaced("item_embedding.weight", zeros(&[13, 0])), UNSAID);
    assert_eq!(error, "dimension must lie between 1 and 4096");
}

#[test]
fn weights_that_are_not_numbers_are_refused() {
    for value in [f64::NAN, f64::INFINITY] {
        let error = refusal(&replaced("seq_norm.bias", zeros(&[8]) + value), UNSAID);
        assert_eq!(error, "the tensor seq_norm.bias holds numbers that are infinite or not numbers");
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let whole = bytes(&tensors());
    for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
        let result = from_reference(&whole[..length], UNSAID, Device::Cpu);
        let error = result.err().expect("it is refused");
        assert!(matches!(error, Error::NotSafetensors { .. }), "{length} bytes: {error}");
    }
    assert!(from_reference(b"\x80\x02}q\x00. a pickle", UNSAID, Device::Cpu).is_err());
}
