"""Measures training, requests and batching under load, FilmLens beside the same model in PyTorch, on one machine.

Every contender takes its turns, in alternating order, on the same sequences and the same weights. The exit status is 1
if FilmLens misses a target.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

import shapes
import verdict
from programs import CONTENDERS, FILMLENS, Programs, in_turn

PARTS = ["training", "requests", "load"]


def main() -> None:
    options = parse_options()
    programs = Programs(options.filmlens.resolve(), options.threads)
    results = {"machine": [programs.machine()]}
    with tempfile.TemporaryDirectory(prefix="filmlens-bench-", dir=options.scratch) as folder:
        for part in options.parts:
            measure = {"training": measure_training, "requests": measure_requests, "load": measure_load}[part]
            results[part] = measure(programs, Path(folder), options)
    results["machine"].append(programs.machine())
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({"options": vars(options), "results": results}, indent=2, default=str))
    verdict.report(results, options.threads)
    print(f"\nfigures in {options.json}")
    reached = verdict.judge(results)
    sys.exit(0 if reached or options.no_verdict else 1)


def parse_options():
    parser = argparse.ArgumentParser(prog="./dev bench sequence", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=CONTENDERS)
    parser.add_argument("--shapes", nargs="+", choices=list(shapes.TRAININGS), default=list(shapes.TRAININGS))
    parser.add_argument("--turns", type=int, default=2, help="how often each contender is measured")
    parser.add_argument("--steps", type=int, default=24, help="training steps in a turn")
    parser.add_argument("--warm-up", type=int, default=3, help="steps before these, not measured")
    parser.add_argument("--batch-size", type=int, help="of training, instead of 128 or what memory allows")
    parser.add_argument("--rounds", type=int, default=30, help="batches of requests in a turn, for each size")
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8, 64], help="their sizes")
    parser.add_argument("--clients", nargs="+", type=int, default=[16, 32, 64], help="of the engine under load")
    parser.add_argument("--seconds", type=int, default=15, help="how long it is under load")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32", help="of FilmLens's answers; PyTorch's are f32")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--filmlens", type=Path, default=Path("target/release/filmlens-sequence"), help="the program")
    parser.add_argument("--scratch", type=Path, help="where weights of 200 MB are kept meanwhile")
    parser.add_argument("--json", type=Path, default=Path("target/bench-sequence.json"), help="where to write the figures")
    parser.add_argument("--no-verdict", action="store_true", help="exit with 0 even if a target is missed")
    return parser.parse_args()


def measure_training(programs: Programs, folder: Path, options) -> dict:
    return {
        f"{name}, {kind}": train(programs, folder, name, kind, options)
        for name in options.shapes
        for kind in ("full", "natural")
    }


def train(programs: Programs, folder: Path, name: str, kind: str, options) -> dict:
    training = shapes.TRAININGS[name]
    batch_size = options.batch_size or training.batch_size_within(available_bytes())
    lengths = shapes.full(training.shape.max_length) if kind == "full" else shapes.natural(training)
    path = folder / "sequences.txt"
    shapes.write_sequences(path, options.steps * batch_size, training.shape.items, lengths, options.seed)
    arguments = ["--data", str(folder), "--seed", str(options.seed)] + training.shape.arguments()
    arguments += ["--negatives", str(training.negatives), "--calibration", str(shapes.CALIBRATION)]
    arguments += ["--dropout", str(training.dropout)]
    arguments += ["--batch-size", str(batch_size), "--warm-up", str(options.warm_up)]
    turns = {contender: [] for contender in options.contenders}
    for contender in in_turn(options.contenders, options.turns):
        print(f"training: {name}, {kind}, {contender} …", file=sys.stderr)
        outcome = programs.bench(contender, "train", arguments)
        turns[contender].append(outcome.lines[-1] | {"peak_mib": outcome.peak_mib})
    figures = {contender: training_figures(measured) for contender, measured in turns.items()}
    return {"batch_size": batch_size, "usual_batch_size": training.batch_size, "contenders": figures}


def training_figures(turns: list[dict]) -> dict:
    """Of the fastest turn: what else ran on the machine only slows."""
    best = max(turns, key=lambda turn: turn["tokens"] / turn["seconds"])
    return {
        "tokens_per_second": best["tokens"] / best["seconds"],
        "steps_per_second": best["steps"] / best["seconds"],
        "peak_mib": max(turn["peak_mib"] for turn in turns),
        "loss": best["loss"],
        "turns": turns,
    }


def measure_requests(programs: Programs, folder: Path, options) -> dict:
    weights = random_model(programs, folder, options)
    histories = write_histories(folder, options)
    figures = {contender: {} for contender in options.contenders}
    peaks = {contender: 0.0 for contender in options.contenders}
    for contender in in_turn(options.contenders, options.turns):
        print(f"requests: {contender} …", file=sys.stderr)
        model = ["--model", str(folder / "model"), "--precision", options.precision]
        if contender != FILMLENS:
            model = ["--weights", str(weights)] + shapes.ASKED.arguments()
        arguments = model + ["--histories", str(histories), "--rounds", str(options.rounds)]
        arguments += [part for size in options.batches for part in ("--batch", str(size))]
        outcome = programs.bench(contender, "requests", arguments)
        peaks[contender] = max(peaks[contender], outcome.peak_mib)
        for line in outcome.lines:
            size = figures[contender].setdefault(str(line["batch"]), {"milliseconds": []})
            size["milliseconds"] += line["milliseconds"]
            size["answers"] = line["answers"]
    return {"contenders": {name: request_figures(sizes) | {"peak_mib": peaks[name]} for name, sizes in figures.items()}}


def request_figures(sizes: dict) -> dict:
    for size in sizes.values():
        size["p50_ms"] = statistics.median(size["milliseconds"])
        size["p95_ms"] = statistics.quantiles(size["milliseconds"], n=20, method="inclusive")[-1]
    return {"sizes": sizes}


def measure_load(programs: Programs, folder: Path, options) -> dict:
    """The engine answers clients who ask again as soon as they are answered: a client alone, many one by one, then batched."""
    random_model(programs, folder, options)
    histories = write_histories(folder, options)
    loads = [("off", clients) for clients in sorted({1, options.clients[0]})]
    loads += [("on", clients) for clients in options.clients]
    figures = {}
    for _ in range(options.turns):
        for batching, clients in loads:
            print(f"load: batching {batching}, {clients} clients …", file=sys.stderr)
            arguments = ["--model", str(folder / "model"), "--histories", str(histories), "--clients", str(clients)]
            arguments += ["--seconds", str(options.seconds), "--batching", batching, "--precision", options.precision]
            line = programs.bench(FILMLENS, "load", arguments).lines[-1]
            figure = {"batching": batching, "clients": clients, "rate": line["answered"] / line["seconds"]}
            figure |= {key: line[key] for key in ("p50_ms", "p95_ms", "p99_ms")}
            figures.setdefault(f"{batching} {clients}", []).append(figure)
        loads.reverse()
    return {"runs": [max(turns, key=lambda turn: turn["rate"]) for turns in figures.values()]}


def random_model(programs: Programs, folder: Path, options) -> Path:
    """Weights as the reference would save them; FilmLens imports them."""
    weights, model = folder / "model.safetensors", folder / "model"
    if not weights.exists():
        programs.random_weights(shapes.ASKED.arguments() + ["--seed", str(options.seed)], weights)
    if FILMLENS in options.contenders and not model.exists():
        programs.imported(weights, shapes.ASKED.heads, shapes.ASKED.max_length, model)
    return weights


def write_histories(folder: Path, options) -> Path:
    path = folder / "histories.txt"
    whole = shapes.ASKED.max_length
    shapes.write_sequences(path, 4 * max(options.batches), shapes.ASKED.items, lambda _: whole, options.seed)
    return path


def available_bytes() -> int:
    """Three quarters of what is free: the estimate of what a step takes is a low one."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    free_kib = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    return free_kib * 1024 * 3 // 4


main()
