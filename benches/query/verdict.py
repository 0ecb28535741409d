"""Compares FilmLens with FastAPI, and tells for each target whether the figures reach it."""

REMEMBERING = "filmlens"
FORGETTING = "filmlens, nothing remembered"
OUR_SQL = "fastapi, our SQL"
ILIKE = "fastapi, ILIKE"

# How many times the rate of each FastAPI variant.
RATES = {ILIKE: 20, OUR_SQL: 3}
AUTOCOMPLETE_SERVER_MS = 1


def compare(results: dict) -> None:
    print(f"\n{'':32}{'kind':14}" + "".join(f"{'rate / ' + name:>26}{'p99 is lower':>14}" for name in RATES))
    for ours in (REMEMBERING, FORGETTING):
        for number, kind in enumerate(kinds(results)):
            line = f"{ours if number == 0 else '':32}{kind:14}"
            for theirs in RATES:
                lower = "yes" if has_lower_p99(results, kind, ours, theirs) else "no"
                line += f"{ratio_text(results, kind, ours, theirs):>26}{lower:>14}"
            print(line)


def judge(results: dict) -> bool:
    """Whether the remembering variant reaches every target. The other one is shown, but decides nothing."""
    print(f"\ntargets for {REMEMBERING}, which answered each question once before")
    verdicts = targets(results, REMEMBERING)
    show(verdicts)
    print(f"\nthe same for {FORGETTING}, for information")
    show(targets(results, FORGETTING))
    missed = sum(not reached for _, reached in verdicts)
    print(f"\n{missed} of {len(verdicts)} targets missed" if missed else f"\nall {len(verdicts)} targets reached")
    return missed == 0


def targets(results: dict, ours: str) -> list[tuple[str, bool]]:
    """What is asked for, with what was measured, and whether that is enough."""
    verdicts = []
    for kind in kinds(results):
        for theirs, wanted in RATES.items():
            text = f"{kind}: rate at least {wanted} x {theirs}: {ratio_text(results, kind, ours, theirs)}"
            verdicts.append((text, (ratio(results, kind, ours, theirs) or 0) >= wanted))
        for theirs in RATES:
            figures = ", ".join(p99_text(results[name][kind]) for name in (ours, theirs))
            reached = has_lower_p99(results, kind, ours, theirs)
            verdicts.append((f"{kind}: p99 lower than {theirs}: {figures}", reached))
    worked = results[ours]["autocomplete"]["server_ms"]
    text = f"autocomplete: mean time in the server under {AUTOCOMPLETE_SERVER_MS} ms: {worked:.3f} ms"
    verdicts.append((text, worked < AUTOCOMPLETE_SERVER_MS))
    failed = sum(results[ours][kind][flaw] for kind in kinds(results) for flaw in ("refused", "broken"))
    verdicts.append((f"every request is answered: {failed} are not", failed == 0))
    return verdicts


def show(verdicts: list[tuple[str, bool]]) -> None:
    for text, reached in verdicts:
        print(f"  {'reached' if reached else 'MISSED '}  {text}")


def kinds(results: dict) -> list[str]:
    return [kind for kind, figures in results[REMEMBERING].items() if isinstance(figures, dict)]


def ratio(results: dict, kind: str, ours: str, theirs: str) -> float | None:
    """None where they answered nothing while they were measured: that proves no ratio, they need longer."""
    rate = results[theirs][kind]["rate"]
    return results[ours][kind]["rate"] / rate if rate else None


def ratio_text(results: dict, kind: str, ours: str, theirs: str) -> str:
    measured = ratio(results, kind, ours, theirs)
    return "no answer in --seconds" if measured is None else f"{measured:.1f} x"


def has_lower_p99(results: dict, kind: str, ours: str, theirs: str) -> bool:
    figures = results[ours][kind], results[theirs][kind]
    return all(figure["requests"] for figure in figures) and figures[0]["p99_ms"] < figures[1]["p99_ms"]


def p99_text(figure: dict) -> str:
    """With how many answers there were: of three, the p99 says little."""
    return f"{figure['p99_ms']:.2f} ms of {figure['requests']}"
