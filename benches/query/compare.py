"""Measures search, autocompletion and facets, one server after the other, with wrk. Prints a table and writes JSON.

FilmLens is measured twice: after every question was asked once, and with nothing remembered between requests. The
targets are for the first; the exit status is 1 if it misses one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

import questions
import servers
import verdict

HERE = Path(__file__).parent
ROUTES = {
    "search": "/api/v1/movies/search",
    "autocomplete": "/api/v1/movies/autocomplete",
    "facets": "/api/v1/movies/facets",
}
KINDS = list(ROUTES)


def main() -> None:
    options = parse_options()
    binaries = Path(target_directory(), "release")
    database = options.database or load_catalogue(binaries, options)
    asked = questions.make(database, options.seed)
    contenders = {
        verdict.REMEMBERING: lambda: servers.filmlens(str(binaries / "query-api"), database, remembers=True),
        verdict.FORGETTING: lambda: servers.filmlens(str(binaries / "query-api"), database, remembers=False),
        verdict.OUR_SQL: lambda: servers.fastapi(database, "ours"),
        verdict.ILIKE: lambda: servers.fastapi(database, "ilike"),
    }
    results = {name: measure(name, start, asked, database, options) for name, start in contenders.items()}
    report(results, options)
    verdict.compare(results)
    reached = verdict.judge(results)
    sys.exit(0 if reached or options.no_verdict else 1)


def parse_options():
    parser = argparse.ArgumentParser(prog="./dev bench query", description=__doc__)
    parser.add_argument("--films", type=int, default=87_585, help="size of the generated catalogue (MovieLens 32M's)")
    parser.add_argument("--seconds", type=int, default=10, help="how long each kind of question is asked")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--database", help="a database that holds a catalogue already, instead of generating one")
    parser.add_argument("--json", type=Path, help="where to write the figures (default: target/bench-query.json)")
    parser.add_argument("--no-verdict", action="store_true", help="exit with 0 even if a target is missed")
    return parser.parse_args()


def target_directory() -> str:
    metadata = subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--no-deps"])
    return json.loads(metadata)["target_directory"]


def load_catalogue(binaries: Path, options) -> str:
    """A fresh database with a generated catalogue; says how long the load took."""
    admin = os.environ["FILMLENS_TEST_POSTGRES_URL"]
    name = f"bench_{uuid.uuid4().hex}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = admin.rsplit("/", 1)[0] + "/" + name
    data = [str(binaries / "filmlens-data")]
    environment = os.environ | {"DATABASE_URL": database}
    subprocess.check_call(data + ["migrate", "up"], env=environment, stdout=sys.stderr)
    started = time.monotonic()
    films = ["--films", str(options.films), "--seed", str(options.seed)]
    subprocess.check_call(data + ["load", "synthetic"] + films, env=environment, stdout=sys.stderr)
    print(f"generated and loaded {options.films} films in {time.monotonic() - started:.1f} s")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE movies_catalog")
    return database


def measure(name, start, asked, database, options) -> dict:
    figures = {}
    with start() as (pid, port):
        for kind in KINDS:
            print(f"{name}: {kind} …", file=sys.stderr)
            with tempfile.NamedTemporaryFile("w", suffix=".txt") as paths:
                paths.write("\n".join(asked[kind]))
                paths.flush()
                if name == verdict.REMEMBERING:
                    ask_once(port, asked[kind])
                ask(port, paths.name, 2, options.connections)
                postgres, server = servers.family(servers.postgres_pid(database)), servers.family(pid)
                before = servers.cpu_seconds(postgres[:1] + postgres), servers.cpu_seconds(server)
                worked = servers.server_milliseconds(port, ROUTES[kind]) if name.startswith("filmlens") else None
                result = ask(port, paths.name, options.seconds, options.connections)
                if worked:
                    total, count = servers.server_milliseconds(port, ROUTES[kind])
                    result["server_ms"] = (total - worked[0]) / (count - worked[1])
                after = servers.cpu_seconds(postgres[:1] + postgres), servers.cpu_seconds(server)
            used = after[0] - before[0], after[1] - before[1]
            result["rate"] = result["requests"] / result["seconds"]
            result["postgres_share"] = used[0] / max(sum(used), 1e-9)
            figures[kind] = result
        figures["memory_mib"] = servers.memory_mib(servers.family(pid))
    return figures


def ask_once(port: int, paths: list[str]) -> None:
    """Every question once, so that what is measured is a service that has been up for a while."""

    def open_and_read(path: str) -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            answer.read()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(open_and_read, dict.fromkeys(paths)))


def ask(port: int, paths: str, seconds: int, connections: int) -> dict:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "ask.lua")]
    output = subprocess.check_output(command + [f"http://127.0.0.1:{port}", "--", paths], text=True)
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    return json.loads(line.removeprefix("RESULT "))


def report(results: dict, options) -> None:
    print(f"\n{verdict.REMEMBERING}: every question was asked once before it is measured, so it repeats answers")
    print(f"{verdict.FORGETTING}: no question was asked before, and no answer is kept")
    print("server ms: mean time inside the service; Postgres: its share of the processor time")
    print(f"{catalogue(options)}, {options.connections} connections, {os.cpu_count()} cores for all\n")
    print(f"{'':32}{'kind':14}{'req/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'server ms':>11}{'Postgres':>10}")
    for name, figures in results.items():
        for kind in KINDS:
            figure = figures[kind]
            flaw = f"  {figure['refused']} refused, {figure['broken']} broken" if figure["refused"] + figure["broken"] else ""
            worked = f"{figure['server_ms']:11.3f}" if "server_ms" in figure else " " * 11
            print(
                f"{name if kind == KINDS[0] else '':32}{kind:14}{figure['rate']:10.1f}{figure['p50_ms']:10.2f}"
                f"{figure['p99_ms']:10.2f}{worked}{figure['postgres_share']:10.0%}{flaw}"
            )
        print(f"{'':32}{'memory':14}{figures['memory_mib']:10.0f} MiB")
    path = options.json or Path(target_directory(), "bench-query.json")
    path.write_text(json.dumps({"options": vars(options) | {"json": str(path)}, "results": results}, indent=2))
    print(f"\nfigures in {path}")


def catalogue(options) -> str:
    return "the catalogue of --database" if options.database else f"{options.films} films"


main()
