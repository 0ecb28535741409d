use std::fs;
use std::path::Path;

use safetensors::SafeTensors;
use serde_json::{Value, json};

use crate::data::{manifest, names, trained};
use crate::import::{WEIGHTS, import, imported_with_ids};
use crate::program::run_line;

/// An array of numpy: rows, columns, and the numbers row by row.
fn read_npy(path: &Path) -> (usize, usize, Vec<f32>) {
    let bytes = fs::read(path).unwrap();
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let begin = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = str::from_utf8(&bytes[10..begin]).unwrap();
    assert!(header.contains("'descr': '<f4'") && header.contains("'fortran_order': False"), "{header}");
    let shape = header.split(['(', ')']).nth(1).unwrap();
    let shape: Vec<usize> = shape.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let numbers = floats(&bytes[begin..]);
    assert_eq!(numbers.len(), shape[0] * shape[1]);
    (shape[0], shape[1], numbers)
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty());
    numbers.iter().map(|number| f32::from_le_bytes(*number)).collect()
}

/// The rows of the items in a table that has a row more before them and one after them.
fn rows_of_items(weights: &Path, table: &str) -> Vec<f32> {
    let bytes = fs::read(weights).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let table = tensors.tensor(table).unwrap();
    let [rows, columns] = table.shape()[..] else { panic!("{:?}", table.shape()) };
    floats(table.data())[columns..(rows - 1) * columns].to_vec()
}

#[test]
fn the_vectors_are_those_that_scores_are_made_of() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    let run = run_line(place.path(), "export-embeddings model --out vectors").succeeded();
    assert!(run.stdout.contains("23 vectors of 8 numbers"), "{}", run.stdout);
    let vectors = place.path().join("vectors");
    assert_eq!(names(&vectors), ["item_embeddings.npy", "item_mapping.json"]);
    let (rows, columns, numbers) = read_npy(&vectors.join("item_embeddings.npy"));
    assert_eq!((rows, columns), (23, 8));
    assert_eq!(numbers, rows_of_items(Path::new(WEIGHTS), "output_embedding.weight"));
}

#[test]
fn a_shared_table_is_exported_as_well() {
    let place = trained();
    run_line(place.path(), "export-embeddings model --out vectors").succeeded();
    let (rows, columns, numbers) = read_npy(&place.path().join("vectors/item_embeddings.npy"));
    assert_eq!((rows, columns), (40, 16));
    let weights = place.path().join("model/weights.safetensors");
    assert_eq!(numbers, rows_of_items(&weights, "item_embedding.weight"));
}

#[test]
fn normalized_vectors_have_length_one_and_keep_their_direction() {
    let place = tempfile::tempdir().unwrap();
    import(place.path(), "").succeeded();
    run_line(place.path(), "export-embeddings model --out plain").succeeded();
    run_line(place.path(), "export-embeddings model --out unit --normalize").succeeded();
    let (_, columns, plain) = read_npy(&place.path().join("plain/item_embeddings.npy"));
    let (_, _, unit) = read_npy(&place.path().join("unit/item_embeddings.npy"));
    for (plain, unit) in plain.chunks(columns).zip(unit.chunks(columns)) {
        let length = |vector: &[f32]| vector.iter().map(|number| number * number).sum::<f32>().sqrt();
        assert!((length(unit) - 1.0).abs() < 1e-6);
        for (one, other) in plain.iter().zip(unit) {
            assert!((one / length(plain) - other).abs() < 1e-6);
        }
    }
    // The model itself stays as it was.
    let weights = place.path().join("model/weights.safetensors");
    assert_eq!(plain, rows_of_items(&weights, "output_embedding.weight"));
}

#[test]
fn the_mapping_says_which_film_each_row_is() {
    let place = imported_with_ids();
    run_line(place.path(), "export-embeddings model --out vectors").succeeded();
    let mapping = fs::read(place.path().join("vectors/item_mapping.json")).unwrap();
    let mapping: Value = serde_json::from_slice(&mapping).unwrap();
    let rows = mapping["row_to_id"].as_object().unwrap();
    assert_eq!(rows.len(), 23);
    for row in 0..23 {
        assert_eq!(rows[&row.to_string()], json!(110 + 10 * row));
    }
    let manifest = manifest(&place.path().join("model"));
    assert_eq!(mapping["version"], manifest.version);
    assert_eq!(mapping["model"], manifest.name);
}
