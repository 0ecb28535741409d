use std::fs;
use std::path::{Path, PathBuf};

use filmlens_tracking::{Tracking, TrackingSettings, Url};
use serde_json::{Value, json};

use crate::data::{RECIPE, manifest, names, train, trained, weights_hash, workplace, write_random_recipe};
use crate::program::{run_line, start};

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The folder of the one run that a place has records of.
#[track_caller]
fn the_run(place: &Path) -> PathBuf {
    let runs = place.join("runs/runs");
    let [run] = &names(&runs)[..] else { panic!("{:?}", names(&runs)) };
    runs.join(run)
}

/// (step, value) of each record of a metric, in the order of the file.
fn history(run: &Path, metric: &str) -> Vec<(u64, f64)> {
    let text = fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter_map(|line| Some((line["step"].as_u64().unwrap(), line["values"].get(metric)?.as_f64()?)))
        .collect()
}

fn steps(history: &[(u64, f64)]) -> Vec<u64> {
    history.iter().map(|(step, _)| *step).collect()
}

#[test]
fn a_training_is_recorded_in_files() {
    let place = trained();
    let run = the_run(place.path());
    assert_eq!(read_json(&run.join("run.json"))["outcome"], "FINISHED");
    let params = read_json(&run.join("params.json"));
    for (name, value) in [
        ("model.dimension", "16"),
        ("loss.kind", "full-softmax"),
        ("training.seed", "3"),
        ("training.dropout", "0.1"),
        ("data.name", "data"),
        ("data.users", "48"),
        ("data.items", "40"),
    ] {
        assert_eq!(params[name], value, "{name}");
    }
    assert_eq!(params["data.fingerprint"], json!(manifest(&place.path().join("model")).data.fingerprint));

    let loss = history(&run, "loss");
    assert_eq!(steps(&loss), (1..=8).collect::<Vec<_>>());
    assert!(loss[7].1 < loss[0].1, "{loss:?}");
    assert_eq!(steps(&history(&run, "validation_ndcg_at_10")), [2, 4, 6, 8]);
    let [(8, test)] = history(&run, "test_all.ndcg_at_10")[..] else { panic!("{run:?}") };
    let metrics = serde_json::to_value(manifest(&place.path().join("model")).metrics).unwrap();
    assert_eq!(metrics["test"]["all"]["ndcg_at_10"], test);
}

#[test]
fn the_model_is_kept_with_its_record_and_registered() {
    let place = trained();
    train(place.path(), "--seed 4").succeeded();
    let tracking = Tracking::new(TrackingSettings::new(None, place.path().join("runs"))).unwrap();
    let registry = tracking.registry();
    let newest = registry.by_alias("model", "latest-trained").unwrap().unwrap();
    assert_eq!(newest.version, 2);
    registry.download(&newest, &place.path().join("copy")).unwrap();
    assert_eq!(weights_hash(&place.path().join("copy")), weights_hash(&place.path().join("model")));
    run_line(place.path(), "score copy --history 1").succeeded();
}

#[test]
fn an_interrupted_training_has_one_record_without_gaps_and_repeats() {
    let place = workplace();
    write_random_recipe(place.path());
    let line = "train --data data --config random.toml --checkpoint-every 0 --epochs 20 --out model";
    for signal in ["INT", "KILL"] {
        let mut running = start(place.path(), line);
        assert!(running.wait_for("epoch "));
        running.signal(signal);
        running.end();
    }
    let run = the_run(place.path());
    run_line(place.path(), line).succeeded();
    assert_eq!(the_run(place.path()), run);
    assert_eq!(steps(&history(&run, "loss")), (1..=20).collect::<Vec<_>>());
    assert_eq!(read_json(&run.join("run.json"))["outcome"], "FINISHED");
}

