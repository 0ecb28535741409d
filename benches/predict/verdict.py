"""Compares FilmLens with FastAPI, and tells for each target whether the figures reach it."""

OURS = "filmlens"
TWIN = "fastapi"
RATE = 10


def judge(results: dict) -> bool:
    """Whether every target is reached."""
    verdicts = targets(results)
    for text, reached in verdicts:
        print(f"  {'reached' if reached else 'MISSED '}  {text}")
    missed = sum(not reached for _, reached in verdicts)
    print(f"\n{missed} of {len(verdicts)} targets missed" if missed else f"\nall {len(verdicts)} targets reached")
    return missed == 0


def targets(results: dict) -> list[tuple[str, bool]]:
    """What is asked for, with what was measured, and whether that is enough."""
    verdicts = []
    for load in loads(results):
        ours, twin = results[OURS][load], results[TWIN][load]
        measured = ratio(ours, twin)
        shown = "no answer in --seconds" if measured is None else f"{measured:.1f} x"
        verdicts.append((f"{load}: rate at least {RATE} x {TWIN}: {shown}", (measured or 0) >= RATE))
        figures = f"{ours['p99_ms']:.2f} ms of {ours['requests']}, {twin['p99_ms']:.2f} ms of {twin['requests']}"
        lower = ours["requests"] > 0 and twin["requests"] > 0 and ours["p99_ms"] < twin["p99_ms"]
        verdicts.append((f"{load}: p99 lower than {TWIN}: {figures}", lower))
        flaws = ours["refused"] + ours["broken"]
        verdicts.append((f"{load}: every request answered: {flaws} were not", flaws == 0))
    return verdicts


def loads(results: dict) -> list[str]:
    return [load for load, figures in results[OURS].items() if isinstance(figures, dict)]


def ratio(ours: dict, twin: dict) -> float | None:
    """None where the twin answered nothing while it was measured: that proves no ratio."""
    return ours["rate"] / twin["rate"] if twin["rate"] else None
