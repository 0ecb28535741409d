//! The fleet as a user meets it: real `./dev`, real builds, real servers. Minutes long, hence ignored by default;
//! `./dev test` runs them.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A run folder and ports of its own, so that a fleet the developer runs is not disturbed.
struct Sandbox {
    run: TempDir,
    query_api: u16,
    recommendation_api: u16,
    prediction_api: u16,
    stores: [u16; 3],
}

impl Sandbox {
    fn new() -> Self {
        let run = tempfile::Builder::new().prefix("filmlens-fleet-").tempdir().unwrap();
        // Root runs Postgres as somebody else, who has to get in.
        fs::set_permissions(run.path(), Permissions::from_mode(0o755)).unwrap();
        // Held together, so that they differ.
        let listeners: [TcpListener; 6] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").unwrap());
        let [query_api, recommendation_api, prediction_api, stores @ ..] =
            listeners.map(|listener| listener.local_addr().unwrap().port());
        Self { run, query_api, recommendation_api, prediction_api, stores }
    }

    fn dev(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../dev"));
        command.args(arguments).env("FILMLENS_RUN_DIR", self.path()).env("FILMLENS_PROFILE", "dev");
        command.env("FILMLENS_QUERY_API_PORT", self.query_api.to_string());
        command.env("FILMLENS_RECOMMENDATION_API_PORT", self.recommendation_api.to_string());
        command.env("FILMLENS_PREDICTION_API_PORT", self.prediction_api.to_string());
        for (name, port) in ["POSTGRES", "REDIS", "MONGODB"].iter().zip(self.stores) {
            command.env(format!("FILMLENS_{name}_PORT"), port.to_string());
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command that must succeed, and returns what it printed.
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.dev(arguments).output().unwrap();
        let text = everything_printed(&output);
        assert!(output.status.success(), "./dev {} failed:\n{text}", arguments.join(" "));
        text
    }

    fn path(&self) -> &Path {
        self.run.path()
    }

    /// There once the demo model is.
    fn model(&self) -> PathBuf {
        self.path().join("models/sequence/manifest.json")
    }

    fn get(&self, path: &str) -> String {
        Self::ask(self.query_api, path)
    }

    fn ask(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Runs SQL on the fleet's Postgres.
    fn sql(&self, statement: &str) -> String {
        let credentials = fs::read_to_string(self.path().join("credentials")).unwrap();
        let password = credentials.lines().find_map(|line| line.strip_prefix("POSTGRES_PASSWORD=")).unwrap();
        let url = format!("postgres://filmlens:{password}@127.0.0.1:{}/filmlens", self.stores[0]);
        let output = Command::new("psql").args([&url, "-Atc", statement]).output().unwrap();
        assert!(output.status.success(), "{}", everything_printed(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Command lines of processes that belong to this run folder.
    fn processes(&self) -> Vec<String> {
        let folder = self.path().to_str().unwrap();
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let own = std::process::id().to_string();
        let numbered = entries.filter(|entry| entry.file_name().to_str().is_some_and(|name| name != own));
        let read = |path: &Path, file: &str| {
            let bytes = fs::read(path.join(file)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).replace('\0', " ")
        };
        // Every process of the fleet has the run folder in its environment: it was started by `dev` above.
        numbered
            .map(|entry| entry.path())
            .filter(|process| {
                read(process, "environ").contains(folder) || read(process, "cmdline").contains(folder)
            })
            .map(|process| format!("{} {}", process.display(), read(&process, "cmdline")))
            .collect()
    }

    fn assert_nothing_is_left(&self) {
        // Servers close their files first.
        let deadline = Instant::now() + Duration::from_secs(40);
        while !self.processes().is_empty() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(self.processes(), Vec::<String>::new());
        for port in
            self.stores.into_iter().chain([self.query_api, self.recommendation_api, self.prediction_api])
        {
            assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "port {port} is still taken");
        }
    }

    /// From another folder, with nothing but JSON on standard output.
    fn assert_the_model_can_be_asked(&self) {
        let mut command =
            self.dev(&["model", "score", "models/sequence", "--history", "5,3", "--k", "4", "--json"]);
        let output = command.current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{}", everything_printed(&output));
        let answer: Result<serde_json::Value, _> = serde_json::from_slice(&output.stdout);
        assert!(answer.is_ok(), "{}", everything_printed(&output));
    }

    /// Starts `./dev` and waits for a line that contains `milestone`.
    fn start_until(&self, arguments: &[&str], milestone: &str) -> Child {
        let mut child = self.dev(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let reached = lines.any(|line| line.contains(milestone));
        assert!(reached, "./dev {} ended without saying \"{milestone}\"", arguments.join(" "));
        child
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.dev(&["down"]).output();
    }
}

fn everything_printed(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_detached_fleet_can_be_searched_and_stops_without_a_trace() {
    let sandbox = Sandbox::new();
    let printed = sandbox.succeeds(&["up", "--detach"]);
    assert!(printed.contains(&format!("http://127.0.0.1:{}/docs", sandbox.query_api)), "{printed}");
    assert!(printed.contains("demo-model done"), "{printed}");

    let found = sandbox.get("/api/v1/movies/search?q=the&limit=3");
    assert!(found.starts_with("HTTP/1.1 200"), "{found}");
    assert!(found.contains("\"movie_name\""), "{found}");
    let recommended = Sandbox::ask(sandbox.recommendation_api, "/recommend/1?method=ease");
    assert!(
        recommended.starts_with("HTTP/1.1 200") && recommended.contains("\"fallback\":false"),
        "{recommended}"
    );
    let filmes = Sandbox::ask(sandbox.recommendation_api, "/filmes/1/recomendacoes");
    assert!(filmes.starts_with("HTTP/1.1 200") && filmes.contains("Forrest Gump"), "{filmes}");
    let health = Sandbox::ask(sandbox.prediction_api, "/health");
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("\"model_loaded\":true"), "{health}");
    let key = fs::metadata(sandbox.path().join("api-key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);

    let before = sandbox.processes();
    let second = sandbox.succeeds(&["up", "--detach"]);
    assert!(second.contains("running already"), "{second}");
    assert_eq!(sandbox.processes(), before);

    let status = sandbox.succeeds(&["status"]);
    assert_eq!(status.matches(" ready").count(), 6, "{status}");
    assert_eq!(status.matches(" done").count(), 1, "{status}");

    sandbox.succeeds(&["down"]);
    sandbox.assert_nothing_is_left();
    assert!(sandbox.succeeds(&["down"]).contains("nothing is running"));
    assert!(sandbox.succeeds(&["status"]).contains("nothing is running"));
    sandbox.assert_the_model_can_be_asked();
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_training_that_was_cut_off_is_finished_by_the_next_up() {
    let sandbox = Sandbox::new();
    kill(sandbox.start_until(&["up"], "demo-model: training"));
    sandbox.assert_nothing_is_left();
    assert!(!sandbox.model().exists());
    sandbox.succeeds(&["up", "--detach"]);
    assert!(sandbox.model().exists());
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_training_that_fails_is_told_of_and_stops_nothing() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path().join("demo-histories")).unwrap();
    let printed = sandbox.succeeds(&["up", "--detach"]);
    assert!(printed.contains("demo-model failed: training"), "{printed}");
    assert!(printed.contains("./dev logs demo-model"), "{printed}");
    assert!(sandbox.get("/health/ready").starts_with("HTTP/1.1 200"));

    let status = sandbox.dev(&["status"]).output().unwrap();
    assert!(!status.status.success());
    let log = sandbox.succeeds(&["logs", "demo-model"]);
    assert!(log.contains("demo-histories"), "{log}");
}

#[test]
#[ignore = "builds and starts the fleet"]
fn data_model_and_api_key_survive_a_restart() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&["up", "--detach"]);
    let trained = fs::metadata(sandbox.model()).unwrap().modified().unwrap();
    let films = sandbox.sql("SELECT count(*) FROM movies_catalog");
    sandbox.sql("CREATE TABLE kept AS SELECT 42 AS answer");
    let key = fs::read_to_string(sandbox.path().join("api-key")).unwrap();
    sandbox.succeeds(&["down"]);

    let printed = sandbox.succeeds(&["up", "--detach"]);
    assert!(!printed.contains("training"), "{printed}");
    assert_eq!(fs::metadata(sandbox.model()).unwrap().modified().unwrap(), trained);
    assert_eq!(sandbox.sql("SELECT answer FROM kept"), "42\n");
    assert_eq!(sandbox.sql("SELECT count(*) FROM movies_catalog"), films);
    assert_eq!(fs::read_to_string(sandbox.path().join("api-key")).unwrap(), key);
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_killed_up_leaves_nothing_running() {
    for milestone in ["building", "postgres ready", "demo-model: training", "Ctrl-C stops it"] {
        let sandbox = Sandbox::new();
        let up = sandbox.start_until(&["up"], milestone);
        kill(up);
        sandbox.assert_nothing_is_left();
    }
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_detaching_up_that_is_killed_before_it_returns_leaves_nothing_running() {
    let sandbox = Sandbox::new();
    let up = sandbox.start_until(&["up", "--detach"], "redis ready");
    kill(up);
    sandbox.assert_nothing_is_left();
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_killed_supervisor_leaves_nothing_running_and_the_fleet_starts_again() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&["up", "--detach"]);
    let state: serde_json::Value =
        serde_json::from_slice(&fs::read(sandbox.path().join("state.json")).unwrap()).unwrap();
    let supervisor = state["supervisor"]["pid"].to_string();
    assert!(Command::new("kill").args(["-KILL", &supervisor]).status().unwrap().success());
    sandbox.assert_nothing_is_left();
    sandbox.succeeds(&["up", "--detach"]);
    assert!(sandbox.get("/health/ready").starts_with("HTTP/1.1 200"));
}

#[test]
#[ignore = "builds and starts the fleet"]
fn a_program_that_dies_is_shown_and_not_restarted() {
    let sandbox = Sandbox::new();
    sandbox.succeeds(&["up", "--detach"]);
    let state: serde_json::Value =
        serde_json::from_slice(&fs::read(sandbox.path().join("state.json")).unwrap()).unwrap();
    let services = state["services"].as_array().unwrap();
    let query_api = services.iter().find(|service| service["name"] == "query-api").unwrap();
    let pid = query_api["processes"].as_array().unwrap().last().unwrap()["pid"].to_string();
    assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    std::thread::sleep(Duration::from_secs(1));

    let status = sandbox.dev(&["status"]).output().unwrap();
    assert!(!status.status.success());
    let printed = everything_printed(&status);
    assert!(printed.contains("ended: signal 9"), "{printed}");
    assert_eq!(printed.matches(" ready").count(), 5, "{printed}");
}

#[test]
#[ignore = "runs ./dev"]
fn a_taken_port_is_named_with_its_process_and_nothing_is_started() {
    let sandbox = Sandbox::new();
    let _listener = TcpListener::bind(("127.0.0.1", sandbox.query_api)).unwrap();
    let output = sandbox.dev(&["up", "--detach"]).output().unwrap();
    let printed = everything_printed(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains(&format!("pid {}", std::process::id())), "{printed}");
    assert!(printed.contains("FILMLENS_QUERY_API_PORT"), "{printed}");
    assert_eq!(sandbox.processes(), Vec::<String>::new());
    assert!(!sandbox.path().join("postgres").exists());
}

#[test]
#[ignore = "starts servers"]
fn killed_test_servers_leave_nothing_running() {
    let sandbox = Sandbox::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(["with-servers", "--", "sh", "-c", "echo started; sleep 600"]);
    let mut child = command.env("FILMLENS_RUN_DIR", sandbox.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "started\n");
    assert!(sandbox.processes().len() > 4);
    kill(child);
    sandbox.assert_nothing_is_left();
}