#[test]
fn a_training_that_diverges_is_recorded_as_failed() {
    let place = workplace();
    let recipe = RECIPE.replace("learning_rate = 0.01", "learning_rate = 1e38");
    fs::write(place.path().join("recipe.toml"), recipe).unwrap();
    train(place.path(), "").failed_with("try a lower learning rate");
    assert_eq!(read_json(&the_run(place.path()).join("run.json"))["outcome"], "FAILED");
    assert!(!place.path().join("model").exists());
}

/// Looks at the server behind the back of the program.
struct Server {
    uri: String,
}

impl Server {
    fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        self.call(|client| client.get(self.address(path)).query(query))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.call(|client| client.post(self.address(path)).json(body))
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/2.0/mlflow/{path}", self.uri)
    }

    fn call(&self, request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder) -> Value {
        filmlens_telemetry::install_tls_provider();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().build().unwrap();
            let response = request(&client).send().await.unwrap();
            let (status, body) = (response.status(), response.bytes().await.unwrap());
            assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
            serde_json::from_slice(&body).unwrap()
        })
    }

    /// The one run of that name.
    fn run(&self, name: &str) -> Value {
        let experiment = self.get("experiments/get-by-name", &[("experiment_name", "filmlens-sequence")]);
        let filter = format!("attributes.run_name = '{name}'");
        let id = &experiment["experiment"]["experiment_id"];
        let found = self.post("runs/search", &json!({"experiment_ids": [id], "filter": filter}));
        let runs = found["runs"].as_array().cloned().unwrap_or_default();
        let [run] = runs.as_slice() else { panic!("{} runs called {name}", runs.len()) };
        run.clone()
    }
}

fn value_of<'a>(pairs: &'a Value, key: &str) -> &'a Value {
    let found = pairs.as_array().unwrap().iter().find(|pair| pair["key"] == key);
    &found.unwrap_or_else(|| panic!("no {key} in {pairs:?}"))["value"]
}

#[test]
fn a_training_shows_up_on_the_tracking_server_with_its_model() {
    let server = Server { uri: filmlens_test_support::mlflow_url() };
    let place = workplace();
    // No other test, and no other run of this one, has this name.
    let name = place.path().file_name().unwrap().to_str().unwrap().trim_start_matches('.').to_owned();
    let run = train(place.path(), &format!("--name {name} --tracking-uri {}", server.uri)).succeeded();
    assert!(!run.stderr.contains("not complete"), "{}", run.stderr);

    let run = server.run(&name);
    let run_id = run["info"]["run_id"].as_str().unwrap();
    assert_eq!(run["info"]["status"], "FINISHED");
    assert_eq!(value_of(&run["data"]["params"], "training.learning_rate"), "0.01");
    assert_eq!(value_of(&run["data"]["params"], "data.items"), "40");
    let history = server.get("metrics/get-history", &[("run_id", run_id), ("metric_key", "loss")]);
    assert_eq!(history["metrics"].as_array().unwrap().len(), 8);
    let metrics = serde_json::to_value(manifest(&place.path().join("model")).metrics).unwrap();
    let test = &metrics["test"]["all"]["recall_at_10"];
    assert_eq!(value_of(&run["data"]["metrics"], "test_all.recall_at_10"), test);

    let listed = server.get("artifacts/list", &[("run_id", run_id), ("path", "model")]);
    let files: Vec<&str> =
        listed["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    for file in names(&place.path().join("model")) {
        assert!(files.contains(&format!("model/{file}").as_str()), "{file} in {files:?}");
    }

    let uri = Some(Url::parse(&server.uri).unwrap());
    let tracking = Tracking::new(TrackingSettings::new(uri, place.path().join("elsewhere"))).unwrap();
    let newest = tracking.registry().by_alias(&name, "latest-trained").unwrap().unwrap();
    assert_eq!((newest.version, newest.run_id.as_str()), (1, run_id));
    tracking.registry().download(&newest, &place.path().join("copy")).unwrap();
    assert_eq!(weights_hash(&place.path().join("copy")), weights_hash(&place.path().join("model")));
}
