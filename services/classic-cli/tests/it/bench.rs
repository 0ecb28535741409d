use std::fs;

use serde_json::Value;

use crate::data::workplace;
use crate::program::run_line;

#[test]
fn measurements_of_several_sizes_make_one_picture() {
    let place = workplace();
    let mut lines = String::new();
    for ratings in [2_000, 8_000] {
        let line = format!("bench --ratings {ratings} --methods popular,svd");
        lines += &run_line(place.path(), &line).succeeded().stdout;
    }
    let measured: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(measured.len(), 4, "{lines}");
    for one in &measured {
        assert!(one["peak_bytes"].as_u64() >= one["data_bytes"].as_u64(), "{one}");
        assert!(one["serve_us_p99"].as_f64() >= one["serve_us_p50"].as_f64(), "{one}");
    }
    fs::write(place.path().join("bench.jsonl"), &lines).unwrap();
    run_line(place.path(), "bench-plot bench.jsonl --out bench.svg").succeeded();
    let picture = fs::read_to_string(place.path().join("bench.svg")).unwrap();
    assert!(picture.contains("<svg") && picture.contains("popular") && picture.contains("svd"));

    fs::write(place.path().join("bench.jsonl"), format!("{lines}nonsense\n")).unwrap();
    run_line(place.path(), "bench-plot bench.jsonl --out bench.svg").failed_with("line 5");
}
