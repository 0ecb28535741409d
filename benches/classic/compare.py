"""Cross-validates rating prediction, FilmLens beside the same algorithms in Python, on the same folds and machine.

The program deals out the folds, and the twins take its settings. The exit status is 1 if a target is missed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import verdict


def main() -> None:
    options = parse_options()
    # Libraries of arithmetic read this when they are first loaded.
    for library in ("OMP", "OPENBLAS", "MKL", "RAYON"):
        os.environ[f"{library}_NUM_THREADS"] = str(options.threads)
    with tempfile.TemporaryDirectory(prefix="filmlens-bench-") as folder:
        folds_file = Path(folder) / "folds.csv"
        ours = cross_validated(options, folds_file)
        theirs = measure_twins(options, folds_file, ours["hyper_parameters"])
    whole_runs = ours["whole_run_seconds"]
    models = {model["name"]: verdict.figures(model["folds"], whole_runs[model["name"]]) for model in ours["results"]["models"]}
    results = {"ours": models, "theirs": theirs}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    figures = {"options": vars(options), "hyper_parameters": ours["hyper_parameters"], "results": results}
    options.json.write_text(json.dumps(figures, indent=2, default=str))
    verdict.report(results, options.threads)
    print(f"\nfigures in {options.json}")
    reached = verdict.judge(results)
    sys.exit(0 if reached or options.no_verdict else 1)


def parse_options():
    parser = argparse.ArgumentParser(prog="./dev bench classic", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of MovieLens, with ratings.csv")
    parser.add_argument("--models", help="with commas between them, instead of all")
    parser.add_argument("--without-twin", nargs="*", default=["svd-pp"], help="models whose Python twin is not run: that of SVD++ takes long")
    parser.add_argument("--config", type=Path, help="settings for both sides, as the program takes them, such as fewer epochs")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--filmlens", type=Path, default=Path("target/release/filmlens-classic"), help="the program")
    parser.add_argument("--json", type=Path, default=Path("target/bench-classic.json"), help="where to write the figures")
    parser.add_argument("--no-verdict", action="store_true", help="exit with 0 even if a target is missed")
    return parser.parse_args()


def cross_validated(options, folds_file: Path) -> dict:
    print("filmlens …", file=sys.stderr)
    command = [str(options.filmlens), "cross-validate", "--data", str(options.data), "--json"]
    command += ["--folds", str(options.folds), "--seed", str(options.seed), "--threads", str(options.threads)]
    command += ["--write-folds", str(folds_file)] + (["--models", options.models] if options.models else [])
    command += ["--config", str(options.config)] if options.config else []
    outcome = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if outcome.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {outcome.returncode}")
    return json.loads(outcome.stdout)


def measure_twins(options, folds_file: Path, settings: dict) -> dict:
    import twins
    from ratings import Ratings, root_mean_square

    wanted = options.models.split(",") if options.models else list(twins.TWINS)
    data = Ratings.read(options.data / "ratings.csv", folds_file)
    theirs = {}
    for name, twin in twins.TWINS.items():
        if name not in wanted or name in options.without_twin:
            continue
        folds = []
        for fold in range(1, options.folds + 1):
            print(f"{twin.library}: {name}, fold {fold} …", file=sys.stderr)
            training, held_out = data.split(fold)
            prepared = twin.prepare(training, held_out)
            started = time.perf_counter()
            stars = twin.predict(prepared, settings)
            seconds = time.perf_counter() - started
            folds.append({"rmse": root_mean_square(stars, held_out.stars), "seconds": seconds})
        theirs[name] = verdict.figures(folds, sum(fold["seconds"] for fold in folds)) | {"library": twin.library}
    return theirs


main()
