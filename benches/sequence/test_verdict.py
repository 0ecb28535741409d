"""Run by infrastructure/checks/benches.sh."""

import contextlib
import copy
import io
import unittest

import verdict
from programs import COMPILED, EAGER, FILMLENS


def training(tokens_per_second: float, peak_mib: float) -> dict:
    return {"tokens_per_second": tokens_per_second, "steps_per_second": 1.0, "peak_mib": peak_mib, "loss": 0.5}


def requests(p50_ms: float) -> dict:
    size = {"p50_ms": p50_ms, "p95_ms": 2 * p50_ms, "answers": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] * 10}
    return {"sizes": {"1": dict(size), "8": dict(size)}, "peak_mib": 500.0}


def load(batching: str, clients: int, rate: float, p95_ms: float) -> dict:
    return {"batching": batching, "clients": clients, "rate": rate, "p50_ms": 5.0, "p95_ms": p95_ms, "p99_ms": 90.0}


def results() -> dict:
    return {
        "machine": [
            {"bytes_per_second": 20e9, "flops_per_second": 90e9},
            {"bytes_per_second": 10e9, "flops_per_second": 100e9},
        ],
        "training": {
            "ml-1m, full": {
                "batch_size": 64,
                "usual_batch_size": 128,
                "contenders": {
                    FILMLENS: training(2_000, 900),
                    EAGER: training(1_000, 9_000),
                    COMPILED: training(2_000, 900),
                },
            }
        },
        "requests": {"contenders": {FILMLENS: requests(10), EAGER: requests(30), COMPILED: requests(10)}},
        "load": {"runs": [load("off", 1, 99, 10), load("off", 16, 100, 50), load("on", 16, 370, 20), load("on", 32, 380, 50.1)]},
    }


def judged(measured: dict) -> tuple[bool, str]:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        verdict.report(measured, 2)
        reached = verdict.judge(measured)
    return reached, output.getvalue()


class Verdict(unittest.TestCase):
    def test_a_draw_reaches_the_targets(self):
        reached, output = judged(results())
        self.assertTrue(reached)
        self.assertIn("all 13 targets reached", output)

    def test_each_target_can_be_missed(self):
        for path, value in [
            (("training", "ml-1m, full", "contenders", FILMLENS, "tokens_per_second"), 1_999),
            (("training", "ml-1m, full", "contenders", FILMLENS, "peak_mib"), 901),
            (("requests", "contenders", FILMLENS, "sizes", "8", "p50_ms"), 10.1),
            (("requests", "contenders", FILMLENS, "sizes", "1", "answers"), [[1, 2, 3, 4, 5, 6, 7, 8, 10, 9]] * 10),
            (("load", "runs", 2, "rate"), 369),
        ]:
            measured = copy.deepcopy(results())
            changed = measured
            for key in path[:-1]:
                changed = changed[key]
            changed[path[-1]] = value
            self.assertFalse(judged(measured)[0], path)

    def test_a_gain_at_a_higher_p95_does_not_count(self):
        text, reached = verdict.batching_target([load("off", 16, 100, 50), load("on", 64, 900, 51)])
        self.assertFalse(reached)
        self.assertIn("p95 is higher in every run", text)

    def test_the_best_run_within_the_p95_counts(self):
        runs = [load("off", 16, 100, 50), load("on", 16, 300, 20), load("on", 32, 400, 40), load("on", 64, 500, 60)]
        self.assertEqual(verdict.batching_target(runs)[0].split(": ")[1], "4.00 x at 40.0 ms with 32 clients")

    def test_a_client_alone_is_shown_and_not_judged(self):
        runs = [load("off", 1, 500, 2), load("off", 16, 100, 50), load("on", 16, 400, 40)]
        text, reached = verdict.batching_target(runs)
        self.assertTrue(reached)
        self.assertIn("over 16 clients answered one by one, at a p95 no higher than their 50.0 ms: 4.00 x", text)
        output = judged(results())[1]
        self.assertIn("batching off has 16 such clients as well", output)
        self.assertRegex(output, r"\n +off +1 +99\.0 +5\.0 +10\.0")

    def test_smaller_batches_are_mentioned(self):
        self.assertIn("batches of 64, not 128", judged(results())[1])

    def test_without_filmlens_there_is_nothing_to_judge(self):
        measured = results()
        del measured["load"]
        for part in (measured["training"]["ml-1m, full"], measured["requests"]):
            del part["contenders"][FILMLENS]
        self.assertEqual((True, True), (judged(measured)[0], "nothing to judge" in judged(measured)[1]))

    def test_the_machine_is_taken_at_its_best(self):
        best = verdict.reached_by_machine(results())
        self.assertEqual(best, {"bytes_per_second": 20e9, "flops_per_second": 100e9})

    def test_what_takes_as_long_as_the_floor_is_at_all_of_it(self):
        machine = {"bytes_per_second": 20e9, "flops_per_second": 100e9}
        # 0.55 GFLOP without the table, which takes 4.3 ms to read.
        self.assertAlmostEqual(verdict.shares(1, 9.4e-3, machine)["floor"], 1, delta=0.02)
        self.assertAlmostEqual(verdict.shares(1, 4.32e-3, machine)["memory"], 1, delta=0.01)


if __name__ == "__main__":
    unittest.main()
