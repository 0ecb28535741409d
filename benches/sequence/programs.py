"""Runs the program under test and its PyTorch twin: both take the same arguments and print JSON lines."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

FILMLENS = "filmlens"
EAGER = "eager"
COMPILED = "compiled"
CONTENDERS = [FILMLENS, EAGER, COMPILED]

TWIN = [sys.executable, str(Path(__file__).with_name("pytorch.py"))]


@dataclass(frozen=True)
class Outcome:
    lines: list[dict]
    peak_mib: float


def run(command: list[str], threads: int) -> Outcome:
    """With the peak of its memory, as the kernel counted it. Ends the benchmark if the command fails."""
    # The comparison is of processors: a GPU that is there helps nobody.
    limits = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "MKL", "RAYON")}
    limits["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=os.environ | limits, stdout=output, stderr=log)
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        log.seek(0)
        if process.returncode != 0:
            sys.exit(f"{' '.join(command)}\nended with {process.returncode}:\n{log.read()[-4000:]}")
        lines = [json.loads(line) for line in output if line.startswith("{")]
    return Outcome(lines, used.ru_maxrss / 1024)


def in_turn(contenders: list[str], turns: int):
    """Each as often first as last, so that a machine that slows down favours nobody."""
    for turn in range(turns):
        yield from contenders if turn % 2 == 0 else reversed(contenders)


@dataclass(frozen=True)
class Programs:
    filmlens: Path
    threads: int

    def bench(self, contender: str, action: str, arguments: list[str]) -> Outcome:
        prefix = {
            FILMLENS: [str(self.filmlens), "bench"],
            EAGER: TWIN,
            COMPILED: TWIN + ["--compile"],
        }[contender]
        return run(prefix + [action, "--threads", str(self.threads)] + arguments, self.threads)

    def random_weights(self, arguments: list[str], out: Path) -> None:
        run(TWIN + ["weights", "--out", str(out)] + arguments, self.threads)

    def machine(self) -> dict:
        return run(TWIN + ["machine", "--threads", str(self.threads)], self.threads).lines[0]

    def imported(self, weights: Path, heads: int, max_length: int, out: Path) -> None:
        arguments = ["--heads", str(heads), "--max-length", str(max_length), "--out", str(out)]
        run([str(self.filmlens), "import", str(weights)] + arguments, self.threads)
