"""Starts a server, waits for it, and tells what it and Postgres used of processor and memory."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
HERE = Path(__file__).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int):
    """The server, while it is needed; its log stays only if it failed."""
    folder = Path(tempfile.mkdtemp(prefix="filmlens-bench-"))
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdout=output, stderr=output, start_new_session=True
        )
    keeps_log = True
    try:
        wait_until_ready(process, command[0], port)
        yield process.pid
        if process.poll() is not None:
            sys.exit(f"{command[0]} ended while it was measured")
        keeps_log = False
    except KeyboardInterrupt:
        keeps_log = False
        raise
    finally:
        stop(process)
        if keeps_log:
            print(f"the log of {command[0]} is {log}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


def wait_until_ready(process: subprocess.Popen, name: str, port: int) -> None:
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"{name} ended")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{name} is not ready after a minute")


def stop(process: subprocess.Popen) -> None:
    # Where it ended by itself, its workers may still be there, or nobody.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)


@contextmanager
def filmlens(binary: str, database: str, remembers: bool):
    port = free_port()
    environment = {
        "DATABASE_URL": database,
        "FILMLENS__HTTP__HOST": "127.0.0.1",
        "FILMLENS__HTTP__PORT": str(port),
        "FILMLENS__HTTP__RATE_LIMIT__PER_SECOND": "0",
        "FILMLENS__TELEMETRY__FILTER": "warn",
    }
    if not remembers:
        environment["FILMLENS__POSTGRES__REMEMBERED_SEARCHES"] = "0"
    with running([binary], environment, port) as pid:
        yield pid, port


@contextmanager
def fastapi(database: str, statements: str):
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "fastapi_server:app", "--app-dir", str(HERE), "--port", str(port)]
    command += ["--workers", str(os.cpu_count()), "--no-access-log", "--log-level", "warning"]
    environment = {"BENCH_DATABASE": database.replace("postgres://", "postgresql+psycopg://"), "STATEMENTS": statements}
    with running(command, environment, port) as pid:
        yield pid, port


def server_milliseconds(port: int, route: str) -> tuple[float, float]:
    """How long the server itself worked on a route's requests so far, and how many there were."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    totals = {"sum": 0.0, "count": 0.0}
    for line in lines:
        found = re.match(r"http_request_duration_seconds_(sum|count)\{(.*)\} (.*)", line)
        if found and f'route="{route}"' in found[2]:
            totals[found[1]] += float(found[3])
    return totals["sum"] * 1e3, totals["count"]


def family(pid: int) -> list[int]:
    """The process and all that it started."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    members = [pid]
    for member in members:
        members += [child for child, parent in parents.items() if parent == member]
    return members


def cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            # Its own time, and that of children that have ended: Postgres starts helpers for large counts.
            total += sum(int(fields[index]) for index in (11, 12, 13, 14))
        except OSError:
            continue
    return total / TICKS


def memory_mib(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return total / 1024


def postgres_pid(database: str) -> int:
    """The server behind the address, by the port that it listens on."""
    import psycopg

    with psycopg.connect(database) as connection:
        folder = connection.execute("SHOW data_directory").fetchone()[0]
    return int(Path(folder, "postmaster.pid").read_text().splitlines()[0])
