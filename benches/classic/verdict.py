"""Shows the errors and times beside those of Python, and tells for each target whether they reach it."""

import statistics

# Root mean square errors of the same algorithm, which begins elsewhere by chance, may differ by this much.
SAME_ERROR = 0.002
# How many times faster than Python.
SPEED = 10
# Twins whose ratio is shown and not judged: numpy finds biases in compiled loops over the ratings as they lie, and is done
# in the time in which the program sorts them by user and by item for all of its models.
ONLY_SHOWN = {"biases"}
# Whole runs of rating prediction: no single model may be the blend.
BLEND = "blend"
BEST_SINGLE, BEST = 0.842, 0.832


def figures(folds: list[dict], seconds: float) -> dict:
    errors = [fold["rmse"] for fold in folds]
    return {
        "rmse": statistics.fmean(errors),
        "deviation": statistics.stdev(errors) if len(errors) > 1 else 0.0,
        "seconds": seconds,
        "folds": errors,
    }


def report(results: dict, threads: int) -> None:
    print(f"{threads} threads; error: root mean square over the folds; seconds: the whole run,")
    print("of FilmLens with its ratings' matrices, of Python without its ratings' forms")
    print(f"{'':12}{'error':>9}{'spread':>9}{'seconds':>10}   {'Python':10}{'error':>9}{'seconds':>10}{'apart':>9}{'faster':>10}")
    for name, ours in results["ours"].items():
        line = f"{name:12}{ours['rmse']:9.4f}{ours['deviation']:9.4f}{ours['seconds']:10.2f}"
        if name in results["theirs"]:
            theirs = results["theirs"][name]
            line += f"   {theirs['library']:10}{theirs['rmse']:9.4f}{theirs['seconds']:10.2f}"
            line += f"{ours['rmse'] - theirs['rmse']:+9.4f}{theirs['seconds'] / ours['seconds']:>8.1f} x"
        print(line)


def judge(results: dict) -> bool:
    verdicts = targets(results)
    print("\ntargets")
    for text, reached in verdicts:
        print(f"  {'reached' if reached else 'MISSED '}  {text}")
    missed = sum(not reached for _, reached in verdicts)
    print(f"\n{missed} of {len(verdicts)} targets missed" if missed else f"\nall {len(verdicts)} targets reached")
    return missed == 0


def targets(results: dict) -> list[tuple[str, bool]]:
    """What is asked for, with what was measured, and whether that is enough."""
    verdicts = []
    ours = results["ours"]
    for name, theirs in results["theirs"].items():
        if name not in ours:
            continue
        apart = abs(ours[name]["rmse"] - theirs["rmse"])
        text = f"{name}: within {SAME_ERROR} of {theirs['library']}: {apart:.4f}"
        verdicts.append((text, apart <= SAME_ERROR))
        ratio = theirs["seconds"] / ours[name]["seconds"]
        if name in ONLY_SHOWN:
            continue
        verdicts.append((f"{name}: {SPEED} times faster than {theirs['library']}: {ratio:.1f} x", ratio >= SPEED))
    singles = {name: figure["rmse"] for name, figure in ours.items() if name != BLEND}
    if singles:
        name = min(singles, key=singles.get)
        verdicts.append((f"a single model below {BEST_SINGLE}: {name}, {singles[name]:.4f}", singles[name] < BEST_SINGLE))
    if BLEND in ours:
        error = ours[BLEND]["rmse"]
        verdicts.append((f"the blend below {BEST}: {error:.4f}", error < BEST))
    return verdicts
