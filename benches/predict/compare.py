"""Measures predictions, single and in batches, with one client and with many, one server after the other, with wrk.

Both models are made of the same films by the same settings: TF-IDF of words, readers, judges and trees. Neither
server keeps what it predicted. Prints a table and writes JSON; the exit status is 1 if a target is missed.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "query"))

import films  # noqa: E402
import servers  # noqa: E402
import verdict  # noqa: E402
from twin_model import TwinModel  # noqa: E402

PATHS = {"single": "/api/v1/predict", "batch": "/api/v1/predict/batch"}


def main() -> None:
    options = parse_options()
    target = Path(target_directory())
    known = films.read(options.data)
    place = Path(tempfile.mkdtemp(prefix="bench-predict-", dir=target))
    model = place / "model"
    settings = train_ours(target, model, options)
    twin = train_twin(known, settings, place)
    bodies = {}
    for kind, batch in (("single", 1), ("batch", options.batch)):
        bodies[kind] = place / f"{kind}.jsonl"
        bodies[kind].write_text("\n".join(films.requests(known, batch, options.seed)) + "\n")
    contenders = {
        verdict.OURS: lambda: filmlens(str(target / "release" / "prediction-api"), model),
        verdict.TWIN: lambda: fastapi(twin),
    }
    results = {name: measure(name, start, bodies, options) for name, start in contenders.items()}
    report(results, target, options)
    reached = verdict.judge(results)
    sys.exit(0 if reached or options.no_verdict else 1)


def parse_options():
    parser = argparse.ArgumentParser(prog="./dev bench predict", description=__doc__)
    parser.add_argument("--data", type=Path, help="a folder with movies.csv and severities.csv (default: the demo catalogue)")
    parser.add_argument("--batch", type=int, default=100, help="films of a batch")
    parser.add_argument("--clients", type=int, default=32, help="how many the many clients are")
    parser.add_argument("--seconds", type=int, default=10, help="how long each load lasts")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--json", type=Path, help="where to write the figures (default: target/bench-predict.json)")
    parser.add_argument("--no-verdict", action="store_true", help="exit with 0 even if a target is missed")
    options = parser.parse_args()
    if options.data is not None:
        options.data = Path(os.environ.get("FILMLENS_CALLED_FROM", "."), options.data).resolve()
    return options


def target_directory() -> str:
    metadata = subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--no-deps"])
    return json.loads(metadata)["target_directory"]


def train_ours(target: Path, model: Path, options) -> dict:
    """Trains our model, and returns its settings."""
    started = time.monotonic()
    command = [str(target / "release" / "filmlens-sensitivity"), "train", "--no-evaluation", "--out", str(model)]
    command += ["--json", "--seed", str(options.seed)] + (["--data", str(options.data)] if options.data else [])
    made = json.loads(subprocess.check_output(command))
    print(f"filmlens trained in {time.monotonic() - started:.1f} s", file=sys.stderr)
    print(f"filmlens: {made['model']['vocabulary']['items']} features")
    return made["model"]["hyper_parameters"]


def train_twin(known: list[dict], settings: dict, place: Path) -> Path:
    started = time.monotonic()
    twin = TwinModel(known, settings)
    print(f"the twin trained in {time.monotonic() - started:.1f} s", file=sys.stderr)
    print(f"fastapi: {twin.feature_count} features, {twin.tree_count} trees")
    path = place / "twin.pickle"
    path.write_bytes(pickle.dumps(twin))
    return path


@contextmanager
def filmlens(binary: str, model: Path):
    port = servers.free_port()
    environment = {
        "FILMLENS__HTTP__HOST": "127.0.0.1",
        "FILMLENS__HTTP__PORT": str(port),
        "FILMLENS__HTTP__RATE_LIMIT__PER_SECOND": "0",
        "FILMLENS__MODEL__FOLDER": str(model),
        "FILMLENS__SAVING__ENABLED": "false",
        "FILMLENS__TELEMETRY__FILTER": "warn",
    }
    with servers.running([binary], environment, port) as pid:
        yield pid, port


@contextmanager
def fastapi(model: Path):
    port = servers.free_port()
    command = [sys.executable, "-m", "uvicorn", "twin_server:app", "--app-dir", str(HERE), "--port", str(port)]
    command += ["--workers", str(os.cpu_count()), "--no-access-log", "--log-level", "warning"]
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    with servers.running(command, {"BENCH_TWIN_MODEL": str(model)} | threads, port) as pid:
        yield pid, port


def measure(name: str, start, bodies: dict[str, Path], options) -> dict:
    figures = {}
    with start() as (pid, port):
        for kind, path in bodies.items():
            for clients in (1, options.clients):
                load = f"{kind}, {clients} client{'s' if clients > 1 else ''}"
                print(f"{name}: {load} …", file=sys.stderr)
                ask(port, PATHS[kind], path, 2, clients)
                result = ask(port, PATHS[kind], path, options.seconds, clients)
                films_each = options.batch if kind == "batch" else 1
                result["rate"] = result["requests"] / result["seconds"]
                result["films_per_second"] = result["rate"] * films_each
                figures[load] = result
        figures["memory_mib"] = servers.memory_mib(servers.family(pid))
    return figures


def ask(port: int, route: str, bodies: Path, seconds: int, clients: int) -> dict:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "post.lua")]
    output = subprocess.check_output([*command, f"http://127.0.0.1:{port}{route}", "--", str(bodies)], text=True)
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


def report(results: dict, target: Path, options) -> None:
    print(f"\nbatches of {options.batch} films, {os.cpu_count()} cores for server and clients\n")
    print(f"{'':12}{'load':24}{'req/s':>10}{'films/s':>10}{'p50 ms':>10}{'p99 ms':>10}")
    for name, figures in results.items():
        for number, load in enumerate(verdict.loads(results)):
            figure = figures[load]
            flaws = figure["refused"] + figure["broken"]
            print(
                f"{name if number == 0 else '':12}{load:24}{figure['rate']:10.1f}{figure['films_per_second']:10.0f}"
                f"{figure['p50_ms']:10.2f}{figure['p99_ms']:10.2f}" + (f"  {flaws} not answered" if flaws else "")
            )
        print(f"{'':12}{'memory':24}{figures['memory_mib']:10.0f} MiB")
    path = options.json or target / "bench-predict.json"
    shown = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    path.write_text(json.dumps({"options": shown, "results": results}, indent=2))
    print(f"\nfigures in {path}\n")


if __name__ == "__main__":
    main()
