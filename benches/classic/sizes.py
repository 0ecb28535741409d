"""Trains every method on more and more generated ratings, and draws how long it took, its memory and its answers."""

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench classic --sizes", description=__doc__)
    parser.add_argument("--ratings", nargs="+", type=int, default=[100_000, 1_000_000, 25_000_000])
    parser.add_argument("--methods", help="with commas between them, instead of all")
    parser.add_argument("--filmlens", type=Path, default=Path("target/release/filmlens-classic"), help="the program")
    parser.add_argument("--out", type=Path, default=Path("target/bench-classic-sizes.svg"), help="the plot; figures lie beside it")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    lines = options.out.with_suffix(".jsonl")
    with lines.open("w") as file:
        for ratings in options.ratings:
            print(f"{ratings} ratings …", file=sys.stderr)
            command = [str(options.filmlens), "bench", "--ratings", str(ratings)]
            command += ["--methods", options.methods] if options.methods else []
            run(command, file)
    run([str(options.filmlens), "bench-plot", str(lines), "--out", str(options.out)], None)
    print(lines.read_text(), end="")
    print(f"plot in {options.out}, figures in {lines}", file=sys.stderr)


def run(command: list[str], output) -> None:
    status = subprocess.run(command, stdout=output, check=False).returncode
    if status != 0:
        sys.exit(f"{' '.join(command)} ended with {status}")


main()
