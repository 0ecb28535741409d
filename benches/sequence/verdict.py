"""Shows the figures beside PyTorch's, and tells for each target whether they reach it."""

import shapes
from programs import COMPILED, EAGER, FILMLENS

# How many times the rate of requests one by one, at a p95 no higher.
BATCHING_GAIN = 3.7
# Of the places in all lists of ten; sums in another order may swap neighbours.
SAME_ANSWERS = 0.99


def report(results: dict, threads: int) -> None:
    machine = reached_by_machine(results)
    print(
        f"{threads} threads; this machine reads {machine['bytes_per_second'] / 1e9:.1f} GB/s "
        f"and multiplies {machine['flops_per_second'] / 1e9:.0f} GFLOP/s"
    )
    if "training" in results:
        report_training(results["training"])
    if "requests" in results:
        report_requests(results["requests"], machine)
    if "load" in results:
        report_load(results["load"])


def report_training(training: dict) -> None:
    print("\ntraining, gBCE on the processor; tokens are those that were not padding")
    print(f"{'':20}{'':12}{'tokens/s':>12}{'steps/s':>10}{'peak MiB':>10}{'loss':>8}{'our rate':>12}{'our peak':>10}")
    for name, measured in training.items():
        contenders = measured["contenders"]
        ours = contenders.get(FILMLENS)
        for number, (contender, figure) in enumerate(contenders.items()):
            ratios = ""
            if ours and contender != FILMLENS:
                rate = ours["tokens_per_second"] / figure["tokens_per_second"]
                ratios = f"{rate:>10.2f} x{ours['peak_mib'] / figure['peak_mib']:>8.2f} x"
            print(
                f"{name if number == 0 else '':20}{contender:12}{figure['tokens_per_second']:12.0f}"
                f"{figure['steps_per_second']:10.2f}{figure['peak_mib']:10.0f}{figure['loss']:8.4f}{ratios}"
            )
        if measured["batch_size"] != measured["usual_batch_size"]:
            print(f"{'':20}batches of {measured['batch_size']}, not {measured['usual_batch_size']}: memory is short, or asked for")


def report_requests(requests: dict, machine: dict) -> None:
    print("\nrequests at TCD's shape: 200 items each, the ten best of the catalogue, seen items left out")
    print("FLOPs, memory: needed work in that time, as a share of what the machine reaches; floor: what it would need at best")
    print(f"{'':12}{'batch':>6}{'p50 ms':>10}{'p95 ms':>10}{'FLOPs':>8}{'memory':>8}{'of floor':>10}{'our rate':>12}{'same':>8}")
    for contender, measured in requests["contenders"].items():
        for number, (size, figure) in enumerate(measured["sizes"].items()):
            share = shares(int(size), figure["p50_ms"] / 1e3, machine)
            beside = ""
            if contender != FILMLENS and FILMLENS in requests["contenders"]:
                ours = requests["contenders"][FILMLENS]["sizes"][size]
                beside = f"{figure['p50_ms'] / ours['p50_ms']:>10.2f} x{agreement(ours, figure):>8.1%}"
            print(
                f"{contender if number == 0 else '':12}{size:>6}{figure['p50_ms']:10.2f}{figure['p95_ms']:10.2f}"
                f"{share['flops']:>8.0%}{share['memory']:>8.0%}{share['floor']:>10.0%}{beside}"
            )
        print(f"{'':12}peak {measured['peak_mib']:.0f} MiB")


def report_load(load: dict) -> None:
    single = without_batching(load["runs"])
    print("\nthe engine under load: each client asks again as soon as it is answered (a closed loop)")
    print(
        f"batching off has {single['clients']} such clients as well: a request waits while those of the others are "
        "computed one by one; what a client alone sees is shown beside it, and not judged"
    )
    print(f"{'batching':>10}{'clients':>10}{'requests/s':>12}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}")
    for run in load["runs"]:
        print(
            f"{run['batching']:>10}{run['clients']:>10}{run['rate']:12.1f}"
            f"{run['p50_ms']:10.1f}{run['p95_ms']:10.1f}{run['p99_ms']:10.1f}"
        )


def judge(results: dict) -> bool:
    verdicts = targets(results)
    if not verdicts:
        print("\nnothing to judge: filmlens was not measured")
        return True
    print("\ntargets")
    for text, reached in verdicts:
        print(f"  {'reached' if reached else 'MISSED '}  {text}")
    missed = sum(not reached for _, reached in verdicts)
    print(f"\n{missed} of {len(verdicts)} targets missed" if missed else f"\nall {len(verdicts)} targets reached")
    return missed == 0


def targets(results: dict) -> list[tuple[str, bool]]:
    """What is asked for, with what was measured, and whether that is enough."""
    verdicts = []
    for name, measured in results.get("training", {}).items():
        verdicts += training_targets(name, measured["contenders"])
    if "requests" in results:
        verdicts += request_targets(results["requests"]["contenders"])
    if "load" in results:
        verdicts.append(batching_target(results["load"]["runs"]))
    return verdicts


def training_targets(name: str, contenders: dict) -> list[tuple[str, bool]]:
    verdicts = []
    for ours, theirs, other in beside_pytorch(contenders):
        rate = ours["tokens_per_second"] / theirs["tokens_per_second"]
        verdicts.append((f"training {name}: not slower than {other}: {rate:.2f} x its rate", rate >= 1))
        peaks = f"{ours['peak_mib']:.0f} and {theirs['peak_mib']:.0f} MiB"
        text = f"training {name}: no more memory than {other}: {peaks}"
        verdicts.append((text, ours["peak_mib"] <= theirs["peak_mib"]))
    return verdicts


def request_targets(contenders: dict) -> list[tuple[str, bool]]:
    verdicts = []
    for ours, theirs, other in beside_pytorch(contenders):
        for size in ours["sizes"]:
            mine, its = ours["sizes"][size], theirs["sizes"][size]
            rate = its["p50_ms"] / mine["p50_ms"]
            verdicts.append((f"batches of {size}: not slower than {other}: {rate:.2f} x its rate", rate >= 1))
            same = agreement(mine, its)
            verdicts.append((f"batches of {size}: the same ten as {other}: {same:.1%}", same >= SAME_ANSWERS))
    return verdicts


def batching_target(runs: list[dict]) -> tuple[str, bool]:
    """The best batched run of those whose p95 is no higher than without."""
    single = without_batching(runs)
    batched = [run for run in runs if run["batching"] == "on" and run["p95_ms"] <= single["p95_ms"]]
    wanted = (
        f"batching gains at least {BATCHING_GAIN} x over {single['clients']} clients answered one by one, "
        f"at a p95 no higher than their {single['p95_ms']:.1f} ms"
    )
    if not batched:
        return f"{wanted}: p95 is higher in every run", False
    best = max(batched, key=lambda run: run["rate"])
    gain = best["rate"] / single["rate"]
    return f"{wanted}: {gain:.2f} x at {best['p95_ms']:.1f} ms with {best['clients']} clients", gain >= BATCHING_GAIN


def without_batching(runs: list[dict]) -> dict:
    """That of many clients: one alone never waits for others."""
    return max((run for run in runs if run["batching"] == "off"), key=lambda run: run["clients"])


def beside_pytorch(contenders: dict):
    for other in (EAGER, COMPILED):
        if FILMLENS in contenders and other in contenders:
            yield contenders[FILMLENS], contenders[other], other


def agreement(ours: dict, theirs: dict) -> float:
    """The share of places where both lists have the same item."""
    places = [pair for lists in zip(ours["answers"], theirs["answers"], strict=True) for pair in zip(*lists, strict=True)]
    return sum(left == right for left, right in places) / len(places)


def reached_by_machine(results: dict) -> dict:
    """The better of what was measured before and after."""
    return {key: max(figure[key] for figure in results["machine"]) for key in results["machine"][0]}


def shares(batch: int, seconds: float, machine: dict) -> dict:
    needed = shapes.work(shapes.ASKED, batch)
    flops, memory = machine["flops_per_second"], machine["bytes_per_second"]
    return {
        "flops": needed.flops / seconds / flops,
        "memory": needed.table_bytes / seconds / memory,
        "floor": needed.floor_seconds(flops, memory) / seconds,
    }
